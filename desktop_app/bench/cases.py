# SPDX-License-Identifier: MIT
"""Sounds with their truth: from a folder of cases, or from labelled recordings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from desktop_app.bench.segmentation import NoteTuple
from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.spec import DEFAULT_SPEC

Kind = Literal["notes", "contour", "mel", "mel_noise10", "poly"]
HEARD_S: Final = 1.5
_LABELS: Final = ("inst", "sf", "vel")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A sound at 16 kHz and what is true of it.

    Attributes
    ----------
    name
        Of the file or of the made sound.
    y : ndarray, shape (n,), float32
    notes
        Onset and offset in seconds and MIDI number; empty for contours and for what is no music.
    f0_hz : ndarray, shape (n_frames,)
        Truth of a contour at ``times_s``, 0 where unvoiced; empty for others.
    labels
        What the cases can be told apart by: instrument, bank, velocity.
    """

    name: str
    y: Float32Array
    notes: tuple[NoteTuple, ...] = ()
    times_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    f0_hz: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def duration_s(self) -> float:
        """Length of the sound."""
        return self.y.size / DEFAULT_SPEC.sr


def read_cases(folder: Path, kind: Kind) -> list[Case]:
    """The cases of one kind: ``folder/kind/truth.json`` and mono wav files at 16 kHz beside it.

    A folder with a ``truth.json`` of its own holds single notes. Of a single note, 1.5 s are heard.

    Raises
    ------
    RightInTuneError
        When there are none, or they cannot be read.
    """
    root = folder if kind == "notes" and (folder / "truth.json").is_file() else folder / kind
    try:
        rows = json.loads((root / "truth.json").read_text(encoding="utf-8"))
        return [_read_case(root, row, kind) for row in rows]
    except FileNotFoundError as error:
        raise RightInTuneError(f"There are no cases in {root}.") from error
    except (OSError, ValueError, KeyError, TypeError, soundfile.LibsndfileError) as error:
        raise RightInTuneError(f"The cases in {root} could not be read.") from error


def _read_case(root: Path, row: Mapping[str, Any], kind: Kind) -> Case:
    y, sr = soundfile.read(root / row["wav"], dtype="float32")
    if sr != DEFAULT_SPEC.sr or y.ndim != 1:
        raise ValueError("not mono at 16 kHz")
    labels = {key: str(row[key]) for key in _LABELS if key in row}
    if kind == "contour":
        labels = {"contour": f"{row['tr']:+d} {row['kind']}"} if {"tr", "kind"} <= row.keys() else labels
        return Case(row["wav"], y, (), np.asarray(row["times"]), np.asarray(row["f0"]), labels)
    if kind == "notes":
        onset_s = float(row.get("onset", 0.0))
        y = y[: int((HEARD_S + onset_s) * sr)]
        note = (onset_s, float(row.get("offset", y.size / sr)), float(row["midi"]))
        return Case(row["wav"], y, (note,), labels=labels)
    notes = [(float(on), float(off), float(midi)) for on, off, midi in row["notes"]]
    return Case(row["wav"], y, tuple(note for note in notes if note[1] < y.size / sr), labels=labels)


def read_recordings(corpus: Path, *, of_music: bool) -> Iterator[Case]:
    """Clips of single notes of known pitch, or of what is no instrument, read one at a time.

    Parameters
    ----------
    corpus
        A folder with ``manifest.csv`` or ``examples.json``.
    of_music
        Which of the two.

    Raises
    ------
    CorpusError
        When there is no corpus, or a file cannot be read.
    """
    from desktop_app.domain.labels import NOT_AN_INSTRUMENT
    from desktop_app.training.classifier.corpus import load_items, read_mono

    for item in load_items(corpus):
        is_other = item.family == NOT_AN_INSTRUMENT
        if is_other if of_music else not is_other:
            continue
        if of_music and (item.midi is None or item.kind != "note"):
            continue
        y = read_mono(item.path, DEFAULT_SPEC.sr)
        midi = float(item.midi or 0)
        notes = ((onset_s(y), y.size / DEFAULT_SPEC.sr, midi),) if of_music else ()
        labels = {"family": item.family, "source": item.source or "unknown"}
        yield Case(item.path.name, y, notes, labels=labels)


def onset_s(y: Float32Array) -> float:
    """When a sound begins: its level over 5 ms first passes a tenth of the largest of the first 0.8 s."""
    head = y[: int(0.8 * DEFAULT_SPEC.sr)].astype(np.float64)
    n = DEFAULT_SPEC.sr // 200
    rms = np.sqrt(np.convolve(head**2, np.ones(n) / n, "same"))
    return int(np.argmax(rms > 0.1 * rms.max())) / DEFAULT_SPEC.sr
