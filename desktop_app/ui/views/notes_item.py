# SPDX-License-Identifier: MIT
"""Notes as bars over the spectrogram."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import note_name
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import PlotItem
from desktop_app.ui.views.mel_scale import MelScale

_LEAST_BAR_PX = 7.0


class NotesItem(PlotItem):
    """A bar a note, from onset to offset at the height of its key, named where there is room."""

    def __init__(self, scale: MelScale) -> None:
        super().__init__()
        self._scale = scale
        self._notes: list[Note] = []
        self._onsets_s: list[float] = []
        self._longest_s = 0.0
        self._font = QFont()

    def set_font(self, font: QFont) -> None:
        """Font of the names."""
        self._font = QFont(font)
        self._font.setPointSizeF(max(6.0, 0.85 * font.pointSizeF()))
        self._font.setBold(True)

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Show these notes."""
        self._notes = sorted(notes, key=lambda note: note.onset_s)
        self._onsets_s = [note.onset_s for note in self._notes]
        self._longest_s = max((note.duration_s for note in self._notes), default=0.0)
        self.update()

    def visible(self, start_s: float, end_s: float) -> list[Note]:
        """The notes that sound between ``start_s`` and ``end_s``."""
        first = bisect_right(self._onsets_s, start_s - self._longest_s - 1e-6)
        last = bisect_right(self._onsets_s, end_s)
        return [note for note in self._notes[first:last] if note.offset_s >= start_s]

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw in pixels, so that edges and names are sharp."""
        theme = current_theme()
        transform = painter.transform()
        view = self.getViewBox().viewRange()[0]
        left_px = transform.map(QPointF(view[0], 0.0)).x()
        painter.save()
        painter.resetTransform()
        painter.setPen(QPen(QColor(theme.note_edge), 1.0))
        painter.setBrush(QColor(theme.note_fill))
        painter.setFont(self._font)
        for note in self.visible(*view):
            low, high = self._scale.note_span(note.midi)
            bar = transform.mapRect(QRectF(note.onset_s, low, max(note.duration_s, 0.0), high - low))
            missing = max(0.0, _LEAST_BAR_PX - bar.height()) / 2.0
            self._draw_bar(painter, bar.adjusted(0.0, -missing, 0.0, missing), note_name(note.midi), left_px)
        painter.restore()

    @staticmethod
    def _draw_bar(painter: QPainter, bar: QRectF, name: str, left_px: float) -> None:
        bar = QRectF(
            round(bar.left()) + 0.5, round(bar.top()) + 0.5, max(2.0, round(bar.width())), round(bar.height())
        )
        painter.drawRect(bar)
        metrics = painter.fontMetrics()
        text_px = max(bar.left(), left_px) + 3.0
        name_px = metrics.horizontalAdvance(name)
        if bar.right() - text_px < name_px:
            return
        ground = QColor(current_theme().base)
        ground.setAlphaF(0.75)
        label = QRectF(text_px - 2.0, bar.top() - metrics.height() - 1.0, name_px + 4.0, metrics.height())
        painter.fillRect(label, ground)
        pen = painter.pen()
        painter.setPen(QColor(current_theme().note_text))
        painter.drawText(QPointF(text_px, label.bottom() - metrics.descent()), name)
        painter.setPen(pen)
