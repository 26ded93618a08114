# SPDX-License-Identifier: MIT
"""How a note is played, whatever makes its sound: how long it is held, vibrato, and the instrument's body.

References
----------
Fletcher and Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (vibrato, resonances of bodies).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.training.rendering.soundfont import HELD_S
from desktop_app.training.rendering.voices import Rng, Signal

_N_BANDS: Final = 12
_LONG: Final = 0.6  # the share of notes that are held to the end


@dataclass(frozen=True, slots=True)
class Touch:
    """How one instrument's player plays sustained notes; drawn once for each instrument.

    Attributes
    ----------
    vibrato_cents, vibrato_hz, delay_s
        Depth (0: none), rate, and when it sets in.
    scoop_cents
        How far below the note it may begin.
    drift_cents
        How much the pitch wanders.
    """

    vibrato_cents: float
    vibrato_hz: float
    delay_s: float
    scoop_cents: float
    drift_cents: float


def draw_touch(rng: Rng) -> Touch:
    """A player: three of five use vibrato."""
    depth = rng.uniform(6.0, 45.0) * float(rng.random() < 0.6)
    return Touch(
        depth,
        rng.uniform(4.2, 7.0),
        rng.uniform(0.0, 0.7),
        rng.uniform(10.0, 120.0) * float(rng.random() < 0.4),
        rng.uniform(0.5, 6.0),
    )


def draw_held_s(note: Rng) -> float:
    """How long a note is held: three of five to the end (3 s), the others from a staccato on."""
    return HELD_S if note.random() < _LONG else float(np.exp(note.uniform(np.log(0.15), np.log(2.5))))


def bend(y: Signal, sr: int, touch: Touch, note: Rng) -> Signal:
    """The sound with vibrato, a slide into the note and drift, by reading it at a varying speed.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Mono sound.
    sr
        Its rate in Hz.
    touch
        The player.
    note
        What differs from note to note.
    """
    t = np.arange(y.shape[0]) / sr
    set_in = np.clip((t - touch.delay_s * note.uniform(0.6, 1.4)) / 0.4, 0.0, 1.0)
    rate_hz = touch.vibrato_hz * note.uniform(0.93, 1.07)
    cents = touch.vibrato_cents * set_in * np.sin(2.0 * np.pi * rate_hz * t + note.uniform(0.0, 6.28))
    cents -= touch.scoop_cents * note.random() * np.exp(-t / 0.04)
    wander = note.standard_normal(12)
    cents += touch.drift_cents * np.interp(t, np.linspace(0.0, float(t[-1]), 12), wander)
    place = np.cumsum(np.exp2(cents / 1200.0)) - 1.0
    return np.interp(place, np.arange(y.shape[0]), y)


def draw_body(rng: Rng) -> Signal:
    """Gains in dB of an instrument's body at logarithmically spaced frequencies, shape (12,)."""
    return rng.normal(0.0, rng.uniform(1.0, 4.5), _N_BANDS) + rng.normal(0.0, 3.0) * np.linspace(
        -1, 1, _N_BANDS
    )


def through_body(y: Signal, sr: int, body: Signal) -> Signal:
    """The sound after a smooth filter of zero phase, from 60 Hz to 8 kHz."""
    hz = np.fft.rfftfreq(y.shape[0], 1.0 / sr)
    at = np.linspace(np.log2(60.0), np.log2(8000.0), body.shape[0])
    gain_db = np.interp(np.log2(np.maximum(hz, 1.0)), at, body)
    return np.fft.irfft(np.fft.rfft(y) * 10.0 ** (gain_db / 20.0), y.shape[0])
