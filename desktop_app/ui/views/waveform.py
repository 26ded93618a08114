# SPDX-License-Identifier: MIT
"""The waveform over time."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from desktop_app.domain.frames import Float32Array
from desktop_app.pipeline.sources import ViewSource, WaveTile
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import PlotItem, colour_table
from desktop_app.ui.views.reading import CursorReading
from desktop_app.ui.views.time_window import TimeWindow
from desktop_app.ui.views.track import LeftAxis, TrackView

_MOST_COLUMNS = 16_384
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def coverage(low: Float32Array, high: Float32Array, n_rows: int) -> NDArray[np.uint8]:
    """How much of each pixel the waveform covers, shape (n_rows, n_columns), 0 … 255, top row +1.

    Parameters
    ----------
    low, high : ndarray, shape (n_columns,), float32
        Least and greatest sample of each column, -1 … 1.
    n_rows
        Height of the picture; the line is at least a pixel thick.
    """
    middle = 0.5 * n_rows
    top = middle - np.clip(high, -1.0, 1.0) * middle
    bottom = middle - np.clip(low, -1.0, 1.0) * middle
    thin = np.maximum(0.0, 1.0 - (bottom - top)) * 0.5
    top, bottom = (top - thin).astype(np.float32), (bottom + thin).astype(np.float32)
    rows = np.arange(n_rows, dtype=np.float32)[:, None]
    covered = np.minimum(rows + np.float32(1.0), bottom) - np.maximum(rows, top)
    return (np.clip(covered, 0.0, 1.0) * np.float32(255.0)).astype(np.uint8)


def fit_columns(low: Float32Array, high: Float32Array, n_columns: int) -> tuple[Float32Array, Float32Array]:
    """One column a pixel: extremes are kept where there are more, and joined smoothly where there are fewer.

    Parameters
    ----------
    low, high : ndarray, shape (n,), float32
        Least and greatest sample of each column.
    n_columns
        Pixels; both results have shape (n_columns,), or (n,) where that is about as good.
    """
    n = low.size
    if n > n_columns > 0:
        first = np.arange(n_columns) * n // n_columns
        return np.minimum.reduceat(low, first), np.maximum.reduceat(high, first)
    if 2 * n <= n_columns <= _MOST_COLUMNS:
        places, held = (np.arange(n_columns) + 0.5) * (n / n_columns) - 0.5, np.arange(n)
        return np.interp(places, held, low).astype(np.float32), np.interp(places, held, high).astype(
            np.float32
        )
    return low, high


class WaveItem(PlotItem):
    """The waveform as a picture with smooth edges; drawing it costs the same however long the sound is."""

    def __init__(self) -> None:
        super().__init__()
        self.tile: WaveTile | None = None
        self._key: tuple[int, int] | None = None
        self._pixels = np.zeros((0, 0), np.uint8)
        self._image = QImage()
        self._colours: list[int] = []

    def set_colours(self, background: str, colour: str) -> None:
        """Blend from ``background`` to ``colour``."""
        self._colours = [int(value) for value in colour_table((background, colour))]
        self._key = None
        self.update()

    def set_tile(self, tile: WaveTile | None) -> None:
        """Show a tile."""
        self.tile = tile if tile is not None and tile.low.size else None
        self._key = None
        self.update()

    def _render(self, n_rows: int, n_columns: int) -> None:
        assert self.tile is not None
        if (n_rows, n_columns) == self._key:
            return
        covered = coverage(*fit_columns(self.tile.low, self.tile.high, n_columns), n_rows)
        stride = -(-covered.shape[1] // 4) * 4  # an 8-bit QImage wants rows of whole 4 bytes
        self._pixels = np.zeros((n_rows, stride), np.uint8)
        self._pixels[:, : covered.shape[1]] = covered
        self._image = QImage(
            self._pixels.data, covered.shape[1], n_rows, stride, QImage.Format.Format_Indexed8
        )
        self._image.setColorTable(self._colours)
        self._key = (n_rows, n_columns)

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw the picture over its stretch of time."""
        if self.tile is None:
            return
        tile = self.tile
        target = painter.transform().mapRect(QRectF(tile.start_s, -1.0, tile.end_s - tile.start_s, 2.0))
        ratio = painter.device().devicePixelRatioF()
        self._render(max(1, round(target.height() * ratio)), round(target.width() * ratio))
        painter.save()
        painter.resetTransform()
        painter.drawImage(target, self._image)
        painter.restore()


class AmplitudeAxis(LeftAxis):
    """Full scale and zero."""

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw three labels, as far as there is room."""
        metrics = painter.fontMetrics()
        painter.setPen(QColor(current_theme().muted))
        labels = ((1.0, "1"), (0.0, "0"), (-1.0, "−1"))
        for value, text in labels if rect.height() > 3.2 * metrics.height() else labels[1:2]:
            y_px = min(max(self.y_px(value), 0.5 * metrics.height()), rect.height() - 0.5 * metrics.height())
            painter.drawText(
                QRectF(0, y_px - metrics.height() / 2, rect.width() - 8, metrics.height()),
                _RIGHT,
                text,
            )


class WaveformView(TrackView):
    """Waveform; the cursor reads the peak level of a column."""

    def __init__(self, window: TimeWindow) -> None:
        self.wave = WaveItem()
        super().__init__(window, AmplitudeAxis(), "Waveform")
        self.box.addItem(self.wave, ignoreBounds=True)
        self.set_y_range(-1.0, 1.0)

    def load(self, source: ViewSource | None) -> None:
        """Take the visible columns."""
        window = self._window
        self.wave.set_tile(
            None if source is None else source.waveform(window.start_s, window.data_end_s, self.n_columns)
        )

    def restyle(self) -> None:
        """Take the colours of the theme."""
        theme = current_theme()
        self.wave.set_colours(theme.base, theme.waveform)

    def reading(self, time_s: float, y: float) -> CursorReading:
        """Time and the peak there in dBFS."""
        tile = self.wave.tile
        if tile is None or not tile.start_s <= time_s < tile.end_s:
            return CursorReading(time_s)
        column = int((time_s - tile.start_s) / (tile.end_s - tile.start_s) * tile.low.size)
        peak = max(abs(float(tile.low[column])), abs(float(tile.high[column])))
        return CursorReading(time_s, db=20.0 * math.log10(max(peak, 1e-6)))
