# SPDX-License-Identifier: MIT
"""The parts of the mel spectrogram that told the instrument, drawn over it.

Pattern and light tell them apart, not hue: solid outlines and clear picture for what spoke for the
answer, dashed outlines for what spoke against it, and a veil over the rest of the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import PlotItem

if TYPE_CHECKING:  # the first paint must not wait for what explains
    from desktop_app.pipeline.decision import Decision

_VEIL = 0.45
_LINE_PX = 2.0
_OUTLINE_PX = 5.0


class WhyItem(PlotItem):
    """Outlines in the units of the plot: seconds and bands."""

    def __init__(self) -> None:
        super().__init__()
        self.decision: Decision | None = None
        self._window = QRectF()
        self._pro, self._contra = QPainterPath(), QPainterPath()

    def set_decision(self, decision: Decision | None) -> None:
        """Show what carried this answer; None for nothing."""
        self.decision = decision
        self._pro, self._contra = QPainterPath(), QPainterPath()
        if decision is not None:
            hop_s, n_bands = decision.spec.hop_s, decision.spec.n_mels
            left_s = decision.start_s - 0.5 * hop_s
            n_frames = decision.explanation.frame_edges[-1]
            self._window = QRectF(left_s, 0.0, n_frames * hop_s, n_bands)
            place = QTransform(hop_s, 0.0, 0.0, 1.0, left_s, 0.0)
            for region in decision.regions:
                path = self._pro if region.speaks_for else self._contra
                path.addPath(place.map(outline(region.cells)))
        self.update()

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw in pixels, so that lines are equally thick everywhere."""
        if self.decision is None:
            return
        transform = painter.transform()
        pro, contra = transform.map(self._pro), transform.map(self._contra)
        window = transform.mapRect(self._window)
        painter.save()
        painter.resetTransform()
        veiled = QPainterPath()
        veiled.addRect(window)
        colour = QColor(current_theme().base)
        colour.setAlphaF(_VEIL)
        painter.fillPath(veiled.subtracted(pro), colour)
        self._draw_outline(painter, contra, Qt.PenStyle.DashLine)
        self._draw_outline(painter, pro, Qt.PenStyle.SolidLine)
        self._draw_bracket(painter, window)
        painter.restore()

    @staticmethod
    def _draw_outline(painter: QPainter, path: QPainterPath, style: Qt.PenStyle) -> None:
        theme = current_theme()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.base), _OUTLINE_PX))
        painter.drawPath(path)
        painter.setPen(QPen(QColor(theme.text), _LINE_PX, style))
        painter.drawPath(path)

    @staticmethod
    def _draw_bracket(painter: QPainter, window: QRectF) -> None:
        """Both ends of the window."""
        painter.setPen(QPen(QColor(current_theme().text), 1.0, Qt.PenStyle.DotLine))
        for x_px in (window.left(), window.right()):
            painter.drawLine(QPointF(x_px, window.top()), QPointF(x_px, window.bottom()))


def outline(cells: NDArray[np.bool_]) -> QPainterPath:
    """The outline of cells of shape (n_rows, n_columns), in columns and rows."""
    path = QPainterPath()
    columns = np.flatnonzero(cells.any(axis=0))
    for begin, end in _runs_of_equal(cells[:, columns], columns):
        column = cells[:, begin].astype(np.int8)
        steps = np.diff(np.concatenate(([0], column, [0])))
        for low, high in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
            path.addRect(QRectF(begin, int(low), end - begin, int(high - low)))
    return path.simplified()


def _runs_of_equal(held: NDArray[np.bool_], columns: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Runs of neighbouring columns that are alike."""
    if columns.size == 0:
        return []
    differs = (held[:, 1:] != held[:, :-1]).any(axis=0) | (np.diff(columns) > 1)
    firsts = np.concatenate(([0], np.flatnonzero(differs) + 1))
    lasts = np.concatenate((firsts[1:] - 1, [columns.size - 1]))
    return [(int(columns[a]), int(columns[b]) + 1) for a, b in zip(firsts, lasts, strict=True)]
