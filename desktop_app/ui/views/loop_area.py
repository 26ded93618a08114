# SPDX-License-Identifier: MIT
"""The loop as all views show it, and as the mouse makes and changes it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

End = Literal["start", "end"]


class LoopArea(QObject):
    """One loop for all views on one time axis.

    Attributes
    ----------
    changed
        Signal: something else is to be drawn.
    chosen
        Signal (start_s, end_s): the mouse has made a loop or moved one of its ends.
    double_clicked
        Signal (time in seconds, Note or None): a double-click on a note or beside all notes.
    is_enabled
        Whether the mouse may make loops; not in live sound.
    """

    changed = Signal()
    chosen = Signal(float, float)
    double_clicked = Signal(float, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_enabled = False
        self.is_on = False
        self._loop_s: tuple[float, float] | None = None
        self._marks_s: Sequence[float] = ()
        self._fixed_s: float | None = None  # where the drag that is under way began
        self._moved_s = 0.0

    @property
    def is_dragged(self) -> bool:
        """Whether a drag is under way."""
        return self._fixed_s is not None

    @property
    def shown_s(self) -> tuple[float, float] | None:
        """Start and end of what is to be drawn: what is being dragged, else the loop."""
        if self._fixed_s is None:
            return self._loop_s
        return min(self._fixed_s, self._moved_s), max(self._fixed_s, self._moved_s)

    def set_loop(self, loop_s: tuple[float, float] | None, is_on: bool) -> None:
        """Show another loop; ``is_on`` tells whether playing stays in it."""
        if (loop_s, is_on) != (self._loop_s, self.is_on):
            self._loop_s, self.is_on = loop_s, is_on
            self.changed.emit()

    def set_marks(self, marks_s: Iterable[float]) -> None:
        """Set the times that ends snap to: onsets, ends of notes and beats."""
        self._marks_s = sorted(set(marks_s))

    def snapped(self, time_s: float, reach_s: float) -> float:
        """The nearest mark within ``reach_s`` of a time, or the time itself."""
        index = bisect_left(self._marks_s, time_s)
        near = self._marks_s[max(0, index - 1) : index + 1]
        best_s = min(near, key=lambda mark_s: abs(mark_s - time_s), default=time_s)
        return best_s if abs(best_s - time_s) <= reach_s else time_s

    def end_near(self, time_s: float, reach_s: float) -> End | None:
        """Which end of the loop can be gripped at a time, if one can."""
        if self._loop_s is None:
            return None
        start_s, end_s = self._loop_s
        end: End = "start" if abs(time_s - start_s) < abs(time_s - end_s) else "end"
        return end if abs(time_s - (start_s if end == "start" else end_s)) <= reach_s else None

    def repeats(self, from_s: float, to_s: float) -> bool:
        """Whether going from one time to another is how the loop begins anew."""
        if not self.is_on or self._loop_s is None:
            return False
        start_s, end_s = self._loop_s
        return start_s <= to_s < from_s <= end_s

    def begin(self, fixed_s: float) -> None:
        """Begin a new loop at a time."""
        self._fixed_s = self._moved_s = fixed_s
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self.changed.emit()

    def grip(self, end: End) -> None:
        """Begin to move one end of the loop."""
        assert self._loop_s is not None
        start_s, end_s = self._loop_s
        self.begin(end_s if end == "start" else start_s)
        self.drag_to(start_s if end == "start" else end_s)

    def drag_to(self, time_s: float) -> None:
        """Move the free end."""
        if self.is_dragged and time_s != self._moved_s:
            self._moved_s = time_s
            self.changed.emit()

    def drop(self) -> None:
        """End the drag: what is drawn is wanted."""
        wanted_s = self.shown_s
        if self.is_dragged and wanted_s is not None:
            self.cancel()
            self.chosen.emit(*wanted_s)

    def cancel(self) -> None:
        """End the drag; the loop stays as it was."""
        if self.is_dragged:
            self._fixed_s = None
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape gives up the drag, wherever the keys go meanwhile."""
        asked = event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.cancel()
            return True
        return super().eventFilter(watched, event)
