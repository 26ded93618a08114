# SPDX-License-Identifier: MIT
"""Notes on a grid: where they fall, how long they are, and where the bars begin."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from export_sounds import note, steady, textures
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.analysis import TempoVerdict
from desktop_app.domain.note import Note
from desktop_app.domain.score import GridNote, Metre
from desktop_app.transcription.quantise import GRIDS, MIXED, Beats, quantise
from desktop_app.transcription.quantise_beats import beats_of, sounding_on_grid
from desktop_app.transcription.quantise_tempo import tempo_of_notes
from desktop_app.transcription.score_instruments import instrument_of

Tune = list[tuple[float, float, int]]
FOUR = Metre()
SECOND = Beats((0.0, 1.0))
# Quarters, a syncopation, sixteenths, a triplet and a dotted rhythm: onset and length in beats, key.
TUNE: Tune = [
    *(
        (0, 1, 60),
        (1, 0.5, 62),
        (1.5, 1, 64),
        (2.5, 0.5, 65),
        (3, 0.25, 67),
        (3.25, 0.25, 65),
        (3.5, 0.5, 64),
    ),
    *(
        (4, 1 / 3, 62),
        (4 + 1 / 3, 1 / 3, 64),
        (4 + 2 / 3, 1 / 3, 65),
        (5, 1.5, 67),
        (6.5, 0.5, 69),
        (7, 1, 60),
    ),
]


def played(
    tune: Tune, bpm: float = 60.0, *, start_s: float = 0.0, held: float = 0.9, jitter_s: float = 0.0
) -> list[Note]:
    """A tune as a player plays it: a little short, a little early or late."""
    rng, beat_s = np.random.default_rng(1), 60.0 / bpm
    return [
        note(max(0.0, start_s + at * beat_s + rng.normal(0.0, jitter_s)), length * beat_s * held, midi)
        for at, length, midi in tune
    ]


def placed(notes: tuple[GridNote, ...]) -> Tune:
    return [(float(one.onset), float(one.duration), one.midi) for one in notes]


@pytest.mark.parametrize("bpm", [60.0, 100.0, 140.0])
@pytest.mark.parametrize("held", [0.75, 0.95, 1.1])
def test_a_tune_is_written_as_it_was_meant(bpm: float, held: float) -> None:
    notes = played(TUNE, bpm, held=held, jitter_s=0.008)
    told = placed(quantise(notes, Beats((0.0, 60.0 / bpm)), MIXED, FOUR))
    assert [midi for *_, midi in told] == [midi for *_, midi in TUNE]
    assert [onset for onset, *_ in told] == pytest.approx([onset for onset, *_ in TUNE])
    lengths = [length for _, length, _ in told]
    assert lengths[:-1] == pytest.approx([length for _, length, _ in TUNE[:-1]])


@settings(max_examples=200, deadline=None)
@given(notes=textures(), grid=st.sampled_from(GRIDS), bpm=st.floats(40.0, 200.0))
def test_order_and_nearness_and_lengths(notes: list[Note], grid: int, bpm: float) -> None:
    beats = Beats((0.0, 60.0 / bpm))
    told = quantise(notes, beats, grid, FOUR)
    assert all(one.duration > 0 for one in told)
    assert {one.midi for one in told} == {one.midi for one in notes}
    assert list(told) == sorted(told, key=lambda one: (one.onset, one.midi))
    for midi in {one.midi for one in told}:
        same = [one for one in told if one.midi == midi]
        assert all(one.end <= later.onset for one, later in pairwise(same))
    step = 1 / 3 if grid in (3, MIXED) else 1 / grid
    room = step / 2 + 0.0351 * bpm / 60.0
    for one in notes:
        place = beats.at(one.onset_s)
        assert min(abs(float(other.onset) - place) for other in told if other.midi == one.midi) <= room


def test_nothing_becomes_nothing() -> None:
    assert quantise([], SECOND, 4, FOUR) == ()


def test_a_chord_stays_together_and_a_broken_one_does_not() -> None:
    near = [note(0.985, 1.0, 60), note(1.0, 1.0, 64), note(1.012, 1.0, 67)]
    assert [one.onset for one in quantise(near, SECOND, 4, FOUR)] == [1, 1, 1]
    # Just beside the border between two places: all go to one of them.
    border = [note(1.11, 1.0, 60), note(1.125, 1.0, 64), note(1.14, 1.0, 67)]
    assert len({one.onset for one in quantise(border, SECOND, 4, FOUR)}) == 1
    broken = [note(1.0, 1.0, 60), note(1.25, 1.0, 64), note(1.5, 1.0, 67)]
    assert [one.onset for one in quantise(broken, SECOND, 4, FOUR)] == [1, Fraction(5, 4), Fraction(3, 2)]


def test_breaths_are_closed_and_rests_stay() -> None:
    legato, breath, staccato = note(0.0, 0.98, 60), note(1.0, 0.7, 62), note(2.0, 0.4, 64)
    told = quantise([legato, breath, staccato, note(3.0, 1.0, 65)], SECOND, 4, FOUR)
    assert [one.duration for one in told] == [1, 1, Fraction(1, 2), 1]


def test_a_short_overlap_is_legato_and_a_long_one_is_kept() -> None:
    short = quantise([note(0.0, 1.2, 60), note(1.0, 1.0, 62)], SECOND, 4, FOUR)
    long = quantise([note(0.0, 2.0, 60), note(1.0, 1.0, 62)], SECOND, 4, FOUR)
    assert (short[0].end, long[0].end) == (1, 2)


def test_fast_notes_are_kept_apart() -> None:
    trill = [note(0.125 * i, 0.12, 60 + i % 2) for i in range(8)]
    told = quantise(trill, SECOND, MIXED, FOUR)
    assert [one.onset for one in told] == [Fraction(i, 8) for i in range(8)]


def test_of_one_key_at_one_place_the_longest_is_left() -> None:
    told = quantise([note(0.0, 0.05, 60), note(0.06, 0.9, 60)], SECOND, 1, FOUR)
    assert [(one.onset, one.end) for one in told] == [(0, 1)]


def test_compound_metres_have_no_triplets() -> None:
    eighths = [note(i / 3, 0.3, 60) for i in range(6)]
    told = quantise(eighths, Beats((0.0, 1.0), Fraction(3, 2)), MIXED, Metre(6, 8))
    assert [one.onset for one in told] == [Fraction(i, 2) for i in range(6)]


def test_found_beats_are_followed_where_the_tempo_changes() -> None:
    beats_s = np.cumsum(np.linspace(0.6, 0.4, 24))
    notes = [note(float(at_s), 0.3, 60) for at_s in beats_s]
    beats = beats_of(notes, TempoVerdict(120.0, 0.9, tuple(beats_s.tolist())), FOUR)
    assert [one.onset for one in quantise(notes, beats, 4, FOUR)] == list(range(24))


def test_beats_go_on_before_and_after_those_found() -> None:
    beats = Beats((2.0, 2.5, 3.0), first=1)
    assert [beats.at(time_s) for time_s in (1.0, 2.25, 2.5, 4.0)] == [-3.0, -0.5, 0.0, 3.0]


@pytest.mark.parametrize(
    ("first_s", "first_beat_s", "onset"),
    [
        (3.0, None, 0),
        (3.1, None, 0),
        (3.25, None, Fraction(1, 4)),
        (3.5, None, Fraction(-1, 2)),
        (3.0, 4.0, -1),
        (3.5, 4.02, Fraction(-1, 2)),
        (9.0, 4.0, 5),
    ],
)
def test_where_the_first_bar_begins(first_s: float, first_beat_s: float | None, onset: Fraction) -> None:
    notes = [note(first_s, 0.2, 60)]
    beats = beats_of(notes, steady(60.0), FOUR, first_beat_s=first_beat_s)
    assert quantise(notes, beats, 4, FOUR)[0].onset == onset


@pytest.mark.parametrize("bpm", [70.0, 88.0, 100.0, 126.0, 150.0])
@pytest.mark.parametrize("jitter_s", [0.0, 0.012])
def test_the_tempo_under_a_phrase_is_found(bpm: float, jitter_s: float) -> None:
    notes = played(TUNE, bpm, start_s=1.3, jitter_s=jitter_s)
    told = tempo_of_notes(notes)
    assert told is not None
    twice = told[0] / bpm > 1.5  # sixteenths at 70 are eighths at 140
    assert told[0] == pytest.approx(bpm * (1 + twice), rel=0.015)
    beats = (1.3 - told[1]) * told[0] / 60.0
    assert abs(beats - round(beats)) < 0.06
    assert tempo_of_notes(notes[:3]) is None


def test_a_tempo_that_is_told_is_believed_over_the_one_found() -> None:
    notes, found = played(TUNE, 90.0), steady(90.0)
    assert beats_of(notes, found, FOUR).bpm == 90.0
    followed = beats_of(notes, found, FOUR, 91.0)
    assert (followed.bpm, followed.times_s) == (91.0, found.beats_s)
    other = beats_of(notes, found, FOUR, 135.0)
    assert (other.bpm, len(other.times_s)) == (135.0, 2)


def test_found_beats_may_be_counted_twice_as_fast_or_slow() -> None:
    notes = [note(0.5 * i, 0.4, 60) for i in range(1, 12)]
    found = steady(120.0)
    fast, slow = (beats_of(notes, found, FOUR, bpm) for bpm in (240.0, 60.0))
    assert [fast.at(one.onset_s) for one in notes] == pytest.approx(range(0, 22, 2))
    assert [slow.at(one.onset_s) for one in notes] == pytest.approx([0.5 * i for i in range(11)])


def test_a_tempo_that_is_told_exactly_is_kept_exactly() -> None:
    notes = [note(0.5 * i, 0.4, 60) for i in range(12)]
    beats = beats_of(notes, None, FOUR, 60.0)
    assert [beats.at(one.onset_s) for one in notes] == pytest.approx([0.5 * i for i in range(12)])


def test_a_tempo_told_by_ear_is_refined() -> None:
    notes = [note(0.503 * i, 0.4, 60) for i in range(120)]
    beats = beats_of(notes, None, FOUR, 120.0)
    assert beats.bpm == 120.0
    assert [beats.at(one.onset_s) for one in notes] == pytest.approx(range(120), abs=0.1)


def test_a_steady_tempo_sounds_from_the_first_bar() -> None:
    pickup = quantise(played([(-1, 1, 60), (0, 2, 64)], start_s=9.0), Beats((9.0, 10.0)), 4, FOUR)
    ((_, told),) = sounding_on_grid([(instrument_of(None, []), pickup)], FOUR, 120.0)
    assert [(one.onset_s, one.offset_s, one.midi) for one in told] == [(1.5, 2.0, 60), (2.0, 3.0, 64)]
