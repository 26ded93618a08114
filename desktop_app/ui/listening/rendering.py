# SPDX-License-Identifier: MIT
"""Brings the player what it misses: stretches of the recording at another speed or pitch."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from desktop_app.domain.listening import Stretch

# A slider that is still moving, or a key that is pressed again, asks for something else at once.
SETTLE_S: Final = 0.15


class Rendering:
    """Asks the store of clips for what the player misses; nothing waits.

    Parameters
    ----------
    make_store
        Makes the store when something is missing for the first time.
    say
        Takes one sentence for the user.
    """

    def __init__(self, make_store: Callable[[], Any], say: Callable[[str], None]) -> None:
        self._make_store, self._say = make_store, say
        self._store: Any = None
        self._missing: Stretch | None = None
        self._missing_since_s = 0.0
        self._error = ""
        self.text = ""

    def tick(self, player: Any, path: Path, position_s: float) -> None:
        """Take what the player misses, and hand over what is there."""
        missing = player.missing()
        now_s = time.monotonic()
        if missing != self._missing:
            self._missing, self._missing_since_s = missing, now_s
        if missing is not None and now_s - self._missing_since_s >= SETTLE_S:
            self._request(path, missing)
        if self._store is not None:
            if missing is None:
                self._store.forget()
            for clip in self._store.poll():
                player.add_clip(clip)
            self._tell_error(self._store.error)
        is_awaited = missing is not None and missing.start_s <= position_s <= missing.end_s
        self.text = _text(missing) if missing is not None and is_awaited and not self._error else ""

    def stop(self) -> None:
        """Nothing is missed any more."""
        self._missing, self._error, self.text = None, "", ""
        if self._store is not None:
            self._store.forget()

    def close(self) -> None:
        """End the job process."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _request(self, path: Path, missing: Stretch) -> None:
        if self._store is None:
            self._store = self._make_store()
        self._store.request(path, missing)

    def _tell_error(self, error: str) -> None:
        if error and error != self._error:
            self._say(error)
        self._error = error


def _text(stretch: Stretch) -> str:
    if stretch.speed == 1.0:
        return "Rendering the pitch…"
    return f"Rendering {stretch.speed:.0%}…".replace("%", " %")
