# SPDX-License-Identifier: MIT
"""How steadily the family is told live: changes within one instrument, and how soon another one is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.bench.steady_streams import PART_S, STREAM_S, Player, find_players, single_note, stream
from desktop_app.domain.analysis import FamilyVerdict
from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import Float32Array, Scores
from desktop_app.ml.manifest import load_classifier
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.heard import HeardState
from desktop_app.pipeline.summary import family_verdict
from desktop_app.training.classifier.corpus import load_items

SETTLED_S: Final = 0.5
MAX_CHANGES: Final = 1.0
FIRST_SHARE: Final = 97.0
N_PAIRS: Final = 40
_BLOCK_S: Final = 0.0375
_SETTLING_S: Final = 2.0
_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What is told from a moment on: the title that the panel shows, and the most probable family."""

    time_s: float
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class Listened:
    """What was told in a stream: by the program, and by each answer of the model alone."""

    told: list[Told]
    alone: list[Told]


def run(corpus: Path) -> Report:
    """Listen to streams of one instrument, to pairs, and to single notes.

    Parameters
    ----------
    corpus
        A folder that training could read: NSynth's layout, or with a ``manifest.csv``.

    Raises
    ------
    RightInTuneError
        When there is no corpus, or no instrument in it has five notes and no phrase is in it.
    """
    players = find_players(load_items(corpus))
    if not players:
        raise RightInTuneError(f"{corpus} has neither phrases nor an instrument with five notes.")
    engine = AnalysisEngine(classifier=load_classifier(), with_notes=False)
    rng = np.random.default_rng(_SEED)
    steady = [listen(engine, stream(player, STREAM_S, engine.spec.sr, rng)) for player in players]
    melodic = [player for player in players if len(player.items) > 1]
    delays_s = [delay for pair in _pairs(melodic, rng) if (delay := _delay_s(engine, pair, rng)) is not None]
    firsts = [(player.family, listen(engine, single_note(player, engine.spec.sr, rng))) for player in melodic]
    figures = _steadiness(players, steady) + _changes(delays_s) + _first_answers(firsts)
    return Report("steady", figures, _details(players, steady, delays_s))


def listen(engine: AnalysisEngine, y: Float32Array) -> Listened:
    """Feed a stream of shape (n,) as a microphone would."""
    assert engine.classifier is not None
    thresholds = engine.classifier.thresholds
    engine.reset()
    state, listened = HeardState(thresholds, engine.a4_hz, engine.spec), Listened([], [])
    n_block = round(_BLOCK_S * engine.spec.sr)
    for start in range(0, y.shape[0], n_block):
        events = engine.push(y[start : start + n_block])
        now_s = (start + n_block) / engine.spec.sr
        _note(listened.told, state.update(events).family, now_s)
        for event in events:
            if isinstance(event, Scores):
                _note(listened.alone, family_verdict([event], thresholds), now_s)
    return listened


def _note(told: list[Told], verdict: FamilyVerdict | None, now_s: float) -> None:
    if verdict is None:
        return
    title = verdict.label if verdict.state != "cannot_tell" else "refused" if verdict.is_refused else "unsure"
    if not told or (told[-1].title, told[-1].label) != (title, verdict.label):
        told.append(Told(now_s, title, verdict.label))


def n_changes(told: Sequence[Told], from_s: float = SETTLED_S, *, of: str = "title") -> int:
    """Changes of the title (or ``of`` the label) after a time."""
    before = [getattr(one, of) for one in told if one.time_s <= from_s][-1:]
    names = before + [getattr(one, of) for one in told if one.time_s > from_s]
    return sum(a != b for a, b in pairwise(names))


def at(told: Sequence[Told], time_s: float) -> Told | None:
    """What is told at a time."""
    return next((one for one in reversed(told) if one.time_s <= time_s), None)


def _pairs(players: Sequence[Player], rng: np.random.Generator) -> list[tuple[Player, Player]]:
    pairs = []
    for _ in range(N_PAIRS if len({player.family for player in players}) > 1 else 0):
        first = players[int(rng.integers(len(players)))]
        others = [player for player in players if player.family != first.family]
        pairs.append((first, others[int(rng.integers(len(others)))]))
    return pairs


def _delay_s(engine: AnalysisEngine, pair: tuple[Player, Player], rng: np.random.Generator) -> float | None:
    """How long after another instrument begins the label changes to what is told of it in the end.

    None where the same is told of both, so that nothing has to change.
    """
    parts = [stream(player, PART_S, engine.spec.sr, rng) for player in pair]
    told = listen(engine, np.concatenate(parts)).told
    first = _usual(told, PART_S - _SETTLING_S, PART_S)
    second = _usual(told, 2.0 * PART_S - _SETTLING_S, 2.0 * PART_S)
    if first is None or second is None or first == second:
        return None
    return next((one.time_s - PART_S for one in told if one.time_s > PART_S and one.label == second), None)


def _usual(told: Sequence[Told], start_s: float, end_s: float) -> str | None:
    """The label that is told longest in a stretch of time."""
    seen = (at(told, time_s) for time_s in np.arange(start_s, end_s, _BLOCK_S))
    counted = Counter(one.label for one in seen if one is not None)
    return counted.most_common(1)[0][0] if counted else None


def _steadiness(players: Sequence[Player], steady: Sequence[Listened]) -> list[Figure]:
    changes = [n_changes(one.told) for one in steady]
    alone = [n_changes(one.alone) for one in steady]
    labels = [n_changes(one.told, of="label") for one in steady]
    reference = "each answer alone"
    return [
        Figure(
            f"changes in 10 s of one instrument, mean of {len(players)}",
            rounded(float(np.mean(changes))), "", reference, rounded(float(np.mean(alone))), MAX_CHANGES,
        ),
        Figure(
            "streams with at most one change", _percent([n <= 1 for n in changes]), "%", reference,
            _percent([n <= 1 for n in alone]), better="more",
        ),
        Figure("changes of the most probable family, mean", rounded(float(np.mean(labels))), ""),
        Figure(
            "right at the end of a stream", _right([one.told for one in steady], players), "%", reference,
            _right([one.alone for one in steady], players), better="more",
        ),
    ]  # fmt: skip


def _changes(delays_s: Sequence[float]) -> list[Figure]:
    if not delays_s:
        return []
    what = f"another instrument is told after, {{}} of {len(delays_s)}"
    quantiles = (("median", 0.5), ("fourth fifth", 0.8))
    return [
        Figure(what.format(name), rounded(float(np.quantile(delays_s, share))), "s")
        for name, share in quantiles
    ]


def _first_answers(listened: Sequence[tuple[str, Listened]]) -> list[Figure]:
    heard = [(family, one.told) for family, one in listened if one.told]
    if not heard:
        return []
    after_s = [told[0].time_s - 0.5 for _, told in heard]
    first = _percent([told[0].label == family for family, told in heard])
    last = _percent([told[-1].label == family for family, told in heard])
    share = 100.0 * first / last if last else 0.0
    return [
        Figure("first answer after an attack, median", rounded(1000.0 * float(np.median(after_s))), "ms"),
        Figure("first answer right", first, "%", "whole note", last, better="more"),
        Figure(
            "first answer right, of the right about the whole note",
            rounded(share), "%", target=FIRST_SHARE, better="more",
        ),
    ]  # fmt: skip


def _right(streams: Sequence[Sequence[Told]], players: Sequence[Player]) -> float:
    pairs = zip(streams, players, strict=True)
    return _percent([bool(told) and told[-1].label == player.family for told, player in pairs])


def _percent(flags: Sequence[bool]) -> float:
    return rounded(100.0 * float(np.mean(flags)))


def _details(
    players: Sequence[Player], steady: Sequence[Listened], delays_s: Sequence[float]
) -> dict[str, Any]:
    streams = [
        {
            "family": player.family,
            "instrument": player.name,
            "told": [[round(told.time_s, 2), told.title] for told in one.told],
        }
        for player, one in zip(players, steady, strict=True)
    ]
    return {"streams": streams, "delays_s": [round(delay, 2) for delay in delays_s]}
