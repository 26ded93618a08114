# SPDX-License-Identifier: MIT
"""Conversions between frequency, MIDI note numbers and note names (MIDI 60 = C4)."""

from __future__ import annotations

import math
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN

A4_HZ: Final = 440.0
NOTE_NAMES: Final[tuple[str, ...]] = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@overload
def hz_to_midi(f0_hz: float, a4_hz: float = ...) -> float: ...
@overload
def hz_to_midi(f0_hz: NDArray[np.floating], a4_hz: float = ...) -> NDArray[np.float64]: ...
def hz_to_midi(f0_hz: float | NDArray[np.floating], a4_hz: float = A4_HZ) -> float | NDArray[np.float64]:
    """Fractional MIDI note number of a frequency in Hz; nan stays nan."""
    if isinstance(f0_hz, np.ndarray):
        return np.asarray(69.0 + 12.0 * np.log2(f0_hz.astype(np.float64) / a4_hz))
    return 69.0 + 12.0 * math.log2(f0_hz / a4_hz) if f0_hz == f0_hz else math.nan


def midi_to_hz(midi: float, a4_hz: float = A4_HZ) -> float:
    """Frequency in Hz of a (fractional) MIDI note number."""
    return a4_hz * math.exp2((midi - 69.0) / 12.0)


def note_name(midi: int) -> str:
    """Name with octave, such as ``"A4"`` for 69; sharps are written ``#``."""
    return f"{NOTE_NAMES[midi % 12]}{midi // 12 - 1}"


def nearest_note(f0_hz: float, a4_hz: float = A4_HZ) -> tuple[int, float]:
    """Nearest MIDI note and the deviation from it in cents (-50 … 50)."""
    midi = hz_to_midi(f0_hz, a4_hz)
    nearest = math.floor(midi + 0.5)
    return nearest, 100.0 * (midi - nearest)


def named_note(f0_hz: float, a4_hz: float = A4_HZ) -> tuple[int, float] | None:
    """As :func:`nearest_note`; None outside the piano's keys, where no name is told."""
    midi, cents = nearest_note(f0_hz, a4_hz)
    return (midi, cents) if MIDI_MIN <= midi <= MIDI_MAX else None


def is_black_key(midi: int) -> bool:
    """Whether the note is a black key of the piano."""
    return midi % 12 in (1, 3, 6, 8, 10)
