# SPDX-License-Identifier: MIT
"""Plucked and struck strings: each partial decays on its own; body, pickup and amplifier after them.

Makers take the same arguments as those of ``voices`` and how long the note is held.

References
----------
Fletcher, Blackham and Stratton, "Quality of Piano Tones", JASA 34(6), 1962 (stiff strings).
Weinreich, "Coupled Piano Strings", JASA 62(6), 1977 (two rates of decay).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band
from desktop_app.training.rendering.voices_touch import through_body

_BLOCK: Final = 256
_N_BODY: Final = 60


def between(rng: Rng, low: float, high: float) -> float:
    """A number drawn in equal ratios."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def ring(hz: Signal, levels: Signal, decay_s: Signal, note: Rng) -> Signal:
    """Partials that decay, shape (64000,); those above 7.8 kHz are left out.

    Parameters
    ----------
    hz, levels, decay_s : ndarray, shape (n_partials,)
        Frequency, amplitude, and time to fall to 1/e of each.
    note
        Draws their phases.
    """
    heard = hz < 7800.0
    hz, levels, decay_s = hz[heard], levels[heard], decay_s[heard]
    step = (-1.0 / decay_s + 2j * np.pi * hz) / SR
    first = levels * np.exp(2j * np.pi * note.uniform(0.0, 0.5, hz.shape[0]))
    blocks = first * np.exp(np.outer(np.arange(0, N_SAMPLES, _BLOCK), step))
    within = np.exp(np.outer(step, np.arange(_BLOCK)))
    return (blocks @ within).imag.ravel()[:N_SAMPLES]


def damper(held_s: float, release_s: float) -> Signal:
    """1 while the note is held, then down."""
    return np.exp(-np.maximum(0.0, TIME_S - held_s) / release_s)


def knock(level: float, low_hz: float, high_hz: float, decay_s: float, note: Rng) -> Signal:
    """A short burst of noise."""
    return level * band(note.standard_normal(N_SAMPLES), low_hz, high_hz) * np.exp(-TIME_S / decay_s)


def wooden_body(rng: Rng, roughness_db: float) -> Signal:
    """Many narrow resonances, in dB, for ``through_body``."""
    slope = np.linspace(0.0, 1.0, _N_BODY) * rng.uniform(-14.0, 4.0)
    low_cut = -12.0 * np.exp(-np.linspace(0.0, 7.0, _N_BODY) / rng.uniform(0.3, 1.2))
    return rng.normal(0.0, roughness_db, _N_BODY) + slope + low_cut


def _partials(f0_hz: float, stiffness: float, n_max: int = 90) -> tuple[Signal, Signal]:
    k = np.arange(1, min(n_max, max(2, int(7800.0 / f0_hz))) + 1, dtype=np.float64)
    return k, k * f0_hz * np.sqrt((1.0 + stiffness * k**2) / (1.0 + stiffness))


def _two_stage(
    hz: Signal, levels: Signal, decay_s: Signal, split_cents: float, slower: float, share: float, note: Rng
) -> Signal:
    """Each partial twice: one that decays fast and one, slightly detuned, that goes on."""
    both = np.concatenate([hz, hz * 2.0 ** (split_cents / 1200.0)])
    level = np.concatenate([levels * (1.0 - share), levels * share])
    return ring(both, level, np.concatenate([decay_s, decay_s * slower]), note)


def _plucked(f0_hz: float, strength: float, rng: Rng, note: Rng, bright: tuple[float, float]) -> Signal:
    """A string plucked at one place; ``bright`` is where its spectrum falls off, in Hz, from … to."""
    stiffness = between(rng, 3e-6, 2e-4) * (f0_hz / 200.0)
    place, edge_hz, steep = rng.uniform(0.05, 0.35), between(rng, *bright), rng.uniform(0.6, 2.0)
    t60_s, loss = between(rng, 1.0, 7.0) * (150.0 / f0_hz) ** rng.uniform(0.2, 0.8), between(rng, 0.02, 0.4)
    split, slower, share = between(rng, 0.1, 1.5), rng.uniform(1.5, 4.0), rng.uniform(0.05, 0.5)
    k, hz = _partials(f0_hz, stiffness)
    at = place + note.normal(0.0, 0.01)
    levels = np.abs(np.sin(np.pi * k * at)) / k
    levels /= (1.0 + (hz / (edge_hz * (0.5 + strength))) ** 2) ** steep
    levels *= np.exp(note.normal(0.0, 0.15, k.shape[0]))
    decay_s = t60_s / 6.9 / (1.0 + loss * (hz / 500.0) ** 1.3)
    return _two_stage(hz, levels, decay_s, split, slower, share, note)


def _level(y: Signal) -> Signal:
    return y / (np.abs(y).max() + 1e-9)


def acoustic_guitar(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Nylon, steel, twelve strings, banjo: a plucked string on a wooden body or a membrane."""
    is_banjo, is_double = rng.random() < 0.18, rng.random() < 0.15
    y = _plucked(f0_hz, strength, rng, note, (900.0, 6000.0))
    if is_double:
        ratio = 2.0 if f0_hz < 200.0 and rng.random() < 0.5 else 1.0
        y = y + _plucked(
            f0_hz * ratio * 2.0 ** (note.normal(0, 5) / 1200.0), strength, rng, note, (900.0, 6000.0)
        )
    y = _level(y) * np.exp(-TIME_S / (rng.uniform(0.15, 0.6) if is_banjo else 9.0))
    finger = between(rng, 0.02, 0.35) * strength
    y += knock(finger, 90.0, between(rng, 800.0, 7000.0), between(rng, 0.003, 0.02), note)
    return through_body(y, SR, wooden_body(rng, 4.5)) * damper(held_s, between(rng, 0.02, 0.12))


def electric_guitar(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Pickup, amplifier (from clean to distorted) and loudspeaker; open or damped with the hand."""
    is_muted, pickup = note.random() < 0.15, rng.uniform(0.06, 0.3)
    y = _level(_plucked(f0_hz, strength, rng, note, (1500.0, 7000.0)))
    y += knock(between(rng, 0.02, 0.3) * strength, 500.0, 5000.0, 0.004, note)
    y *= np.exp(-TIME_S / 0.12) if is_muted else 1.0
    delay = max(1, round(pickup * SR / f0_hz))
    y = y - 0.8 * np.concatenate([np.zeros(delay), y[:-delay]])
    drive = between(rng, 0.3, 80.0) if rng.random() < 0.7 else 0.2
    bias = rng.uniform(0.0, 0.3)
    y = np.tanh(drive * (0.4 + 0.6 * strength) * _level(y) + bias) - np.tanh(bias)
    y = band(y, between(rng, 60.0, 150.0), between(rng, 1800.0, 5500.0))
    return through_body(y, SR, rng.normal(0.0, 3.0, 16)) * damper(held_s, between(rng, 0.015, 0.06))


def harp(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """A harp's string, plucked near its middle, or a bowed instrument's, plucked and soon over."""
    is_short = rng.random() < 0.5
    y = _level(_plucked(f0_hz, strength, rng, note, (500.0, 3000.0)))
    y *= np.exp(-TIME_S / (between(rng, 0.08, 0.35) if is_short else 9.0))
    y += knock(between(rng, 0.02, 0.2), 80.0, 900.0, between(rng, 0.006, 0.03), note)
    return through_body(y, SR, wooden_body(rng, 5.0)) * damper(held_s, 0.08 if is_short else 0.8)


def electric_bass(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Fingers, plectrum, slap or fretless, through an amplifier; or a double bass, plucked."""
    kind = int(rng.integers(5))
    y = _level(_plucked(f0_hz, strength, rng, note, ((350.0, 2500.0), (1200.0, 6000.0))[int(kind in (1, 2))]))
    if kind == 2:
        y += knock(0.5 * strength, 900.0, 5000.0, 0.006, note) + knock(0.3, 60.0, 300.0, 0.015, note)
    if kind == 3:  # fretless: the upper partials bloom after the attack
        y = band(y, 20.0, 350.0) + band(y, 350.0, 8000.0) * (1.0 - np.exp(-TIME_S / between(rng, 0.03, 0.2)))
    if kind == 4:
        y = y * np.exp(-TIME_S / between(rng, 0.3, 1.0)) + knock(0.15, 60.0, 1200.0, 0.012, note)
        return through_body(y, SR, wooden_body(rng, 4.0)) * damper(held_s, 0.06)
    y = np.tanh(between(rng, 0.3, 4.0) * y)
    y += knock(between(rng, 0.005, 0.1) * strength, 700.0, 3500.0, 0.005, note)
    y = band(y, 30.0, between(rng, 1200.0, 8000.0))
    return through_body(y, SR, rng.normal(0.0, 3.0, 16)) * damper(held_s, between(rng, 0.015, 0.08))


def piano(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """One to three strings struck by a felt hammer; grand, upright, worn or honky-tonk."""
    n_strings = 1 if f0_hz < 70.0 else int(rng.choice([2, 3]))
    detune = between(rng, 0.2, 2.0) if rng.random() < 0.8 else between(rng, 4.0, 16.0)
    stiffness = between(rng, 0.7e-4, 4e-4) * 2.0 ** (
        (12.0 * np.log2(f0_hz / 262.0)) / between(rng, 6.0, 10.0)
    )
    edge_hz, steep, place = between(rng, 400.0, 1800.0), rng.uniform(1.2, 2.4), rng.uniform(0.09, 0.15)
    long_s = between(rng, 4.0, 14.0) * (262.0 / f0_hz) ** 0.55
    loss, share = between(rng, 0.03, 0.3), rng.uniform(0.1, 0.4)
    k, hz = _partials(f0_hz, min(stiffness, 0.02))
    levels = (0.05 + np.abs(np.sin(np.pi * k * place))) * np.exp(note.normal(0.0, 0.25, k.shape[0]))
    levels /= (1.0 + (hz / (edge_hz * (0.35 + 1.8 * strength**1.5) + f0_hz)) ** 2) ** steep
    decay_s = long_s / 6.9 / (1.0 + loss * (hz / 400.0)) * 0.5
    cents = detune * note.normal(0.0, 1.0, n_strings)
    y = sum(_two_stage(hz * 2.0 ** (c / 1200.0), levels, decay_s, 0.3, 4.0, share, note) for c in cents)
    y = _level(np.asarray(y)) + knock(between(rng, 0.02, 0.2) * strength, 60.0, 1500.0, 0.02, note)
    y += knock(between(rng, 0.003, 0.03), 500.0, 5000.0, 0.006, note)
    y *= np.minimum(1.0, TIME_S / between(rng, 0.0008, 0.004))
    return through_body(y, SR, wooden_body(rng, 3.0)) * damper(held_s, between(rng, 0.04, 0.2))


def harpsichord(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Harpsichord (one to three choirs of strings) or clavichord-like with a pickup; loudness fixed."""
    is_electric, choirs = rng.random() < 0.4, int(rng.integers(1, 4))
    touch = strength if is_electric else 0.8
    y = np.zeros(N_SAMPLES)
    for choir in range(1 if is_electric else choirs):
        hz = f0_hz * (2.0 if choir == 2 else 1.0) * 2.0 ** (note.normal(0.0, 2.0) / 1200.0)
        y += _level(_plucked(hz, touch, rng, note, (2500.0, 7500.0))) * (0.6 if choir == 2 else 1.0)
    if is_electric:
        delay = max(1, round(rng.uniform(0.04, 0.2) * SR / f0_hz))
        y = y - 0.8 * np.concatenate([np.zeros(delay), y[:-delay]])
        y = np.tanh(between(rng, 0.5, 5.0) * _level(y) * (0.4 + 0.6 * strength))
    y = _level(y) + knock(between(rng, 0.03, 0.25), 800.0, 6000.0, 0.004, note)
    released = knock(between(rng, 0.02, 0.15), 300.0, 4000.0, 0.01, note)
    y = through_body(y, SR, wooden_body(rng, 3.0 if not is_electric else 1.5)) * damper(
        held_s, between(rng, 0.02, 0.1)
    )
    start = min(N_SAMPLES - 1, int(held_s * SR))
    y[start:] += released[: N_SAMPLES - start]
    return y


def tine_piano(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Struck tines or reeds before a pickup, whose field bends the wave the more the harder the blow."""
    offset, swing = rng.uniform(0.25, 0.9), between(rng, 0.3, 2.5)
    high, bell = rng.uniform(5.5, 8.5), between(rng, 0.01, 0.3)
    long_s = between(rng, 1.0, 5.0) * (262.0 / f0_hz) ** 0.4
    partials = np.array([1.0, 1.0, high, high * 2.7]) * f0_hz
    levels = np.array([0.8, 0.2, bell, 0.4 * bell]) * np.array([1.0, 1.0, strength, strength])
    decays = np.array([0.3, 1.0, 0.04, 0.02]) * long_s
    x = ring(partials, levels, decays, note) * swing * (0.25 + 0.75 * strength)
    y = (x + offset) / (1.0 + (x + offset) ** 2)  # the flux through a coil beside the tip
    y = np.diff(y, prepend=y[0]) * SR / (2 * np.pi * f0_hz) if rng.random() < 0.6 else y - y[-1]
    y = _level(y) + knock(between(rng, 0.005, 0.06), 200.0, 2500.0, 0.008, note)
    y = np.tanh(between(rng, 0.2, 4.0) * y * (0.4 + 0.6 * strength))
    tremolo = rng.uniform(0.1, 0.5) * float(rng.random() < 0.35)
    y *= 1.0 + tremolo * np.sin(2.0 * np.pi * rng.uniform(2.5, 7.0) * TIME_S + note.uniform(0, 6.28))
    y = band(y, 50.0, between(rng, 2500.0, 9000.0))
    return through_body(y, SR, rng.normal(0.0, 2.0, 12)) * damper(held_s, between(rng, 0.02, 0.1))
