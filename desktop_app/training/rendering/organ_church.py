# SPDX-License-Identifier: MIT
"""The church that most pipe organs stand in.

References
----------
Moorer, "About This Reverberation Business", Computer Music Journal 3(2), 1979 (decaying noise as a room).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band
from desktop_app.training.rendering.voices_strings import between

_EDGES_HZ: Final = (40.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)


def church_response(rng: Rng, rt60_s: float) -> Signal:
    """A church's dense tail of energy 1: noise that decays faster towards high frequencies, shape (64000,).

    Parameters
    ----------
    rng
        Draws the church.
    rt60_s
        How long its low and middle frequencies take to fall by 60 dB.
    """
    at_8_khz = rng.uniform(0.2, 0.5)
    y, n_bands = np.zeros(N_SAMPLES), len(_EDGES_HZ) - 1
    for number in range(n_bands):
        noise = band(rng.standard_normal(N_SAMPLES), _EDGES_HZ[number], _EDGES_HZ[number + 1])
        decay_s = rt60_s * (1.0 - (1.0 - at_8_khz) * (number / (n_bands - 1)) ** 2)
        y += noise * 10.0 ** (-3.0 * TIME_S / decay_s) * 2.0 ** (-number / 2.0)
    y *= 1.0 - np.exp(-TIME_S / between(rng, 0.005, 0.05))
    delay = int(SR * between(rng, 0.003, 0.04))
    y = np.concatenate([np.zeros(delay), y[:-delay]])
    return y / np.sqrt(np.sum(y**2))


def in_church(y: Signal, rng: Rng) -> Signal:
    """The sound from some way off in a church of 1.5 to 4 s, shape (64000,)."""
    response = church_response(rng, rng.uniform(1.5, 4.0)) * 10.0 ** (rng.uniform(-10.0, 6.0) / 20.0)
    response[0] += 1.0
    n_fft = 2 * N_SAMPLES
    return np.fft.irfft(np.fft.rfft(y, n_fft) * np.fft.rfft(response, n_fft), n_fft)[:N_SAMPLES]
