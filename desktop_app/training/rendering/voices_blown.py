# SPDX-License-Identifier: MIT
"""Sustained instruments by additive synthesis whose brightness follows the level: brass, reeds, flutes, bows.

References
----------
Risset and Mathews, "Analysis of Musical-Instrument Tones", Physics Today 22(2), 1969: a brass tone's upper
partials come in the later the higher they are.
Fletcher and Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (spectra of winds and bows).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band, harmonics, oscillate
from desktop_app.training.rendering.voices_strings import between, wooden_body
from desktop_app.training.rendering.voices_touch import Touch, bend, draw_touch, through_body

_STEPS: Final = 4  # spectra between the darkest and the brightest


def blow(held_s: float, attack_s: float, overshoot: float, later: float, release_s: float) -> Signal:
    """A level that rises, perhaps too far, settles, goes to ``later`` and ends, shape (64000,)."""
    attack_s = min(attack_s, 0.7 * held_s)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(TIME_S / attack_s, 0.0, 1.0))
    settle = 1.0 + overshoot * np.exp(-np.maximum(0.0, TIME_S - attack_s) / 0.06)
    goes = 1.0 + (later - 1.0) * np.clip((TIME_S - attack_s) / max(held_s - attack_s, 0.1), 0.0, 1.0)
    return rise * settle * goes * np.exp(-((np.maximum(0.0, TIME_S - held_s) / release_s) ** 1.5))


def shaded(spectra: list[Signal], brightness: Signal, periods: Signal, note: Rng) -> Signal:
    """A tone that fades through some spectra as ``brightness`` goes from 0 to 1."""
    state = note.bit_generator.state
    y, place = np.zeros(N_SAMPLES), np.clip(brightness, 0.0, 1.0) * (len(spectra) - 1)
    for number, levels in enumerate(spectra):
        weight = np.maximum(0.0, 1.0 - np.abs(place - number))
        if weight.any():
            note.bit_generator.state = state  # the same phases: nothing cancels on the way
            y += weight * oscillate(levels, periods, note)
    return y


def _spectra(
    k: Signal, f0_hz: float, base: Signal, dark_hz: float, bright_hz: float, steep: float
) -> list[Signal]:
    edges = np.geomspace(dark_hz, bright_hz, _STEPS)
    return [base / (1.0 + (k * f0_hz / edge) ** 2) ** steep for edge in edges]


def _formed(hz: Signal, centres: Signal, widths: Signal, heights: Signal) -> Signal:
    """Gain of some resonances on top of 1."""
    each = heights[:, None] / (1.0 + ((hz[None] - centres[:, None]) / widths[:, None]) ** 2)
    return 1.0 + each.sum(axis=0)


def _unsteady(f0_hz: float, note: Rng, cents: float) -> Signal:
    """Phase in periods with the small irregularities of lips, reeds and bows."""
    wander = coloured_noise(N_SAMPLES, 1.5, note)
    return np.cumsum(f0_hz * 2.0 ** (cents * wander / (np.abs(wander).max() + 1e-9) / 1200.0)) / SR


def brass(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Trumpet, horn, trombone, tuba, muted or not, alone or a section: brightness rises with the level."""
    n_players = int(rng.choice([1, 1, 1, 3]))
    dark_hz = between(rng, 250.0, 900.0)
    bright_hz, steep = dark_hz * between(rng, 2.0, 8.0), rng.uniform(0.9, 2.2)
    centres = np.array([between(rng, 350.0, 1500.0), between(rng, 1500.0, 3500.0)])
    heights = np.array([rng.uniform(0.3, 2.5), rng.uniform(0.0, 2.0)])
    attack_s, overshoot = between(rng, 0.015, 0.12), rng.uniform(0.0, 0.5)
    later, release_s, touch = rng.uniform(0.6, 1.15), between(rng, 0.03, 0.15), draw_touch(rng)
    air, rough = between(rng, 0.001, 0.02), between(rng, 2.0, 8.0)
    body = rng.normal(0.0, 2.5, 24)
    k = harmonics(f0_hz)
    base = _formed(k * f0_hz, centres, centres * rng.uniform(0.2, 0.6, 2), heights)
    spectra = _spectra(k, f0_hz, base, dark_hz + f0_hz, bright_hz + f0_hz, steep)
    y = np.zeros(N_SAMPLES)
    for _ in range(n_players):
        level = blow(held_s, attack_s * note.uniform(0.7, 1.4), overshoot, later, release_s)
        cents = note.normal(0.0, 6.0 if n_players > 1 else 1.0)
        bright = (0.15 + 0.85 * strength**1.3) * np.clip(level, 0, 1.4) ** 1.5
        tone = shaded(spectra, bright, _unsteady(f0_hz * 2.0 ** (cents / 1200.0), note, rough), note)
        y += bend(tone * level, SR, touch, note)
    y /= np.abs(y).max() + 1e-9
    y += air * band(note.standard_normal(N_SAMPLES), 400.0, 4000.0) * blow(held_s, 0.02, 1.0, 1.0, 0.05)
    return through_body(y, SR, body)


# Even harmonics, first resonances and the spectrum's edge in Hz: clarinet, oboe, saxophone, bassoon.
_REEDS: Final = (
    ((0.03, 0.4), (1200.0, 3000.0), (900.0, 4000.0)),
    ((0.7, 1.2), (1050.0, 2900.0), (2000.0, 6000.0)),
    ((0.6, 1.2), (800.0, 2200.0), (900.0, 5000.0)),
    ((0.6, 1.2), (480.0, 1200.0), (500.0, 2500.0)),
)


def reed(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Single and double reeds: odd harmonics or all of them, two resonances, breath."""
    evens, resonances, edges = _REEDS[int(rng.integers(4))]
    even, edge_hz, steep = rng.uniform(*evens), between(rng, *edges), rng.uniform(0.7, 1.8)
    centres = np.array(resonances) * between(rng, 0.75, 1.3)
    heights, widths = rng.uniform(0.3, 4.0, 2), centres * rng.uniform(0.15, 0.5, 2)
    attack_s, overshoot = between(rng, 0.012, 0.1), rng.uniform(0.0, 0.25)
    later, release_s, touch = rng.uniform(0.75, 1.1), between(rng, 0.02, 0.12), draw_touch(rng)
    air, rough, body = between(rng, 0.001, 0.02), between(rng, 1.0, 6.0), rng.normal(0.0, 3.0, 30)
    k = harmonics(f0_hz)
    weak_even = even + (1.0 - even) * np.clip(k * f0_hz / 3500.0, 0.0, 1.0)  # the tube's law ends higher up
    base = np.where(k % 2 == 0, weak_even, 1.0) * _formed(k * f0_hz, centres, widths, heights)
    base *= np.exp(rng.normal(0.0, 0.35, 400))[: k.shape[0]]
    spectra = _spectra(k, f0_hz, base, 0.5 * edge_hz + f0_hz, 1.6 * edge_hz + f0_hz, steep)
    level = blow(held_s, attack_s, overshoot, later, release_s)
    tone = shaded(spectra, (0.3 + 0.7 * strength) * level**0.8, _unsteady(f0_hz, note, rough), note)
    y = bend(tone * level, SR, touch, note)
    y /= np.abs(y).max() + 1e-9
    hiss = band(note.standard_normal(N_SAMPLES), 700.0, 6000.0) * blow(held_s, 0.01, 1.5, 1.0, 0.04)
    return through_body(y + air * hiss, SR, body)


def breathy_flute(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Flute, recorder, pan pipe, whistle, ocarina: few harmonics, breath in bands around them, a chiff."""
    weights = np.append(
        1.0, between(rng, 0.05, 1.0) * np.exp(rng.normal(0.0, 0.6, 9)) / np.arange(2, 11) ** 0.7
    )
    fall = rng.uniform(0.6, 2.0)
    attack_s, later, release_s = between(rng, 0.02, 0.15), rng.uniform(0.75, 1.1), between(rng, 0.04, 0.2)
    air, chiff, chiff_s = between(rng, 0.003, 0.15), between(rng, 0.02, 0.8), between(rng, 0.015, 0.08)
    touch, swell, rough = draw_touch(rng), rng.uniform(0.0, 0.3), between(rng, 1.0, 8.0)
    body = rng.normal(0.0, 2.0, 16)
    k = np.arange(1, 11, dtype=np.float64)
    heard = k * f0_hz < 7600.0
    spectra = [(weights / k ** (fall * 2.0 * (1.0 - b)))[heard] for b in np.linspace(0.1, 1.0, _STEPS)]
    level = blow(held_s, attack_s, 0.05, later, release_s)
    y = shaded(spectra, (0.2 + 0.8 * strength) * level, _unsteady(f0_hz, note, rough), note) * level
    pulse = 1.0 + swell * np.clip(TIME_S - touch.delay_s, 0.0, 1.0) * np.sin(
        2.0 * np.pi * touch.vibrato_hz * TIME_S
    )
    y = bend(y * pulse, SR, touch, note)
    y /= np.abs(y).max() + 1e-9
    noise = note.standard_normal(N_SAMPLES)
    wind = band(noise, f0_hz * 0.9, f0_hz * 2.5) + 0.3 * band(noise, 1500.0, 7000.0)
    y += (
        0.5
        * wind
        * (air * level * (0.5 + 0.5 * pulse) + chiff * np.exp(-TIME_S / chiff_s) * (held_s > TIME_S))
    )
    return through_body(y, SR, body)


def _bow_noise(held_s: float, rng: Rng, note: Rng) -> Signal:
    low_hz = between(rng, 300.0, 1500.0)
    scratch = between(rng, 0.03, 0.5) * np.exp(-TIME_S / between(rng, 0.02, 0.08))
    level = between(rng, 0.001, 0.025) * blow(held_s, 0.03, 0.0, 1.0, 0.08) + scratch * blow(
        held_s, 0.01, 0.0, 1.0, 0.05
    )
    return level * band(coloured_noise(N_SAMPLES, 1.0, note), low_hz, 7000.0)


def bowed_string(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """A bowed string on a body of many resonances, alone or a section; vibrato moves partials there."""
    n_players = int(rng.choice([1, 1, 1, 4, 8]))
    edge_hz, steep, place = between(rng, 1200.0, 6000.0), rng.uniform(0.6, 1.6), rng.uniform(0.06, 0.2)
    attack_s, later = between(rng, 0.02, 0.35), rng.uniform(0.7, 1.2)
    release_s, touch = between(rng, 0.05, 0.35), draw_touch(rng)
    rough, body = between(rng, 3.0, 14.0), wooden_body(rng, rng.uniform(3.0, 8.0))
    noise_key = rng.integers(1 << 30)
    k = harmonics(f0_hz)
    base = (0.1 + np.abs(np.sin(np.pi * k * place))) / k
    spectra = _spectra(k, f0_hz, base, 0.5 * edge_hz + f0_hz, 2.0 * edge_hz + f0_hz, steep)
    y = np.zeros(N_SAMPLES)
    for _ in range(n_players):
        cents = note.normal(0.0, 8.0 if n_players > 1 else 1.0)
        level = blow(held_s, attack_s * note.uniform(0.7, 1.4), 0.0, later, release_s)
        bright = (0.2 + 0.8 * strength) * np.clip(level, 0.0, 1.2)
        tone = shaded(spectra, bright, _unsteady(f0_hz * 2.0 ** (cents / 1200.0), note, rough), note)
        own = Touch(touch.vibrato_cents, touch.vibrato_hz * note.uniform(0.9, 1.1), *_rest(touch))
        y += bend(tone * level, SR, own, note)
    y = y / (np.abs(y).max() + 1e-9) + _bow_noise(held_s, np.random.default_rng(noise_key), note)
    return through_body(y, SR, body)


def _rest(touch: Touch) -> tuple[float, float, float]:
    return touch.delay_s, touch.scoop_cents, touch.drift_cents
