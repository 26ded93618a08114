# SPDX-License-Identifier: MIT
"""What is drawn in the piano roll: rows of keys, bars, candidates, and what a drag would make."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from desktop_app.domain.note import Candidate, Note
from desktop_app.domain.pitch import is_black_key, note_name
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.note_layout import bars
from desktop_app.ui.views.notes_item import NotesItem

Span = tuple[float, float, int]

_LEAST_BAR_PX = 4.0
_LEAST_GHOST_PX = 6.0
_LEAST_BEAT_PX = 14.0
_N_SHADES = 4
_CORRECTED = "corrected"  # not True, which a dict takes for shade 1
_LEAST_ALPHA = 0.35
_CANDIDATE_GRAB_PX = 2.0
_LEAST_TOLD = 0.01


def candidate_text(candidate: Candidate) -> str:
    """Its name and how strongly it speaks for itself."""
    name = note_name(candidate.midi)
    return f"{name}  {candidate.strength:.0%}" if candidate.strength >= _LEAST_TOLD else name


class RollScale:
    """A key's row reaches half a semitone to both sides of its MIDI number."""

    def note_span(self, midi: int) -> tuple[float, float]:
        """Heights of the lower and the upper edge."""
        return midi - 0.5, midi + 0.5

    def note_height(self, midi: float) -> float:
        """The number itself."""
        return midi


class RollItem(NotesItem):
    """Bars on rows of semitones: the surer a note, the stronger its colour."""

    def __init__(self) -> None:
        super().__init__(RollScale())
        self.least_bar_px = _LEAST_BAR_PX
        self._beats_s: Sequence[float] = ()
        self._preview: Sequence[Span] = ()
        self._band: QRectF | None = None
        self._rows_key: object = None
        self._kept_rows: tuple[list[QRectF], list[QRectF]] = ([], [])

    def set_beats(self, beats_s: Sequence[float]) -> None:
        """Thin lines at these times in seconds, where there is room."""
        self._beats_s = beats_s
        self.update()

    def set_preview(self, spans: Sequence[Span]) -> None:
        """What a drag would make: onset and offset in seconds, and key."""
        self._preview = spans
        self.update()

    def set_band(self, rect: QRectF | None) -> None:
        """The rubber band, in pixels."""
        self._band = rect
        self.update()

    def candidate_at(self, place: QPointF) -> Candidate | None:
        """The candidate of the selected note at a place in pixels."""
        grab = _CANDIDATE_GRAB_PX
        for candidate, bar in self._ghosts(self.sceneTransform()):
            if bar.adjusted(-grab, 0.0, grab, 0.0).contains(place):
                return candidate
        return None

    def notes_in(self, rect: QRectF) -> list[Note]:
        """The notes whose bars meet a rectangle in pixels."""
        layout = self.layout_now()
        return [note for note, bar in zip(layout.notes, layout.bars, strict=True) if bar.intersects(rect)]

    def group_of(self, note: Note) -> object:
        """Corrected ones, and shades of certainty."""
        return _CORRECTED if note.is_corrected else min(_N_SHADES - 1, int(note.confidence * _N_SHADES))

    def draw_under(self, painter: QPainter, transform: QTransform) -> None:
        """The rows of the black keys, lines between octaves, and beats."""
        theme = current_theme()
        blacks, lines = self._rows(transform, painter.viewport().width())
        black, line = QColor(theme.grid), QColor(theme.grid)
        black.setAlphaF(0.45)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, rects in ((black, blacks), (line, lines)):
            painter.setBrush(colour)
            painter.drawRects(rects)
        self._draw_beats(painter, transform, line)

    def _rows(self, transform: QTransform, width: int) -> tuple[list[QRectF], list[QRectF]]:
        """Rows of black keys and lines between octaves, kept while the rows stay where they are."""
        low, high = self.getViewBox().viewRange()[1]
        key = (low, high, transform.m22(), transform.dy(), width)
        if key != self._rows_key:
            self._rows_key, self._kept_rows = key, ([], [])
            for midi in range(int(low) - 1, int(high) + 2):
                top, bottom = (
                    round(transform.m22() * edge + transform.dy()) for edge in (midi + 0.5, midi - 0.5)
                )
                if is_black_key(midi):
                    self._kept_rows[0].append(QRectF(0.0, top, width, bottom - top))
                elif midi % 12 == 11:
                    self._kept_rows[1].append(QRectF(0.0, top, width, 1.0))
        return self._kept_rows

    def draw_bars(self, painter: QPainter) -> None:
        """Corrected bars are green, the others blue."""
        theme = current_theme()
        for group, group_bars in self._groups.items():
            colour = QColor(theme.sure if group == _CORRECTED else theme.waveform)
            painter.setPen(QPen(colour, 1.0))
            shade = _N_SHADES - 1 if group == _CORRECTED else int(str(group))
            colour.setAlphaF(_LEAST_ALPHA + (0.9 - _LEAST_ALPHA) * shade / (_N_SHADES - 1))
            painter.setBrush(colour)
            painter.drawRects(group_bars)

    def draw_over(self, painter: QPainter, transform: QTransform) -> None:
        """Candidates of the one selected note, what a drag would make, and the rubber band."""
        theme = current_theme()
        self._draw_ghosts(painter, transform)
        if self._preview:
            painter.setPen(QPen(QColor(theme.text), 2.0))
            colour = QColor(theme.accent)
            colour.setAlphaF(0.5)
            painter.setBrush(colour)
            made = bars(np.array(self._preview, np.float64), self.scale_, transform, self.least_bar_px)
            painter.drawRects(made)
            self._draw_word(painter, made[0], note_name(self._preview[0][2]))
        if self._band is not None:
            colour = QColor(theme.accent)
            painter.setPen(QPen(colour, 1.0))
            colour.setAlphaF(0.2)
            painter.setBrush(colour)
            painter.drawRect(self._band)

    def _draw_beats(self, painter: QPainter, transform: QTransform, colour: QColor) -> None:
        start_s, end_s = self.getViewBox().viewRange()[0]
        shown = [beat_s for beat_s in self._beats_s if start_s <= beat_s <= end_s]
        if len(shown) > 1 and (shown[-1] - shown[0]) / (len(shown) - 1) * transform.m11() < _LEAST_BEAT_PX:
            return
        height = painter.viewport().height()
        for beat_s in shown:
            x_px = round(transform.m11() * beat_s + transform.dx())
            painter.fillRect(QRectF(x_px, 0.0, 1.0, height), colour)

    def _draw_ghosts(self, painter: QPainter, transform: QTransform) -> None:
        theme = current_theme()
        for candidate, bar in self._ghosts(transform):
            fill = QColor(theme.maybe)
            fill.setAlphaF(0.1 + 0.5 * candidate.strength)
            painter.fillRect(bar, fill)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.maybe), 1.0, Qt.PenStyle.DashLine))
            painter.drawRect(bar)
            self._draw_word(painter, bar, candidate_text(candidate))
        if len(self.selected) == 1 and not self._preview:
            self._draw_own_word(painter, self.selected[0])

    def _draw_own_word(self, painter: QPainter, note: Note) -> None:
        """How strongly the selected note's own pitch speaks for itself."""
        own = next((one for one in note.candidates if one.midi == note.midi), None)
        bar = self.bar_of(note)
        if own is not None and bar is not None:
            self._draw_word(painter, bar, candidate_text(own), is_above=True)

    def _ghosts(self, transform: QTransform) -> list[tuple[Candidate, QRectF]]:
        """The other candidates of the selected note, if it is but one, and their bars."""
        if len(self.selected) != 1 or self._preview:
            return []
        [note] = self.selected
        others = [candidate for candidate in note.candidates if candidate.midi != note.midi]
        spans = [(note.onset_s, note.offset_s, candidate.midi) for candidate in others]
        ghost_bars = bars(np.array(spans, np.float64), self.scale_, transform, _LEAST_GHOST_PX)
        return list(zip(others, ghost_bars, strict=True))

    @staticmethod
    def _draw_word(painter: QPainter, bar: QRectF, text: str, *, is_above: bool = False) -> None:
        """Right of a bar, or above it in place of its name: nothing of the note itself is hidden."""
        theme, metrics = current_theme(), painter.fontMetrics()
        width = metrics.horizontalAdvance(text) + 6.0
        left = min(bar.left() if is_above else bar.right() + 3.0, painter.viewport().width() - width - 2.0)
        top = bar.top() - metrics.height() - 3.0 if is_above else bar.center().y() - metrics.height() / 2.0
        box = QRectF(left, top, width, metrics.height())
        ground = QColor(theme.base)
        ground.setAlphaF(0.85)
        painter.fillRect(box, ground)
        painter.setPen(QColor(theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
