# SPDX-License-Identifier: MIT
"""The time axis under the stacked views."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.loop_gesture import LoopGesture
from desktop_app.ui.views.loop_item import loop_colours
from desktop_app.ui.views.reading import format_time
from desktop_app.ui.views.time_window import TimeWindow
from desktop_app.ui.views.track import axis_width

_STEPS_S = (
    0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0,
    60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0,
)  # fmt: skip
_LEAST_BEAT_PX = 6.0


def tick_step_s(span_s: float, n_most: float) -> float:
    """The least round step that gives at most ``n_most`` ticks over ``span_s``."""
    return next((step for step in _STEPS_S if span_s / step <= n_most), _STEPS_S[-1])


class TimeRuler(QWidget):
    """Ticks, times and the loop, aligned with the plots; a click goes there, a drag makes a loop.

    Attributes
    ----------
    seek_requested
        Signal (time in seconds).
    """

    seek_requested = Signal(float)

    def __init__(self, window: TimeWindow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._beats_s: Sequence[float] = ()
        self._gesture = LoopGesture(window, self.time_at)
        self.setAccessibleName("Time")
        self.setMouseTracking(True)
        window.range_changed.connect(self.update)
        window.loop.changed.connect(self.update)

    def set_beats(self, beats_s: Sequence[float]) -> None:
        """Mark the beats, in seconds and in order."""
        self._beats_s = tuple(beats_s)
        self.update()

    def sizeHint(self) -> QSize:
        """One line of text and the ticks."""
        return QSize(200, self.fontMetrics().height() + 9)

    minimumSizeHint = sizeHint

    def time_at(self, x_px: float) -> float:
        """Time at a horizontal place of the widget."""
        left = axis_width(self.font())
        return self._window.start_s + (x_px - left) / max(1, self.width() - left) * self._window.span_s

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a loop."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= axis_width(self.font()):
            self._gesture.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a loop; show where an end of it can be gripped."""
        self._gesture.move(event)
        on_grip = self._window.loop.is_dragged or self._gesture.grip_at(event.position().x()) is not None
        self.setCursor(Qt.CursorShape.SizeHorCursor if on_grip else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Seek when it was a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            time_s = self._gesture.release(event)
            if time_s is not None:
                self.seek_requested.emit(time_s)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Loop the phrase."""
        self._window.loop.double_clicked.emit(self.time_at(event.position().x()), None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ticks with times."""
        painter = QPainter(self)
        theme = current_theme()
        window = self._window
        left = axis_width(self.font())
        width = max(1, self.width() - left)
        label_px = self.fontMetrics().horizontalAdvance("0:00:00.00") + 14
        step_s = tick_step_s(window.span_s, max(1.0, width / label_px))
        painter.fillRect(self.rect(), QColor(theme.window))
        self._draw_loop(painter, left, width)
        self._draw_beats(painter, left, width)
        first = math.ceil(window.start_s / step_s - 1e-6)
        for index in range(first, math.floor(window.end_s / step_s + 1e-6) + 1):
            x_px = left + (index * step_s - window.start_s) / window.span_s * width
            self._draw_tick(painter, x_px, format_time(index * step_s, step_s))
        painter.end()

    def _draw_loop(self, painter: QPainter, left: float, width: float) -> None:
        shown_s = self._window.loop.shown_s
        if shown_s is None:
            return
        window, (tint, edge) = self._window, loop_colours(self._window.loop)
        ends_px = [left + (time_s - window.start_s) / window.span_s * width for time_s in shown_s]
        first, last = (min(max(x_px, left), left + width) for x_px in ends_px)
        painter.fillRect(QRectF(first, 0.0, last - first, self.height()), tint)
        painter.fillRect(QRectF(first, 0.0, last - first, 3.0), edge)

    def _draw_beats(self, painter: QPainter, left: float, width: float) -> None:
        """Faint marks below the edge, unless they would stand too close to be told apart."""
        window = self._window
        first = bisect_left(self._beats_s, window.start_s)
        visible = self._beats_s[first : bisect_right(self._beats_s, window.end_s)]
        if not visible or width / len(visible) < _LEAST_BEAT_PX:
            return
        painter.setPen(QPen(QColor(current_theme().accent), 2.0))
        for beat_s in visible:
            x_px = round(left + (beat_s - window.start_s) / window.span_s * width) + 0.5
            painter.drawLine(QPointF(x_px, 0.0), QPointF(x_px, 3.0))

    def _draw_tick(self, painter: QPainter, x_px: float, text: str) -> None:
        theme = current_theme()
        painter.setPen(QPen(QColor(theme.muted), 1.0))
        painter.drawLine(QPointF(round(x_px) + 0.5, 0.0), QPointF(round(x_px) + 0.5, 5.0))
        text_px = self.fontMetrics().horizontalAdvance(text)
        x_px = min(max(x_px - text_px / 2.0, 2.0), self.width() - text_px - 2.0)
        box = QRectF(x_px, 6.0, text_px + 2.0, self.fontMetrics().height())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, text)
