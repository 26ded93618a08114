# SPDX-License-Identifier: MIT
"""Pipes added up of harmonics, as the stops of the organ Aeolus define them (Debian's package stops).

A definition gives, at every sixth key, a stop's level and tuning, how its pitch and each of its 64 harmonics
set in, how long it sounds on, and how much pipes differ from each other. The wind's noise and further
differences between pipes are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.rendering.organ_stops import (
    FLUE,
    HIGHEST_MIDI,
    LOWEST_MIDI,
    MIXTURE,
    REED,
    levelled,
)
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band
from desktop_app.training.rendering.voices_strings import between, damper

STOPS: Final = Path("/usr/share/aeolus/stops")
_MAGIC: Final = b"AEOLUS\0\x02"
_N_BYTES: Final = 12_864
_N_HARMONICS: Final = 64
_KEYS: Final = 36.0 + 6.0 * np.arange(11)
# The curves that are not those of a harmonic; the first, a level, is not used: stops are levelled.
_OFFSET_HZ, _SPREAD_HZ, _INSTABILITY, _GLIDE_S, _GLIDE_CENTS, _FADE_S, _FADE_CENTS = range(1, 8)
_QUIET_DB: Final = -75.0
_HIGHEST_HZ: Final = 7800.0
_PIPES_DIFFER_DB: Final = 1.5
_REEDS: Final = ("bassoon", "bombarde", "cromhorne", "trumpet", "melodia")
# One sounds no note, and two say that they were made after recordings, whose terms they do not state.
_LEFT_OUT: Final = ("none", "new_oboe_fa", "trombone")


@dataclass(frozen=True, slots=True)
class _Definition:
    title: str
    ratio: float
    curves: Signal  # (8, 11)
    level_db: Signal  # (64, 11), and so the three others
    differ_db: Signal
    attack_s: Signal
    overshoot_db: Signal


@dataclass(frozen=True, slots=True)
class AdditiveStop:
    """A stop that a definition of Aeolus describes."""

    path: Path

    @property
    def title(self) -> str:
        """As the definition names it."""
        return _definition(self.path).title

    @property
    def ratio(self) -> float:
        """Its pitch over the key's."""
        return _definition(self.path).ratio

    @property
    def role(self) -> str:
        """A mixture has no harmonic to speak of at the pitch of most of its keys."""
        if any(word in self.path.stem for word in _REEDS):
            return REED
        return MIXTURE if _definition(self.path).level_db[0].mean() < -40.0 else FLUE

    @property
    def span_midi(self) -> tuple[int, int]:
        """Five octaves from the pitch of the lowest key."""
        shift = round(12.0 * np.log2(self.ratio))
        return max(LOWEST_MIDI, 36 + shift), min(HIGHEST_MIDI, 96 + shift)

    def sound(self, midi: float, held_s: float, chance: Rng) -> Signal:
        """The pipe of a pitch, held so long, shape (64000,); RMS about 1 while it sounds."""
        stop = _definition(self.path)
        key = float(np.clip(midi - 12.0 * np.log2(stop.ratio), _KEYS[0], _KEYS[-1]))
        curves = _at(stop.curves, key)
        hz = midi_to_hz(midi) + curves[_OFFSET_HZ] + curves[_SPREAD_HZ] * chance.uniform(-1.0, 1.0)
        y = _harmonics_of(stop, key, hz, _periods(curves, hz, held_s, chance), held_s, chance)
        y *= damper(held_s, curves[_FADE_S] / np.log(10.0))  # the curve gives the time of -20 dB
        return levelled(y, int(held_s * SR)) + _wind(hz, held_s, chance)


def additive_stops() -> tuple[AdditiveStop, ...]:
    """The stops of Aeolus.

    Raises
    ------
    CorpusError
        When they are not installed.
    """
    found = [path for path in sorted(STOPS.glob("*.ae0")) if path.stem not in _LEFT_OUT]
    if not found:
        raise CorpusError("The stops of Aeolus are not installed: install the package stops first.")
    return tuple(AdditiveStop(path) for path in found)


def _at(curves: Signal, key: float) -> Signal:
    """Curves, shape (n, 11), at a key, shape (n,)."""
    place = (key - _KEYS[0]) / 6.0
    low = min(int(place), _KEYS.shape[0] - 2)
    above: Signal = curves[:, low] + (place - low) * (curves[:, low + 1] - curves[:, low])
    return above


def _periods(curves: Signal, hz: float, held_s: float, chance: Rng) -> Signal:
    """The fundamental's phase in periods: it glides at both ends and trembles a little."""
    begin = curves[_GLIDE_CENTS] * np.clip(1.0 - TIME_S / max(curves[_GLIDE_S], 1e-3), 0.0, 1.0)
    end = curves[_FADE_CENTS] * np.clip((TIME_S - held_s) / max(curves[_FADE_S], 1e-3), 0.0, 1.0)
    tremble = 0.5 * curves[_INSTABILITY] * coloured_noise(N_SAMPLES, 2.0, chance)
    return hz * np.cumsum(np.exp2((begin + end + tremble) / 1200.0)) / SR


def _harmonics_of(
    stop: _Definition, key: float, hz: float, periods: Signal, held_s: float, chance: Rng
) -> Signal:
    levels_db = _at(stop.level_db, key)
    levels_db += _at(stop.differ_db, key) * chance.uniform(-1.0, 1.0, _N_HARMONICS)
    differ_db = np.clip(chance.normal(0.0, _PIPES_DIFFER_DB, _N_HARMONICS), -3.0, 3.0)
    attacks_s, overshoots_db = _at(stop.attack_s, key), _at(stop.overshoot_db, key)
    y, turns = np.zeros(N_SAMPLES), chance.random(_N_HARMONICS)
    for k in np.flatnonzero(levels_db > _QUIET_DB):
        if (k + 1) * hz > _HIGHEST_HZ:
            break
        level = 10.0 ** ((levels_db[k] + differ_db[k]) / 20.0)
        tone = np.sin(2.0 * np.pi * ((k + 1) * periods + turns[k]))
        y += level * _onset(attacks_s[k], overshoots_db[k]) * tone
    return y


def _onset(attack_s: float, overshoot_db: float) -> Signal:
    """A smooth rise in about the attack time, and a peak over what stays that fades after it."""
    x = TIME_S / max(attack_s, 1e-3)
    rise = 1.0 - np.exp(-2.0 * x**2)
    return rise * (1.0 + (10.0 ** (overshoot_db / 20.0) - 1.0) * x * np.exp(1.0 - x))


def _wind(hz: float, held_s: float, chance: Rng) -> Signal:
    """Noise of the mouth: a burst as the pipe begins to speak, and a little all the time."""
    burst = between(chance, 0.01, 0.3) * np.exp(-TIME_S / between(chance, 0.01, 0.05))
    noise = band(chance.standard_normal(N_SAMPLES), 0.8 * hz, 5.0 * hz + 500.0)
    return noise * (burst + between(chance, 0.003, 0.03)) * damper(held_s, 0.02)


@cache
def _definition(path: Path) -> _Definition:
    data = path.read_bytes()
    if data[:8] != _MAGIC or len(data) != _N_BYTES:
        raise CorpusError(f"{path} is not a stop of Aeolus.")
    over, under = data[30], data[31]
    title = data[32:64].split(b"\0")[0].decode("utf-8", "replace").replace("-$", "").replace("$", " ")
    # Each curve is eleven numbers after a mask of which of them the author set.
    numbers = np.frombuffer(data[192:], "<f4").reshape(-1, 12)[:, 1:].astype(np.float64)
    parts = np.split(numbers[8:], 4)
    return _Definition(title, over / under, numbers[:8], *parts)
