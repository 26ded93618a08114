# SPDX-License-Identifier: MIT
"""Playing a file: straight on or in a loop, at any speed that was rendered, beside its notes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from desktop_app.domain.listening import Clip, Mix, Stretch
from desktop_app.domain.note import Note
from desktop_app.realtime.devices import Device
from desktop_app.realtime.player_clips import missing_stretch
from desktop_app.realtime.player_feeder import Feeder
from desktop_app.realtime.player_state import PlayerState, clamped_loop


class Player:
    """Plays one file. Every method returns at once: files and devices are touched on a thread of its own.

    The device is opened on the first :meth:`play` and given back two seconds after a pause or the end, so
    that devices can be rescanned and a resumed passage still starts without delay.

    Parameters
    ----------
    path
        A file that libsndfile reads.
    device
        None for the system's default.
    """

    def __init__(self, path: Path, device: Device | None = None) -> None:
        self._state = PlayerState(device)
        self._feeder = Feeder(Path(path), self._state)
        self._first_wrap = 0  # those before do not count
        self._thread = threading.Thread(target=self._feeder.run, name="player", daemon=False)
        self._thread.start()

    @property
    def position_s(self) -> float:
        """What is heard now, in seconds of the recording; at once the new place after :meth:`seek`."""
        with self._state.lock:
            return self._position_s()

    @property
    def duration_s(self) -> float:
        """Length of the file in seconds; 0 until it was opened, some milliseconds after the start."""
        return self._state.duration_s

    @property
    def is_playing(self) -> bool:
        """Whether it plays, counts in, or is about to."""
        return self._state.wants_play

    @property
    def at_end(self) -> bool:
        """Whether it played to the end; playing again begins at the start."""
        return self._state.at_end

    @property
    def speed(self) -> float:
        """The speed of what is heard now; 1 as recorded."""
        return self._feeder.place.speed

    @property
    def n_repeats(self) -> int:
        """How often the loop's end was heard since :meth:`set_loop` set another loop."""
        return self._feeder.place.n_wraps - self._first_wrap

    @property
    def n_gaps(self) -> int:
        """How often the sound was interrupted: reading did not keep up, or the device stopped asking."""
        return self._feeder.n_gaps

    @property
    def n_late(self) -> int:
        """How often a device told that it was served too late."""
        return self._feeder.n_late

    @property
    def error(self) -> str:
        """One plain sentence when file or device failed, else empty; :meth:`play` tries again."""
        return self._state.error

    @property
    def mix(self) -> Mix:
        """Volume, notes, band, metronome and count-in; heard within half a second of being set."""
        return self._state.mix

    @mix.setter
    def mix(self, mix: Mix) -> None:
        with self._state.lock:
            self._state.mix = mix
            self._state.is_mix_new = True
        self._state.wake.set()

    @property
    def device(self) -> Device | None:
        """The wished loudspeaker, None for the system's default; another one is opened at once."""
        return self._state.device

    @device.setter
    def device(self, device: Device | None) -> None:
        with self._state.lock:
            old, self._state.device = self._state.device, device
            self._state.is_device_new = _name(old) != _name(device)
        self._state.wake.set()

    def play(self) -> None:
        """Play from the present position, after the count-in if there is one; from the start at the end."""
        state = self._state
        with state.lock:
            if state.is_broken:
                return
            state.error = ""
            if state.at_end and state.seek_to_s is None:
                state.seek_to_s = state.loop_s[0] if state.loop_s else 0.0
            if state.mix.n_count_in and not state.wants_play:
                state.seek_to_s = self._position_s()
                state.wants_count_in = True
            state.at_end = False
            state.wants_play = True
        state.wake.set()

    def pause(self) -> None:
        """Fade out and stay at the present position."""
        with self._state.lock:
            self._state.wants_play = self._state.wants_count_in = False
        self._state.wake.set()

    def seek(self, position_s: float) -> None:
        """Go to a position in seconds; playing goes on from there, also outside of the loop."""
        with self._state.lock:
            self._seek(position_s)
        self._state.wake.set()

    def set_loop(self, loop_s: tuple[float, float] | None) -> None:
        """Stay within a stretch of the recording from now on, or in no loop.

        What sounds goes on where it lies within the loop; else it goes to the loop's start.

        Parameters
        ----------
        loop_s
            Start and end in seconds; clamped to the recording and to at least 50 ms.
        """
        state = self._state
        with state.lock:
            loop_s = clamped_loop(loop_s, state.duration_s) if loop_s else None
            if loop_s != state.loop_s:
                state.loop_s = loop_s
                state.is_loop_new = state.is_mix_new = True
                self._first_wrap = self._feeder.place.n_wraps
            if loop_s and not loop_s[0] <= self._position_s() < loop_s[1]:
                self._seek(loop_s[0])
        state.wake.set()

    def set_tempo(self, speed: float, semitones: float) -> None:
        """Wish for a speed and a shift; they are heard once there are clips, see :meth:`missing`.

        In a loop of up to a minute that is from its next start on, else at once.
        """
        with self._state.lock:
            self._state.tempo = (speed, semitones)
            self._state.is_tempo_new = True
        self._state.wake.set()

    def missing(self) -> Stretch | None:
        """What is to be rendered next for the wished speed to be heard, or to go on; None for nothing."""
        state = self._state
        with state.lock:
            position_s = self._position_s()
            return missing_stretch(state.shelf, state.tempo, state.loop_s, position_s, state.duration_s)

    def add_clip(self, clip: Clip) -> None:
        """Take a rendered stretch; it is read on the player's thread while it is kept."""
        with self._state.lock:
            self._state.shelf.add(clip)
            self._state.is_tempo_new = True
        self._state.wake.set()

    def set_notes(self, notes: Sequence[Note], a4_hz: float) -> None:
        """Set the notes that sound as far as :attr:`mix` lets them."""
        with self._state.lock:
            self._state.notes, self._state.a4_hz = tuple(notes), a4_hz
            self._state.is_mix_new = True
        self._state.wake.set()

    def set_beats(self, beats_s: Sequence[float]) -> None:
        """Set where the metronome clicks, in seconds of the recording, ascending."""
        with self._state.lock:
            self._state.beats_s = tuple(beats_s)
            self._state.is_mix_new = True
        self._state.wake.set()

    def hear(self, notes: Sequence[Note], a4_hz: float) -> None:
        """Let some notes sound by themselves once, at once, also while paused."""
        with self._state.lock:
            self._state.error = self._state.error if self._state.is_broken else ""
            self._state.to_hear = (tuple(notes), a4_hz) if notes and not self._state.is_broken else None
        self._state.wake.set()

    def close(self) -> None:
        """Stop and give the device back, in the background; see :meth:`wait_closed`."""
        self._state.wants_play = False
        self._state.is_closing = True
        self._state.wake.set()

    def wait_closed(self, timeout_s: float = 2.0) -> bool:
        """Wait for the end of :meth:`close`; returns whether it came in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _position_s(self) -> float:
        state = self._state
        if state.seek_to_s is not None:
            return state.seek_to_s
        position_s = self._feeder.place.position_s
        return max(0.0, min(position_s, state.duration_s or position_s))

    def _seek(self, position_s: float) -> None:
        duration_s = self._state.duration_s
        self._state.seek_to_s = max(0.0, min(position_s, duration_s or position_s))
        self._state.at_end = False


def _name(device: Device | None) -> tuple[str, str] | None:
    return (device.name, device.host_api) if device else None
