# SPDX-License-Identifier: MIT
"""Eleven bars, one a family."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.labels import FAMILIES
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.labels import family_title, top_words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FamilyBars(QWidget):
    """Probability of every family, in the order of the alphabet, always in the same place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("family_bars")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._percent: tuple[int, ...] = (0,) * len(FAMILIES)
        self._is_past = False
        self.setAccessibleName("Families")

    def set_bars(self, probabilities: Sequence[float], *, is_past: bool = False) -> None:
        """Show probabilities (0 … 1) in the order of ``FAMILIES``; ``is_past`` draws them grey."""
        percent = tuple(round(100.0 * value) for value in probabilities)
        if (percent, is_past) != (self._percent, self._is_past):
            self._percent, self._is_past = percent, is_past
            told = dict(zip(FAMILIES, probabilities, strict=True))
            self.setAccessibleDescription(top_words(told) if any(percent) else "")
            self.update()

    def sizeHint(self) -> QSize:
        """One line each."""
        return QSize(260, round(len(FAMILIES) * 1.25 * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """Lines close together."""
        return QSize(170, round(len(FAMILIES) * 0.97 * self.fontMetrics().height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw name, bar and per cent of each family."""
        painter = QPainter(self)
        bold = self.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        row_px = self.height() / len(FAMILIES)
        name_px = max(metrics.horizontalAdvance(family_title(family)) for family in FAMILIES) + 8.0
        number_px = metrics.horizontalAdvance("100 %") + 4.0
        bar_px = max(10.0, self.width() - name_px - number_px)
        best = max(range(len(FAMILIES)), key=self._percent.__getitem__)
        for index, family in enumerate(FAMILIES):
            row = QRectF(0.0, index * row_px, self.width(), row_px)
            is_best = index == best and self._percent[index] > 0 and not self._is_past
            self._draw_row(painter, row, (name_px, bar_px), (family, self._percent[index], is_best))
        painter.end()

    def _draw_row(
        self, painter: QPainter, row: QRectF, widths: tuple[float, float], entry: tuple[str, int, bool]
    ) -> None:
        theme, (name_px, bar_px), (family, percent, is_best) = current_theme(), widths, entry
        colour = QColor(theme.cannot_tell) if self._is_past else theme.family_colour(family)
        font = painter.font()
        font.setBold(is_best)
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(
            QRectF(row.left(), row.top(), name_px - 8.0, row.height()), _RIGHT, family_title(family)
        )
        height = min(0.62 * row.height(), 12.0)
        groove = QRectF(name_px, row.center().y() - height / 2.0, bar_px, height)
        painter.fillRect(groove, QColor(theme.grid))
        painter.fillRect(QRectF(groove.left(), groove.top(), bar_px * percent / 100.0, height), colour)
        if percent > 0:
            painter.setPen(QColor(theme.text if is_best else theme.muted))
            painter.drawText(row, _RIGHT, f"{percent} %")
