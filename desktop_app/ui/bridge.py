# SPDX-License-Identifier: MIT
"""The one timer: drains what other threads and processes have done and shows it, every other tick."""

from __future__ import annotations

import math
import queue
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from desktop_app.ui.controller import Controller

TICK_MS = 16
_PICTURE_S = 0.032


class ResultPump(QObject):
    """Pulls at 60 Hz, shows at 30. Nothing is pushed to the window: a slow paint cannot make a backlog.

    The pictures of live sound move by the clock; what is heard in it is told as soon as it is known.

    Parameters
    ----------
    controller
        Is drained first.
    show
        Draws the newest state.
    tell
        Shows what is heard.
    problems
        Sentences about unforeseen errors, from any thread; handed to ``say``.
    """

    def __init__(
        self,
        controller: Controller,
        show: Callable[[], None],
        tell: Callable[[], None],
        problems: queue.SimpleQueue[str] | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._controller, self._show, self._tell = controller, show, tell
        self._problems, self._say = problems, say
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._due_s = -math.inf
        self._told_s: float | None = None
        for changed in (controller.live.changed, controller.queue.changed, controller.problem):
            changed.connect(self._be_due)

    @property
    def is_running(self) -> bool:
        """Whether it pulls."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin to pull."""
        self._timer.start()

    def stop(self) -> None:
        """Stop; nothing is shown any more."""
        self._timer.stop()

    def _on_timeout(self) -> None:
        self._controller.tick()
        now_s = time.monotonic()
        told_s, self._told_s = self._told_s, self._controller.live.newest_s
        if now_s >= self._due_s:
            self._due_s = max(self._due_s, now_s - _PICTURE_S) + _PICTURE_S  # a late one, then an early one
            self._show()
            self._say_problems()
        elif self._told_s != told_s:
            self._tell()

    def _be_due(self) -> None:
        """Something has begun or ended: the widgets follow in the same round."""
        self._due_s = -math.inf

    def _say_problems(self) -> None:
        while self._problems is not None and self._say is not None:
            try:
                self._say(self._problems.get_nowait())
            except queue.Empty:
                return
