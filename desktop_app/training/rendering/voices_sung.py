# SPDX-License-Identifier: MIT
"""Voices alone and in choirs, and struck bars, drums of steel and bells.

Makers take the same arguments as those of ``voices`` and how long the note is held.

References
----------
Sundberg, "The Science of the Singing Voice", 1987 (glottal tone, formants, vibrato, the singer's formant).
Peterson and Barney, "Control Methods Used in a Study of the Vowels", JASA 24(2), 1952.
Fletcher and Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (modes of bars, bells and pans).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band, harmonics
from desktop_app.training.rendering.voices_blown import blow, shaded
from desktop_app.training.rendering.voices_strings import between, damper, knock, ring
from desktop_app.training.rendering.voices_touch import Touch, bend, through_body

# The first three formants in Hz of a man's vowels, front to back, open and closed.
_VOWELS_HZ: Final = np.array(
    [
        (730, 1090, 2440),
        (530, 1840, 2480),
        (390, 1990, 2550),
        (270, 2290, 3010),
        (660, 1720, 2410),
        (520, 1190, 2390),
        (570, 840, 2410),
        (440, 1020, 2240),
        (300, 870, 2240),
        (250, 700, 2100),
    ]
)


def _tract(hz: Signal, formants: Signal, widths: Signal, ringing: float) -> Signal:
    """Gain of the vocal tract: resonances side by side and a singer's formant."""
    gain = np.full_like(hz, 0.015)
    for number, (centre, width) in enumerate(zip(formants, widths, strict=True)):
        gain += 0.75**number / np.sqrt(1.0 + ((hz - centre) / (0.6 * width)) ** 2)
    return gain * (1.0 + ringing / (1.0 + ((hz - 2900.0) / 400.0) ** 2))


def singer(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Bass to soprano, child, solo or choir, on one vowel, between two, or humming."""
    size = float(np.clip(rng.normal(1.05 + 0.12 * np.log2(max(f0_hz, 90.0) / 180.0), 0.08), 0.85, 1.5))
    start, to = rng.integers(len(_VOWELS_HZ), size=2)
    to = start if rng.random() < 0.55 else to
    n_singers = int(rng.choice([1, 1, 1, 1, 5, 10]))
    tilt, ringing = rng.uniform(0.3, 1.1), between(rng, 0.1, 4.0)
    depth, rate_hz = rng.uniform(5.0, 90.0) * float(rng.random() < 0.7), rng.uniform(4.5, 6.8)
    touch = Touch(depth, rate_hz, rng.uniform(0.0, 0.8), rng.uniform(0.0, 200.0), rng.uniform(2.0, 12.0))
    attack_s, release_s, later = between(rng, 0.02, 0.25), between(rng, 0.04, 0.25), rng.uniform(0.7, 1.1)
    breath, move_s, rough = between(rng, 0.001, 0.04), between(rng, 0.2, 2.0), between(rng, 3.0, 14.0)
    body = rng.normal(0.0, 2.0, 16)
    k = harmonics(f0_hz)
    widths = np.array([80.0, 95.0, 130.0, 200.0, 250.0]) * between(rng, 0.6, 1.6)
    gains = []
    for mix in np.linspace(0.0, 1.0, 4):
        vowel = _VOWELS_HZ[start] ** (1.0 - mix) * _VOWELS_HZ[to] ** mix
        formants = np.append(vowel, [3300.0, 4200.0]) * size
        formants[0] = max(formants[0], f0_hz)  # singers open the mouth until the first formant is there
        gains.append(k ** -(tilt + 0.4 * (1.0 - strength)) * _tract(k * f0_hz, formants, widths, ringing))
    y = np.zeros(N_SAMPLES)
    for _ in range(n_singers):
        cents = note.normal(0.0, 11.0 if n_singers > 1 else 3.0)
        wander = coloured_noise(N_SAMPLES, 1.2, note)
        wander *= rough / (np.abs(wander).max() + 1e-9)
        periods = np.cumsum(f0_hz * 2.0 ** ((cents + wander) / 1200.0)) / SR
        moving = np.clip((TIME_S - note.uniform(0.05, 0.3)) / move_s, 0.0, 1.0)
        level = blow(held_s, attack_s * note.uniform(0.6, 1.6), 0.05, later, release_s)
        own = Touch(touch.vibrato_cents * note.uniform(0.6, 1.3), rate_hz, *_later(touch))
        y += bend(shaded(gains, moving, periods, note) * level, SR, own, note)
    y /= np.abs(y).max() + 1e-9
    aspirated = band(coloured_noise(N_SAMPLES, 0.8, note), 900.0 * size, 5000.0)
    y += breath * aspirated * blow(held_s, 0.03, 1.0, 1.0, 0.12)
    return through_body(y, SR, body)


def _later(touch: Touch) -> tuple[float, float, float]:
    return touch.delay_s, touch.scoop_cents, touch.drift_cents


# Modes as ratios to the note: marimba, xylophone, free bar, tubular bell (its strike note), steel pan, music
# box, clamped tongue, hand bell, glass.
_MODES: Final = (
    (1.0, 4.0, 9.2, 16.0),
    (1.0, 3.0, 6.1, 10.4),
    (1.0, 2.756, 5.404, 8.933),
    (1.0, 1.51, 2.0, 2.6, 3.2, 4.0),
    (1.0, 2.0, 3.0, 4.0, 5.1),
    (1.0, 6.27, 17.5, 34.4),
    (1.0, 2.0, 5.4, 8.9),
    (1.0, 2.0, 3.0, 4.2),
    (1.0, 2.32, 4.25, 6.63),
)


def struck_bar(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """A bar, bell or pan struck by a soft or hard mallet, over a resonator or not, perhaps with tremolo."""
    kind = int(rng.integers(len(_MODES)))
    ratios = np.array(_MODES[kind]) * np.append(1.0, rng.normal(1.0, 0.015, len(_MODES[kind]) - 1))
    levels = np.append(1.0, np.exp(rng.normal(-1.6, 0.9, ratios.shape[0] - 1)))
    hardness, long_s = between(rng, 0.4, 5.0), between(rng, 0.08, 3.5) * (440.0 / f0_hz) ** 0.5
    faster, split = rng.uniform(0.3, 1.5), between(rng, 0.2, 4.0)
    stick, tone_hz, stick_s = between(rng, 0.01, 0.5), between(rng, 300.0, 4000.0), between(rng, 0.002, 0.015)
    tremolo, rate_hz = rng.uniform(0.1, 0.6) * float(rng.random() < 0.25), rng.uniform(2.0, 8.0)
    blooms = kind == 4 and rng.random() < 0.7
    levels[1:] *= (0.25 + strength) ** (1.0 / hardness)
    levels = levels * np.exp(note.normal(0.0, 0.25, ratios.shape[0]))
    hz = np.concatenate([ratios, ratios * 2.0 ** (split / 1200.0)]) * f0_hz
    decay_s = np.tile(long_s * ratios**-faster, 2)
    y = ring(hz, np.concatenate([levels, levels * rng.uniform(0.0, 0.6)]), decay_s, note)
    if blooms:  # energy of the pan's note goes over to its octave and twelfth
        y = band(y, 20.0, f0_hz * 1.3) + band(y, f0_hz * 1.6, 8000.0) * (1.0 - np.exp(-TIME_S / 0.03))
    y /= np.abs(y).max() + 1e-9
    y *= 1.0 + tremolo * np.sin(2.0 * np.pi * (rate_hz * TIME_S + note.random()))
    y += knock(stick * (0.3 + strength), tone_hz / 3.0, tone_hz * 1.5, stick_s, note)
    rings_on = rng.random() < 0.6
    y *= damper(3.5 if rings_on else max(0.3, held_s), between(rng, 0.03, 0.2))
    return through_body(
        y * np.minimum(1.0, TIME_S / between(rng, 0.0005, 0.004)), SR, rng.normal(0.0, 2.5, 16)
    )
