# SPDX-License-Identifier: MIT
"""What sounds that are no instrument are built of: bursts of noise, decaying modes, strokes in time, scenes.

References
----------
Cook, "Physically Informed Sonic Modeling (PhISM)", Computer Music Journal 21(3), 1997 (grains and modes).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from desktop_app.training.augmentation.sound import band_limits, coloured_noise, equaliser, room_response
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band

Stroke = Callable[[Rng], Signal]
"""One stroke, drawn by the clip's generator; any length."""

Values = Sequence[float] | Signal

_LAST_S: Final = 3.7
_BLOCK: Final = 128


def log_uniform(rng: Rng, low: float, high: float) -> float:
    """A number whose logarithm is spread evenly."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def times(length_s: float) -> Signal:
    """Seconds from the start of a sound, at most 4; in whole blocks, so that its spectrum is quickly made."""
    n = (int(length_s * SR) // _BLOCK + 1) * _BLOCK
    return TIME_S[: min(N_SAMPLES, n)]


def white(n: int, clip: Rng) -> Signal:
    """White noise, RMS 1."""
    return clip.standard_normal(n)


def place(y: Signal, part: Signal, start_s: float, level: float = 1.0) -> None:
    """Add a part to a sound at a time; what goes beyond the end is cut."""
    start = int(start_s * SR)
    n = max(0, min(part.shape[0], y.shape[0] - start))
    y[start : start + n] += level * part[:n]


def burst(decay_s: float, low_hz: float, high_hz: float, clip: Rng, attack_s: float = 0.0005) -> Signal:
    """Filtered noise that rises and decays to 37 % every ``decay_s`` seconds; peak 1."""
    t = times(7.0 * decay_s + attack_s + 0.01)
    shape = np.minimum(1.0, t / attack_s) * np.exp(-np.maximum(0.0, t - attack_s) / decay_s)
    return scaled(band(white(t.shape[0], clip), low_hz, high_hz) * shape)


def modes(hz: Values, decay_s: Values, levels: Values, clip: Rng) -> Signal:
    """Decaying sines, each with its own decay; those beyond 7.9 kHz are left out; peak 1."""
    t = times(6.0 * float(np.max(decay_s)))
    y = np.zeros(t.shape[0])
    for one_hz, one_s, level in zip(hz, decay_s, levels, strict=True):
        if one_hz < 7900.0:
            n = min(t.shape[0], int(7.0 * one_s * SR) + 2)
            turns = one_hz * t[:n] + clip.random()
            y[:n] += level * np.sin(2.0 * np.pi * turns) * np.exp(-t[:n] / one_s)
    return scaled(y * np.minimum(1.0, t / 0.0007))


def scaled(y: Signal) -> Signal:
    """With peak 1."""
    return y / max(float(np.abs(y).max(initial=0.0)), 1e-9)


def strokes(
    make: Stroke,
    rng: Rng,
    clip: Rng,
    gaps_s: tuple[float, float] = (0.12, 0.9),
    single: float = 0.45,
) -> Signal:
    """One stroke, or a series of them, even or uneven, louder and softer.

    Parameters
    ----------
    make
        Makes one stroke.
    rng, clip
        Generators of the kind and of the clip.
    gaps_s
        Least and greatest distance of two strokes.
    single
        How probably there is only one.
    """
    y, now_s = np.zeros(N_SAMPLES), clip.uniform(0.0, 0.15)
    is_single, gap_s = rng.random() < single, log_uniform(rng, *gaps_s)
    unevenness, spread = float(rng.choice([0.02, 0.12, 0.4])), rng.uniform(0.0, 0.6)
    while now_s < _LAST_S:
        place(y, make(clip), now_s, 1.0 - spread * clip.random())
        if is_single:
            break
        now_s += gap_s * clip.lognormal(0.0, unevenness)
    return y


def grains(per_s: Signal | float, make: Stroke, clip: Rng, n_kinds: int = 24) -> Signal:
    """Many strokes at random times and of random strength; ``per_s`` may change over the 4 s.

    The strokes are taken from a few drawn ones, so that thousands of them cost little.
    """
    rate = np.broadcast_to(np.asarray(per_s, np.float64), (N_SAMPLES,)) / SR
    starts = np.flatnonzero(clip.random(N_SAMPLES) < rate)
    chosen = clip.integers(n_kinds, size=starts.shape[0])
    strength = clip.exponential(1.0, starts.shape[0])
    y = np.zeros(N_SAMPLES)
    for kind in range(n_kinds):
        train = np.zeros(N_SAMPLES)
        train[starts[chosen == kind]] = strength[chosen == kind]
        if train.any():
            part = make(clip)
            n_fft = 1 << (N_SAMPLES + part.shape[0] - 1).bit_length()
            y += np.fft.irfft(np.fft.rfft(train, n_fft) * np.fft.rfft(part, n_fft), n_fft)[:N_SAMPLES]
    return y


def wander(clip: Rng, per_s: float, low: float = 0.0, high: float = 1.0) -> Signal:
    """A smooth random curve between two values with about so many turns a second, shape (64000,)."""
    knots = clip.uniform(low, high, max(2, int(4.0 * per_s) + 2))
    at = np.linspace(0.0, knots.shape[0] - 1.0, N_SAMPLES)
    left = np.minimum(at.astype(int), knots.shape[0] - 2)
    part = 0.5 - 0.5 * np.cos(np.pi * (at - left))
    return knots[left] * (1.0 - part) + knots[left + 1] * part


def bell(centre_s: float, width_s: float) -> Signal:
    """A smooth swell around a time, peak 1, shape (64000,)."""
    return np.exp(-0.5 * ((TIME_S - centre_s) / width_s) ** 2)


def resonant(
    y: Signal, hz: Sequence[float] | Signal, width_hz: Sequence[float] | Signal, dry: float = 0.0
) -> Signal:
    """A sound through a few resonances in parallel."""
    f = np.fft.rfftfreq(y.shape[0], 1.0 / SR)
    gain = np.full(f.shape[0], dry)
    for centre, width in zip(hz, width_hz, strict=True):
        gain += 1.0 / (1.0 + ((f - centre) / width) ** 2)
    return np.fft.irfft(np.fft.rfft(y) * gain, y.shape[0])


def scene(y: Signal, rng: Rng, clip: Rng) -> Signal:
    """What is between the sound and the file: nothing, or distance, a room, a telephone, some noise."""
    if rng.random() < 0.35:
        return y
    n_fft = 1 << (y.shape[0] + 2 * SR - 1).bit_length()
    hz = np.fft.rfftfreq(n_fft, 1.0 / SR).astype(np.float64)
    spectrum = np.fft.rfft(y, n_fft) * equaliser(hz, rng)
    if rng.random() < 0.5:
        room = room_response(SR, rng)
        room[0] *= rng.uniform(0.1, 1.0)  # from afar the direct sound is weaker than the room
        spectrum = spectrum * np.fft.rfft(room, n_fft)
    if rng.random() < 0.3:
        spectrum = spectrum * band_limits(hz, rng)
    wet = scaled(np.fft.irfft(spectrum, n_fft)[: y.shape[0]])
    if rng.random() < 0.4:
        floor = coloured_noise(y.shape[0], rng.uniform(0.0, 2.0), clip)
        wet = wet + floor * 10.0 ** (-rng.uniform(30.0, 60.0) / 20.0)
    return wet
