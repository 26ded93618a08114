# SPDX-License-Identifier: MIT
"""The one timer: drains what other threads and processes have done and shows it, at most every other tick."""

from __future__ import annotations

import queue
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from desktop_app.ui.controller import Controller

TICK_MS = 16
_PICTURE_TICKS, _LAST_PICTURE_TICKS = 2, 4


class ResultPump(QObject):
    """Pulls at 60 Hz, shows at 30. Nothing is pushed to the window: a slow paint cannot make a backlog.

    Live sound comes in bursts of some 31 to 34 ms, as the resampler lets go of them. A round that was about
    to show the same sound again waits for the next ticks, else every fifth picture would show nothing new.

    Parameters
    ----------
    controller
        Is drained first.
    show
        Draws the newest state.
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
        self._timer.timeout.connect(self._on_timeout)
        self._n_ticks = 0
        self._shown_s: float | None = None
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
        self._n_ticks += 1
        sound_s = self._controller.live.newest_s
        is_stale = sound_s is not None and sound_s == self._shown_s
        if self._n_ticks < (_LAST_PICTURE_TICKS if is_stale else _PICTURE_TICKS):
            return
        self._n_ticks = min(self._n_ticks - _PICTURE_TICKS, 1)  # after a late picture the next may be early
        self._shown_s = sound_s
        self._show()
        self._say_problems()

    def _be_due(self) -> None:
        """Something has begun or ended: the widgets follow in the same round."""
        self._n_ticks = _LAST_PICTURE_TICKS

    def _say_problems(self) -> None:
        while self._problems is not None and self._say is not None:
            try:
                self._say(self._problems.get_nowait())
            except queue.Empty:
                return
