# SPDX-License-Identifier: MIT
"""Which family, when; and the way to ask why."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter
from PySide6.QtWidgets import QMenu

from desktop_app.domain.analysis import FamilySpan
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import PlotItem
from desktop_app.ui.views.labels import span_title, span_words
from desktop_app.ui.views.reading import CursorReading
from desktop_app.ui.views.time_window import TimeWindow
from desktop_app.ui.views.track import LeftAxis, TrackView

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SpansItem(PlotItem):
    """Coloured stretches of time with their family's name; paler when less sure."""

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[FamilySpan] = []
        self._starts_s: list[float] = []

    def set_spans(self, spans: Sequence[FamilySpan]) -> None:
        """Show these stretches, which do not overlap."""
        self._spans = sorted(spans, key=lambda span: span.start_s)
        self._starts_s = [span.start_s for span in self._spans]
        self.update()

    def at(self, time_s: float) -> FamilySpan | None:
        """The stretch at a time."""
        index = bisect_right(self._starts_s, time_s) - 1
        return self._spans[index] if index >= 0 and time_s < self._spans[index].end_s else None

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw in pixels, so that names are sharp."""
        transform = painter.transform()
        start_s, end_s = self.getViewBox().viewRange()[0]
        first = max(0, bisect_right(self._starts_s, start_s) - 1)
        last = bisect_right(self._starts_s, end_s)
        painter.save()
        painter.resetTransform()
        for span in self._spans[first:last]:
            left_s = max(span.start_s, start_s)  # so that the name of a span that began earlier is seen
            rect = QRectF(left_s, 0.0, max(0.0, span.end_s - left_s), 1.0)
            self._draw_span(painter, transform.mapRect(rect), span)
        painter.restore()

    @staticmethod
    def _draw_span(painter: QPainter, rect: QRectF, span: FamilySpan) -> None:
        theme = current_theme()
        colour = theme.family_colour(span.label)
        colour.setAlphaF(0.25 if span.label is None else 0.45 + 0.55 * min(max(span.confidence, 0.0), 1.0))
        rect = rect.adjusted(0.0, 2.0, -1.0, -2.0)
        painter.fillRect(rect, colour)
        name = span_title(span)
        if rect.width() > painter.fontMetrics().horizontalAdvance(name) + 8:
            ink = QColor(theme.text) if span.label is None else _ink_on(colour, QColor(theme.base))
            painter.setPen(ink)
            painter.drawText(rect.adjusted(5.0, 0.0, 0.0, 0.0), _LEFT, name)


def _ink_on(colour: QColor, ground: QColor) -> QColor:
    """Black or white, whichever is more readable on a colour over a ground."""
    alpha = colour.alphaF()
    weights = ((0.3, QColor.redF), (0.59, QColor.greenF), (0.11, QColor.blueF))
    light = sum(weight * (alpha * part(colour) + (1.0 - alpha) * part(ground)) for weight, part in weights)
    return QColor("#101216" if light > 0.5 else "#ffffff")


class StripAxis(LeftAxis):
    """The word *Family*."""

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw it in the middle."""
        painter.setPen(QColor(current_theme().muted))
        painter.drawText(rect.adjusted(0, 0, -8, 0), _RIGHT, "Family")


class FamilyStrip(TrackView):
    """Strip of families under the spectrogram; grey where it cannot be told.

    Attributes
    ----------
    why_requested
        Signal (time in seconds, family or None): why was this family told, or whatever was heard there?
    """

    why_requested = Signal(float, object)

    def __init__(self, window: TimeWindow) -> None:
        self.spans = SpansItem()
        super().__init__(window, StripAxis(), "Family", is_titled=False)
        self.box.addItem(self.spans, ignoreBounds=True)
        self.set_y_range(0.0, 1.0)

    def set_track(self, spans: Sequence[FamilySpan]) -> None:
        """Show these stretches."""
        self.spans.set_spans(spans)

    def reading(self, time_s: float, y: float) -> CursorReading:
        """The time, and what is known of the stretch there."""
        span = self.spans.at(time_s)
        return CursorReading(time_s, words=span_words(span) if span else "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What is known of the stretch under the mouse, and why."""
        if event.x() >= self.plot_left:
            menu = self.menu_at(self.time_at(event.x()))
            menu.popup(event.globalPos())
        event.accept()

    def menu_at(self, time_s: float) -> QMenu:
        """The menu of a time; it goes when it is closed."""
        menu, span = QMenu(self), self.spans.at(time_s)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(span_words(span) if span else "Nothing was heard here").setEnabled(False)
        menu.addSeparator()
        why = menu.addAction("Why did it say that?")
        why.setEnabled(span is not None)
        why.triggered.connect(lambda: self.why_requested.emit(time_s, span.label if span else None))
        return menu
