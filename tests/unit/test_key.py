# SPDX-License-Identifier: MIT
"""The key: right for plain cadences in all keys, None where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from music_sounds import SR, cadences, key_of, plucked

from desktop_app.domain.pitch import NOTE_NAMES
from desktop_app.transcription.key_spectrum import LOWEST_MIDI, N_SEMITONES, KeySpectrum

rng = np.random.default_rng


@pytest.mark.parametrize("minor", [False, True], ids=["major", "minor"])
@pytest.mark.parametrize("tonic", range(12), ids=NOTE_NAMES)
def test_cadences_tell_their_key(tonic, minor):
    told = key_of(plucked(cadences(54 + (tonic - 6) % 12, minor=minor, beat_s=0.25), 8.5))
    assert told is not None
    assert told.name == f"{NOTE_NAMES[tonic]} {'minor' if minor else 'major'}"
    assert 0.5 <= told.confidence <= 1.0


@pytest.mark.parametrize(("tonic", "minor", "name"), [(60, False, "C major"), (69, True, "A minor")])
def test_relatives_are_told_apart_in_one_scale(tonic, minor, name):
    steps = (0, 2, 3, 5, 7, 5, 3, 2) if minor else (0, 2, 4, 5, 7, 5, 4, 2)
    third = 3 if minor else 4
    melody = [(0.25 * i, 0.25, (tonic + steps[i % 8],)) for i in range(40)]
    chords = [(1.0 * i, 1.0, (tonic - 12, tonic - 12 + third, tonic - 5)) for i in range(10)]
    told = key_of(plucked(melody + chords, 10.5))
    assert told is not None
    assert told.name == name


def chromatic():
    notes = rng(2).integers(48, 84, 60)
    return plucked([(0.25 * i, 0.3, (int(midi),)) for i, midi in enumerate(notes)], 16.0)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(np.zeros(0, np.float32), id="nothing"),
        pytest.param(np.zeros(12 * SR, np.float32), id="silence"),
        pytest.param(0.1 * rng(0).standard_normal(12 * SR).astype(np.float32), id="noise"),
        pytest.param(plucked([(1.0 * i, 1.0, (60,)) for i in range(10)], 10.5), id="one note"),
        pytest.param(plucked(cadences(60, minor=False, beat_s=0.1), 2.0), id="two seconds"),
        pytest.param(chromatic(), id="all twelve"),
    ],
)
def test_nothing_is_told_where_no_key_is(sound):
    assert key_of(sound) is None


def test_the_reference_pitch_moves_the_key():
    spectrum = KeySpectrum(SR, a4_hz=440.0 * 2.0 ** (-1.0 / 12.0))
    spectrum.add(plucked([(0.0, 1.0, (69,))], 1.0))
    assert spectrum.values().sum(axis=0).argmax() == 70 - LOWEST_MIDI


def test_any_cutting_gives_the_same_strengths():
    y = plucked(cadences(62, minor=True), 5.0)
    whole, parts = KeySpectrum(SR), KeySpectrum(SR)
    whole.add(y)
    for part in np.split(y, [0, 1, 100, 8191, 8192, 30_000, 30_001]):
        parts.add(part)
    assert whole.values().shape == ((y.size - 8192) // 4096 + 1, N_SEMITONES)
    np.testing.assert_array_equal(parts.values(), whole.values())
