# SPDX-License-Identifier: MIT
"""AnswerBars: how probable each class is to a model, with the truth marked."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT
from desktop_app.ui.explorer.answers import Answer
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.labels import family_title

_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BAR_PX: Final = 12.0
_TIP: Final = (
    "How probable each class is to the model; the frame marks what the corpus says.\n"
    "The families are told as if an instrument sounds; below the line stands that none does."
)


class AnswerBars(QWidget):
    """One bar a class, in the model's order; what the corpus says is framed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("answer_bars")
        self.setAccessibleName("Answer of the model")
        self.setToolTip(_TIP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.names: tuple[str, ...] = (*FAMILIES, NOT_AN_INSTRUMENT)
        self.percent: tuple[int, ...] = (0,) * len(self.names)
        self.truth: Set[str] = frozenset()

    def show_answer(self, answer: Answer | None, truth: Set[str]) -> None:
        """Show an answer; None leaves the bars of the last model empty."""
        if answer is None:
            self.percent = (0,) * len(self.names)
        else:
            self.names = answer.names
            self.percent = tuple(round(100.0 * value) for value in answer.probabilities)
        self.truth = truth
        told = [f"{family_title(n)} {p} %" for n, p in zip(self.names, self.percent, strict=True) if p]
        self.setAccessibleDescription(", ".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line each."""
        return QSize(240, round(len(self.names) * 1.25 * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """One line each."""
        return QSize(170, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw name, bar and per cent of each class."""
        painter = QPainter(self)
        bold = self.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        name_px = max(metrics.horizontalAdvance(family_title(name)) for name in self.names) + 8.0
        bar_px = max(10.0, self.width() - name_px - metrics.horizontalAdvance("100 %") - 6.0)
        row_px = self.height() / len(self.names)
        for number, name in enumerate(self.names):
            row = QRectF(0.0, number * row_px, self.width(), row_px)
            self._draw_row(painter, row, (name_px, bar_px), (name, self.percent[number]))
            if number and name == NOT_AN_INSTRUMENT and self.names[:number] == FAMILIES:
                painter.setPen(QColor(current_theme().muted))
                painter.drawLine(row.topLeft(), row.topRight())
        painter.end()

    def _draw_row(
        self, painter: QPainter, row: QRectF, widths: tuple[float, float], entry: tuple[str, int]
    ) -> None:
        theme, (name_px, bar_px), (name, percent) = current_theme(), widths, entry
        is_true = name in self.truth
        colour = theme.family_colour(name) if name in FAMILIES else QColor(theme.accent)
        font = painter.font()
        font.setBold(is_true)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if is_true else theme.muted))
        painter.drawText(QRectF(0.0, row.top(), name_px - 8.0, row.height()), _RIGHT, family_title(name))
        height = min(0.62 * row.height(), _BAR_PX)
        groove = QRectF(name_px, row.center().y() - height / 2.0, bar_px, height)
        painter.fillRect(groove, QColor(theme.grid))
        painter.fillRect(QRectF(groove.left(), groove.top(), bar_px * percent / 100.0, height), colour)
        if is_true:
            painter.drawRect(groove.adjusted(-1.5, -1.5, 1.5, 1.5))
        if percent:
            painter.drawText(row, _RIGHT, f"{percent} %")
