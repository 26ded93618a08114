# SPDX-License-Identifier: MIT
"""Level of the input: RMS bar, peak hold and clip lamp."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.theme import current_theme

FLOOR_DB = -60.0
_MARKS_DB = (-60, -40, -20, -10, -6, 0)
_SILENT_DB = -120.0


class LevelMeter(QWidget):
    """Horizontal meter from -60 dB to full scale; the clip lamp stays lit until it is clicked.

    Attributes
    ----------
    clip_cleared
        Signal: the lamp has been put out.
    """

    clip_cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("level_meter")
        self.setToolTip("Input level in dB below full scale; click to put out the clip lamp")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._rms_db, self._peak_db = _SILENT_DB, _SILENT_DB
        self.has_clipped = False
        self._describe()

    def set_level(self, rms_db: float, peak_hold_db: float, is_clipping: bool) -> None:
        """Show levels in dBFS; ``is_clipping`` lights the lamp."""
        changed = (round(rms_db, 1), round(peak_hold_db, 1)) != (
            round(self._rms_db, 1),
            round(self._peak_db, 1),
        )
        if changed or (is_clipping and not self.has_clipped):
            self._rms_db, self._peak_db = rms_db, peak_hold_db
            if is_clipping and not self.has_clipped:
                self.has_clipped = True
                self._describe()
            self.update()

    def reset(self) -> None:
        """Nothing is measured."""
        self._rms_db, self._peak_db = _SILENT_DB, _SILENT_DB
        self.clear_clip()

    def clear_clip(self) -> None:
        """Put out the lamp."""
        self.has_clipped = False
        self._describe()
        self.update()
        self.clip_cleared.emit()

    def _describe(self) -> None:
        self.setAccessibleName("Input level, too loud" if self.has_clipped else "Input level")

    def sizeHint(self) -> QSize:
        """Room for the scale."""
        metrics = self.fontMetrics()
        return QSize(17 * metrics.height(), 2 * metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(6 * self.fontMetrics().height(), self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put out the lamp."""
        self.clear_clip()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return puts out the lamp."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clear_clip()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        self.update()

    # -- painting ------------------------------------------------------------------------------

    def _bar(self) -> QRectF:
        metrics = self.fontMetrics()
        lamp = metrics.height()
        height = max(6.0, 0.7 * metrics.height())
        margin = 0.5 * metrics.horizontalAdvance("−60")
        return QRectF(margin, 2.0, self.width() - lamp - margin - 14.0, height)

    def _x_px(self, level_db: float, bar: QRectF) -> float:
        part = min(max((level_db - FLOOR_DB) / -FLOOR_DB, 0.0), 1.0)
        return bar.left() + part * bar.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw groove, bar, hold line, scale and lamp."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, bar = current_theme(), self._bar()
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(QColor(theme.base))
        painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 2.0, 2.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._gradient(bar))
        lit = QRectF(
            bar.left() + 1, bar.top() + 1, self._x_px(self._rms_db, bar) - bar.left() - 1, bar.height() - 2
        )
        if lit.width() > 0.0:
            painter.drawRect(lit)
        if self._peak_db > FLOOR_DB:
            x_px = self._x_px(self._peak_db, bar)
            painter.fillRect(QRectF(x_px - 2.0, bar.top(), 2.0, bar.height()), QColor(theme.text))
        self._draw_scale(painter, bar)
        self._draw_lamp(painter, bar)
        painter.end()

    @staticmethod
    def _gradient(bar: QRectF) -> QLinearGradient:
        theme = current_theme()
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, colour in ((0.0, theme.sure), (0.68, theme.sure), (0.84, theme.maybe), (1.0, theme.clip)):
            gradient.setColorAt(place, QColor(colour))
        return gradient

    def _draw_scale(self, painter: QPainter, bar: QRectF) -> None:
        metrics = self.fontMetrics()
        painter.setPen(QColor(current_theme().muted))
        right_px = 1e9
        for level_db in reversed(_MARKS_DB):
            text = str(level_db).replace("-", "−")
            x_px = self._x_px(level_db, bar)
            half = metrics.horizontalAdvance(text) / 2.0
            if x_px + half + 4.0 > right_px:
                continue
            right_px = x_px - half
            painter.drawLine(QPointF(x_px, bar.bottom()), QPointF(x_px, bar.bottom() + 3.0))
            box = QRectF(x_px - half - 1.0, bar.bottom() + 3.0, 2.0 * half + 2.0, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_lamp(self, painter: QPainter, bar: QRectF) -> None:
        theme = current_theme()
        size = 0.8 * self.fontMetrics().height()
        lamp = QRectF(self.width() - size - 2.0, bar.center().y() - size / 2.0, size, size)
        painter.setPen(QPen(QColor(theme.clip if self.has_clipped else theme.border), 1.0))
        painter.setBrush(QColor(theme.clip if self.has_clipped else theme.base))
        painter.drawEllipse(lamp)
