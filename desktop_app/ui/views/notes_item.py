# SPDX-License-Identifier: MIT
"""Notes as bars over the spectrogram."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTransform

from desktop_app.domain.note import Note
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import PlotItem
from desktop_app.ui.views.mel_scale import MelScale
from desktop_app.ui.views.note_layout import NoteLayout, lay_out


class NotesItem(PlotItem):
    """A bar a note, from onset to offset at the height of its key, named where there is room."""

    def __init__(self, scale: MelScale) -> None:
        super().__init__()
        self._scale = scale
        self._notes: list[Note] = []
        self._onsets_s: list[float] = []
        self._longest_s = 0.0
        self._font = QFont()
        self._layout: NoteLayout | None = None
        self._layout_key: object = None

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
        self.refresh()

    def refresh(self) -> None:
        """The heights of the notes are others."""
        self._layout = None
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
        painter.save()
        painter.resetTransform()
        painter.setFont(self._font)
        layout = self._lay_out(transform, painter)
        painter.setPen(QPen(QColor(theme.note_edge), 1.0))
        painter.setBrush(QColor(theme.note_fill))
        painter.drawRects(layout.bars)
        ground = QColor(theme.base)
        ground.setAlphaF(0.75)
        painter.setPen(QColor(theme.note_text))
        for under, place, name in zip(layout.grounds, layout.places, layout.names, strict=True):
            painter.fillRect(under, ground)
            painter.drawText(place, name)
        painter.restore()

    def _lay_out(self, transform: QTransform, painter: QPainter) -> NoteLayout:
        """Kept while nothing moves but the cursor, which has all be painted again."""
        start_s, end_s = self.getViewBox().viewRange()[0]
        key = (start_s, end_s, QTransform(transform), self._font.pointSizeF())
        if self._layout is None or self._layout_key != key:
            left_px = transform.map(QPointF(start_s, 0.0)).x()
            visible = self.visible(start_s, end_s)
            self._layout = lay_out(visible, self._scale, transform, left_px, painter.fontMetrics())
            self._layout_key = key
        return self._layout
