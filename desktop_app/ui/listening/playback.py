# SPDX-License-Identifier: MIT
"""Listening to the open recording: the player, and the cursor where there is no player yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.services import Services

CLOSE_TIMEOUT_S = 2.0


class Playback(QObject):
    """Owns the player, which is made when it is first needed and never makes the window wait.

    Signals
    -------
    problem : str
        One sentence for the user.
    """

    problem = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._path: Path | None = None
        self._player: Any = None
        self._position_s = 0.0
        self._duration_s = 0.0
        self._was_playing = False
        self._error = ""

    @property
    def position_s(self) -> float:
        """Where the sound, or the cursor, is."""
        return self._position_s

    @property
    def is_playing(self) -> bool:
        """Whether sound plays or is about to."""
        return self._player is not None and bool(self._player.is_playing)

    def open(self, path: Path | None, duration_s: float = 0.0) -> None:
        """Change to another recording; stops the old one."""
        self.release()
        self._path, self._duration_s, self._position_s = path, duration_s, 0.0

    def release(self) -> Any:
        """Let go of the player and its device; the next play makes another. Returns the one that closes."""
        player, self._player = self._player, None
        if player is not None:
            player.close()
        return player

    def toggle(self) -> None:
        """Play, or pause."""
        if self._path is None:
            return
        if self.is_playing:
            self._player.pause()
            return
        if self._player is None:
            self._player = self._services.make_player(self._path)
            self._player.seek(self._position_s)
        self._error = ""
        if self._position_s >= self._duration_s:
            self.seek(0.0)
        self._player.play()

    def pause(self) -> None:
        """Stop at the present place."""
        if self.is_playing:
            self._player.pause()

    def seek(self, time_s: float) -> None:
        """Go to a time, within the recording."""
        self._position_s = min(max(time_s, 0.0), self._duration_s)
        if self._player is not None:
            self._player.seek(self._position_s)

    def tick(self) -> None:
        """Follow the sound; called by the pump."""
        player = self._player
        if player is None:
            return
        is_playing = bool(player.is_playing)
        if is_playing or self._was_playing:
            at_end = not is_playing and player.at_end
            self._position_s = self._duration_s if at_end else min(player.position_s, self._duration_s)
        self._was_playing = is_playing
        if player.error != self._error:
            self._error = player.error
            if self._error:
                self.problem.emit(self._error)
                self.release()

    def close(self) -> bool:
        """Close now, in bounded time; for the end of the program."""
        player = self.release()
        return player is None or bool(player.wait_closed(CLOSE_TIMEOUT_S))
