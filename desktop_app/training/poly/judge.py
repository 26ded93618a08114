# SPDX-License-Identifier: MIT
"""How well several notes are told, on mixtures of banks that were never heard; by number of voices and cause.

``python -m desktop_app.training.poly.judge MODEL VALID`` compares thresholds.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import PolyEvidence
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import POLY_THRESHOLDS, NoteThresholds
from desktop_app.dsp.log_frequency import HOP_S
from desktop_app.ml.note_network import MARGIN_FRAMES, STEP_FRAMES, PolyNetwork
from desktop_app.training.poly.batches import Bytes, Store, cut
from desktop_app.training.poly.mixtures import MIXTURE_S
from desktop_app.transcription.poly_notes import poly_notes

ONSET_S: Final = 0.05
OFFSET_SHARE: Final = 0.2
# Notes that a mixture cuts off, or that are too short to be one, are not asked for.
_SHORTEST_S: Final = 0.05
# Groups of mixtures by the most notes that sound at once on average.
_POLYPHONY: Final = {"no notes": 0.0, "up to 1.5 at once": 1.5, "up to 3": 3.0, "more": 1e9}


def evidence_of(network: PolyNetwork, levels: Bytes) -> PolyEvidence:
    """What the network says of a whole mixture, shape (n_frames, 297, 2)."""
    told = [
        network.run(cut(levels, first - MARGIN_FRAMES)) for first in range(0, levels.shape[0], STEP_FRAMES)
    ]
    onset, note, bend = (
        np.concatenate([getattr(part, name) for part in told], axis=1)[:, : levels.shape[0]]
        for name in ("onset", "note", "bend_cents")
    )
    return PolyEvidence(HOP_S, onset, note, bend, np.full(levels.shape[0], -20.0, np.float32))


def scores(truth: Float32Array, notes: Sequence[Note]) -> dict[str, int]:
    """Counts of one mixture: notes asked for and told, right with onset, also with offset; wrong by cause."""
    from mir_eval.transcription import match_notes

    told = np.array([(n.onset_s, max(n.offset_s, n.onset_s + 0.01), n.midi) for n in notes]).reshape(-1, 3)
    asked = truth[
        (truth[:, 0] > 0.0) & (truth[:, 0] < MIXTURE_S - 0.1) & (np.ptp(truth[:, :2], axis=1) >= _SHORTEST_S)
    ]
    told = told[(told[:, 0] > ONSET_S) & (told[:, 0] < MIXTURE_S - 0.1)]
    counts = {"asked": len(asked), "told": len(told), "onset": 0, "offset": 0}
    counts |= {"octave_ghosts": 0, "repeats": 0, "other_ghosts": 0, "missed_low": 0}
    if not len(asked) or not len(told):
        return counts
    asked_hz, told_hz = (440.0 * 2.0 ** ((np.round(x[:, 2]) - 69.0) / 12.0) for x in (asked, told))
    match = {
        name: match_notes(
            asked[:, :2], asked_hz, told[:, :2], told_hz, onset_tolerance=ONSET_S, offset_ratio=ratio
        )
        for name, ratio in (("onset", None), ("offset", OFFSET_SHARE))
    }
    counts |= {name: len(pairs) for name, pairs in match.items()}
    wrong = np.setdiff1d(np.arange(len(told)), [j for _, j in match["onset"]])
    for cause in (_cause(told[j], truth) for j in wrong):
        counts[cause] += 1
    missed = np.setdiff1d(np.arange(len(asked)), [i for i, _ in match["onset"]])
    counts["missed_low"] = int(np.count_nonzero(asked[missed, 2] < 48))
    return counts


def _cause(note: NDArray[np.float64], truth: Float32Array) -> str:
    """Why a note that was told is none: it repeats one, or is an octave or a twelfth from one, or another."""
    sounding = (truth[:, 0] - 0.1 < note[0]) & (truth[:, 1] + 0.3 > note[0])
    distance = np.abs(np.round(truth[sounding, 2]) - note[2])
    if (distance == 0).any():
        return "repeats"
    return "octave_ghosts" if np.isin(distance, (12, 19, 24, 28, 31, 36)).any() else "other_ghosts"


def f1(counts: dict[str, int], name: str) -> float:
    """F-measure in percent of the notes with right ``"onset"`` or ``"offset"``."""
    return 200.0 * counts[name] / max(1, counts["asked"] + counts["told"])


def judge(network: PolyNetwork, store: Store, thresholds: NoteThresholds) -> dict[str, Any]:
    """Figures over all mixtures of a store, and by how many notes sound at once on average."""
    groups: dict[str, list[dict[str, int]]] = {name: [] for name in ("all", *_POLYPHONY)}
    for evidence, truth in _all_evidence(network, store):
        counts = scores(truth, poly_notes(evidence, thresholds))
        groups["all"].append(counts)
        groups[_group(truth)].append(counts)
    return {
        "thresholds": asdict(thresholds),
        **{name: _figures(rows) for name, rows in groups.items() if rows},
    }


def _group(truth: Float32Array) -> str:
    """How many notes sound at once, on average over the time in which any does."""
    frames = np.arange(0.0, MIXTURE_S, HOP_S)[:, None]
    sounding = np.count_nonzero((truth[:, 0] <= frames) & (frames < truth[:, 1]), axis=1)
    mean = float(sounding[sounding > 0].mean()) if sounding.any() else 0.0
    return next(name for name, most in _POLYPHONY.items() if mean <= most)


def _figures(rows: Sequence[dict[str, int]]) -> dict[str, Any]:
    total = _sum(rows)
    f1s = {f"f1_{name}": round(f1(total, name), 1) for name in ("onset", "offset")}
    return {"mixtures": len(rows), **f1s, **total}


def _all_evidence(network: PolyNetwork, store: Store) -> list[tuple[PolyEvidence, Float32Array]]:
    return [
        (evidence_of(network, levels), truth)
        for part, lists in zip(store.levels, store.notes, strict=True)
        for levels, truth in zip(part, lists, strict=True)
    ]


def _sum(rows: Sequence[dict[str, int]]) -> dict[str, int]:
    return {name: sum(row[name] for row in rows) for name in rows[0]}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures for some thresholds."""
    parser = argparse.ArgumentParser(prog="poly_judge", description=__doc__)
    parser.add_argument("model", type=Path, metavar="MODEL")
    parser.add_argument("valid", type=Path, metavar="VALID")
    args = parser.parse_args(argv)
    evidence = _all_evidence(PolyNetwork(args.model.read_bytes()), Store(args.valid))
    for onset, sounding in itertools.product((0.2, 0.3, 0.4, 0.5), (0.2, 0.3, 0.4, 0.5)):
        thresholds = NoteThresholds(onset, sounding, POLY_THRESHOLDS.min_duration_s)
        total = _sum([scores(truth, poly_notes(e, thresholds)) for e, truth in evidence])
        figures = f"{f1(total, 'onset'):.1f} ({f1(total, 'offset'):.1f})"
        print(f"onset {onset}  sounding {sounding}  {figures}  {total}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
