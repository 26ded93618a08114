# SPDX-License-Identifier: MIT
"""Frequency axis with note names and the keys of a piano."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.pitch import is_black_key, note_name
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.note_layout import NoteScale
from desktop_app.ui.views.track import LeftAxis

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEAST_KEY_PX = 2.0


class NoteAxis(LeftAxis):
    """C1 … C8 by name (all notes when there is room) beside a keyboard that fits the picture's heights."""

    def __init__(self, scale: NoteScale) -> None:
        super().__init__()
        self._scale = scale

    def note_y_px(self, midi: float) -> float:
        """Distance from the top of a note."""
        return self.y_px(self._scale.note_height(midi))

    def labelled_notes(self, line_px: float, height_px: float) -> list[int]:
        """The notes whose names fit without touching: every C, and the octaves with room for all keys."""
        chosen: list[int] = []
        for octave_c in range(MIDI_MAX, MIDI_MIN - 12, -12):
            for steps in (range(12), (0, 2, 4, 5, 7, 9, 11), (0,)):
                places_px = [self.note_y_px(octave_c + step) for step in (*steps, 12)]
                if len(steps) == 1 or all(a - b >= line_px for a, b in pairwise(places_px)):
                    chosen.extend(octave_c + step for step in steps)
                    break
        margin_px = 0.4 * line_px
        kept: list[int] = []
        for midi in chosen:  # the highest octave first: low ones lie closer together
            y_px = self.note_y_px(midi)
            inside = MIDI_MIN <= midi <= MIDI_MAX and margin_px <= y_px <= height_px - margin_px
            if inside and all(abs(y_px - self.note_y_px(other)) >= line_px for other in kept):
                kept.append(midi)
        return sorted(kept)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the keyboard at the right edge and the names beside it."""
        keys = QRectF(rect.right() - 15.0, rect.top(), 15.0, rect.height())
        self._draw_keys(painter, keys)
        metrics = painter.fontMetrics()
        theme = current_theme()
        for midi in self.labelled_notes(0.95 * metrics.height(), rect.height()):
            y_px = self.note_y_px(midi)
            painter.setPen(QColor(theme.text if midi % 12 == 0 else theme.muted))
            box = QRectF(0.0, y_px - metrics.height() / 2, keys.left() - 5.0, metrics.height())
            painter.drawText(box, _RIGHT, note_name(midi))

    def _draw_keys(self, painter: QPainter, keys: QRectF) -> None:
        theme = current_theme()
        top = max(keys.top(), self.note_y_px(MIDI_MAX + 0.5))
        bottom = min(keys.bottom(), self.note_y_px(MIDI_MIN - 0.5))
        painter.fillRect(QRectF(keys.left(), top, keys.width(), bottom - top), QColor(theme.white_key))
        painter.setPen(QPen(QColor(theme.key_edge), 1.0))
        for midi in range(MIDI_MIN, MIDI_MAX + 1):
            upper, lower = self.note_y_px(midi + 0.5), self.note_y_px(midi - 0.5)
            if upper > keys.bottom() or lower < keys.top():
                continue
            if lower - upper >= _LEAST_KEY_PX:
                self._draw_key(painter, keys, midi, upper, lower)
            elif midi % 12 == 0:
                painter.drawLine(QPointF(keys.left(), lower), QPointF(keys.right(), lower))
        painter.drawLine(QPointF(keys.left(), top), QPointF(keys.left(), bottom))

    @staticmethod
    def _draw_key(painter: QPainter, keys: QRectF, midi: int, upper: float, lower: float) -> None:
        theme = current_theme()
        if is_black_key(midi):
            middle = 0.5 * (upper + lower)
            painter.fillRect(QRectF(keys.left(), upper, 9.0, lower - upper), QColor(theme.black_key))
            painter.drawLine(QPointF(keys.left() + 9.0, middle), QPointF(keys.right(), middle))
        elif not is_black_key(midi - 1):  # two white keys meet below E–F and B–C
            painter.drawLine(QPointF(keys.left(), lower), QPointF(keys.right(), lower))
