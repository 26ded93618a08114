# SPDX-License-Identifier: MIT
"""The loop in a plot: a tinted stretch with a handle at each end."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import PlotItem
from desktop_app.ui.views.loop_area import LoopArea

_HANDLE_PX = (7.0, 16.0)


def loop_colours(loop: LoopArea) -> tuple[QColor, QColor]:
    """Colours of the stretch and of its ends; dimmer while playing does not stay in the loop."""
    is_strong = loop.is_on or loop.is_dragged
    tint, edge = QColor(current_theme().accent), QColor(current_theme().accent)
    tint.setAlphaF(0.17 if is_strong else 0.07)
    edge.setAlphaF(1.0 if is_strong else 0.5)
    return tint, edge


class LoopItem(PlotItem):
    """The loop over all of a plot's height."""

    def __init__(self, loop: LoopArea) -> None:
        super().__init__()
        self._loop = loop
        loop.changed.connect(self.update)

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw in whole pixels."""
        shown_s = self._loop.shown_s
        if shown_s is None:
            return
        transform, height = painter.transform(), painter.viewport().height()
        left, right = (round(transform.map(QPointF(time_s, 0.0)).x()) for time_s in shown_s)
        tint, edge = loop_colours(self._loop)
        width_px, height_px = _HANDLE_PX
        painter.save()
        painter.resetTransform()
        painter.fillRect(QRectF(left, 0, right - left, height), tint)
        for x_px, handle_px in ((left, left), (right - 1.0, right - width_px)):
            painter.fillRect(QRectF(x_px, 0, 1.0, height), edge)
            painter.fillRect(QRectF(handle_px, 0, width_px, min(height_px, 0.5 * height)), edge)
        painter.restore()
