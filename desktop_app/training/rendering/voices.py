# SPDX-License-Identifier: MIT
"""Own instruments for families that SoundFonts cover thinly; random parameters make each a distinct one.

Every maker takes the frequency, how hard the note is played (0 … 1), the generator of the instrument's
parameters (the same numbers for each of its notes) and that of the note, and returns 4 s at 16 kHz.

References
----------
Chowning, "The Synthesis of Complex Audio Spectra by Means of Frequency Modulation", JAES 21(7), 1973.
Peterson and Barney, "Control Methods Used in a Study of the Vowels", JASA 24(2), 1952 (formants).
Fletcher and Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (modes of bars).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.rendering.soundfont import CLIP_S, HELD_S, SR

Rng = np.random.Generator
Signal = NDArray[np.float64]

N_SAMPLES: Final = int(CLIP_S * SR)
TIME_S: Final[Signal] = np.arange(N_SAMPLES) / SR
_TABLE: Final = 4096

# First three formants in Hz of a man's vowels: a, e, i, o, u.
VOWELS_HZ: Final = (
    (730, 1090, 2440),
    (530, 1840, 2480),
    (270, 2290, 3010),
    (570, 840, 2410),
    (300, 870, 2240),
)


def envelope(attack_s: float, decay_s: float, sustain: float, release_s: float) -> Signal:
    """Rises, falls towards ``sustain`` and, from 3 s on, to nothing; shape (64000,)."""
    rise = np.minimum(1.0, TIME_S / max(attack_s, 1e-3))
    fall = sustain + (1.0 - sustain) * np.exp(-np.maximum(0.0, TIME_S - attack_s) / decay_s)
    return rise * fall * np.where(TIME_S < HELD_S, 1.0, np.exp(-(TIME_S - HELD_S) / release_s))


def phase(
    f0_hz: float, vibrato_cents: float, vibrato_hz: float, delay_s: float, start_cents: float = 0.0
) -> Signal:
    """Phase in periods of a tone with delayed vibrato that slides in from ``start_cents``."""
    depth = vibrato_cents * np.clip((TIME_S - delay_s) / 0.4, 0.0, 1.0)
    cents = depth * np.sin(2.0 * np.pi * vibrato_hz * TIME_S) + start_cents * np.exp(-TIME_S / 0.05)
    return np.cumsum(f0_hz * 2.0 ** (cents / 1200.0)) / SR


def harmonics(f0_hz: float) -> Signal:
    """Numbers of the harmonics below 7.8 kHz."""
    return np.arange(1, max(2, int(7800.0 / f0_hz) + 1), dtype=np.float64)


def oscillate(levels: Signal, periods: Signal, rng: Rng) -> Signal:
    """A periodic tone of harmonics with these levels and random phases."""
    spectrum = np.zeros(_TABLE // 2 + 1, np.complex128)
    n = min(levels.shape[0], _TABLE // 2)
    spectrum[1 : n + 1] = levels[:n] * np.exp(2j * np.pi * rng.random(n))
    table = np.fft.irfft(spectrum, _TABLE) * _TABLE
    return np.interp(periods % 1.0 * _TABLE, np.arange(_TABLE + 1), np.append(table, table[0]))


def band(y: Signal, low_hz: float, high_hz: float) -> Signal:
    """Soft band-pass."""
    hz = np.fft.rfftfreq(y.shape[0], 1.0 / SR)
    gain = 1.0 / ((1.0 + (low_hz / np.maximum(hz, 1.0)) ** 4) * (1.0 + (hz / high_hz) ** 4))
    return np.fft.irfft(np.fft.rfft(y) * gain, y.shape[0])


def _wave_levels(k: Signal, shape: int, width: float) -> Signal:
    """Levels of a saw (0), square (1), pulse (2) or triangle (3)."""
    if shape == 0:
        return 1.0 / k
    if shape == 2:
        return np.abs(np.sin(np.pi * k * width)) / k
    return np.where(k % 2 == 1, 1.0 / k ** (1 if shape == 1 else 2), 0.0)


def _low_pass(k: Signal, f0_hz: float, cutoff_hz: float, resonance: float) -> Signal:
    ratio = k * f0_hz / cutoff_hz
    return 1.0 / np.sqrt((1.0 - ratio**2) ** 2 + (ratio / resonance) ** 2)


def _filtered(
    levels: Signal, gains: tuple[Signal, Signal], periods: Signal, sweep: Signal, note: Rng
) -> Signal:
    """A tone that fades between two filters as ``sweep`` goes from 0 to 1."""
    state = note.bit_generator.state
    dark = oscillate(levels * gains[0], periods, note)
    note.bit_generator.state = state  # the same phases: nothing cancels on the way
    bright = oscillate(levels * gains[1], periods, note)
    return dark + (bright - dark) * sweep


def _two_filters(
    k: Signal, f0_hz: float, base_hz: float, octaves: float, resonance: float
) -> tuple[Signal, Signal]:
    low_hz = max(base_hz, f0_hz)
    return _low_pass(k, f0_hz, low_hz, resonance), _low_pass(k, f0_hz, low_hz * 2.0**octaves, resonance)


def lead(f0_hz: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """Synthesiser lead: one to seven detuned oscillators or FM of two, a moving filter, vibrato, drive."""
    is_fm, shape, width = rng.random() < 0.25, int(rng.integers(4)), rng.uniform(0.08, 0.5)
    n_voices = int(rng.choice([1, 1, 2, 3, 7]))
    spread = rng.uniform(3.0, 25.0)
    slide_cents = float(rng.choice([0.0, -100.0, -1200.0]))
    vibrato = (rng.uniform(0.0, 35.0), rng.uniform(4.0, 7.0), rng.uniform(0.0, 1.0), slide_cents)
    base_hz, octaves, resonance = rng.uniform(300.0, 2500.0), rng.uniform(0.5, 4.0), rng.uniform(0.7, 6.0)
    ratio, index = float(rng.choice([0.5, 1.0, 1.0, 2.0, 3.0, 1.5])), rng.uniform(0.8, 6.0)
    sweep = envelope(rng.uniform(0.002, 0.2), rng.uniform(0.05, 1.5), rng.uniform(0.1, 0.9), 0.2)
    attack_s, decay_s, sustain = rng.uniform(0.002, 0.05), rng.uniform(0.2, 2.0), rng.uniform(0.5, 1.0)
    loudness = envelope(attack_s, decay_s, sustain, rng.uniform(0.02, 0.4))
    push = rng.choice([0.0, 0.0, rng.uniform(1.0, 6.0)])
    k = harmonics(f0_hz)
    y = np.zeros(N_SAMPLES)
    for cents in np.linspace(-spread, spread, n_voices) if n_voices > 1 else [0.0]:
        hz = f0_hz * 2.0 ** (cents / 1200.0)
        periods = phase(hz, *vibrato)
        if is_fm:
            modulation = np.sin(2.0 * np.pi * ratio * periods) * index * strength * sweep
            y += np.sin(2.0 * np.pi * periods + modulation)
        else:
            gains = _two_filters(k, hz, base_hz, octaves * (0.5 + 0.5 * strength), resonance)
            y += _filtered(_wave_levels(k, shape, width), gains, periods, sweep, note)
    return _driven(y * loudness, push)


def _driven(y: Signal, push: float) -> Signal:
    return np.tanh(y / (np.abs(y).max() + 1e-9) * push) if push else y


def drawbar_organ(f0_hz: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """Seven drawbars, percussion, key click and a rotating loudspeaker; level does not follow the touch.

    The two drawbars below 8' are absent: with them the note sounds an octave below its key.
    """
    ratios = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0])
    bars = rng.integers(0, 9, 7) * (rng.random(7) < 0.65) / 8.0
    bars[0] = max(bars[0], 0.6)
    speed_hz, wobble, tremolo = rng.choice([0.8, 6.5]), rng.uniform(0.0, 12.0), rng.uniform(0.0, 0.3)
    click, percussion = rng.uniform(0.0, 0.6), rng.choice([0.0, rng.uniform(0.3, 1.0)])
    push, attack_s = rng.uniform(0.1, 4.0), rng.uniform(0.003, 0.015)
    periods = phase(f0_hz, wobble, speed_hz, 0.0)
    y = np.zeros(N_SAMPLES)
    for ratio, level in zip(ratios, bars, strict=True):
        if ratio * f0_hz < 7800.0:
            y += level * np.sin(2.0 * np.pi * (ratio * periods + note.random()))
    y += percussion * np.sin(4.0 * np.pi * periods) * np.exp(-TIME_S / 0.25)
    y += click * band(note.standard_normal(N_SAMPLES), 1000.0, 4000.0) * np.exp(-TIME_S / 0.006)
    y *= (1.0 + tremolo * np.sin(2.0 * np.pi * speed_hz * TIME_S)) * envelope(attack_s, 1.0, 1.0, 0.012)
    return np.tanh(y * push / np.abs(y).max())


def pipe_organ(f0_hz: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """One to five ranks of pipes (8', 4', 2 2/3', 2', 1'), each with its own spectrum, onset and wind."""
    slopes, levels = rng.uniform(0.6, 3.0, 5), rng.uniform(0.1, 0.8, 5) * (rng.random(5) < 0.5)
    levels[0], is_stopped = 1.0, rng.random(5) < 0.3
    attacks, detunes = rng.uniform(0.02, 0.12, 5), rng.uniform(-4.0, 4.0, 5)
    chiff, release_s = rng.uniform(0.0, 0.4), rng.uniform(0.05, 0.4)
    y = np.zeros(N_SAMPLES)
    for rank, ratio in enumerate((1.0, 2.0, 3.0, 4.0, 8.0)):
        hz = f0_hz * ratio * 2.0 ** (detunes[rank] / 1200.0)
        if levels[rank] and hz < 4000.0:
            k = harmonics(hz)
            tone = np.where(is_stopped[rank] & (k % 2 == 0), 0.05, 1.0) / k ** slopes[rank]
            loudness = levels[rank] * envelope(attacks[rank], 1.0, 1.0, release_s)
            y += loudness * oscillate(tone, hz * TIME_S, note)
    wind = band(note.standard_normal(N_SAMPLES), f0_hz * 2.0, f0_hz * 6.0)
    return y + chiff * wind * (np.exp(-TIME_S / 0.05) + 0.03) * (TIME_S < HELD_S)


def voice(f0_hz: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """A sung vowel, alone or a small choir: glottal tone, formants, breath, vibrato and jitter."""
    size, start, to = rng.uniform(0.9, 1.35), *rng.integers(5, size=2)
    n_voices = int(rng.choice([1, 1, 1, 4, 6]))
    tilt, breath = rng.uniform(1.0, 2.0) - 0.4 * strength, rng.uniform(0.005, 0.08)
    width_hz, depth, rate_hz = rng.uniform(70.0, 160.0), rng.uniform(10.0, 70.0), rng.uniform(4.3, 6.6)
    attack_s, move_s = rng.uniform(0.03, 0.25), rng.uniform(0.3, 3.0)
    y, move = np.zeros(N_SAMPLES), np.clip(TIME_S / move_s, 0.0, 1.0)
    for _ in range(n_voices):
        hz = f0_hz * 2.0 ** (note.normal(0.0, 8.0 if n_voices > 1 else 2.0) / 1200.0)
        own_rate_hz, delay_s = rate_hz * note.uniform(0.93, 1.07), note.uniform(0.1, 0.6)
        periods = phase(hz, depth, own_rate_hz, delay_s, note.uniform(-150.0, 30.0))
        periods += np.cumsum(coloured_noise(N_SAMPLES, 2.0, note)) * (0.002 * hz / SR)
        k = harmonics(hz)
        gains = (_formants(k * hz, start, size, width_hz), _formants(k * hz, to, size, width_hz))
        y += _filtered(k**-tilt, gains, periods, move, note)
    y /= np.abs(y).max() + 1e-9
    y += breath * band(coloured_noise(N_SAMPLES, 0.5, note), 800.0, 5000.0)
    return y * envelope(attack_s, 1.0, 0.9, 0.06)


def _formants(hz: Signal, vowel: int, size: float, width_hz: float) -> Signal:
    """Gain of the vocal tract at some frequencies; beyond the third formant two fixed ones."""
    gain = np.full_like(hz, 0.01)
    for number, centre in enumerate((*VOWELS_HZ[vowel], 3400, 4300)):
        gain += 0.7**number / (1.0 + ((hz - centre * size) / (width_hz * (1.0 + 0.4 * number))) ** 2)
    return gain


def bass(f0_hz: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """Synthesiser bass: one or two oscillators and a filter that closes after the attack."""
    shape, width, n_voices = int(rng.integers(4)), rng.uniform(0.1, 0.5), int(rng.integers(1, 3))
    base_hz, octaves, resonance = rng.uniform(80.0, 500.0), rng.uniform(0.5, 4.5), rng.uniform(0.7, 7.0)
    decay_s, sustain = rng.uniform(0.05, 0.8), rng.uniform(0.0, 0.7)
    attack_s, fall_s, level = rng.uniform(0.002, 0.02), rng.uniform(0.2, 2.5), rng.uniform(0.0, 1.0)
    loudness = envelope(attack_s, fall_s, level, rng.uniform(0.02, 0.2))
    push = rng.choice([0.0, rng.uniform(1.0, 5.0)])
    k, y = harmonics(f0_hz), np.zeros(N_SAMPLES)
    sweep = envelope(0.002, decay_s, sustain, 0.1)
    gains = _two_filters(k, f0_hz, base_hz, octaves * (0.4 + 0.6 * strength), resonance)
    for voice_number in range(n_voices):
        periods = phase(f0_hz * 2.0 ** (voice_number * 7.0 / 1200.0), 0.0, 5.0, 0.0)
        y += _filtered(_wave_levels(k, shape, width), gains, periods, sweep, note)
    return _driven(y * loudness, push)


def flute(f0_hz: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """Flute-like: few harmonics that come after the first, breath around them, vibrato of level and pitch."""
    slope, even = rng.uniform(1.6, 3.5), rng.uniform(0.3, 1.2)
    breath, depth, rate_hz = rng.uniform(0.01, 0.2), rng.uniform(0.0, 0.25), rng.uniform(4.0, 6.5)
    attack_s, chiff = rng.uniform(0.02, 0.15), rng.uniform(0.0, 0.5)
    k = harmonics(f0_hz)
    periods = phase(f0_hz, depth * 60.0, rate_hz, note.uniform(0.1, 0.7), -rng.uniform(0.0, 60.0))
    first = np.sin(2.0 * np.pi * periods) * envelope(attack_s, 1.0, 0.95, 0.08)
    levels = np.where(k % 2 == 0, even, 1.0) / k ** (slope - 0.8 * strength) * (k > 1)
    upper = oscillate(levels, periods, note) * envelope(attack_s * 2.0, 1.0, 0.95, 0.05)
    air = band(note.standard_normal(N_SAMPLES), f0_hz * 0.8, f0_hz * 5.0)
    air *= breath * envelope(attack_s * 0.5, 0.1, 0.5, 0.08) + chiff * np.exp(-TIME_S / 0.03)
    swell = depth * np.sin(2.0 * np.pi * rate_hz * TIME_S) * np.clip(TIME_S - 0.2, 0.0, 1.0)
    return (first + upper) * (1.0 + swell) + air


def mallet(f0_hz: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """A struck bar: some modes that decay the faster the higher they are, a knock, perhaps a tremolo."""
    tuned = [(1.0, 4.0, 9.8, 16.5), (1.0, 3.0, 6.2, 10.5), (1.0, 2.756, 5.404, 8.933), (1.0, 2.0, 5.4, 8.0)]
    ratios = np.array(tuned[int(rng.integers(4))]) * np.append(1.0, rng.uniform(0.98, 1.02, 3))
    levels = np.append(1.0, rng.uniform(0.02, 0.7, 3)) * np.array([1.0, *([0.4 + 0.6 * strength] * 3)])
    decay_s = rng.uniform(0.08, 2.5) * (440.0 / f0_hz) ** 0.4
    faster, knock = rng.uniform(0.4, 1.2), rng.uniform(0.05, 0.6)
    tremolo, rate_hz = rng.choice([0.0, rng.uniform(0.1, 0.5)]), rng.uniform(3.0, 7.0)
    y = np.zeros(N_SAMPLES)
    for ratio, level in zip(ratios, levels, strict=True):
        if ratio * f0_hz < 7800.0:
            tone = np.sin(2.0 * np.pi * (ratio * f0_hz * TIME_S + note.random()))
            y += level * tone * np.exp(-TIME_S / (decay_s * ratio**-faster))
    y *= 1.0 + tremolo * np.sin(2.0 * np.pi * rate_hz * TIME_S)
    y += knock * band(note.standard_normal(N_SAMPLES), 200.0, 3000.0) * np.exp(-TIME_S / 0.008)
    return y * np.minimum(1.0, TIME_S / 0.0015)


def electric_piano(f0_hz: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """Struck and decaying FM of two pairs: a body and a tine, perhaps a tremolo."""
    ratio = float(rng.choice([1.0, 1.0, 2.0, 3.0]))
    index, tine = rng.uniform(0.4, 2.5), rng.uniform(0.05, 0.5)
    high, decay_s = float(rng.integers(7, 15)), rng.uniform(0.6, 3.0) * (262.0 / f0_hz) ** 0.3
    tremolo, rate_hz = rng.choice([0.0, rng.uniform(0.05, 0.4)]), rng.uniform(3.0, 7.0)
    turns = 2.0 * np.pi * f0_hz * TIME_S
    body = np.sin(turns + index * strength * np.exp(-TIME_S / (0.4 * decay_s)) * np.sin(ratio * turns))
    high = min(high, max(1.0, np.floor(6000.0 / f0_hz)))
    spark = tine * strength * np.sin(turns + 0.8 * np.sin(high * turns)) * np.exp(-TIME_S / (0.15 * decay_s))
    shape = envelope(0.002, decay_s, 0.0, 0.08) * (1.0 + tremolo * np.sin(2.0 * np.pi * rate_hz * TIME_S))
    return (body + spark) * shape
