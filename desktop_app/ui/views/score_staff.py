# SPDX-License-Identifier: MIT
"""The program's own staff: shown where no engraver is installed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.score import Score
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views import score_glyphs as glyphs
from desktop_app.ui.views.score_layout import (
    PlacedChord,
    PlacedStaff,
    ScoreLayout,
    System,
    layout_score,
)
from desktop_app.ui.views.score_spelling import key_steps

_MARGIN = 1.0  # staff spaces
_REACH = 24.0  # how far from a staff its notes may stand
_NONE = ScoreLayout((), 0, 0.0, 0.0)


class ScoreStaff(QWidget):
    """Paints a score as wide as the widget is and as high as that makes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("score_staff")
        self.setAccessibleName("Score")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._score: Score | None = None
        self.layout_ = _NONE
        self._marked: frozenset[tuple[float, float]] = frozenset()

    @property
    def space_px(self) -> float:
        """Between two lines of a staff."""
        return 0.46 * self.fontMetrics().height()

    def set_score(self, score: Score | None) -> None:
        """Show another score, or none."""
        self._score = score
        self._marked = frozenset()
        self._lay_out()

    def set_place(self, quarters: float | None) -> None:
        """Mark the notes that sound at a moment, in quarter notes from the first downbeat."""
        marked = frozenset(
            (chord.onset, chord.end)
            for chord in self._chords()
            if chord.notes
            if quarters is not None and chord.onset <= quarters < chord.end
        )
        if marked != self._marked:
            self._marked = marked
            self.update()

    def marked_rect(self) -> QRectF:
        """Around the marked notes; empty where there are none."""
        rect = QRectF()
        for system in self.layout_.systems:
            for staff in system.staves:
                for chord in staff.chords:
                    if chord.notes and (chord.onset, chord.end) in self._marked:
                        rect |= QRectF(chord.x, staff.bottom - 6.0, 2.0, 8.0)
        space = self.space_px
        return QRectF(rect.topLeft() * space, rect.size() * space)

    def sizeHint(self) -> QSize:
        """As high as the music."""
        return QSize(400, round(self.layout_.height * self.space_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other bars fit on a line."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all lines of music that are in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(current_theme().base))
        space = self.space_px
        for system in self.layout_.systems:
            top, bottom = system.staves[0].bottom - _REACH, system.staves[-1].bottom + _REACH
            if bottom * space >= event.rect().top() and top * space <= event.rect().bottom():
                self._draw_system(painter, system)
        painter.end()

    def _chords(self) -> list[PlacedChord]:
        staves = [staff for system in self.layout_.systems for staff in system.staves]
        return [chord for staff in staves for chord in staff.chords]

    def _lay_out(self) -> None:
        width = max(30.0, self.width() / self.space_px - 2.0 * _MARGIN)
        self.layout_ = _NONE if self._score is None else layout_score(self._score, width)
        self.setMinimumHeight(round(self.layout_.height * self.space_px))
        self.updateGeometry()
        self.update()

    def _draw_system(self, painter: QPainter, system: System) -> None:
        space, text = self.space_px, QColor(current_theme().text)
        muted = QColor(current_theme().muted)
        right = system.bar_lines[-1]
        for staff in system.staves:
            painter.save()
            painter.translate(_MARGIN * space, round(staff.bottom * space) + 0.5)
            painter.scale(space, -space)
            painter.setPen(QPen(muted, 0.0))
            for line in range(5):
                painter.drawLine(QPointF(0.0, line), QPointF(right, line))
            for x in (0.0, *system.bar_lines):
                painter.setPen(QPen(muted, 0.16 if x else 0.0))
                painter.drawLine(QPointF(x, 0.0), QPointF(x, 4.0))
            self._draw_head_of_line(painter, system, staff, text)
            for chord in staff.chords:
                is_marked = bool(chord.notes) and (chord.onset, chord.end) in self._marked
                _draw_chord(painter, chord, QColor(current_theme().accent) if is_marked else text)
            for x, y in staff.triplets:
                glyphs.draw_text(painter, x, y, "3", 1.5, text, is_italic=True)
            painter.restore()
        if len(system.staves) > 1:
            painter.setPen(QPen(muted, 1.0))
            top, bottom = ((staff.bottom * space) for staff in (system.staves[0], system.staves[-1]))
            painter.drawLine(QPointF(_MARGIN * space, top - 4.0 * space), QPointF(_MARGIN * space, bottom))

    def _draw_head_of_line(
        self, painter: QPainter, system: System, staff: PlacedStaff, colour: QColor
    ) -> None:
        painter.save()
        painter.translate(0.5, 0.0)
        glyphs.draw_any_clef(painter, staff.clef, colour)
        painter.restore()
        fifths, x = self.layout_.fifths, 4.3
        for step in key_steps(fifths, staff.clef):
            glyphs.draw_accidental(painter, x, 0.5 * step, 1 if fifths > 0 else -1, colour)
            x += 1.1
        if system.has_metre and self._score is not None:
            metre = self._score.metre
            glyphs.draw_text(painter, x + 0.9, 3.0, str(metre.beats_per_bar), 2.5, colour)
            glyphs.draw_text(painter, x + 0.9, 1.0, str(metre.beat_unit), 2.5, colour)
        if staff is system.staves[0] and system.first_bar > 1:
            muted = QColor(current_theme().muted)
            glyphs.draw_text(painter, 0.6, 5.6, str(system.first_bar), 1.4, muted, is_italic=True)


def _draw_chord(painter: QPainter, chord: PlacedChord, colour: QColor) -> None:
    if not chord.notes:
        glyphs.draw_rest(painter, chord.x, chord.power, chord.n_dots, colour)
        return
    ys = sorted(0.5 * note.step for note in chord.notes)
    taken = None
    for note in sorted(chord.notes, key=lambda note: note.step):
        y = 0.5 * note.step
        is_beside = taken is not None and y - taken < 0.75  # a second: the upper head goes to the right
        x = chord.x + (glyphs.HEAD_WIDTH if is_beside else 0.0)
        taken = None if is_beside else y
        glyphs.draw_ledger_lines(painter, x, y, colour)
        glyphs.draw_head(painter, x, y, chord.power, colour)
        glyphs.draw_dots(painter, x, y, chord.n_dots, colour)
        if note.accidental is not None:
            glyphs.draw_accidental(painter, chord.x - 1.5, y, note.accidental, colour)
        if chord.tied_to is not None:
            glyphs.draw_tie(painter, chord.x, chord.tied_to, y, colour, is_below=chord.is_up)
    if chord.power > 0:
        glyphs.draw_stem(painter, chord.x, (ys[0], ys[-1]), chord.power, colour, is_up=chord.is_up)
