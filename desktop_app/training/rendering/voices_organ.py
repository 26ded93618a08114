# SPDX-License-Identifier: MIT
"""Organs: drawbars behind a rotating loudspeaker, ranks of pipes, free reeds, and transistor organs.

Makers take the same arguments as those of ``voices`` and how long the note is held.

References
----------
Fletcher and Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (pipes and their speech).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band, harmonics, oscillate
from desktop_app.training.rendering.voices_strings import between, damper, knock
from desktop_app.training.rendering.voices_touch import through_body

# Feet 8, 4, 2 2/3, 2, 1 3/5, 1 1/3, 1 as ratios to the note's pitch. Those below 8' are left out everywhere:
# with them a note sounds an octave below its key.
_DRAWBARS: Final = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0])
_RANKS: Final = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0])


def _rotating(y: Signal, rng: Rng, note: Rng) -> Signal:
    """A horn that turns: Doppler, level and brightness; slow, fast or speeding up."""
    slow_hz, fast_hz = rng.uniform(0.5, 1.0), rng.uniform(5.5, 7.2)
    kind = int(rng.integers(3))
    speed = np.full(N_SAMPLES, (slow_hz, fast_hz, slow_hz)[kind])
    if kind == 2:
        speed = slow_hz + (fast_hz - slow_hz) * np.clip((TIME_S - 0.5) / 1.2, 0.0, 1.0)
    angle = 2.0 * np.pi * (np.cumsum(speed) / SR + note.random())
    depth_s = between(rng, 0.05e-3, 0.5e-3)
    place = np.arange(N_SAMPLES) + depth_s * SR * np.sin(angle)
    horn = np.interp(place, np.arange(N_SAMPLES), y)
    high = horn - band(horn, 20.0, 800.0)
    return horn * (1.0 + 0.25 * rng.random() * np.cos(angle)) + 0.5 * rng.random() * high * np.cos(angle)


def drawbars(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Tone wheels: seven drawbars, leakage, percussion, click, scanner vibrato, drive, a turning horn."""
    bars = 10.0 ** (-0.15 * rng.integers(0, 9, 7)) * (rng.random(7) < rng.uniform(0.3, 0.9))
    bars[0] = max(bars[0], 0.7)
    leak, percussion = between(rng, 1e-4, 0.01), between(rng, 0.1, 1.2) * float(rng.random() < 0.4)
    third, fade_s, click = rng.random() < 0.5, rng.choice([0.2, 0.6]), between(rng, 0.01, 0.7)
    drive, scanner = between(rng, 0.2, 6.0), rng.uniform(0.0, 0.0008) * float(rng.random() < 0.3)
    turning, edge_hz = rng.random() < 0.7, between(rng, 2500.0, 7000.0)
    heard = (_DRAWBARS * f0_hz < 7000.0) & (bars > 0)
    y = np.zeros(N_SAMPLES)
    for ratio, level in zip(_DRAWBARS[heard], bars[heard], strict=True):
        y += level * np.sin(2.0 * np.pi * (ratio * f0_hz * TIME_S + note.random()))
    for neighbour in (-1, 1, 12):
        y += leak * np.sin(2.0 * np.pi * f0_hz * 4.0 * 2.0 ** (neighbour / 12.0) * TIME_S)
    struck = np.sin(2.0 * np.pi * f0_hz * (3.0 if third else 2.0) * TIME_S)
    y += percussion * struck * np.exp(-TIME_S / fade_s)
    y *= np.minimum(1.0, TIME_S / 0.003) * damper(held_s, 0.004)
    y += click * np.abs(y).max() * knock(1.0, 800.0, 5000.0, between(rng, 0.002, 0.008), note) / 3.0
    if scanner:
        place = np.arange(N_SAMPLES) + scanner * SR * np.sin(2.0 * np.pi * 6.9 * TIME_S)
        y = np.interp(place, np.arange(N_SAMPLES), y)
    y = np.tanh(drive * y / np.abs(y).max()) / np.tanh(drive)
    y = _rotating(y, rng, note) if turning else y
    return through_body(band(y, 40.0, edge_hz), SR, rng.normal(0.0, 2.0, 16))


def _speech(held_s: float, attack_s: float, release_s: float) -> Signal:
    rise = 1.0 - np.exp(-((TIME_S / attack_s) ** 1.5))
    return rise * damper(held_s, release_s)


def pipes(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Principals, flutes, strings, reeds and mixtures; each rank speaks in its own way; wind, tremulant."""
    on = np.less(rng.random(_RANKS.shape[0]), rng.uniform(0.15, 0.8))
    on[1] = True
    levels, slopes = between(rng, 0.5, 1.0) * rng.uniform(0.15, 0.8, 10), rng.uniform(0.6, 3.2, 10)
    levels[1] = 1.0
    stopped, is_reed = rng.random(10) < 0.3, rng.random(10) < 0.25
    attacks, cents = np.exp(rng.uniform(np.log(0.01), np.log(0.12), 10)), rng.normal(0.0, 2.5, 10)
    formant_hz, chiff, wind = between(rng, 600.0, 2500.0), between(rng, 0.02, 0.6), between(rng, 0.001, 0.03)
    release_s, tremulant = between(rng, 0.03, 0.5), rng.uniform(0.05, 0.3) * float(rng.random() < 0.25)
    rate_hz = rng.uniform(4.5, 7.0)
    y = np.zeros(N_SAMPLES)
    shake = np.sin(2.0 * np.pi * (rate_hz * TIME_S + note.random()))
    bend_cents = 12.0 * tremulant * shake + 1.5 * coloured_noise(N_SAMPLES, 2.0, note)
    periods = np.cumsum(2.0 ** (bend_cents / 1200.0)) / SR
    for rank in np.flatnonzero(on):
        hz = f0_hz * _RANKS[rank] * 2.0 ** ((cents[rank] + note.normal(0.0, 1.0)) / 1200.0)
        if hz > 5500.0:
            continue
        k = harmonics(hz)
        tone = np.where(stopped[rank] & (k % 2 == 0), 0.06, 1.0) / k ** slopes[rank]
        if is_reed[rank]:
            tone = (0.3 + 2.0 / (1.0 + ((k * hz - formant_hz) / 500.0) ** 2)) / k**0.5
        attack_s = attacks[rank] * (300.0 / hz) ** 0.3
        y += levels[rank] * _speech(held_s, attack_s, release_s) * oscillate(tone, hz * periods, note)
    y /= np.abs(y).max() + 1e-9
    speaking = chiff * np.exp(-TIME_S / between(rng, 0.015, 0.06))
    blown = band(note.standard_normal(N_SAMPLES), f0_hz, f0_hz * 5.0) * (speaking + wind)
    y = (y + blown * (held_s > TIME_S)) * (1.0 + tremulant * shake)
    return through_body(y, SR, rng.normal(0.0, 3.0, 20))


def free_reeds(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Harmonium: one to three reeds of 8' and 4', bright, slow to speak, slightly apart."""
    on = np.array([True, rng.random() < 0.5, rng.random() < 0.4])
    cents, slopes = rng.normal(0.0, 5.0, 3), rng.uniform(0.5, 1.6, 3)
    attack_s, release_s, air = between(rng, 0.02, 0.2), between(rng, 0.03, 0.15), between(rng, 0.002, 0.04)
    edge_hz, body, pump = between(rng, 1200.0, 5000.0), rng.normal(0.0, 4.5, 30), rng.uniform(0.0, 0.2)
    y = np.zeros(N_SAMPLES)
    for reed in np.flatnonzero(on):
        hz = f0_hz * (1.0, 1.0, 2.0)[reed] * 2.0 ** (cents[reed] / 1200.0)
        k = harmonics(hz)
        y += (1.0, 0.8, 0.5)[reed] * oscillate(k ** -slopes[reed], hz * TIME_S, note)
    y = band(y, 40.0, edge_hz * (0.7 + 0.5 * strength))
    slow = np.interp(TIME_S, np.linspace(0.0, 4.0, 7), 1.0 + pump * note.uniform(-1.0, 1.0, 7))
    y = y / (np.abs(y).max() + 1e-9) + air * band(note.standard_normal(N_SAMPLES), 300.0, 3000.0)
    y = y * slow * _speech(held_s, attack_s, release_s) + knock(
        between(rng, 0.005, 0.08), 80.0, 1200.0, 0.01, note
    )
    return through_body(y, SR, body)


def transistor_organ(f0_hz: float, strength: float, held_s: float, rng: Rng, note: Rng) -> Signal:
    """Divided square waves through fixed filters, with a vibrato that is the same for all notes."""
    shapes = int(rng.integers(3))
    levels = np.append(1.0, rng.uniform(0.0, 0.8, 2) * (rng.random(2) < 0.6))
    rate_hz, cents = rng.uniform(5.0, 7.5), rng.uniform(0.0, 25.0) * float(rng.random() < 0.6)
    edge_hz, drive = between(rng, 900.0, 7000.0), between(rng, 0.2, 4.0)
    wobble = cents * np.sin(2.0 * np.pi * (rate_hz * TIME_S + note.random()))
    periods = np.cumsum(f0_hz * 2.0 ** (wobble / 1200.0)) / SR
    y = np.zeros(N_SAMPLES)
    for ratio, level in zip((1.0, 2.0, 4.0), levels, strict=True):
        k = harmonics(f0_hz * ratio)
        tone = np.where((k % 2 == 1) | (shapes == 1), 1.0, 0.1 if shapes else 0.0) / k
        y += level * oscillate(tone, periods * ratio, note)
    y = np.tanh(drive * band(y, 60.0, edge_hz) / np.abs(y).max())
    y *= np.minimum(1.0, TIME_S / between(rng, 0.001, 0.015)) * damper(held_s, 0.006)
    y += knock(between(rng, 0.005, 0.15), 500.0, 5000.0, 0.004, note)
    return through_body(y, SR, rng.normal(0.0, 2.5, 16))
