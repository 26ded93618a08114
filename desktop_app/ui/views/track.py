# SPDX-License-Identifier: MIT
"""One row of the stacked views: an axis at the left, a plot, and the same gestures everywhere."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPaintEngine,
    QPainter,
    QPixmap,
    QWheelEvent,
)

from desktop_app.domain.note import Note
from desktop_app.pipeline.sources import ViewSource
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import LinesItem
from desktop_app.ui.views.loop_gesture import LoopGesture
from desktop_app.ui.views.loop_item import LoopItem
from desktop_app.ui.views.reading import CursorReading
from desktop_app.ui.views.time_window import TimeWindow

_SCROLL_STEP = 0.1  # of the visible span a notch of the wheel
_ZOOM_STEP = 0.8


def axis_width(font: QFont) -> int:
    """Width of the left axis of every view in pixels; it grows with the font."""
    return QFontMetrics(font).horizontalAdvance("MFCC 00") + 26


class LeftAxis(pg.GraphicsWidget):
    """The axis at the left of one view; painted once for a size, a range and a theme."""

    def __init__(self) -> None:
        super().__init__()
        self._cache: QPixmap | None = None
        self._y_range = (0.0, 1.0)

    def set_y_range(self, low: float, high: float) -> None:
        """The plot shows ``low … high``."""
        if (low, high) != self._y_range:
            self._y_range = (low, high)
            self.refresh()

    def refresh(self) -> None:
        """Paint anew (another theme or font)."""
        self._cache = None
        self.update()

    def y_px(self, value: float) -> float:
        """Distance from the top of a value on the axis."""
        low, high = self._y_range
        return self.size().height() * (high - value) / (high - low)

    def resizeEvent(self, event: QEvent) -> None:
        """Forget the cached picture."""
        super().resizeEvent(event)
        self._cache = None

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Blit the cached picture; where text can stay text, draw it."""
        size = self.size()
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            rect = QRectF(QPointF(), size)
            painter.fillRect(rect, QColor(current_theme().window))
            self.draw(painter, rect)
            return
        ratio = painter.device().devicePixelRatioF()
        if self._cache is None or self._cache.devicePixelRatio() != ratio:
            self._cache = QPixmap((size * ratio).toSize())
            self._cache.setDevicePixelRatio(ratio)
            self._cache.fill(QColor(current_theme().window))
            own = QPainter(self._cache)
            own.setFont(painter.font())
            self.draw(own, QRectF(QPointF(), size))
            own.end()
        painter.drawPixmap(0, 0, self._cache)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw labels; the default axis is empty."""


class TrackView(pg.GraphicsView):
    """One view on the shared time axis.

    Wheel scrolls in time, Ctrl+wheel zooms around the mouse, middle-drag pans, a click seeks, a drag makes
    a loop and a double-click loops a note or a phrase.

    Attributes
    ----------
    can_zoom_vertically
        Whether Shift+wheel, and the wheel over the axis, mean :meth:`zoom_vertically`.
    cursor_moved
        Signal (CursorReading or None).
    seek_requested
        Signal (time in seconds).
    """

    can_zoom_vertically = False
    cursor_moved = Signal(object)
    seek_requested = Signal(float)

    def __init__(self, window: TimeWindow, axis: LeftAxis, title: str, *, is_titled: bool = True) -> None:
        super().__init__(background=None)
        self.title = title
        self._window = window
        self._gesture = LoopGesture(window, self.time_at)
        self._hover_at: QPointF | None = None
        self._pan_from: tuple[QPointF, float] | None = None
        self._pan_y_px = 0.0
        self.axis = axis
        self.box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self.lines = LinesItem(title if is_titled else "")
        self.loop = LoopItem(window.loop)
        self._build()

    def _build(self) -> None:
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addItem(self.axis, 0, 0)
        layout.addItem(self.box, 0, 1)
        self.setCentralItem(layout)
        self.box.disableAutoRange()
        for item, height in ((self.loop, 40), (self.lines, 50)):
            self.box.addItem(item, ignoreBounds=True)
            item.setZValue(height)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumHeight(24)
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(
            "Wheel scrolls, Ctrl+wheel zooms, middle-drag pans, a click goes there, a drag makes a loop"
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys belong to the window
        self.setAcceptDrops(False)  # a graphics view would swallow files dropped on the window
        self._window.range_changed.connect(self._on_range)
        self._restyle()
        self._on_range(self._window.start_s, self._window.end_s)

    # -- what subclasses give ------------------------------------------------------------------

    def load(self, source: ViewSource | None) -> None:
        """Take what is to be drawn of the visible range from ``source`` (None: nothing)."""

    def reading(self, time_s: float, y: float) -> CursorReading:
        """What is at a place of the plot."""
        return CursorReading(time_s)

    def note_at(self, place: QPointF) -> Note | None:
        """The note at a place of the widget in pixels, where the view shows notes."""
        return None

    def restyle(self) -> None:
        """Take the colours of the theme."""

    def zoom_vertically(self, factor: float, anchor: float) -> None:
        """Show ``factor`` times as much around a value; most views show all that there is."""

    def pan_vertically(self, moved_px: float) -> None:
        """The mouse drags the plot down by ``moved_px``; most views have nothing there."""

    # -- geometry ------------------------------------------------------------------------------

    @property
    def n_columns(self) -> int:
        """Width of the plot in device pixels."""
        return max(1, round((self.width() - self.axis.minimumWidth()) * self.devicePixelRatioF()))

    @property
    def plot_left(self) -> float:
        """Where the plot begins, in pixels from the left."""
        return float(self.axis.minimumWidth())

    def time_at(self, x_px: float) -> float:
        """Time at a horizontal place of the widget."""
        width = max(1.0, self.width() - self.plot_left)
        return self._window.start_s + (x_px - self.plot_left) / width * self._window.span_s

    def y_at(self, y_px: float) -> float:
        """Value at a vertical place of the widget."""
        low, high = self.box.viewRange()[1]
        return float(high - (high - low) * y_px / max(1, self.height()))

    def set_y_range(self, low: float, high: float) -> None:
        """Show ``low … high``."""
        self.box.setYRange(low, high, padding=0)
        self.axis.set_y_range(low, high)

    def _on_range(self, start_s: float, end_s: float) -> None:
        self.box.setXRange(start_s, end_s, padding=0)
        self.box.updateMatrix()  # left to the paint event, it would ask for another paint each time
        if self._hover_at is not None:  # live sound moves under a mouse that does not
            self._hover(self._hover_at)

    def _restyle(self) -> None:
        self.axis.setFixedWidth(axis_width(self.font()))
        self.setBackground(current_theme().base)
        self.axis.refresh()
        self.restyle()
        self.viewport().update()

    # -- events --------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "axis"):
            self._restyle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll in time, or zoom with Ctrl; zoom vertically with Shift or over the axis."""
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / 120.0
        is_over_axis = event.position().x() < self.plot_left
        if self.can_zoom_vertically and (
            is_over_axis or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.zoom_vertically(_ZOOM_STEP**notches, self.y_at(event.position().y()))
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._window.zoom(_ZOOM_STEP**notches, self.time_at(event.position().x()))
        else:
            self._window.pan(-notches * _SCROLL_STEP * self._window.span_s)
        self._hover(event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a loop or a pan."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= self.plot_left:
            self._gesture.press(event)
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = (event.position(), self._window.start_s)
            self._pan_y_px = event.position().y()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, drag a loop, and read what is under the mouse."""
        if self._pan_from is not None:
            begin, start_s = self._pan_from
            width = max(1.0, self.width() - self.plot_left)
            moved_s = (event.position().x() - begin.x()) / width * self._window.span_s
            self._window.set_range(start_s - moved_s, start_s - moved_s + self._window.span_s)
            self.pan_vertically(event.position().y() - self._pan_y_px)
            self._pan_y_px = event.position().y()
        else:
            self._gesture.move(event)
            self._show_grip(event.position())
        self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Seek when it was a click; end a loop or a pan."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = None
            self.unsetCursor()
        elif event.button() == Qt.MouseButton.LeftButton:
            time_s = self._gesture.release(event)
            if time_s is not None:
                self.seek_requested.emit(time_s)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Loop the note or the phrase under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= self.plot_left:
            note = self.note_at(event.position())
            self._window.loop.double_clicked.emit(self.time_at(event.position().x()), note)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hover_at = None
        self.cursor_moved.emit(None)

    def _hover(self, position: QPointF) -> None:
        self._hover_at = position
        if position.x() < self.plot_left:
            self.cursor_moved.emit(None)
        else:
            self.cursor_moved.emit(self.reading(self.time_at(position.x()), self.y_at(position.y())))

    def _show_grip(self, position: QPointF) -> None:
        """The shape of the mouse tells where an end of the loop can be gripped."""
        on_grip = position.x() >= self.plot_left and self._gesture.grip_at(position.x()) is not None
        if on_grip or self._window.loop.is_dragged:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        elif self.cursor().shape() == Qt.CursorShape.SizeHorCursor:
            self.unsetCursor()
