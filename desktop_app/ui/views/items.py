# SPDX-License-Identifier: MIT
"""What is drawn inside the plots: pictures, the waveform, lines, notes and spans.

Pictures are painted from 8-bit levels through a table of 256 colours; pyqtgraph's ImageItem would
rescale levels and bounds at each change, which costs several times as much at 30 pictures a second.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from desktop_app.domain.frames import Float32Array
from desktop_app.ui.theme import current_theme

_EVERYWHERE = QRectF(-1e6, -1e4, 3e6, 2e4)  # constant bounds: the scene need not be told of each scroll


def colour_table(stops: Sequence[str]) -> NDArray[np.uint32]:
    """256 opaque colours (0xffrrggbb) through evenly spaced stops, lowest level first."""
    colours = [(c.red(), c.green(), c.blue()) for c in map(QColor, stops)]
    table = pg.ColorMap(np.linspace(0.0, 1.0, len(stops)), colours).getLookupTable(nPts=256).astype(np.uint32)
    return (np.uint32(0xFF000000) | (table[:, 0] << 16) | (table[:, 1] << 8) | table[:, 2]).astype(np.uint32)


class PlotItem(pg.GraphicsObject):
    """Base of what is drawn in a plot."""

    def boundingRect(self) -> QRectF:
        """All of the plot, always."""
        return _EVERYWHERE


class PictureItem(PlotItem):
    """A picture of levels, row 0 at the bottom, one row a unit of height."""

    def __init__(self) -> None:
        super().__init__()
        self._table = np.zeros(256, np.uint32)
        self._levels: NDArray[np.uint8] | None = None
        self._pixels: NDArray[np.uint32] | None = None
        self._image = QImage()
        self._rect = QRectF()

    def set_table(self, table: NDArray[np.uint32]) -> None:
        """Other colours, shape (256,)."""
        self._table = table
        if self._levels is not None:
            self._render()

    def set_levels(self, start_s: float, end_s: float, levels: NDArray[np.uint8] | None) -> None:
        """Show ``levels``, shape (n_rows, n_columns), over ``start_s … end_s``; None: nothing."""
        self._levels = levels if levels is not None and levels.size else None
        if self._levels is not None:
            self._rect = QRectF(start_s, 0.0, end_s - start_s, self._levels.shape[0])
            self._render()
        self.update()

    def level_at(self, time_s: float, row: int) -> int | None:
        """The level shown at a place, or None outside."""
        if self._levels is None or self._rect.width() <= 0.0:
            return None
        n_rows, n_columns = self._levels.shape
        column = int((time_s - self._rect.left()) / self._rect.width() * n_columns)
        inside = 0 <= column < n_columns and 0 <= row < n_rows
        return int(self._levels[row, column]) if inside else None

    def _render(self) -> None:
        assert self._levels is not None
        n_rows, n_columns = self._levels.shape
        self._pixels = np.take(self._table, self._levels[::-1])  # held here: the image only points to it
        self._image = QImage(self._pixels.data, n_columns, n_rows, 4 * n_columns, QImage.Format.Format_RGB32)

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw the picture, upright although the plot's heights grow upwards."""
        if self._levels is None:
            return
        target = painter.transform().mapRect(self._rect)
        painter.save()
        painter.resetTransform()
        painter.drawImage(target, self._image)
        painter.restore()


class LinesItem(PlotItem):
    """The view's title, the playing position and the line under the mouse.

    Parameters
    ----------
    title
        Drawn in the upper left corner; empty for none.
    """

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self._title = title
        self._position_s: float | None = None
        self._hover_s: float | None = None

    def set_position(self, time_s: float | None) -> None:
        """Where the player is, None for nowhere."""
        if time_s != self._position_s:
            self._position_s = time_s
            self.update()

    def set_hover(self, time_s: float | None) -> None:
        """Where the mouse is, None for nowhere."""
        if time_s != self._hover_s:
            self._hover_s = time_s
            self.update()

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw vertical lines of whole pixels."""
        theme = current_theme()
        transform = painter.transform()
        painter.save()
        painter.resetTransform()
        if self._title:
            self._draw_title(painter)
        right_px = round(self.getViewBox().mapRectToScene(self.getViewBox().rect()).right())
        for time_s, colour, width in ((self._hover_s, theme.hover, 1), (self._position_s, theme.cursor, 2)):
            if time_s is not None:
                x_px = round(transform.map(QPointF(time_s, 0.0)).x())
                if 0 <= x_px - right_px < 2:  # the very end is seen at the edge
                    x_px = right_px - width
                painter.fillRect(QRectF(x_px, 0, width, painter.viewport().height()), QColor(colour))
        painter.restore()

    def _draw_title(self, painter: QPainter) -> None:
        theme, metrics = current_theme(), painter.fontMetrics()
        left_px = self.getViewBox().mapRectToScene(self.getViewBox().rect()).left()
        ground = QColor(theme.base)
        ground.setAlphaF(0.75)
        box = QRectF(
            left_px + 4.0, 4.0, metrics.horizontalAdvance(self._title) + 10.0, metrics.height() + 2.0
        )
        painter.fillRect(box, ground)
        painter.setPen(QColor(theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._title)


class CurveItem(PlotItem):
    """A line with gaps at nan, two pixels thick, with a thin outline that parts it from any picture.

    It is drawn as several lines of one pixel: wide smooth lines cost Qt's raster painter ten times as much.
    """

    def __init__(self) -> None:
        super().__init__()
        self._x = np.zeros(0, np.float64)
        self._y = np.zeros(0, np.float64)
        self._strokes: tuple[tuple[float, QColor], ...] = ()

    def set_colours(self, colour: str, outline: str) -> None:
        """Take the colours of line and outline."""
        inner, outer = QColor(colour), QColor(outline)
        outer.setAlphaF(0.45)
        self._strokes = ((-1.5, outer), (1.5, outer), (-0.5, inner), (0.5, inner))
        self.update()

    def set_data(self, x: Float32Array, y: Float32Array) -> None:
        """Show points, both shape (n,), y nan where there is a gap."""
        self._x, self._y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        self.update()

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw in pixels, so that the line is equally thick everywhere."""
        if not np.isfinite(self._y).any():
            return
        t = painter.transform()
        path = pg.arrayToQPath(t.m11() * self._x + t.dx(), t.m22() * self._y + t.dy(), connect="finite")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for offset_px, colour in self._strokes:
            painter.setTransform(QTransform.fromTranslate(0.0, offset_px))
            painter.setPen(QPen(colour, 1.0))
            painter.drawPath(path)
        painter.restore()
