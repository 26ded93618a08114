# SPDX-License-Identifier: MIT
"""From many windows to one verdict."""

from itertools import pairwise

import numpy as np
import pytest

from desktop_app.domain.analysis import F0Track, FamilySpan
from desktop_app.domain.frames import FrameBlock, Scores
from desktop_app.domain.labels import FAMILIES
from desktop_app.domain.note import Note
from desktop_app.ml.classifier import Thresholds
from desktop_app.pipeline.heard import HeardState
from desktop_app.pipeline.summary import (
    family_track,
    family_verdict,
    final_scores,
    main_pitch,
    notes_with_families,
    source_verdict,
    within,
)

THRESHOLDS = Thresholds(sure=0.8, maybe=0.5, not_an_instrument=0.5)


def score(
    start_s: float, family: str, p: float = 0.9, *, end_s: float | None = None, refused: float = 0.01
) -> Scores:
    probabilities = np.full(len(FAMILIES), (1 - p) / (len(FAMILIES) - 1), np.float32)
    probabilities[FAMILIES.index(family)] = p
    source = np.array([0.8, 0.1, 0.1], np.float32)
    return Scores(start_s, end_s or start_s + 1.0, True, probabilities, refused, source)


def track(f0_hz: list[float]) -> F0Track:
    values = np.array(f0_hz, np.float32)
    return F0Track(0.01, values, np.where(np.isfinite(values), 0.9, 0.0).astype(np.float32))


@pytest.mark.parametrize(
    ("p", "refused", "state"),
    [(0.95, 0.0, "sure"), (0.7, 0.0, "maybe"), (0.4, 0.0, "cannot_tell"), (0.95, 0.9, "cannot_tell")],
)
def test_states(p: float, refused: float, state: str) -> None:
    verdict = family_verdict([score(0, "reed", p, refused=refused)], THRESHOLDS)
    assert verdict is not None
    assert (verdict.label, verdict.state) == ("reed", state)
    assert verdict.confidence == pytest.approx(p, abs=1e-3)
    assert sum(verdict.probabilities.values()) == pytest.approx(1.0)


def test_agreeing_windows_keep_and_contradicting_ones_lose_confidence() -> None:
    agree = family_verdict([score(0, "reed"), score(1, "reed")], THRESHOLDS)
    differ = family_verdict([score(0, "reed"), score(1, "brass")], THRESHOLDS)
    assert agree is not None
    assert differ is not None
    assert agree.confidence == pytest.approx(0.9, abs=1e-3)
    assert differ.confidence < 0.6


def test_nothing_gives_nothing() -> None:
    assert family_verdict([], THRESHOLDS) is None
    assert source_verdict([]) is None
    assert main_pitch(track([]), 440.0) is None
    assert main_pitch(track([np.nan] * 100), 440.0) is None


def test_later_answer_replaces_the_early_one() -> None:
    early, late = score(1.0, "reed", end_s=1.25), score(1.0, "brass", end_s=2.0)
    first = score(0.0, "reed")
    kept = final_scores([first, early, late])
    assert len(kept) == 2
    assert kept[0] is first
    assert kept[1] is late


@pytest.mark.parametrize("f0_hz", [6000.0, 25.0])
def test_a_pitch_beyond_the_piano_has_no_name(f0_hz: float) -> None:
    pitch = main_pitch(track([f0_hz] * 50), 440.0)
    assert pitch is not None
    assert pitch.f0_hz == pytest.approx(f0_hz)
    assert (pitch.midi, pitch.name, pitch.cents) == (None, None, None)


def test_no_note_is_longer_than_the_recording() -> None:
    notes = [Note(0.1, 0.5, 60, 261.6, 0.0, 80, 0.9), Note(0.6, 1.004, 62, 293.7, 0.0, 80, 0.9)]
    assert [note.offset_s for note in within(notes, 1.0)] == [0.5, 1.0]


def test_main_pitch_of_one_note_and_of_a_phrase() -> None:
    single = main_pitch(track([np.nan] * 5 + [441.0] * 50 + [882.0] * 10), 440.0)
    assert single is not None
    assert (single.midi, single.name) == (69, "A4")
    assert single.cents == pytest.approx(3.93, abs=0.1)
    low = main_pitch(track([441.0] * 50), 442.0)
    assert low is not None
    assert low.cents == pytest.approx(-3.92, abs=0.1)
    assert main_pitch(track([262.0] * 30 + [330.0] * 30 + [392.0] * 30), 440.0) is None


def test_notes_take_the_family_of_their_stretch() -> None:
    times_s = ((0.0, 0.9), (1.8, 2.6), (2.6, 3.0), (4.5, 5.9), (7.0, 8.0))
    notes = [Note(onset_s, offset_s, 60, 261.6, 0.0, 80, 0.9) for onset_s, offset_s in times_s]
    spans = [
        FamilySpan(0.0, 2.0, "reed", 0.8, "maybe"),
        FamilySpan(2.0, 4.0, "brass", 0.9, "sure"),
        FamilySpan(4.0, 6.0, None, 0.3),
    ]
    named = notes_with_families(notes, spans)
    assert [note.family for note in named] == ["reed", "brass", "brass", None, None]
    assert [note.family_confidence for note in named[:2]] == [0.8, 0.9]
    assert notes_with_families(notes, []) == tuple(notes)


def test_family_track_joins_equal_neighbours_and_greys_what_is_unsure() -> None:
    scores = [score(t, "reed") for t in (0.0, 0.5, 1.0)]
    scores += [score(t, "brass", refused=0.99) for t in (4.0, 4.5, 5.0)]
    spans = family_track(scores, THRESHOLDS)
    assert spans[0].label == "reed"
    assert spans[0].start_s == 0.0
    assert spans[-1].label is None
    assert spans[-1].end_s == pytest.approx(6.0)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(spans))


def frame_block(start: int, f0_hz: float, rms_db: float) -> FrameBlock:
    one = np.ones(1, np.float32)
    return FrameBlock(
        start, one[:, None], one[:, None], one * f0_hz, one * 0.9, one * rms_db, one, one * 0.0, one, one, one
    )


def test_heard_now_follows_and_forgets() -> None:
    state = HeardState(THRESHOLDS)
    heard = state.update([frame_block(0, 440.0, -20.0), score(0.0, "reed")])
    assert (heard.name, heard.midi) == ("A4", 69)
    assert heard.family is not None
    assert heard.family.label == "reed"
    quiet = state.update([frame_block(30, np.nan, -90.0)])
    assert quiet.midi is None
    assert quiet.family is not None
    assert state.update([frame_block(400, np.nan, -90.0)]).family is None
