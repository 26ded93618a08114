# SPDX-License-Identifier: MIT
"""Own sounds of people that are neither speech nor song: laughter, coughs, breath, a crowd, whispering.

A source (breath or pulses of the larynx) goes through the formants of five vowels, between which it moves.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.refused.parts import (
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
from desktop_app.training.rendering.voices import N_SAMPLES, VOWELS_HZ, Rng, Signal, band

_WIDTHS_HZ: Final = (90.0, 130.0, 200.0)


def vowel(y: Signal, number: int, size: float) -> Signal:
    """A source through the formants of one vowel; ``size`` above 1 is a smaller head."""
    return scaled(resonant(y, [hz * size for hz in VOWELS_HZ[number]], _WIDTHS_HZ, 0.01))


def moving(y: Signal, turns_per_s: float, size: float, clip: Rng) -> Signal:
    """A source through formants that wander between the vowels, shape (64000,)."""
    weights = np.array([wander(clip, turns_per_s) ** 3 for _ in VOWELS_HZ])
    weights /= weights.sum(axis=0) + 1e-9
    return sum(w * vowel(y, number, size) for number, w in enumerate(weights))


def larynx(f0_hz: Signal, rough: float, clip: Rng) -> Signal:
    """Pulses of the larynx, the more uneven the rougher."""
    turns = np.cumsum(f0_hz * (1.0 + 0.2 * rough * white(f0_hz.shape[0], clip))) / SR
    pulse = np.exp(-(turns % 1.0) * 6.0)
    breath = rough * 0.5 * pulse * white(f0_hz.shape[0], clip)
    return pulse - pulse.mean() + breath


def laughter(rng: Rng, clip: Rng) -> Signal:
    """Someone laughs: four to six breathy *ha* a second that sink and fade, once or twice."""
    size, low_hz, high_hz = rng.uniform(0.9, 1.35), rng.uniform(110.0, 220.0), rng.uniform(230.0, 500.0)
    rate, voiced, number = rng.uniform(3.5, 6.5), rng.uniform(0.1, 1.0), int(rng.integers(5))
    y, now_s = np.zeros(N_SAMPLES), clip.uniform(0.05, 0.4)
    for _ in range(int(clip.integers(1, 3))):
        n = int(clip.integers(3, 9))
        for place_in_row in range(n):
            t = times(clip.uniform(0.7, 1.0) / rate)
            arch = np.minimum(1.0, t / 0.02) * np.exp(-t / (0.4 / rate))
            f0_hz = low_hz + (high_hz - low_hz) * (1.0 - place_in_row / n) * clip.uniform(0.7, 1.2) * (
                0.8 + arch
            )
            source = voiced * larynx(f0_hz, 0.6, clip) + clip.uniform(0.2, 0.6) * white(t.shape[0], clip)
            place(y, vowel(source, number, size) * arch, now_s, 1.0 - 0.6 * place_in_row / n)
            now_s += clip.uniform(0.85, 1.15) / rate
        now_s += clip.uniform(0.3, 0.8)
    return y


def coughs(rng: Rng, clip: Rng) -> Signal:
    """Coughs, sneezes, a cleared throat: an explosion, a hiss through the throat, perhaps some voice."""
    size, voiced, length_s = rng.uniform(0.85, 1.3), rng.uniform(0.0, 1.0), log_uniform(rng, 0.06, 0.3)
    number, f0 = int(rng.integers(5)), rng.uniform(80.0, 260.0)

    def cough(c: Rng) -> Signal:
        t = times(length_s * 4.0)
        f0_hz = f0 * c.uniform(0.8, 1.2) * np.exp(-t / (3.0 * length_s))
        shape = np.minimum(1.0, t / 0.004) * np.exp(-t / length_s)
        tail = np.clip(1.0 - np.abs(t - 1.6 * length_s) / length_s, 0.0, 1.0)
        source = white(t.shape[0], c) * shape + voiced * larynx(f0_hz, 1.5, c) * (0.3 * shape + tail)
        y = vowel(source, number, size)
        place(y, burst(0.01, 200.0, 7000.0, c), 0.0, c.uniform(0.2, 1.0))
        return y

    return strokes(cough, rng, clip, (0.3, 1.0), 0.3)


def breath(rng: Rng, clip: Rng) -> Signal:
    """Breathing, sighing, blowing, snoring: noise in and out through the mouth or the nose."""
    size, rate_hz = rng.uniform(0.8, 1.3), rng.uniform(0.3, 1.6)
    way = np.sin(2.0 * np.pi * np.cumsum(rate_hz * wander(clip, 1.0, 0.7, 1.3)) / SR + clip.uniform(0.0, 6.3))
    air = band(coloured_noise(N_SAMPLES, rng.uniform(0.0, 1.0), clip), 200.0, 7000.0)
    inward, outward = np.clip(way, 0.0, 1.0) ** 1.5, np.clip(-way, 0.0, 1.0) ** 1.5
    snore = rng.choice([0.0, 0.0, 1.0]) * larynx(np.full(N_SAMPLES, rng.uniform(22.0, 60.0)), 1.5, clip)
    first, second = rng.integers(5, size=2)
    return vowel(air + snore, int(first), size) * inward + 0.7 * vowel(air, int(second), 1.1 * size) * outward


def lips(rng: Rng, clip: Rng) -> Signal:
    """Lips, tongue, chewing, swallowing: small wet clicks in groups."""
    low_hz, rush = (
        rng.uniform(500.0, 2500.0),
        np.clip(wander(clip, rng.uniform(2.0, 7.0), -0.6, 1.0), 0.0, 1.0),
    )
    decay_s = log_uniform(rng, 0.001, 0.008)

    def click(c: Rng) -> Signal:
        return vowel(burst(decay_s, low_hz, 7000.0, c), int(c.integers(5)), c.uniform(0.9, 1.8))

    return grains(log_uniform(rng, 6.0, 60.0) * rush**2, click, clip)


def pops(rng: Rng, clip: Rng) -> Signal:
    """Plosives and blowing on a microphone: thumps of air, each with a little breath after it."""
    high_hz, hiss = rng.uniform(60.0, 250.0), rng.uniform(0.0, 0.4)

    def pop(c: Rng) -> Signal:
        y = np.zeros(times(0.5).shape[0])
        place(y, burst(c.uniform(0.01, 0.07), 10.0, high_hz, c, 0.003), 0.0)
        place(y, burst(c.uniform(0.02, 0.08), 500.0, 6000.0, c, 0.01), 0.01, hiss)
        return y

    return strokes(pop, rng, clip, (0.1, 0.9), 0.15)


def whispering(rng: Rng, clip: Rng) -> Signal:
    """Whispering: breath in syllables through formants that move, hisses between them."""
    syllables = np.clip(wander(clip, rng.uniform(5.0, 11.0), -0.4, 1.0), 0.0, 1.0)
    y = moving(white(N_SAMPLES, clip), rng.uniform(6.0, 14.0), rng.uniform(0.9, 1.4), clip) * syllables
    hiss = np.clip(wander(clip, 8.0, -1.5, 1.0), 0.0, 1.0)
    return y + rng.uniform(0.1, 0.6) * hiss * band(white(N_SAMPLES, clip), 2500.0, 8500.0)


def crowd(rng: Rng, clip: Rng) -> Signal:
    """Many people who talk at once, or shout: none can be understood."""
    y, shouting = np.zeros(N_SAMPLES), rng.uniform(0.8, 2.0)
    for _ in range(int(rng.integers(6, 20))):
        f0_hz = rng.uniform(85.0, 250.0) * shouting * 2.0 ** wander(clip, 4.0, -0.4, 0.4)
        talk = np.clip(wander(clip, clip.uniform(4.0, 8.0), -0.5, 1.0), 0.0, 1.0)
        size = clip.uniform(0.85, 1.3)
        y += clip.uniform(0.2, 1.0) * talk * vowel(larynx(f0_hz, 0.4, clip), int(clip.integers(5)), size)
    return y + rng.uniform(0.1, 1.0) * band(coloured_noise(N_SAMPLES, 1.0, clip), 200.0, 5000.0)


def mumbling(rng: Rng, clip: Rng) -> Signal:
    """One voice through a wall or a pillow: the melody of speech without its consonants."""
    f0_hz = rng.uniform(80.0, 240.0) * 2.0 ** wander(clip, rng.uniform(3.0, 7.0), -0.5, 0.4)
    talk = np.clip(wander(clip, rng.uniform(4.0, 8.0), -0.3, 1.0), 0.0, 1.0)
    y = moving(larynx(f0_hz, rng.uniform(0.1, 0.6), clip), 8.0, rng.uniform(0.9, 1.3), clip) * talk
    return band(y, 60.0, rng.uniform(400.0, 3500.0))
