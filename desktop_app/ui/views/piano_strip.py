# SPDX-License-Identifier: MIT
"""The 88 keys of a piano with one of them lit."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.pitch import is_black_key, note_name
from desktop_app.ui.theme import current_theme

_KEYS = range(MIDI_MIN, MIDI_MAX + 1)
_WHITE_KEYS = tuple(midi for midi in _KEYS if not is_black_key(midi))
_N_WHITE_BELOW = {midi: sum(white < midi for white in _WHITE_KEYS) for midi in _KEYS}


def key_rect(midi: int, width: float, height: float) -> QRectF:
    """Place of a key on a keyboard of that size; black keys straddle the line between two white ones."""
    white_px = width / len(_WHITE_KEYS)
    n_before = _N_WHITE_BELOW[midi]
    if is_black_key(midi):
        return QRectF((n_before - 0.32) * white_px, 0.0, 0.64 * white_px, 0.62 * height)
    return QRectF(n_before * white_px, 0.0, white_px, height)


class PianoStrip(QWidget):
    """A whole keyboard; C4 is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("piano_strip")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._midi: int | None = None
        self._is_past = False
        self.set_key(None)
        self.setAccessibleName("Piano key")

    def set_key(self, midi: int | None, *, is_past: bool = False) -> None:
        """Light a key; nothing for None and for notes that a piano has not."""
        midi = midi if midi is not None and MIDI_MIN <= midi <= MIDI_MAX else None
        if (midi, is_past) != (self._midi, self._is_past):
            self._midi, self._is_past = midi, is_past
            self.setAccessibleName("Piano key" if midi is None else f"Piano key {note_name(midi)}")
            self.update()

    def sizeHint(self) -> QSize:
        """A low keyboard."""
        return QSize(260, round(2.7 * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(156, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw white keys, then black ones."""
        painter = QPainter(self)
        theme = current_theme()
        width, height = self.width() - 1.0, self.height() - 1.0
        lit = QColor(theme.cannot_tell if self._is_past else theme.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.key_edge), 0.8))
        for black in (False, True):
            for midi in _KEYS:
                if is_black_key(midi) == black:
                    painter.setBrush(
                        lit if midi == self._midi else QColor(theme.black_key if black else theme.white_key)
                    )
                    painter.drawRect(key_rect(midi, width, height))
        middle_c = key_rect(60, width, height)
        size = min(3.0, 0.5 * middle_c.width())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.key_edge))
        painter.drawEllipse(QRectF(middle_c.center().x() - size / 2, height - 2.2 * size, size, size))
        painter.end()
