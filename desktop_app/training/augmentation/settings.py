# SPDX-License-Identifier: MIT
"""How often and how strongly each change of a sound is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change: how likely it is and from which range its strength is drawn.

    Attributes
    ----------
    chance
        Probability, 0 … 1.
    low, high
        The range of the strength, in the unit that the kind names.
    """

    chance: float
    low: float
    high: float

    def draw(self, rng: Rng) -> float | None:
        """A strength, or None where the change is not made."""
        return float(rng.uniform(self.low, self.high)) if rng.random() < self.chance else None


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """Every change and its strength; the first block is played, the second is added by room and equipment.

    Attributes
    ----------
    detune
        Another tuning, cents.
    vibrato, tremolo
        Depth in cents and in decibels, at 4 … 7.5 Hz.
    release
        The key comes up early, seconds after the start.
    damping
        The hand on the strings: time in which the sound decays to 37 %, seconds.
    swell
        Dynamics that wander, decibels.
    before
        A note of the same instrument that has just ended: its level beside the note, decibels.
    drive
        An amplifier's saturation, decibels.
    cabinet
        A loudspeaker's cabinet, as a share of its resonances.
    equaliser
        Bells and shelves, decibels.
    microphone
        The reflection from floor or desk that reaches the microphone too, relative to the direct sound.
    room
        Reverberation, 60 dB in so many seconds.
    noise
        Noise and hum, decibels below the sound.
    compression
        How far loud passages are turned down, decibels.
    wow
        Tape and vinyl that run unevenly, cents.
    band
        A narrow band, as of a telephone: the steepness as the order of the filter.
    codec
        Lossy coding: decibels that the quantisation noise of each band lies below it.
    clipping
        A level too high for the converter, decibels.
    peak
        The level of what is written, decibels of full scale.
    """

    detune: Change = Change(1.0, -40.0, 40.0)
    vibrato: Change = Change(0.1, 8.0, 50.0)
    tremolo: Change = Change(0.06, 1.0, 6.0)
    release: Change = Change(0.35, 0.15, 1.5)
    damping: Change = Change(0.1, 0.04, 0.3)
    swell: Change = Change(0.1, 3.0, 12.0)
    before: Change = Change(0.15, -9.0, 3.0)
    drive: Change = Change(0.2, 1.0, 12.0)
    cabinet: Change = Change(0.06, 0.3, 1.0)
    equaliser: Change = Change(0.7, 4.0, 10.0)
    microphone: Change = Change(0.15, 0.1, 0.6)
    room: Change = Change(0.5, 0.1, 1.2)
    noise: Change = Change(0.8, 12.0, 55.0)
    compression: Change = Change(0.1, 3.0, 12.0)
    wow: Change = Change(0.06, 2.0, 12.0)
    band: Change = Change(0.4, 2.0, 6.0)
    codec: Change = Change(0.12, 6.0, 20.0)
    clipping: Change = Change(0.03, 1.0, 6.0)
    peak: Change = Change(1.0, -30.0, -1.0)


DEFAULT_SOUND: Final = SoundSettings()
