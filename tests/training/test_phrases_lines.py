# SPDX-License-Identifier: MIT
from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from desktop_app.training.phrases.chords import chords
from desktop_app.training.phrases.lines import (
    BEND,
    Note,
    expression,
    melody,
    played,
    single_notes,
)
from desktop_app.training.phrases.noise import drum_line

LOW, HIGH, LENGTH_S = 40, 88, 14.0


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def n_down(notes: tuple[Note, ...], time_s: float) -> int:
    return sum(note.onset_s <= time_s < note.offset_s for note in notes)


@pytest.mark.parametrize("make", [melody, single_notes, chords])
@pytest.mark.parametrize("seed", range(12))
def test_what_is_played_is_playable(make, seed):
    notes = make(rng_of(seed), LOW, HIGH, LENGTH_S)
    assert len(notes) >= 2
    assert list(notes) == sorted(notes)
    assert notes == make(rng_of(seed), LOW, HIGH, LENGTH_S)
    for note in notes:
        assert LOW <= note.midi <= HIGH
        assert 25 <= note.velocity <= 127
        assert 0.0 < note.onset_s < note.offset_s < LENGTH_S
        assert note.onset_s == round(note.onset_s, 3)
    for midi in {note.midi for note in notes}:
        for earlier, later in pairwise([note for note in notes if note.midi == midi]):
            assert earlier.offset_s <= later.onset_s - 0.0195


@pytest.mark.parametrize("seed", range(8))
def test_a_melody_has_one_voice_apart_from_legato(seed):
    notes = melody(rng_of(seed), LOW, HIGH, LENGTH_S)
    assert all(later.onset_s > earlier.offset_s - 0.0801 for earlier, later in pairwise(notes))
    assert all(later.onset_s > earlier.onset_s for earlier, later in pairwise(notes))


def test_melodies_hold_what_is_hard():
    phrases = [melody(rng_of(seed), LOW, HIGH, LENGTH_S) for seed in range(60)]
    pairs = [pair for notes in phrases for pair in pairwise(notes)]
    lengths_s = [note.offset_s - note.onset_s for notes in phrases for note in notes]
    assert min(lengths_s) < 0.09
    assert max(lengths_s) > 1.0
    assert any(later.onset_s < earlier.offset_s - 0.03 for earlier, later in pairs)  # legato
    assert any(later.midi == earlier.midi for earlier, later in pairs)
    assert any(abs(later.midi - earlier.midi) > 12 for earlier, later in pairs)
    assert any(later.onset_s - earlier.onset_s < 0.1 for earlier, later in pairs)
    pitches = {note.midi for notes in phrases for note in notes}
    assert pitches == set(range(LOW, HIGH + 1))


def test_single_notes_are_apart():
    for earlier, later in pairwise(single_notes(rng_of(3), LOW, HIGH, 60.0)):
        assert earlier.offset_s - earlier.onset_s >= 0.299
        assert later.onset_s - earlier.offset_s >= 0.249


def test_chords_have_two_to_six_voices():
    n_most = [
        max(n_down(notes, note.onset_s + 0.031) for note in notes)
        for notes in (chords(rng_of(seed), LOW, HIGH, LENGTH_S) for seed in range(30))
    ]
    assert min(n_most) >= 2
    assert max(n_most) >= 5


def test_a_key_comes_up_before_it_goes_down_again():
    twice = [Note(0.5, 1.0, 60, 90), Note(0.2, 0.9, 60, 80), Note(0.49, 0.8, 60, 70)]
    assert played(twice) == (Note(0.2, 0.48, 60, 80), Note(0.5, 1.0, 60, 90))


def test_bends_stay_within_one_note():
    notes = melody(rng_of(1), LOW, HIGH, LENGTH_S)
    drawn = [expression(rng_of(seed), notes, LENGTH_S, can_bend=True) for seed in range(40)]
    bends = [move for moves in drawn for move in moves if move.number == BEND]
    assert 20.0 < max(abs(move.value) for move in bends) <= 60.0
    assert sum(not moves for moves in drawn) > 5
    stiff = [expression(rng_of(seed), notes, LENGTH_S, can_bend=False) for seed in range(40)]
    assert not any(move.number == BEND for moves in stiff for move in moves)
    for moves in drawn:
        assert all(0 <= move.value <= 127 for move in moves if move.number != BEND)


def test_a_beat_uses_the_keys_of_a_kit():
    line = drum_line(rng_of(0), LENGTH_S)
    assert len(line.notes) > 10
    assert all(35 <= note.midi <= 81 and note.offset_s < LENGTH_S for note in line.notes)
