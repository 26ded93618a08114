# SPDX-License-Identifier: MIT
"""Phrases of melodies, written down and rendered."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.frames import NoteEnded
from desktop_app.domain.note import Note
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.transcription.phrases_found import LONGEST_S, phrases

SR = 16_000
Melody = list[tuple[float, float]]
EIGHTHS: Melody = [(0.25, 0.24)] * 11 + [(0.75, 0.3)]  # the step to the next note, and how long it sounds
STACCATO: Melody = [(0.3, 0.08)] * 10 + [(0.9, 0.1)]


def written(melody: Melody) -> list[Note]:
    onsets_s = np.cumsum([0.0, *(step for step, _ in melody)])
    return [
        Note(float(onset_s), float(onset_s) + length_s, 60, 261.6, 0.0, 80, 0.9)
        for onset_s, (_, length_s) in zip(onsets_s, melody, strict=False)
    ]


def heard(melody: Melody) -> list[Note]:
    """The notes that the engine finds in the melody, played on a plain synthesiser."""
    notes = written(melody)
    y = 1e-4 * np.random.default_rng(0).standard_normal(round((notes[-1].offset_s + 0.5) * SR))
    for step, note in enumerate(notes):
        t = np.arange(round(note.duration_s * SR)) / SR
        f0_hz = 220.0 * 2.0 ** ((0, 2, 4, 7, 9)[step * 3 % 5] / 12.0)
        envelope = np.minimum(1.0, np.minimum(t, note.duration_s - t) / 0.008) * np.exp(-2.0 * t)
        start = round(note.onset_s * SR)
        y[start : start + t.size] += (
            0.15 * envelope * sum(np.sin(2 * np.pi * h * f0_hz * t) / h for h in range(1, 8))
        )
    engine = AnalysisEngine()
    events = engine.push(y.astype(np.float32)) + engine.flush()
    return [event.note for event in events if isinstance(event, NoteEnded)]


@pytest.mark.parametrize(("melody", "length_s"), [(EIGHTHS, 3.5), (STACCATO, 3.9)])
@pytest.mark.parametrize("notes_of", [written, heard])
def test_a_phrase_ends_at_a_rest_that_is_long_for_the_melody(melody, length_s, notes_of) -> None:
    found = phrases(notes_of(melody * 4))
    assert [start_s for start_s, _ in found] == pytest.approx(
        [0.0, length_s, 2 * length_s, 3 * length_s], abs=0.06
    )
    assert all(end_s - start_s < length_s - 0.2 for start_s, end_s in found)


def test_without_rests_a_long_melody_is_cut_after_its_long_notes() -> None:
    line: Melody = [(0.5, 0.5)] * 7 + [(1.0, 1.0)]
    assert phrases(written(line * 3)) == ((0.0, 4.5), (4.5, 9.0), (9.0, 13.5))


def test_a_second_of_rest_always_parts_and_less_leaves_no_short_phrase() -> None:
    slow: Melody = [(2.0, 0.5)] * 3
    assert phrases(written(slow)) == ((0.0, 0.5), (2.0, 2.5), (4.0, 4.5))
    upbeat: Melody = [(0.2, 0.2), (0.6, 0.2), *[(0.2, 0.2)] * 20]
    assert len(phrases(written(upbeat))) == 1


def test_chords_and_what_rings_on_do_not_overlap() -> None:
    bass = Note(0.0, 20.0, 40, 82.4, 0.0, 80, 0.9)
    notes = sorted([bass, *written([(0.5, 2.0)] * 30)], key=lambda note: note.onset_s)
    found = phrases(notes)
    assert len(found) > 1
    assert all(one[1] <= other[0] for one, other in pairwise(found))


def test_nothing_and_one_note() -> None:
    assert phrases([]) == ()
    assert phrases(written([(20.0, 20.0)])) == ((0.0, 20.0),)


@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(0.02, 4.0)), min_size=1, max_size=60))
def test_every_note_begins_in_one_phrase_and_none_is_too_long_without_need(melody: Melody) -> None:
    notes = written(melody)
    found = phrases(notes)
    assert all(start_s < end_s for start_s, end_s in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    for note in notes:
        assert sum(start_s <= note.onset_s < end_s for start_s, end_s in found) == 1
    for start_s, end_s in found:
        inside = [note for note in notes if start_s + 1.0 <= note.onset_s <= end_s - 1.0]
        assert end_s - start_s <= LONGEST_S or not inside
