# SPDX-License-Identifier: MIT
"""Conversions, names, errors and the place of data files."""

import copy
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.assets import bundled
from desktop_app.domain.errors import AudioFileError
from desktop_app.domain.labels import FAMILIES, MIDI_MAX, MIDI_MIN, N_PITCHES
from desktop_app.domain.pitch import hz_to_midi, is_black_key, midi_to_hz, nearest_note, note_name


@pytest.mark.parametrize(
    ("midi", "name", "hz"), [(21, "A0", 27.5), (60, "C4", 261.6256), (69, "A4", 440.0), (108, "C8", 4186.009)]
)
def test_names_and_frequencies(midi: int, name: str, hz: float) -> None:
    assert note_name(midi) == name
    assert midi_to_hz(midi) == pytest.approx(hz, rel=1e-6)
    assert nearest_note(hz) == (midi, pytest.approx(0.0, abs=1e-3))


@given(st.floats(-60, 200), st.floats(400, 480))
def test_hz_and_midi_are_inverse(midi: float, a4_hz: float) -> None:
    assert hz_to_midi(midi_to_hz(midi, a4_hz), a4_hz) == pytest.approx(midi, abs=1e-9)


@given(st.floats(20, 8000), st.floats(400, 480))
def test_cents_are_within_half_a_semitone(f0_hz: float, a4_hz: float) -> None:
    midi, cents = nearest_note(f0_hz, a4_hz)
    assert -50.0 <= cents <= 50.0
    assert midi_to_hz(midi + cents / 100, a4_hz) == pytest.approx(f0_hz, rel=1e-9)


def test_arrays_keep_their_gaps() -> None:
    midi = hz_to_midi(np.array([440.0, np.nan, 880.0]))
    assert midi[0] == 69.0
    assert math.isnan(midi[1])
    assert midi[2] == 81.0
    assert math.isnan(hz_to_midi(math.nan))


def test_the_piano() -> None:
    keys = range(MIDI_MIN, MIDI_MAX + 1)
    assert len(keys) == N_PITCHES == 88
    assert sum(is_black_key(midi) for midi in keys) == 36


def test_families_are_in_alphabetical_order_as_published() -> None:
    assert len(FAMILIES) == 11
    assert sorted(FAMILIES) == list(FAMILIES)


def test_errors_survive_the_way_between_processes() -> None:
    error = copy.copy(AudioFileError("missing", "There is no file a.wav."))  # reduces it as a pipe does
    assert (error.code, str(error)) == ("missing", "There is no file a.wav.")


def test_bundled_files_are_found_and_missing_ones_named() -> None:
    assert bundled("models", "manifest.json").is_file()
    with pytest.raises(FileNotFoundError, match=r"models/no\.such"):
        bundled("models", "no.such")
