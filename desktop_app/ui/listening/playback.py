# SPDX-License-Identifier: MIT
"""Listening to the open recording: the player, and the cursor where there is no player yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.listening import Listening, Mix
from desktop_app.domain.note import Note
from desktop_app.ui.listening.loops import Span, checked_loop, fitted, with_end, with_start
from desktop_app.ui.listening.rendering import Rendering
from desktop_app.ui.listening.training import Training
from desktop_app.ui.services import Services

CLOSE_TIMEOUT_S = 2.0


class Playback(QObject):
    """Owns the player, which is made when it is first needed and never makes the window wait.

    Each recording keeps its cursor, loop, speed and pitch while the program runs.

    Parameters
    ----------
    services
        Make the player and the store of rendered clips.
    folder
        Where rendered clips are kept.

    Signals
    -------
    problem : str
        One sentence for the user.
    changed
        Loop, speed, pitch, mix or device are others.

    Attributes
    ----------
    training
        The speed trainer of the open recording.
    """

    problem = Signal(str)
    changed = Signal()

    def __init__(self, services: Services, folder: Path) -> None:
        super().__init__()
        self._services, self.list_outputs = services, services.list_outputs
        self._rendering = Rendering(lambda: services.make_renders(folder), self.problem.emit)
        self._key: Path | None = None
        self._path: Path | None = None
        self._player: Any = None
        self._duration_s = 0.0
        self._state = Listening()
        self._kept: dict[Path, Listening] = {}
        self._mix = Mix()
        self._device: Any = None
        self._music: tuple[Sequence[Note], float, Sequence[float]] = ((), 440.0, ())
        self._told_loop_s: Span | None = None
        self._was_playing = False
        self._error = ""
        self.training = Training(self)

    # -- what is -------------------------------------------------------------------------------

    @property
    def position_s(self) -> float:
        """Where the sound, or the cursor, is."""
        return self._state.position_s

    @property
    def is_playing(self) -> bool:
        """Whether sound plays or is about to."""
        return self._player is not None and bool(self._player.is_playing)

    @property
    def rendering_text(self) -> str:
        """What is being rendered for what is heard next, such as ``Rendering 50 %…``; else empty."""
        return self._rendering.text

    @property
    def listening(self) -> Listening:
        """Cursor, loop, speed and pitch of the open recording; what is set is kept within its bounds."""
        return self._state

    @listening.setter
    def listening(self, wanted: Listening) -> None:
        self._state = fitted(wanted, self._duration_s)
        self._tell_player()
        if self._player is not None:
            self._player.seek(self._state.position_s)
        self.changed.emit()

    @property
    def mix(self) -> Mix:
        """What is heard beside the recording, and how loud."""
        return self._mix

    @mix.setter
    def mix(self, mix: Mix) -> None:
        self._mix = mix
        if self._player is not None:
            self._player.mix = mix
        self.changed.emit()

    @property
    def device(self) -> Any:
        """The loudspeaker; None for the system's default."""
        return self._device

    @device.setter
    def device(self, device: Any) -> None:
        self._device = device
        if self._player is not None:
            self._player.device = device
        self.changed.emit()

    # -- recordings ----------------------------------------------------------------------------

    def open(self, recording: Path | None, path: Path | None = None, duration_s: float = 0.0) -> None:
        """Change to another recording; stops the old one.

        Parameters
        ----------
        recording
            By what its cursor, loop and speed are remembered; None closes the open one.
        path
            What the player reads.
        duration_s
            Its length.
        """
        if self._key is not None:
            self._kept[self._key] = self._state
        self.release()
        self.training.stop()
        self._key, self._path, self._duration_s = recording, path, duration_s
        self._state = fitted(self.kept_listening(recording), duration_s)
        self.changed.emit()

    def kept_listening(self, recording: Path | None) -> Listening:
        """What is remembered of a recording; the beginning for one that is new."""
        return self._kept.get(recording, Listening()) if recording is not None else Listening()

    def set_music(self, notes: Sequence[Note], a4_hz: float, beats_s: Sequence[float]) -> None:
        """Set the notes that can sound beside the recording, and the beats for the metronome."""
        self._music = (notes, a4_hz, beats_s)
        if self._player is not None:
            self._player.set_notes(notes, a4_hz)
            self._player.set_beats(beats_s)

    def release(self) -> Any:
        """Let go of the player and its device; the next play makes another. Returns the one that closes."""
        player, self._player = self._player, None
        self._was_playing = False
        self._rendering.stop()
        if player is not None:
            player.close()
        return player

    # -- playing -------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play, or pause."""
        if self._path is None:
            return
        if self.is_playing:
            self._player.pause()
            return
        self._error = ""
        loop_s = self._state.loop_s if self._state.is_looping else None
        if loop_s is not None and not loop_s[0] <= self.position_s < loop_s[1]:
            self.seek(loop_s[0])
        elif self.position_s >= self._duration_s:
            self.seek(0.0)
        self._state = replace(self._state, mark_s=self.position_s)
        self._needed_player().play()

    def pause(self) -> None:
        """Stop at the present place."""
        if self.is_playing:
            self._player.pause()

    def seek(self, time_s: float) -> None:
        """Go to a time, within the recording; playing begins anew there, so the mark goes along."""
        self.move_to(time_s)
        if self.is_playing:
            self._state = replace(self._state, mark_s=self.position_s)

    def move_to(self, time_s: float) -> None:
        """Go to a time, within the recording; the mark stays."""
        self._state = replace(self._state, position_s=min(max(time_s, 0.0), self._duration_s))
        if self._player is not None:
            self._player.seek(self.position_s)

    def hear(self, notes: Sequence[Note]) -> None:
        """Let some notes sound by themselves once, also while nothing plays."""
        if self._path is not None:
            self._needed_player().hear(notes, self._music[1])

    # -- loop, speed, pitch --------------------------------------------------------------------

    def set_loop(self, start_s: float, end_s: float) -> None:
        """Loop a stretch, from its start on where the cursor is elsewhere; says why where that cannot be."""
        self._try_loop(lambda: checked_loop(start_s, end_s, self._duration_s))

    def set_loop_start(self) -> None:
        """Let the loop begin at the cursor."""
        self._try_loop(lambda: with_start(self._state.loop_s, self.position_s, self._duration_s))

    def set_loop_end(self) -> None:
        """Let the loop end at the cursor."""
        self._try_loop(lambda: with_end(self._state.loop_s, self.position_s, self._duration_s))

    def toggle_loop(self) -> None:
        """Stay in the loop while playing, or leave it."""
        if self._state.loop_s is None:
            self.problem.emit("There is no loop yet: drag over the pictures, or press [ and ].")
        self._change(replace(self._state, is_looping=not self._state.is_looping))

    def clear_loop(self) -> None:
        """Forget the loop."""
        self._change(replace(self._state, loop_s=None))

    def set_speed(self, speed: float) -> None:
        """Play slower or faster at the same pitch, within 25 … 150 %."""
        self._change(replace(self._state, speed=speed))

    def prepare_speed(self, speed: float) -> None:
        """Let the player change to another speed at the loop's end, before it is the chosen one."""
        if self._player is not None:
            self._player.set_tempo(speed, self._state.semitones)

    def set_semitones(self, semitones: float) -> None:
        """Play higher or lower at the same speed, within ±12 semitones."""
        self._change(replace(self._state, semitones=semitones))

    # -- each tick -----------------------------------------------------------------------------

    def tick(self) -> None:
        """Follow the sound; called by the pump."""
        player = self._player
        if player is None:
            return
        is_playing = bool(player.is_playing)
        if is_playing or self._was_playing:
            at_end = not is_playing and player.at_end
            position_s = self._duration_s if at_end else min(player.position_s, self._duration_s)
            self._state = replace(self._state, position_s=position_s)
        self._was_playing = is_playing
        self.training.tick(player.speed, player.n_repeats)
        assert self._path is not None
        self._rendering.tick(player, self._path, self.position_s)
        if player.error != self._error:
            self._error = player.error
            if self._error:
                self.problem.emit(self._error)
                self.release()

    def close(self) -> bool:
        """Close now, in bounded time; for the end of the program."""
        player = self.release()
        self._rendering.close()
        return player is None or bool(player.wait_closed(CLOSE_TIMEOUT_S))

    def _try_loop(self, make: Callable[[], Span]) -> None:
        try:
            loop_s = make()
        except RightInTuneError as error:
            self.problem.emit(str(error))
            return
        if not loop_s[0] <= self.position_s < loop_s[1]:
            self.move_to(loop_s[0])
        self._change(replace(self._state, loop_s=loop_s, is_looping=True))

    def _change(self, wanted: Listening) -> None:
        self._state = fitted(wanted, self._duration_s)
        self._tell_player()
        self.changed.emit()

    def _needed_player(self) -> Any:
        if self._player is None:
            assert self._path is not None
            self._player = player = self._services.make_player(self._path)
            self._told_loop_s = None
            player.device, player.mix = self._device, self._mix
            self._tell_player()
            self.set_music(*self._music)
            player.seek(self.position_s)
        return self._player

    def _tell_player(self) -> None:
        """Loop, speed and pitch; another speed or pitch makes the player, to have it rendered."""
        state, player = self._state, self._player
        if player is None:
            if self._path is not None and (state.speed, state.semitones) != (1.0, 0.0):
                self._needed_player()
            return
        loop_s = state.loop_s if state.is_looping else None
        if loop_s != self._told_loop_s:  # telling it again would count the repeats anew
            self._told_loop_s = loop_s
            player.set_loop(loop_s)
        player.set_tempo(state.speed, state.semitones)
