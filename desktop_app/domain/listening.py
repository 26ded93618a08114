# SPDX-License-Identifier: MIT
"""How one listens again: which stretch, how fast, how high, and what sounds beside the recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop_app.domain.frames import Float32Array

SPEED_RANGE: Final = (0.25, 1.5)
SHIFT_RANGE_SEMITONES: Final = (-12.0, 12.0)
MIN_LOOP_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a recording and how it is to sound.

    Attributes
    ----------
    start_s, end_s
        In seconds of the recording.
    speed
        1 as recorded, 0.5 half as fast; the pitch stays.
    semitones
        How much higher; cents are fractions.
    """

    start_s: float
    end_s: float
    speed: float = 1.0
    semitones: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A stretch as it was rendered.

    Attributes
    ----------
    stretch
        What it stands for.
    sr
        Sample rate in Hz.
    samples : ndarray, shape (n_frames, channels), float32
        With margins on both sides where the recording has any; may be memory-mapped.
    n_lead
        Frames before ``stretch.start_s``; the stretch itself has
        ``round((end_s - start_s) / speed * sr)`` frames, the rest follows ``end_s``.
    """

    stretch: Stretch
    sr: int
    samples: Float32Array
    n_lead: int


@dataclass(frozen=True, slots=True)
class Mix:
    """What is heard.

    Attributes
    ----------
    volume
        0 … 1.
    notes_balance
        0: the recording alone; 1: the synthesised notes alone.
    band_hz
        Lowest and highest frequency of the recording that pass; None for all.
    has_metronome
        Whether the beats click.
    n_count_in
        Clicks before playing begins; 0 for none.
    """

    volume: float = 1.0
    notes_balance: float = 0.0
    band_hz: tuple[float, float] | None = None
    has_metronome: bool = False
    n_count_in: int = 0


@dataclass(frozen=True, slots=True)
class Listening:
    """Where one is in a recording: what a project keeps.

    Attributes
    ----------
    position_s, mark_s
        The cursor, and where playing last began.
    loop_s
        Start and end of the loop; None when none was set.
    is_looping
        Whether playing stays in the loop.
    speed, semitones
        As in :class:`Stretch`.
    """

    position_s: float = 0.0
    mark_s: float = 0.0
    loop_s: tuple[float, float] | None = None
    is_looping: bool = False
    speed: float = 1.0
    semitones: float = 0.0
