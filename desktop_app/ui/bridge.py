# SPDX-License-Identifier: MIT
"""The one timer: drains what other threads and processes have done and shows it, at most once a tick."""

from __future__ import annotations

import queue
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from desktop_app.ui.controller import Controller

TICK_MS = 33


class ResultPump(QObject):
    """Pulls at 30 Hz. Nothing is pushed to the window, so a slow paint cannot make a backlog.

    Parameters
    ----------
    controller
        Is drained first.
    show
        Draws the newest state, once a tick.
    problems
        Sentences about unforeseen errors, from any thread; handed to ``say``.
    """

    def __init__(
        self,
        controller: Controller,
        show: Callable[[], None],
        problems: queue.SimpleQueue[str] | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._controller, self._show = controller, show
        self._problems, self._say = problems, say
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

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

    def tick(self) -> None:
        """One round."""
        self._controller.tick()
        self._show()
        while self._problems is not None and self._say is not None:
            try:
                self._say(self._problems.get_nowait())
            except queue.Empty:
                return
