# SPDX-License-Identifier: MIT
"""A fundamental that wanders (glides, vibrato, steps, rests), sounding through many kinds of spectra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.phrases.lines import Note, played, struck
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import Rng, Signal, harmonics

HOP: Final = 160
SPECTRA: Final = ("rich", "weak", "missing", "odd", "few", "pure", "formants")
_LOWEST, _HIGHEST = 21.0, 108.0


@dataclass(frozen=True, slots=True)
class Contour:
    """A wandering tone.

    Attributes
    ----------
    y
        Sound at 16 kHz, shape (n,).
    f0_hz
        Fundamental at frame centres every 10 ms, shape (n // 160,), float32; 0 where nothing sounds.
    notes
        The targets, from where the way to each begins; ``midi`` is the nearest key.
    spectrum
        One of :data:`SPECTRA`.
    """

    y: Float32Array
    f0_hz: Float32Array
    notes: tuple[Note, ...]
    spectrum: str


def contour(rng: Rng, length_s: float) -> Contour:
    """Draw a contour and let it sound."""
    midi, level, notes = _path(rng, length_s)
    f0_hz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    spectrum = str(rng.choice(SPECTRA))
    y = _sound(f0_hz, spectrum, rng) * level
    breath = float(rng.choice([0.0, rng.uniform(0.0, 0.05)]))
    y += breath * float(np.sqrt(np.mean(y**2))) * coloured_noise(y.shape[0], 1.0, rng) * (level > 0)
    track = np.where(level[::HOP] > 0, f0_hz[::HOP], 0.0)[: y.shape[0] // HOP]
    return Contour(y.astype(np.float32), track.astype(np.float32), played(notes), spectrum)


def _path(rng: Rng, length_s: float) -> tuple[Signal, Signal, list[Note]]:
    """Pitch and level of each sample, and the targets."""
    n = int(length_s * SR)
    span = float(rng.uniform(7.0, 30.0))
    low = float(rng.uniform(_LOWEST, _HIGHEST - span))
    midi, level, notes = np.full(n, low), np.zeros(n), []
    start, place = int(rng.uniform(0.1, 0.5) * SR), low + span * float(rng.random())
    while start < n - SR:
        d = int(np.exp(rng.uniform(np.log(0.12), np.log(1.5))) * SR)
        target = float(np.clip(place + rng.normal(0.0, 5.0), low, low + span))
        midi[start : start + d] = _way(place, target, d, rng)[: n - start]
        level[start : start + d] = _loudness(d, rng)[: n - start]
        end_s = min(start + d, n) / SR
        notes.append(Note(start / SR, end_s, round(target), struck(rng.uniform(40.0, 120.0))))
        place, start = target, start + d + int(rng.choice([0.0, 0.0, 0.05, rng.uniform(0.1, 0.6)]) * SR)
    return midi, level, notes


def _way(place: float, target: float, d: int, rng: Rng) -> Signal:
    """From one pitch to the next by a step or a glide, then held with vibrato and a little drift."""
    k = np.arange(d)
    glide = 1 + int(d * float(rng.choice([0.0, rng.uniform(0.05, 0.3), rng.uniform(0.3, 1.0)])))
    turn = 0.5 - 0.5 * np.cos(np.pi * np.minimum(1.0, (k + 1) / glide))
    depth, rate_hz = float(rng.choice([0.0, rng.uniform(0.05, 0.9)])), float(rng.uniform(4.0, 7.5))
    vibrato = depth * np.sin(2.0 * np.pi * rate_hz * k / SR) * np.clip((k - glide) / (0.15 * SR), 0.0, 1.0)
    return np.clip(place + (target - place) * turn + vibrato, _LOWEST, _HIGHEST)


def _loudness(d: int, rng: Rng) -> Signal:
    """A tone's level with short flanks, always above nothing."""
    k, edge = np.arange(d) + 1.0, rng.uniform(0.005, 0.04) * SR
    flanks = np.minimum(1.0, np.minimum(k, k[::-1]) / edge)
    return flanks * rng.uniform(0.25, 1.0) * (1.0 + rng.uniform(-0.5, 0.5) * np.linspace(-1.0, 1.0, d))


def _sound(f0_hz: Signal, spectrum: str, rng: Rng) -> Signal:
    """Harmonics of the contour; each is silent wherever it passes 7.8 kHz."""
    periods, levels = np.cumsum(f0_hz) / SR, _levels(spectrum, float(f0_hz.min()), rng)
    gain = _formants(rng) if spectrum == "formants" else None
    y = np.zeros_like(f0_hz)
    for number, level in enumerate(levels, start=1):
        if level:
            strength = np.where(number * f0_hz < 7800.0, level, 0.0)
            if gain is not None:
                strength = strength * np.interp(number * f0_hz, np.arange(0.0, 8000.0, 20.0), gain)
            y += strength * np.sin(2.0 * np.pi * (number * periods + rng.random()))
    return y / (np.abs(y).max() + 1e-9)


def _levels(spectrum: str, lowest_hz: float, rng: Rng) -> Signal:
    k = harmonics(lowest_hz)[:120]
    levels = rng.uniform(0.3, 1.0, k.shape[0]) / k ** rng.uniform(0.3, 2.0)
    if spectrum == "pure":
        return levels[:1]
    if spectrum == "few":
        return levels[: int(rng.integers(2, 5))]
    if spectrum == "odd":
        return levels * (k % 2 == 1)
    if spectrum in ("weak", "missing"):
        levels = rng.uniform(0.5, 1.0, k.shape[0]) / k ** rng.uniform(0.1, 0.9)
        levels[: int(rng.integers(1, 3))] *= rng.uniform(0.02, 0.15) if spectrum == "weak" else 0.0
    return levels


def _formants(rng: Rng) -> Signal:
    """Gain every 20 Hz up to 8 kHz of a vocal tract with five resonances."""
    hz, gain = np.arange(0.0, 8000.0, 20.0), np.full(400, 0.02)
    centres_hz = (rng.uniform(270, 800), rng.uniform(800, 2300), rng.uniform(2300, 3100), 3500, 4400)
    for number, centre_hz in enumerate(centres_hz):
        gain += 0.7**number / (1.0 + ((hz - centre_hz) / (rng.uniform(70, 160) * (1 + 0.4 * number))) ** 2)
    return gain
