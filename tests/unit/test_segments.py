# SPDX-License-Identifier: MIT
"""Over time: single answers that differ are outvoted, a change of instrument is told, nothing flickers."""

import time
from itertools import pairwise

import numpy as np
import pytest

from desktop_app.domain.frames import Scores
from desktop_app.domain.labels import FAMILIES
from desktop_app.ml.classifier import Thresholds
from desktop_app.pipeline.heard import HeardState
from desktop_app.pipeline.segments import SILENCE_S, segments
from desktop_app.pipeline.summary import family_track

THRESHOLDS = Thresholds(sure=0.8, maybe=0.5, not_an_instrument=0.2)


def score(
    start_s: float,
    family: str,
    p: float = 0.97,
    *,
    length_s: float = 1.0,
    at_onset: bool = True,
    refused: float = 0.01,
) -> Scores:
    chances = np.full(len(FAMILIES), (1.0 - p) / (len(FAMILIES) - 1), np.float32)
    chances[FAMILIES.index(family)] = p
    source = np.array([0.8, 0.1, 0.1], np.float32)
    return Scores(start_s, start_s + length_s, at_onset, chances, refused, source)


def line(*families: str, step_s: float = 0.5, p: float = 0.97) -> list[Scores]:
    return [score(step_s * i, family, p) for i, family in enumerate(families)]


def bounds(scores: list[Scores]) -> list[tuple[int, int]]:
    return [(one.start, one.stop) for one in segments(scores)]


def test_nothing_has_no_segments() -> None:
    assert segments([]) == []


def test_a_single_answer_that_differs_is_outvoted() -> None:
    scores = line("flute", "flute", "reed", "flute", "flute", p=0.9)
    assert bounds(scores) == [(0, 5)]
    [span] = family_track(scores, THRESHOLDS)
    assert (span.label, span.start_s, span.end_s) == ("flute", 0.0, 3.0)


def test_another_instrument_begins_where_its_answers_do() -> None:
    scores = line(*["flute"] * 4, *["brass"] * 4)
    assert bounds(scores) == [(0, 4), (4, 8)]
    first, second = family_track(scores, THRESHOLDS)
    assert (first.label, second.label) == ("flute", "brass")
    assert first.end_s == second.start_s == 2.0
    assert second.confidence == pytest.approx(0.97, abs=0.01)


def test_noise_between_notes_is_a_stretch_of_its_own() -> None:
    noise = [score(2.0 + 0.5 * i, "flute", refused=0.999) for i in range(4)]
    scores = line(*["flute"] * 4) + noise + [score(4.0 + 0.5 * i, "flute") for i in range(4)]
    spans = family_track(scores, THRESHOLDS)
    assert [span.label for span in spans] == ["flute", None, "flute"]
    assert spans[1].verdict.is_refused
    assert all(a.end_s <= b.start_s for a, b in pairwise(spans))


def test_after_a_silence_it_is_heard_anew() -> None:
    before = [score(0.0, "flute", 0.6)]
    later_s = 1.0 + SILENCE_S
    assert bounds([*before, score(later_s, "brass", 0.6)]) == [(0, 1), (1, 2)]
    assert bounds([*before, score(1.0, "brass", 0.6)]) == [(0, 2)]


def test_an_hour_is_decoded_at_once() -> None:
    scores = line(*(["flute"] * 40 + ["brass"] * 40) * 90)
    began_s = time.perf_counter()
    assert len(segments(scores)) == 180
    assert time.perf_counter() - began_s < 2.0


def test_live_one_clear_note_of_another_instrument_is_enough() -> None:
    state = HeardState(THRESHOLDS)
    for answer in line(*["flute"] * 6):
        heard = state.update([answer])
    assert heard.family is not None
    assert heard.family.label == "flute"
    early = state.update([score(3.0, "brass", 0.999, length_s=0.25)])
    complete = state.update([score(3.0, "brass", 0.999)])
    assert early.family is not None
    assert complete.family is not None
    assert (early.family.label, complete.family.label) == ("flute", "brass")
    assert complete.family.confidence > 0.99


def test_live_answers_that_differ_now_and_then_do_not_flicker() -> None:
    """Eight times twenty seconds in which one answer in four names another family."""
    n_changes = n_answers = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        families = rng.choice(["flute", "reed", "organ", "string"], 40, p=(0.76, 0.08, 0.08, 0.08))
        state, told = HeardState(THRESHOLDS), []
        for i, family in enumerate(families.tolist()):
            verdict = state.update([score(0.5 * i, family, rng.uniform(0.5, 0.9))]).family
            assert verdict is not None
            told.append(None if verdict.state == "cannot_tell" else verdict.label)
        n_changes += sum(a != b for a, b in pairwise(told[1:]))
        n_answers += sum(a != b for a, b in pairwise(families))
    assert n_answers > 100
    assert n_changes <= n_answers / 5


def test_live_what_was_told_is_held_while_it_is_nearly_as_sure() -> None:
    unsure = [score(0.0, "flute", 0.4)]
    fresh = HeardState(THRESHOLDS).update(unsure)
    assert fresh.family is not None
    assert fresh.family.state == "cannot_tell"
    state = HeardState(THRESHOLDS)
    state.update([score(0.0, "flute", 0.6, length_s=0.25)])
    held = state.update(unsure)
    assert held.family is not None
    assert (held.family.state, held.family.label) == ("maybe", "flute")
    lost = state.update([score(0.0, "flute", 0.3)])
    assert lost.family is not None
    assert lost.family.state == "cannot_tell"
    again = state.update(unsure)
    assert again.family is not None
    assert again.family.state == "cannot_tell"


def test_live_noise_is_not_held_as_an_instrument() -> None:
    state = HeardState(THRESHOLDS)
    state.update(line(*["flute"] * 3))
    heard = state.update([score(1.5 + 0.5 * i, "flute", refused=0.999) for i in range(3)])
    assert heard.family is not None
    assert heard.family.is_refused
