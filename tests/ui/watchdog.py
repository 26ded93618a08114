# SPDX-License-Identifier: MIT
"""How long the window was deaf: the longest time in which the GUI thread did not come round."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5


class Watchdog:
    """Use it on the GUI thread, as a context; a timer beats while the event loop turns.

    Time in which the thread was ready but the machine's processors were taken by others is not the
    program's fault; the kernel counts it (``schedstat``), and it is left out.

    Attributes
    ----------
    freezes_ms : list of float
        Every pause between two beats.
    """

    def __init__(self) -> None:
        self.freezes_ms: list[float] = []
        self._stat = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._owner = QObject()
        self._timer = QTimer(self._owner)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last_s = 0.0

    def __enter__(self) -> Watchdog:
        gc.collect()  # of what other tests have left
        self._last_s = self._own_time_s()
        self._timer.start(BEAT_MS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._beat()
        self._timer.stop()

    @property
    def longest_ms(self) -> float:
        """The longest pause so far."""
        return max(self.freezes_ms, default=0.0)

    def _beat(self) -> None:
        now_s = self._own_time_s()
        self.freezes_ms.append(1000.0 * (now_s - self._last_s))
        self._last_s = now_s

    def _own_time_s(self) -> float:
        """The clock without the time spent in the queue for a processor."""
        _, waited_ns, _ = self._stat.read_text().split()
        return time.monotonic() - int(waited_ns) / 1e9
