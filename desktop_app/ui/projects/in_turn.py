# SPDX-License-Identifier: MIT
"""Background work that must not overtake itself: two that write the same file."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from desktop_app.domain.errors import RightInTuneError
from desktop_app.ui.background import Background

_log = logging.getLogger(__name__)


class InTurn:
    """Runs one piece of work after the other, in the order in which they came, on other threads."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._waiting: deque[tuple[Callable[[], Any], Callable[[Any], None], Callable[..., None]]] = deque()
        self._is_running = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return not self._is_running

    def submit(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[RightInTuneError], None],
    ) -> None:
        """As :meth:`Background.submit`, once all that came before is done."""
        self._waiting.append((work, then, failed))
        if not self._is_running:
            self._run_next()

    def run_rest(self) -> None:
        """Do on this thread what has not begun yet; for the end of the program."""
        while self._waiting:
            work, _, _ = self._waiting.popleft()
            try:
                work()
            except RightInTuneError as error:
                _log.warning("%s", error)

    def _run_next(self) -> None:
        self._is_running = bool(self._waiting)
        if not self._waiting:
            return
        work, then, failed = self._waiting.popleft()
        self._background.submit(
            work,
            then=lambda result: self._end(lambda: then(result)),
            failed=lambda error: self._end(lambda: failed(error)),
        )

    def _end(self, tell: Callable[[], None]) -> None:
        self._run_next()
        tell()
