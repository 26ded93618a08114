# SPDX-License-Identifier: MIT
"""Pipe organs: every stop alone, and drawn registrations of stops that sound together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from desktop_app.training.augmentation.sound import coloured_noise
from desktop_app.training.rendering.drawn import Drawn
from desktop_app.training.rendering.organ_additive import additive_stops
from desktop_app.training.rendering.organ_church import in_church
from desktop_app.training.rendering.organ_sampled import sampled_stops
from desktop_app.training.rendering.organ_stops import FLUE, MIXTURE, REED, Stop
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import SR, PlayedNote
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal
from desktop_app.training.rendering.voices_strings import between
from desktop_app.training.rendering.voices_touch import Touch, bend, draw_held_s, through_body

_STOPS_OF: Final[dict[str, Callable[[], tuple[Stop, ...]]]] = {
    "grandorgue": sampled_stops,
    "aeolus": additive_stops,
}
ORGANS: Final = tuple(_STOPS_OF)
_ALONE, _DRAWN = 0, 1
_TIMES_ALONE: Final = 3  # each stop alone stands in so many rooms
_N_DRAWN: Final = {"grandorgue": 60, "aeolus": 120}
# Pitches over the lowest stop's: unison, 4', 2 2/3', 2', 1 3/5', 1 1/3', 1' and those of mixtures over 8'.
_PITCHES: Final = (1, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 8, 8, 12, 16)
_MUTATIONS: Final = (3, 5, 6, 12)
_MOST_FLUES: Final = 7  # over the lowest stop
_HIGHEST_KEY: Final = 96


@dataclass(frozen=True, slots=True)
class Drawstop:
    """A stop in a registration.

    Attributes
    ----------
    stop
        Whose pipes sound.
    ratio
        Their pitch over the note's.
    level_db, cents
        How loud, and how far out of tune.
    """

    stop: Stop
    ratio: int
    level_db: float
    cents: float


@dataclass(frozen=True, slots=True)
class OrganInstrument(Drawn):
    """A stop alone, or a drawn registration.

    Attributes
    ----------
    organ
        One of ``ORGANS``.
    """

    organ: str

    _FIRST_KIND = 2000

    @property
    def bank(self) -> str:
        """The organ."""
        return self.organ

    @property
    def title(self) -> str:
        """The stops, each with its pitch over the note's where that is another."""
        names = [f"{one.stop.title} x{one.ratio}" for one in self.registration]
        return ", ".join(name.removesuffix(" x1") for name in names)

    @property
    def voice(self) -> Voice:
        """As far as the lowest stop reaches."""
        low, high = self.registration[0].stop.span_midi
        return Voice("organ", "acoustic", low, min(high, _HIGHEST_KEY))

    @property
    def registration(self) -> tuple[Drawstop, ...]:
        """What is drawn; the first stop gives the note its pitch."""
        stops = _stops(self.organ)
        if self.bank_number == _ALONE:
            alone = [stop for stop in stops if stop.role != MIXTURE]
            return (Drawstop(alone[self.program % len(alone)], 1, 0.0, 0.0),)
        key = [self.seed, self._FIRST_KIND + ORGANS.index(self.organ), self.program]
        return draw_registration(stops, np.random.default_rng(key))

    def _sound(self, note: PlayedNote, parameters: Rng, chance: Rng) -> Signal:
        held_s = draw_held_s(chance)
        trembles, is_in_church = parameters.random() < 0.2, parameters.random() < 0.65
        y = np.zeros(N_SAMPLES)
        for one in self.registration:
            midi = _pipe_midi(one, note.midi)
            if midi is not None:
                level_db = one.level_db + chance.normal(0.0, 1.0)
                y += 10.0 ** (level_db / 20.0) * one.stop.sound(midi, held_s, chance)
        y = _tremulant(y, parameters, chance) if trembles else y
        tilt_db = np.linspace(0.0, parameters.uniform(-5.0, 20.0), 16)
        y = through_body(y, SR, parameters.normal(0.0, 2.0, 16) + tilt_db)
        y = in_church(y, parameters) if is_in_church else y
        return y + _blower(parameters, chance)


def _pipe_midi(one: Drawstop, midi: int) -> float | None:
    """The pitch of the pipe that sounds; too high ones break back an octave if that leaves a harmonic."""
    ratio, highest = one.ratio, max(one.stop.span_midi[1], midi)
    while midi + 12.0 * np.log2(ratio) > highest + 0.5:
        if ratio % 2:
            return None
        ratio //= 2
    return float(midi + 12.0 * np.log2(ratio) + one.cents / 100.0)


def _blower(parameters: Rng, chance: Rng) -> Signal:
    """The noise of the wind's supply and of the room, which never stops; the first stop has RMS 1."""
    level, slope = between(parameters, 1e-3, 0.06), parameters.uniform(0.7, 2.0)
    return level * coloured_noise(N_SAMPLES, slope, chance)


def _tremulant(y: Signal, parameters: Rng, chance: Rng) -> Signal:
    """The wind shaken: pitch and level together."""
    rate_hz, cents = parameters.uniform(4.0, 7.0), parameters.uniform(4.0, 18.0)
    depth = parameters.uniform(0.05, 0.3)
    shaken = bend(y, SR, Touch(cents, rate_hz, 0.0, 0.0, 0.5), chance)
    return shaken * (1.0 + depth * np.sin(2.0 * np.pi * (rate_hz * TIME_S + chance.random())))


def draw_registration(stops: tuple[Stop, ...], rng: Rng) -> tuple[Drawstop, ...]:
    """Stops over one that gives the pitch, with reeds or without, perhaps a celeste or a mixture.

    Full organs are brighter than their lowest stop by far, soft ones darker: ``lift_db`` is drawn once.
    """
    is_reed, is_low = rng.random() < 0.2, rng.random() < 0.15
    flues, reeds, mixtures = ([stop for stop in stops if stop.role == role] for role in (FLUE, REED, MIXTURE))
    base = _one_of(reeds if is_reed else flues, 0.5 if is_low else 1.0, rng)
    drawn, lift_db = [Drawstop(base, 1, 0.0, rng.normal(0.0, 1.5))], rng.uniform(-3.0, 10.0)

    def draw(stop: Stop, ratio: int, most_db: float) -> None:
        if all((stop, ratio) != (other.stop, other.ratio) for other in drawn):
            level_db = rng.uniform(most_db - 12.0, most_db) + (lift_db if ratio > 2 else 0.0)
            drawn.append(Drawstop(stop, ratio, level_db, rng.normal(0.0, 2.0)))

    for ratio in rng.choice(_PITCHES, int(rng.integers(1, _MOST_FLUES + 1))):
        draw(_one_of(flues, base.ratio * ratio, rng), int(ratio), -6.0 if ratio in _MUTATIONS else 0.0)
    for _ in range(int(rng.choice([0, 0, 0, 0, 1, 1, 2, 3]))):
        draw(_one_of(reeds, base.ratio, rng), int(rng.choice([1, 1, 1, 2])), max(-2.0, lift_db / 2.0))
    if mixtures and rng.random() < 0.35:
        # Its pitch is its key's: an octave over the note where that is a 16' stop's.
        draw(_one_of(mixtures, 1.0, rng), round(1.0 / base.ratio), max(-2.0, lift_db - 2.0))
    if rng.random() < 0.1:
        drawn.append(Drawstop(base, 1, rng.uniform(-3.0, 0.0), rng.uniform(6.0, 16.0)))
    return tuple(drawn)


def _one_of(stops: list[Stop], ratio: float, rng: Rng) -> Stop:
    """One of a pitch where there is any, else an 8' one."""
    fitting = [stop for stop in stops if stop.ratio == ratio] or [s for s in stops if s.ratio == 1.0]
    return fitting[int(rng.integers(len(fitting)))]


@lru_cache(maxsize=len(ORGANS))
def _stops(organ: str) -> tuple[Stop, ...]:
    return _STOPS_OF[organ]()


def organ_instruments(organs: Sequence[str], seed: int) -> list[OrganInstrument]:
    """The stops and registrations of some organs.

    Raises
    ------
    CorpusError
        When nobody knows an organ, or it is not installed.
    """
    for organ in organs:
        if organ not in ORGANS:
            raise CorpusError(f"There is no organ {organ}: name some of {', '.join(ORGANS)}.")
    return [one for organ in organs for one in _instruments(organ, seed)]


def _instruments(organ: str, seed: int) -> list[OrganInstrument]:
    n_alone = _TIMES_ALONE * sum(stop.role != MIXTURE for stop in _stops(organ))
    alone = [OrganInstrument(_ALONE, number, seed, organ) for number in range(n_alone)]
    return alone + [OrganInstrument(_DRAWN, number, seed, organ) for number in range(_N_DRAWN[organ])]
