# SPDX-License-Identifier: MIT
"""Notes as bars over the spectrogram, and what is common to all views of notes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTransform

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import PlotItem
from desktop_app.ui.views.mel_scale import MelScale
from desktop_app.ui.views.note_layout import NoteLayout, NoteScale, lay_out

LEAST_BAR_PX = 7.0
_LEAST_SELECTED_PX = 9.0
_GRAB_PX = 3.0  # a bar's ends may be missed by so much
_GRAB_HEIGHT_PX = 13.0
_N_HARMONICS = 10
_MOST_WITH_HARMONICS = 4


class NotesItem(PlotItem):
    """A bar a note, from onset to offset at the height of its key, named where there is room."""

    def __init__(self, scale: NoteScale) -> None:
        super().__init__()
        self.scale_ = scale
        self.selected: tuple[Note, ...] = ()
        self.least_bar_px = LEAST_BAR_PX
        self._notes: list[Note] = []
        self._onsets_s: list[float] = []
        self._longest_s = 0.0
        self._font = QFont()
        self._layout: NoteLayout | None = None
        self._layout_key: object = None
        self._selected_ids: frozenset[int] = frozenset()
        self._groups: dict[object, list[QRectF]] = {}
        self._selected_bars: dict[bool, list[QRectF]] = {}

    def set_font(self, font: QFont) -> None:
        """Font of the names."""
        self._font = QFont(font)
        self._font.setPointSizeF(max(6.0, 0.85 * font.pointSizeF()))
        self._font.setBold(True)
        self.refresh()

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Show these notes."""
        self._notes = sorted(notes, key=lambda note: note.onset_s)
        self._onsets_s = [note.onset_s for note in self._notes]
        self._longest_s = max((note.duration_s for note in self._notes), default=0.0)
        self.refresh()

    def set_selected(self, notes: Iterable[Note]) -> None:
        """Mark these very notes among those shown."""
        self.selected = tuple(notes)
        self._selected_ids = frozenset(map(id, self.selected))
        self.refresh()

    def refresh(self) -> None:
        """The heights, the marks or the colours of the notes are others."""
        self._layout = None
        self.update()

    def visible(self, start_s: float, end_s: float) -> list[Note]:
        """The notes that sound between ``start_s`` and ``end_s``."""
        first = bisect_right(self._onsets_s, start_s - self._longest_s - 1e-6)
        last = bisect_right(self._onsets_s, end_s)
        return [note for note in self._notes[first:last] if note.offset_s >= start_s]

    def note_at(self, place: QPointF, *, is_exact: bool = False) -> Note | None:
        """The note whose bar is at a place in pixels: a selected one first, else the shortest.

        Bars may be low, so that a click a little above or below counts too, unless it must be exact.
        """
        layout = self.layout_now()
        px_per_s = max(1e-9, self.sceneTransform().m11())
        time_s = self.mapFromScene(place).x()
        grab_s = 2.0 * _GRAB_PX / px_per_s
        first = bisect_left(layout.notes, time_s - self._longest_s - grab_s, key=_onset_s)
        last = bisect_right(layout.notes, time_s + grab_s, key=_onset_s)
        hits = []
        for number in range(first, last):
            bar = layout.bars[number]
            reach_px = 0.0 if is_exact else max(1.0, 0.5 * (_GRAB_HEIGHT_PX - bar.height()))
            if bar.adjusted(-_GRAB_PX, -reach_px, _GRAB_PX, reach_px).contains(place):
                beside_px = max(0.0, abs(place.y() - bar.center().y()) - 0.5 * bar.height())
                is_other = id(layout.notes[number]) not in self._selected_ids
                hits.append((beside_px, is_other, bar.width(), number))
        return layout.notes[min(hits)[3]] if hits else None

    def bar_of(self, note: Note) -> QRectF | None:
        """The bar of a note in pixels, when it is in sight."""
        layout = self.layout_now()
        first = bisect_left(layout.notes, note.onset_s, key=_onset_s)
        for one, bar in zip(layout.notes[first:], layout.bars[first:], strict=True):
            if one is note:
                return bar
            if one.onset_s > note.onset_s:
                return None
        return None

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Draw in pixels, so that edges and names are sharp."""
        transform = QTransform(painter.transform())
        painter.save()
        painter.resetTransform()
        painter.setFont(self._font)
        layout = self._lay_out(transform, painter.fontMetrics())
        self.draw_under(painter, transform)
        self.draw_bars(painter)
        self._draw_names(painter, layout)
        self._draw_selected(painter)
        self.draw_over(painter, transform)
        painter.restore()

    # -- what subclasses give ------------------------------------------------------------------

    def group_of(self, note: Note) -> object:
        """The notes that look alike have the same."""
        return note.is_corrected

    def draw_under(self, painter: QPainter, transform: QTransform) -> None:
        """Draw what lies under the bars, in pixels."""

    def draw_bars(self, painter: QPainter) -> None:
        """Draw the bars, but for those that are selected."""
        theme = current_theme()
        for is_corrected, bars in self._groups.items():
            painter.setPen(QPen(QColor(theme.sure if is_corrected else theme.note_edge), 1.0))
            fill = QColor(theme.sure if is_corrected else theme.note_fill)
            fill.setAlphaF(0.45 if is_corrected else fill.alphaF())
            painter.setBrush(fill)
            painter.drawRects(bars)

    def draw_over(self, painter: QPainter, transform: QTransform) -> None:
        """Draw what lies over all, in pixels."""

    # -- for subclasses ------------------------------------------------------------------------

    def layout_now(self) -> NoteLayout:
        """Where everything is on the screen, painted already or not."""
        return self._lay_out(self.sceneTransform(), QFontMetrics(self._font))

    def _draw_selected(self, painter: QPainter) -> None:
        """A bold frame in the colour of text, filled as selections are."""
        theme = current_theme()
        painter.setPen(QPen(QColor(theme.text), 2.0))
        for is_corrected, bars in self._selected_bars.items():
            painter.setBrush(QColor(theme.sure if is_corrected else theme.accent))
            painter.drawRects(bars)

    def _draw_names(self, painter: QPainter, layout: NoteLayout) -> None:
        theme = current_theme()
        ground = QColor(theme.base)
        ground.setAlphaF(0.75)
        painter.setPen(QColor(theme.note_text))
        for under, place, name in zip(layout.grounds, layout.places, layout.names, strict=True):
            painter.fillRect(under, ground)
            painter.drawText(place, name)

    def _lay_out(self, transform: QTransform, metrics: QFontMetrics) -> NoteLayout:
        """Kept while nothing moves but the cursor, which has all be painted again."""
        start_s, end_s = self.getViewBox().viewRange()[0]
        key = (start_s, end_s, QTransform(transform), self._font.pointSizeF())
        if self._layout is None or self._layout_key != key:
            left_px = transform.map(QPointF(start_s, 0.0)).x()
            visible = self.visible(start_s, end_s)
            self._layout = lay_out(
                visible, self.scale_, transform, left_px, metrics, least_bar_px=self.least_bar_px
            )
            self._layout_key = key
            self._sort_bars(self._layout)
        return self._layout

    def _sort_bars(self, layout: NoteLayout) -> None:
        self._groups, self._selected_bars = {}, {}
        for note, bar in zip(layout.notes, layout.bars, strict=True):
            if id(note) in self._selected_ids:
                more_px = max(1.0, 0.5 * (_LEAST_SELECTED_PX - bar.height()))
                grown = bar.adjusted(0.0, -more_px, 0.0, more_px)
                self._selected_bars.setdefault(note.is_corrected, []).append(grown)
            else:
                self._groups.setdefault(self.group_of(note), []).append(bar)


def _onset_s(note: Note) -> float:
    return note.onset_s


class SpectrogramNotes(NotesItem):
    """Notes over the spectrogram; of the selected ones the harmonics and the other candidates too."""

    def __init__(self, scale: MelScale) -> None:
        super().__init__(scale)
        self._mel = scale

    def draw_under(self, painter: QPainter, transform: QTransform) -> None:
        """Thin lines where the harmonics of the selected notes are, dotted ones at the candidates."""
        if len(self.selected) > _MOST_WITH_HARMONICS:
            return
        theme = current_theme()
        for note in self.selected:
            for number in range(2, _N_HARMONICS + 1):
                self._mark(painter, transform, note, number * note.f0_hz, QPen(QColor(theme.pitch), 1.0))
            for candidate in note.candidates:
                if candidate.midi != note.midi:
                    pen = QPen(QColor(theme.text), 1.0, Qt.PenStyle.DotLine)
                    f0_hz = midi_to_hz(candidate.midi, self._mel.a4_hz)
                    self._mark(painter, transform, note, f0_hz, pen)

    def _mark(self, painter: QPainter, transform: QTransform, note: Note, hz: float, pen: QPen) -> None:
        height = self._mel.height(hz)
        if 0.0 < height < self._mel.n_rows:
            painter.setPen(pen)
            left = transform.map(QPointF(note.onset_s, height))
            right = transform.map(QPointF(note.offset_s, height))
            painter.drawLine(
                QPointF(round(left.x()), round(left.y())), QPointF(round(right.x()), round(right.y()))
            )
