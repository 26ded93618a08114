# SPDX-License-Identifier: MIT
"""What the callers of a player ask for and what its thread tells them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from desktop_app.domain.listening import MIN_LOOP_S, Mix
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import A4_HZ
from desktop_app.realtime.devices import Device
from desktop_app.realtime.player_clips import AS_RECORDED, ClipShelf, Tempo
from desktop_app.realtime.player_timeline import Place

Loop = tuple[float, float]

NO_BEATS_BPM: Final = 100.0


@dataclass
class PlayerState:
    """Shared by the callers and the feeding thread; what belongs together is changed under ``lock``.

    Attributes
    ----------
    seek_to_s
        Where to go; None once that is done.
    wants_count_in
        Whether the clicks come before the sound at ``seek_to_s``.
    is_loop_new, is_tempo_new, is_mix_new, is_device_new
        Set by the callers, cleared by the thread once it has taken over the new value.
    to_hear
        Notes that are to sound by themselves, with their A4 in Hz.
    resting
        The place while no device is open.
    """

    device: Device | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    wake: threading.Event = field(default_factory=threading.Event)
    is_closing: bool = False
    wants_play: bool = False
    wants_count_in: bool = False
    seek_to_s: float | None = None
    loop_s: Loop | None = None
    tempo: Tempo = AS_RECORDED
    mix: Mix = field(default_factory=Mix)
    notes: tuple[Note, ...] = ()
    a4_hz: float = A4_HZ
    beats_s: tuple[float, ...] = ()
    to_hear: tuple[tuple[Note, ...], float] | None = None
    is_loop_new: bool = False
    is_tempo_new: bool = False
    is_mix_new: bool = True
    is_device_new: bool = False
    shelf: ClipShelf = field(default_factory=ClipShelf)
    resting: Place = field(default_factory=Place)
    duration_s: float = 0.0
    at_end: bool = False
    error: str = ""
    is_broken: bool = False

    @property
    def count_in_bpm(self) -> float:
        """Clicks a minute before the sound: as the beats of the place that is gone to will be heard."""
        position_s = self.resting.position_s if self.seek_to_s is None else self.seek_to_s
        bpm = beats_per_minute(self.beats_s, position_s)
        return NO_BEATS_BPM if bpm is None else bpm * self.tempo[0]

    def fail(self, message: str) -> None:
        """Stop with a sentence for the user."""
        self.error = message
        self.wants_play = self.wants_count_in = False
        self.to_hear = None


def clamped_loop(loop_s: Loop, duration_s: float) -> Loop:
    """The loop within a recording of that length (0: not known yet), and no shorter than 50 ms."""
    start_s, end_s = max(0.0, min(loop_s)), max(loop_s)
    if duration_s > 0.0:
        start_s = max(0.0, min(start_s, duration_s - MIN_LOOP_S))
        end_s = min(end_s, duration_s)
    longest_s = duration_s - start_s if duration_s > 0.0 else MIN_LOOP_S
    return start_s, max(end_s, start_s + min(MIN_LOOP_S, longest_s))


def beats_per_minute(beats_s: Sequence[float], position_s: float) -> float | None:
    """The tempo of the beats around a place: the median of the nearest intervals; None without beats."""
    intervals = [later - beat for beat, later in pairwise(beats_s) if later > beat]
    if not intervals:
        return None
    n_before = sum(beat <= position_s for beat in beats_s)
    start = max(0, min(n_before - 4, len(intervals) - 8))
    near = sorted(intervals[start : start + 8])
    return 60.0 / near[len(near) // 2]
