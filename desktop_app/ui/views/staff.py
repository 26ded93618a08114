# SPDX-License-Identifier: MIT
"""A staff with one note: own clefs, accidental, ledger lines, octave signs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.pitch import NOTE_NAMES, is_black_key
from desktop_app.ui.theme import current_theme

_LETTERS = "CDEFGAB"
_TREBLE_BOTTOM = 4 * 7 + 2  # E4, counted in letters from C0
_BASS_BOTTOM = 2 * 7 + 4  # G2
_MIDDLE_C = 60


@dataclass(frozen=True, slots=True)
class StaffPlace:
    """Where a note is written.

    Attributes
    ----------
    clef
        ``"treble"`` or ``"bass"``.
    step
        Half spaces above the bottom line.
    octaves
        Octaves that the sign adds: 1 for 8va, -1 for 8vb …
    is_sharp
        Whether a sharp stands before it.
    """

    clef: str
    step: int
    octaves: int
    is_sharp: bool


def staff_place(midi: int) -> StaffPlace:
    """Treble clef from C4 up, bass clef below; octave signs beyond three ledger lines."""
    clef = "treble" if midi >= _MIDDLE_C else "bass"
    bottom = _TREBLE_BOTTOM if clef == "treble" else _BASS_BOTTOM
    step = (midi // 12 - 1) * 7 + _LETTERS.index(NOTE_NAMES[midi % 12][0]) - bottom
    octaves = 0
    while step > 14:
        step, octaves = step - 7, octaves + 1
    while step < -6:
        step, octaves = step + 7, octaves - 1
    return StaffPlace(clef, step, octaves, is_black_key(midi))


class StaffView(QWidget):
    """Five lines that never move; the note does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("staff_view")
        self.setAccessibleName("Staff")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._midi: int | None = None
        self._is_past = False

    def set_note(self, midi: int | None, *, is_past: bool = False) -> None:
        """Write a note, or none."""
        if (midi, is_past) != (self._midi, self._is_past):
            self._midi, self._is_past = midi, is_past
            self.update()

    def sizeHint(self) -> QSize:
        """Room for ledger lines above and below."""
        return QSize(260, 7 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Small, but lines stay apart."""
        return QSize(120, 5 * self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw lines, clef and note."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current_theme()
        space = min(self.height() / 11.6, self.width() / 14.0)
        left = 0.5 * self.width() - 6.0 * space
        bottom = round(0.5 * self.height() + 2.0 * space) + 0.5
        painter.setPen(QPen(QColor(theme.muted), 1.0))
        for line in range(5):
            y_px = bottom - line * space
            painter.drawLine(QPointF(left, y_px), QPointF(left + 12.0 * space, y_px))
        place = None if self._midi is None else staff_place(self._midi)
        painter.translate(left, bottom)
        painter.scale(space, -space)  # from here on: staff spaces, upwards
        draw_clef(painter, "treble" if place is None else place.clef, QColor(theme.text))
        if place is not None:
            _draw_note(painter, place, QColor(theme.cannot_tell if self._is_past else theme.text))
        painter.end()


def _stroke(painter: QPainter, path: QPainterPath, colour: QColor, width: float) -> None:
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _dot(painter: QPainter, x: float, y: float, radius: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(x, y), radius, radius)


def draw_clef(painter: QPainter, clef: str, colour: QColor) -> None:
    """Draw ``"bass"``, else a treble clef; units are staff spaces upwards from the lowest line."""
    path = QPainterPath()
    if clef == "bass":
        path.moveTo(0.7, 3.0)
        path.cubicTo(0.7, 3.75, 1.25, 4.05, 1.75, 4.0)
        path.cubicTo(2.6, 3.9, 2.75, 3.0, 2.45, 2.25)
        path.cubicTo(2.1, 1.45, 1.3, 0.95, 0.55, 0.6)
        _stroke(painter, path, colour, 0.26)
        _dot(painter, 0.95, 3.0, 0.34, colour)
        _dot(painter, 3.2, 3.5, 0.2, colour)
        _dot(painter, 3.2, 2.5, 0.2, colour)
        return
    path.moveTo(1.62, 0.62)  # the spiral round the line of G …
    path.cubicTo(1.05, 0.62, 0.95, 1.55, 1.65, 1.7)
    path.cubicTo(2.5, 1.85, 2.85, 0.75, 2.25, 0.2)
    path.cubicTo(1.6, -0.4, 0.35, 0.0, 0.35, 1.2)
    path.cubicTo(0.35, 2.5, 2.1, 3.2, 2.25, 4.5)  # … up to the loop …
    path.cubicTo(2.32, 5.25, 1.95, 5.6, 1.75, 5.3)
    path.cubicTo(1.35, 4.75, 1.45, 4.0, 1.6, 3.2)
    path.cubicTo(1.8, 2.1, 2.0, 0.8, 2.15, -0.6)  # … and down to the hook
    path.cubicTo(2.25, -1.55, 1.35, -1.75, 1.05, -1.25)
    _stroke(painter, path, colour, 0.24)
    _dot(painter, 1.2, -1.05, 0.3, colour)


def _draw_note(painter: QPainter, place: StaffPlace, colour: QColor) -> None:
    x, y = 7.2, 0.5 * place.step
    painter.setPen(QPen(colour, 0.13))
    for line in (*range(-1, -6, -1), *range(5, 10)):
        if (line < 0 and y <= line) or (line > 4 and y >= line):
            painter.drawLine(QPointF(x - 1.05, line), QPointF(x + 1.05, line))
    painter.save()
    painter.translate(x, y)
    painter.rotate(20.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(0.0, 0.0), 0.68, 0.46)
    painter.restore()
    side, end = (0.62, y + 3.3) if y < 2.0 else (-0.62, y - 3.3)
    painter.setPen(QPen(colour, 0.13))
    painter.drawLine(QPointF(x + side, y + (0.15 if side > 0 else -0.15)), QPointF(x + side, end))
    if place.is_sharp:
        draw_sharp(painter, x - 1.75, y, colour)
    if place.octaves:
        _draw_octave_sign(painter, x, y, place.octaves)


def draw_sharp(painter: QPainter, x: float, y: float, colour: QColor) -> None:
    """Draw a sharp around a place, in staff spaces upwards."""
    painter.setPen(QPen(colour, 0.12))
    for dx in (-0.2, 0.2):
        painter.drawLine(QPointF(x + dx, y - 1.05 + 0.2 * dx), QPointF(x + dx, y + 1.05 + 0.2 * dx))
    painter.setPen(QPen(colour, 0.26))
    for dy in (-0.38, 0.38):
        painter.drawLine(QPointF(x - 0.5, y + dy - 0.12), QPointF(x + 0.5, y + dy + 0.12))


def _draw_octave_sign(painter: QPainter, x: float, y: float, octaves: int) -> None:
    text = {1: "8va", 2: "15ma", 3: "22ma", -1: "8vb", -2: "15mb"}.get(octaves, "")
    place = painter.transform().map(QPointF(x + 1.3, y))
    space = abs(painter.transform().m22())
    painter.save()
    painter.resetTransform()
    font = QFont(painter.font())
    font.setPixelSize(max(8, int(1.7 * space)))
    font.setItalic(True)
    painter.setFont(font)
    box = QRectF(place.x(), place.y() - 1.2 * space, 6.0 * space, 2.4 * space)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()
