# SPDX-License-Identifier: MIT
"""Signs of written music, drawn by lines and curves of our own; units are staff spaces, upwards."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from desktop_app.ui.views.staff import draw_clef, draw_sharp

HEAD_WIDTH = 1.2
_STEM = 3.3
_THIN = 0.13


def draw_any_clef(painter: QPainter, clef: str, colour: QColor) -> None:
    """Treble, alto, tenor or bass clef, with an 8 below where it sounds an octave lower."""
    kind = clef.removesuffix("_8vb")
    if kind in ("alto", "tenor"):
        _draw_c_clef(painter, 3.0 if kind == "tenor" else 2.0, colour)
    else:
        draw_clef(painter, kind, colour)
    if clef.endswith("_8vb"):
        draw_text(painter, 1.6, -2.6 if kind == "treble" else -0.9, "8", 1.4, colour, is_italic=True)


def draw_accidental(painter: QPainter, x: float, y: float, alter: int, colour: QColor) -> None:
    """A sharp, flat or natural, or two of a kind; ``x`` is the middle of the one nearest to the note."""
    if alter > 0:
        for i in range(alter):
            draw_sharp(painter, x - 0.9 * i, y, colour)
    elif alter < 0:
        for i in range(-alter):
            _draw_flat(painter, x - 0.8 * i, y, colour)
    else:
        _draw_natural(painter, x, y, colour)


def draw_head(painter: QPainter, x: float, y: float, power: int, colour: QColor) -> None:
    """A note head: whole and half notes are open."""
    painter.save()
    painter.translate(x, y)
    if power > 0:
        painter.rotate(22.0)
    painter.setPen(QPen(colour, 0.2) if power < 2 else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if power < 2 else colour)
    width, height = (0.68, 0.42) if power == 0 else (0.56, 0.34) if power == 1 else (0.64, 0.44)
    painter.drawEllipse(QPointF(0.0, 0.0), width, height)
    painter.restore()


def draw_stem(
    painter: QPainter, x: float, ys: tuple[float, float], power: int, colour: QColor, *, is_up: bool
) -> None:
    """A stem over heads from the lowest to the highest of ``ys``, with the flags of short notes."""
    low, high = ys
    length = _STEM + 0.4 * max(0, power - 4)
    side = x + (0.58 if is_up else -0.58)
    begin, end = (low + 0.15, high + length) if is_up else (high - 0.15, low - length)
    painter.setPen(QPen(colour, _THIN))
    painter.drawLine(QPointF(side, begin), QPointF(side, end))
    down = -1.0 if is_up else 1.0
    for i in range(power - 2):
        y = end + 0.75 * i * down
        flag = QPainterPath(QPointF(side, y))
        flag.cubicTo(side + 0.1, y + 0.9 * down, side + 1.1, y + 1.0 * down, side + 0.75, y + 2.3 * down)
        flag.cubicTo(side + 0.9, y + 1.3 * down, side + 0.2, y + 1.2 * down, side, y + 0.75 * down)
        flag.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(flag, colour)


def draw_dots(painter: QPainter, x: float, y: float, n_dots: int, colour: QColor) -> None:
    """Dots behind a head, in the space above where the head is on a line."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    above = 0.5 if float(y).is_integer() else 0.0
    for i in range(n_dots):
        painter.drawEllipse(QPointF(x + 1.05 + 0.5 * i, y + above), 0.17, 0.17)


def draw_rest(painter: QPainter, x: float, power: int, n_dots: int, colour: QColor) -> None:
    """A rest in the middle of the staff."""
    if power < 2:
        painter.fillRect(QRectF(x - 0.6, 2.5 if power == 0 else 2.0, 1.2, 0.5), colour)
    elif power == 2:
        path = QPainterPath(QPointF(x - 0.25, 3.4))
        path.lineTo(x + 0.35, 2.6)
        path.cubicTo(x - 0.1, 2.2, x - 0.1, 2.0, x + 0.45, 1.4)
        path.cubicTo(x - 0.3, 1.7, x - 0.5, 1.1, x + 0.15, 0.7)
        _stroke(painter, path, 0.26, colour)
    else:
        top = 2.6 + 0.5 * max(0, power - 4)
        painter.setPen(QPen(colour, _THIN))
        painter.drawLine(QPointF(x + 0.5, top), QPointF(x, 0.9))
        for i in range(power - 2):
            y = top - 0.85 * i
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(x - 0.3, y), 0.25, 0.25)
            path = QPainterPath(QPointF(x - 0.3, y - 0.15))
            path.quadTo(x + 0.2, y - 0.45, x + 0.5, y)
            _stroke(painter, path, _THIN, colour)
    if n_dots:
        draw_dots(painter, x, 2.5, n_dots, colour)


def draw_tie(
    painter: QPainter, from_x: float, to_x: float, y: float, colour: QColor, *, is_below: bool
) -> None:
    """An arc from one head to the next."""
    down = -1.0 if is_below else 1.0
    start, end = QPointF(from_x + 0.5, y + 0.65 * down), QPointF(to_x - 0.5, y + 0.65 * down)
    bow = min(1.3, 0.35 + 0.12 * (to_x - from_x))
    arc = QPainterPath(start)
    quarter = 0.25 * (end.x() - start.x())
    for depth, first, last in ((bow, start, end), (bow - 0.25, end, start)):
        sign = 1.0 if last is end else -1.0
        arc.cubicTo(
            QPointF(first.x() + sign * quarter, first.y() + depth * down),
            QPointF(last.x() - sign * quarter, last.y() + depth * down),
            last,
        )
    painter.fillPath(arc, colour)


def draw_ledger_lines(painter: QPainter, x: float, y: float, colour: QColor) -> None:
    """The lines between the staff and a head outside it."""
    painter.setPen(QPen(colour, _THIN))
    lines = range(-1, round(y - 0.26), -1) if y < 0 else range(5, round(y + 0.26) + 1)
    for line in lines:
        painter.drawLine(QPointF(x - 1.0, line), QPointF(x + 1.0, line))


def draw_text(
    painter: QPainter,
    x: float,
    y: float,
    text: str,
    height: float,
    colour: QColor,
    *,
    is_italic: bool = False,
) -> None:
    """Text around ``x`` whose middle is at ``y``; upright although heights grow upwards."""
    place, space = painter.transform().map(QPointF(x, y)), abs(painter.transform().m22())
    painter.save()
    painter.resetTransform()
    font = QFont("serif")
    font.setStyleHint(QFont.StyleHint.Serif)
    font.setPixelSize(max(7, round(height * space)))
    font.setBold(not is_italic)
    font.setItalic(is_italic)
    painter.setFont(font)
    painter.setPen(colour)
    box = QRectF(place.x() - 4.0 * space, place.y() - 2.0 * space, 8.0 * space, 4.0 * space)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _stroke(painter: QPainter, path: QPainterPath, width: float, colour: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawPath(path)


def _draw_c_clef(painter: QPainter, middle: float, colour: QColor) -> None:
    painter.fillRect(QRectF(0.4, middle - 2.0, 0.45, 4.0), colour)
    painter.fillRect(QRectF(1.1, middle - 2.0, 0.14, 4.0), colour)
    for up in (1.0, -1.0):
        path = QPainterPath(QPointF(1.25, middle))
        path.cubicTo(1.6, middle + 0.2 * up, 1.6, middle + 0.5 * up, 1.7, middle + 0.7 * up)
        path.cubicTo(2.2, middle + 0.25 * up, 3.0, middle + 0.4 * up, 3.0, middle + 1.1 * up)
        path.cubicTo(3.0, middle + 1.9 * up, 2.1, middle + 2.1 * up, 1.6, middle + 1.6 * up)
        _stroke(painter, path, 0.3, colour)


def _draw_flat(painter: QPainter, x: float, y: float, colour: QColor) -> None:
    painter.setPen(QPen(colour, _THIN))
    painter.drawLine(QPointF(x - 0.3, y - 0.55), QPointF(x - 0.3, y + 1.7))
    path = QPainterPath(QPointF(x - 0.3, y + 0.3))
    path.cubicTo(x + 0.1, y + 0.75, x + 0.75, y + 0.35, x + 0.3, y - 0.15)
    path.quadTo(x + 0.1, y - 0.35, x - 0.3, y - 0.55)
    _stroke(painter, path, 0.2, colour)


def _draw_natural(painter: QPainter, x: float, y: float, colour: QColor) -> None:
    painter.setPen(QPen(colour, 0.12))
    painter.drawLine(QPointF(x - 0.28, y - 0.6), QPointF(x - 0.28, y + 1.3))
    painter.drawLine(QPointF(x + 0.28, y + 0.6), QPointF(x + 0.28, y - 1.3))
    painter.setPen(QPen(colour, 0.24))
    for dy in (-0.45, 0.45):
        painter.drawLine(QPointF(x - 0.28, y + dy - 0.1), QPointF(x + 0.28, y + dy + 0.1))
