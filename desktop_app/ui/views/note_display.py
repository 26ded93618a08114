# SPDX-License-Identifier: MIT
"""The note in large type and the needle of its cents."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.pitch import NOTE_NAMES
from desktop_app.ui.theme import current_theme

IN_TUNE_CENTS = 5.0
_CENTRE = Qt.AlignmentFlag.AlignCenter


class NoteDisplay(QWidget):
    """One note name, as large as there is room; letter, accidental and octave each keep their place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_display")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._midi: int | None = None
        self._is_past = False
        self.setAccessibleName("No note")

    def set_note(self, midi: int | None, *, is_past: bool = False) -> None:
        """Show a note, or a dash for none; ``is_past`` draws it grey."""
        if (midi, is_past) != (self._midi, self._is_past):
            self._midi, self._is_past = midi, is_past
            self.setAccessibleName(self.text() or "No note")
            self.update()

    def text(self) -> str:
        """The name as shown, such as ``A♯4``; empty for none."""
        if self._midi is None:
            return ""
        return f"{NOTE_NAMES[self._midi % 12].replace('#', '♯')}{self._midi // 12 - 1}"

    def sizeHint(self) -> QSize:
        """Readable from a music stand."""
        return QSize(260, 9 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Still the largest thing of the panel."""
        return QSize(180, 4 * self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the letter in the middle, accidental and octave at its right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        theme = current_theme()
        painter.setPen(QColor(theme.cannot_tell if self._is_past or self._midi is None else theme.text))
        size_px = max(12.0, min(0.98 * self.height(), 0.42 * self.width()))
        font = QFont(self.font())
        font.setPixelSize(int(size_px))
        font.setWeight(QFont.Weight.DemiBold)
        middle = self.rect().center().x() + 1 - 0.12 * size_px
        box = QRectF(middle - size_px, 0.0, 2.0 * size_px, float(self.height()))
        painter.setFont(font)
        painter.drawText(box, _CENTRE, "–" if self._midi is None else NOTE_NAMES[self._midi % 12][0])
        if self._midi is not None:
            self._draw_small(painter, font, middle, size_px)
        painter.end()

    def _draw_small(self, painter: QPainter, font: QFont, middle: float, size_px: float) -> None:
        assert self._midi is not None
        right = middle + 0.5 * QFontMetricsF(font).horizontalAdvance("G") + 0.02 * size_px
        centre = 0.5 * self.height()
        font.setPixelSize(int(0.42 * size_px))
        painter.setFont(font)
        if "#" in NOTE_NAMES[self._midi % 12]:
            painter.drawText(
                QRectF(right, centre - 0.46 * size_px, 0.4 * size_px, 0.46 * size_px), _CENTRE, "♯"
            )
        octave = str(self._midi // 12 - 1)
        painter.drawText(QRectF(right, centre, 0.4 * size_px, 0.46 * size_px), _CENTRE, octave)


class CentsNeedle(QWidget):
    """A scale of -50 … 50 cents with a needle, green within five cents."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cents_needle")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._cents: float | None = None
        self._is_past = False
        self.setAccessibleName("Cents")

    @property
    def is_in_tune(self) -> bool:
        """Whether the needle is green."""
        return self._cents is not None and not self._is_past and abs(self._cents) <= IN_TUNE_CENTS

    def set_cents(self, cents: float | None, *, is_past: bool = False) -> None:
        """Point to a deviation, or nowhere."""
        shown = None if cents is None else round(min(max(cents, -50.0), 50.0), 1)
        if (shown, is_past) != (self._cents, self._is_past):
            self._cents, self._is_past = shown, is_past
            self.setAccessibleName("Cents" if shown is None else f"{shown:+.0f} cents")
            self.update()

    def sizeHint(self) -> QSize:
        """The scale and its numbers."""
        return QSize(260, round(3.3 * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(150, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw zone, ticks, numbers and needle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        margin = metrics.horizontalAdvance("+50") / 2.0 + 6.0
        scale = QRectF(margin, 4.0, self.width() - 2.0 * margin, self.height() - metrics.height() - 8.0)
        self._draw_scale(painter, scale)
        if self._cents is not None:
            self._draw_needle(painter, scale, self._cents)
        painter.end()

    def _draw_scale(self, painter: QPainter, scale: QRectF) -> None:
        theme, metrics = current_theme(), self.fontMetrics()
        zone = QColor(theme.sure)
        zone.setAlphaF(0.85 if self.is_in_tune else 0.25)
        left, right = (_x_px(side * IN_TUNE_CENTS, scale) for side in (-1, 1))
        painter.fillRect(QRectF(left, scale.bottom() - 9.0, right - left, 9.0), zone)
        for cents in range(-50, 51, 5):
            length = 11.0 if cents % 50 == 0 else 8.0 if cents % 25 == 0 else 5.0
            painter.setPen(QPen(QColor(theme.muted), 1.6 if cents == 0 else 1.0))
            x_px = _x_px(cents, scale)
            painter.drawLine(QPointF(x_px, scale.bottom() - length), QPointF(x_px, scale.bottom()))
        painter.setPen(QColor(theme.muted))
        for cents, text in ((-50, "−50"), (-25, "−25"), (0, "0"), (25, "+25"), (50, "+50")):
            box = QRectF(_x_px(cents, scale) - 30.0, scale.bottom() + 3.0, 60.0, metrics.height())
            painter.drawText(box, _CENTRE, text)

    def _draw_needle(self, painter: QPainter, scale: QRectF, cents: float) -> None:
        theme = current_theme()
        colour = theme.cannot_tell if self._is_past else theme.sure if self.is_in_tune else theme.text
        x_px = _x_px(cents, scale)
        painter.setPen(QPen(QColor(colour), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x_px, scale.top() + 4.0), QPointF(x_px, scale.bottom() - 1.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        top = scale.top()
        painter.drawPolygon(
            QPolygonF([QPointF(x_px - 6.0, top), QPointF(x_px + 6.0, top), QPointF(x_px, top + 9.0)])
        )


def _x_px(cents: float, scale: QRectF) -> float:
    return scale.left() + (cents + 50.0) / 100.0 * scale.width()
