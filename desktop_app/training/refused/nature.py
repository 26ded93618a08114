# SPDX-License-Identifier: MIT
"""Own sounds of weather, water, fire and animals.

References
----------
van den Doel, "Physically Based Models for Liquid Sounds", ACM Transactions on Applied Perception 2(4), 2005
(a bubble: a sine that rises as it decays).
"""

from __future__ import annotations

import numpy as np

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.refused.parts import (
    Stroke,
    burst,
    grains,
    log_uniform,
    place,
    resonant,
    scaled,
    strokes,
    times,
    wander,
    white,
)
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band


def rain(rng: Rng, clip: Rng) -> Signal:
    """Rain on leaves, a roof or a window: drops by the hundred over a hiss."""
    decay_s, low_hz = log_uniform(rng, 0.0005, 0.006), log_uniform(rng, 200.0, 3000.0)
    drops = grains(log_uniform(rng, 60.0, 3000.0), lambda c: burst(decay_s, low_hz, 8500.0, c), clip)
    hiss = band(coloured_noise(N_SAMPLES, rng.uniform(0.0, 1.2), clip), low_hz, 8000.0)
    return scaled(drops) + rng.uniform(0.03, 0.6) * scaled(hiss)


def _bubble(low_hz: float, high_hz: float) -> Stroke:
    def one(clip: Rng) -> Signal:
        hz = log_uniform(clip, low_hz, high_hz)
        decay_s = min(0.08, 8.0 / hz * clip.uniform(0.5, 2.0))
        t = times(6.0 * decay_s)
        rise = clip.uniform(0.0, 0.8)
        turns = hz * (t + 0.5 * rise * t * t / decay_s)
        return np.sin(2.0 * np.pi * turns) * np.exp(-t / decay_s) * np.minimum(1.0, t / 0.001)

    return one


def stream(rng: Rng, clip: Rng) -> Signal:
    """Running, pouring or boiling water: bubbles of all sizes."""
    low_hz = log_uniform(rng, 200.0, 900.0)
    bubble = _bubble(low_hz, low_hz * rng.uniform(3.0, 9.0))
    y = grains(log_uniform(rng, 40.0, 900.0) * wander(clip, 3.0, 0.5, 1.0), bubble, clip, 60)
    hiss = band(white(N_SAMPLES, clip), 500.0, rng.uniform(2500.0, 8000.0))
    return scaled(y) + rng.uniform(0.01, 0.3) * scaled(hiss)


def drips(rng: Rng, clip: Rng) -> Signal:
    """Drops that fall into water, one by one."""
    hz = log_uniform(rng, 400.0, 2000.0)
    bubble = _bubble(hz * 0.8, hz * 1.25)

    def drop(c: Rng) -> Signal:
        y = np.zeros(times(0.4).shape[0])
        place(y, burst(0.002, 1000.0, 7000.0, c), 0.0, c.uniform(0.1, 0.8))
        for late_s in c.uniform(0.0, 0.12, int(c.integers(1, 4))):
            place(y, bubble(c), 0.01 + late_s, c.uniform(0.3, 1.0))
        return y

    return strokes(drop, rng, clip, (0.15, 1.2), 0.1)


def waves(rng: Rng, clip: Rng) -> Signal:
    """Surf: noise that swells, breaks and draws back."""
    swell = wander(clip, rng.uniform(0.4, 1.2), 0.05, 1.0) ** 2
    low = coloured_noise(N_SAMPLES, rng.uniform(1.2, 2.2), clip)
    foam = band(white(N_SAMPLES, clip), rng.uniform(400.0, 1500.0), rng.uniform(3000.0, 8000.0))
    return low * swell**0.5 + rng.uniform(0.3, 2.0) * foam * swell**2


def fire(rng: Rng, clip: Rng) -> Signal:
    """A fire: a low roar that flickers, hissing, crackling, now and then a bang."""
    roar = band(coloured_noise(N_SAMPLES, 1.5, clip), 40.0, rng.uniform(200.0, 700.0)) * wander(
        clip, 8.0, 0.2, 1.0
    )
    decay_s = log_uniform(rng, 0.0006, 0.004)
    crackle = grains(log_uniform(rng, 6.0, 80.0), lambda c: burst(decay_s, 500.0, 8000.0, c), clip)
    bangs = grains(rng.uniform(0.2, 2.0), lambda c: burst(0.012, 200.0, 5000.0, c), clip)
    hiss = band(white(N_SAMPLES, clip), 2000.0, 8000.0) * wander(clip, 3.0)
    parts = (scaled(roar), scaled(crackle), scaled(bangs), scaled(hiss))
    return sum(level * part for level, part in zip(rng.uniform(0.05, 1.0, 4), parts, strict=True))


def thunder(rng: Rng, clip: Rng) -> Signal:
    """Thunder or an explosion: a crack and a rumble that rolls away."""
    y = np.zeros(N_SAMPLES)
    for at_s in np.sort(clip.exponential(rng.uniform(0.1, 0.8), int(rng.integers(1, 8)))):
        high_hz = rng.uniform(90.0, 900.0) * np.exp(-at_s)
        place(
            y, burst(log_uniform(clip, 0.1, 0.7), 20.0, high_hz, clip, clip.uniform(0.005, 0.2)), at_s + 0.1
        )
    place(y, burst(rng.uniform(0.02, 0.2), 200.0, 6000.0, clip), 0.1, rng.uniform(0.0, 0.7))
    return y


def whistling_wind(rng: Rng, clip: Rng) -> Signal:
    """Wind in a gap: a band of noise whose place wanders, over gusts on the microphone."""
    gust = wander(clip, rng.uniform(0.7, 2.5))
    bands = np.geomspace(rng.uniform(200.0, 500.0), rng.uniform(900.0, 2500.0), 6)
    source, at, y = white(N_SAMPLES, clip), gust * 5.0, np.zeros(N_SAMPLES)
    for number, hz in enumerate(bands):
        near = np.clip(1.0 - np.abs(at - number), 0.0, 1.0)
        y += near * scaled(resonant(source, [hz], [hz * rng.uniform(0.04, 0.25)]))
    low = coloured_noise(N_SAMPLES, 2.2, clip) * gust**2
    return y * (0.2 + gust) + rng.uniform(0.1, 1.0) * scaled(low)


def leaves(rng: Rng, clip: Rng) -> Signal:
    """Leaves in the wind, or steps through them."""
    rush = wander(clip, rng.uniform(0.8, 5.0)) ** 2
    low_hz = rng.uniform(1200.0, 4000.0)
    rustle = grains(log_uniform(rng, 100.0, 1500.0) * rush, lambda c: burst(0.002, low_hz, 9000.0, c), clip)
    return scaled(rustle) + rng.uniform(0.1, 1.0) * scaled(
        band(white(N_SAMPLES, clip), low_hz, 8500.0) * rush
    )


def _chirp(hz: Signal, clip: Rng, rough: float) -> Signal:
    t = TIME_S[: hz.shape[0]]
    trill = 1.0 + rough * np.sin(2.0 * np.pi * clip.uniform(20.0, 90.0) * t)
    turns = np.cumsum(hz * (1.0 + 0.03 * rough * white(hz.shape[0], clip))) / SR
    return np.sin(2.0 * np.pi * turns) * trill * np.sin(np.pi * np.linspace(0.0, 1.0, hz.shape[0])) ** 0.7


def birds(rng: Rng, clip: Rng) -> Signal:
    """Birds that twitter: short chirps that sweep fast, no two alike, over a little noise."""
    low_hz, high_hz, rough = rng.uniform(1800.0, 3500.0), rng.uniform(4000.0, 7500.0), rng.uniform(0.0, 1.0)

    def call(c: Rng) -> Signal:
        y, at_s = np.zeros(times(0.9).shape[0]), 0.0
        for _ in range(int(c.integers(2, 9))):
            n = int(c.uniform(0.02, 0.09) * SR)
            way = np.interp(np.linspace(0.0, 2.0, n), (0.0, 1.0, 2.0), c.uniform(low_hz, high_hz, 3))
            place(y, _chirp(way, c, rough), at_s, c.uniform(0.3, 1.0))
            at_s += n / SR + c.uniform(0.01, 0.08)
        return y

    calls = strokes(call, rng, clip, (0.4, 1.2), 0.1)
    return calls + rng.uniform(0.01, 0.1) * coloured_noise(N_SAMPLES, 1.0, clip)


def crickets(rng: Rng, clip: Rng) -> Signal:
    """Crickets or cicadas: narrow bands of noise in fast pulses."""
    y = np.zeros(N_SAMPLES)
    for _ in range(int(rng.integers(1, 5))):
        hz, rate_hz = rng.uniform(2800.0, 7000.0), rng.uniform(15.0, 60.0)
        song = resonant(white(N_SAMPLES, clip), [hz], [rng.uniform(20.0, 300.0)])
        pulses = np.clip(np.sin(2.0 * np.pi * (rate_hz * TIME_S + clip.random())), 0.0, 1.0)
        chirps = np.sin(2.0 * np.pi * (rng.uniform(0.5, 3.0) * TIME_S + clip.random())) > rng.uniform(
            -1.0, 0.6
        )
        y += scaled(song) * pulses * np.convolve(chirps, np.ones(160) / 160.0, mode="same")
    return y + rng.uniform(0.01, 0.2) * coloured_noise(N_SAMPLES, 1.0, clip)


def barks(rng: Rng, clip: Rng) -> Signal:
    """A dog that barks, a crow, a goose: short hoarse cries that rise and fall."""
    hz, hoarse, length_s = log_uniform(rng, 150.0, 700.0), rng.uniform(0.3, 1.5), rng.uniform(0.08, 0.35)
    formants = hz * np.array([1.8, 3.5, 6.0]) * rng.uniform(0.8, 1.4, 3)

    def cry(c: Rng) -> Signal:
        t = times(length_s * c.uniform(0.7, 1.3))
        arch = np.sin(np.pi * np.linspace(0.02, 1.0, t.shape[0]))
        jitter = 1.0 + 0.15 * hoarse * white(t.shape[0], c)
        turns = np.cumsum(hz * (0.7 + 0.5 * arch) * jitter) / SR
        source = (turns % 1.0) - 0.5 + hoarse * 0.4 * white(t.shape[0], c)
        return scaled(resonant(source, list(formants), list(formants * 0.15), 0.02) * arch**0.6)

    return strokes(cry, rng, clip, (0.25, 1.2), 0.25)
