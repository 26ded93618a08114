# SPDX-License-Identifier: MIT
"""One line that shows how far a fitting is and how long it still takes."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_BAR_CELLS = 24
_REDRAW_S = 0.2
_LOG_S = 30.0


def duration_text(seconds: float) -> str:
    """Hours, minutes and seconds: ``75`` is ``1:15``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


class ProgressLine:
    """A bar with the time left, redrawn in place on a terminal; elsewhere a line now and then.

    Parameters
    ----------
    title
        What is being done.
    total
        Number of steps, if all are taken.
    done
        Steps that were taken before.
    """

    def __init__(self, title: str, total: int, done: int = 0, stream: TextIO | None = None) -> None:
        self._title, self._total = title, max(total, 1)
        self._first = self._done = done
        self._stream = stream or sys.stderr
        self._start_s = time.monotonic()
        self._drawn_s = self._start_s

    def step(self, n: int = 1, note: str = "") -> None:
        """Go on by ``n`` steps and show it."""
        self.show(self._done + n, note)

    def show(self, done: int, note: str = "") -> None:
        """Show that so many steps are done."""
        self._done = done
        now_s = time.monotonic()
        is_terminal = self._stream.isatty()
        if now_s - self._drawn_s >= (_REDRAW_S if is_terminal else _LOG_S):
            self._drawn_s = now_s
            self._stream.write(f"\r\x1b[K{self.text(note)}" if is_terminal else f"{self.text(note)}\n")
            self._stream.flush()

    def seen(self, done: int, _total: int) -> None:
        """The same, as a call-back that is also told of how many."""
        self.show(done)

    def line(self, note: str) -> None:
        """Write a line that stays, with the time left."""
        start = "\r\x1b[K" if self._stream.isatty() else ""
        self._stream.write(f"{start}{note}  ({duration_text(self.left_s())} left)\n")
        self._stream.flush()

    def text(self, note: str = "") -> str:
        """The line as it is shown now."""
        share = min(self._done / self._total, 1.0)
        cells = round(share * _BAR_CELLS)
        bar = "█" * cells + "·" * (_BAR_CELLS - cells)
        return f"{self._title} {bar} {share:4.0%}  {duration_text(self.left_s())} left  {note}".rstrip()

    def left_s(self) -> float:
        """Seconds left at the speed so far, at most."""
        taken = max(self._done - self._first, 0)
        passed_s = time.monotonic() - self._start_s
        return passed_s / taken * max(self._total - self._done, 0) if taken else 0.0
