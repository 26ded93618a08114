# SPDX-License-Identifier: MIT
"""The mel spectrogram with pitch line and notes, and the MFCC picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.note import Note
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.pipeline.sources import MEL_DB_RANGE, ViewSource
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.items import CurveItem, PictureItem, colour_table
from desktop_app.ui.views.mel_scale import MelScale
from desktop_app.ui.views.note_axis import NoteAxis
from desktop_app.ui.views.notes_item import SpectrogramNotes
from desktop_app.ui.views.reading import CursorReading, note_text
from desktop_app.ui.views.time_window import TimeWindow
from desktop_app.ui.views.track import LeftAxis, TrackView
from desktop_app.ui.views.why_item import WhyItem

_LEAST_ROWS = 12.0
_CLICK_PX = 4
_LEAP_OCTAVES = 0.9 / 12.0
_NO_POINTS = np.zeros(0, np.float32)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def without_leaps(f0_hz: Float32Array) -> Float32Array:
    """The pitch line, shape (n,), with nan where it leaps: one note after another is no glide."""
    parted = np.array(f0_hz, np.float32)
    with np.errstate(invalid="ignore"):
        leaps = np.abs(np.log2(parted[1:] / parted[:-1])) > _LEAP_OCTAVES
    parted[1:][leaps] = np.nan
    return parted


class SpectrogramView(TrackView):
    """Mel spectrogram with pitch line and notes.

    Shift+wheel, and the wheel over the keys, zoom the frequencies, so that low notes can be told apart.

    Attributes
    ----------
    note_clicked
        Signal (Note, whether it is added to those selected already); the click seeks all the same.
    """

    can_zoom_vertically = True
    note_clicked = Signal(object, bool)

    def __init__(self, window: TimeWindow) -> None:
        self.scale_ = MelScale()
        self.picture = PictureItem()
        self.pitch = CurveItem()
        self.notes = SpectrogramNotes(self.scale_)
        self.why = WhyItem()
        self._pressed: tuple[QPointF, Note | None] | None = None
        super().__init__(window, NoteAxis(self.scale_), "Mel spectrogram")
        for item, height in ((self.picture, 0), (self.notes, 10), (self.why, 15), (self.pitch, 20)):
            self.box.addItem(item, ignoreBounds=True)
            item.setZValue(height)
        self.set_y_range(0.0, float(self.scale_.n_rows))

    def set_a4_hz(self, a4_hz: float) -> None:
        """Other frequency of A4 for note names, keys and bars."""
        if a4_hz != self.scale_.a4_hz:
            self.scale_.set_a4_hz(a4_hz)
            self.notes.refresh()
            self._restyle()

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Show these notes as bars."""
        self.notes.set_notes(notes)

    def set_selected(self, notes: Sequence[Note]) -> None:
        """Mark these of the notes that are shown, with their harmonics."""
        self.notes.set_selected(notes)

    def note_at(self, place: QPointF) -> Note | None:
        """The note whose bar is at a place of the widget."""
        return self.notes.note_at(place)

    def load(self, source: ViewSource | None) -> None:
        """Take the visible picture and pitch line."""
        if source is None:
            self.picture.set_levels(0.0, 0.0, None)
            self.pitch.set_data(_NO_POINTS, _NO_POINTS)
            return
        window = self._window
        tile = source.mel(window.start_s, window.data_end_s, self.n_columns)
        self.picture.set_levels(tile.start_s, tile.end_s, tile.levels)
        line = source.pitch(window.start_s, window.data_end_s, self.n_columns)
        self.pitch.set_data(line.times_s, self.scale_.heights(without_leaps(line.f0_hz)))

    def restyle(self) -> None:
        """Take the colours of the theme."""
        theme = current_theme()
        self.picture.set_table(colour_table(theme.heat))
        self.pitch.set_colours(theme.pitch, theme.base)
        self.notes.set_font(self.font())

    def reading(self, time_s: float, y: float) -> CursorReading:
        """Time, frequency, nearest note and level."""
        hz = self.scale_.hz(y)
        level = self.picture.level_at(time_s, int(y))
        low, high = MEL_DB_RANGE
        db = None if level is None else low + level * (high - low) / 255.0
        return CursorReading(time_s, hz, note_text(hz, self.scale_.a4_hz), db)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember which note is pressed; all else is as everywhere."""
        is_left = event.button() == Qt.MouseButton.LeftButton and event.position().x() >= self.plot_left
        self._pressed = (event.position(), self.note_at(event.position())) if is_left else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a note selects it."""
        pressed, self._pressed = self._pressed, None
        super().mouseReleaseEvent(event)
        if pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            place, note = pressed
            if note is not None and (event.position() - place).manhattanLength() <= _CLICK_PX:
                several = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
                self.note_clicked.emit(note, bool(event.modifiers() & several))

    def zoom_vertically(self, factor: float, anchor: float) -> None:
        """Make the range of heights ``factor`` times as large around a height, within the bands."""
        low, high = self.box.viewRange()[1]
        n_rows = float(self.scale_.n_rows)
        extent = min(max((high - low) * factor, _LEAST_ROWS), n_rows)
        low = min(max(anchor - (anchor - low) * extent / (high - low), 0.0), n_rows - extent)
        self.set_y_range(low, low + extent)

    def fit_frequency(self) -> None:
        """Show all bands."""
        self.set_y_range(0.0, float(self.scale_.n_rows))

    def pan_vertically(self, moved_px: float) -> None:
        """Move the frequencies with the mouse when they are zoomed."""
        low, high = self.box.viewRange()[1]
        extent = high - low
        low = low + moved_px * extent / max(1, self.height())
        low = min(max(low, 0.0), self.scale_.n_rows - extent)
        self.set_y_range(low, low + extent)


class CoefficientAxis(LeftAxis):
    """Numbers of the coefficients."""

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw every tenth number, as far as there is room."""
        metrics = painter.fontMetrics()
        painter.setPen(QColor(current_theme().muted))
        previous_px = 1e9
        for number in (1, *range(10, DEFAULT_SPEC.n_mfcc, 10)):
            y_px = self.y_px(number - 0.5)
            y_px = min(y_px, rect.height() - 0.5 * metrics.height())
            if y_px > 0.4 * metrics.height() and previous_px - y_px >= metrics.height():
                box = QRectF(0, y_px - metrics.height() / 2, rect.width() - 8, metrics.height())
                painter.drawText(box, _RIGHT, str(number))
                previous_px = y_px


class MfccView(TrackView):
    """MFCC 1 … n: the shape of the spectrum, which tells instruments apart."""

    def __init__(self, window: TimeWindow) -> None:
        self.picture = PictureItem()
        super().__init__(window, CoefficientAxis(), "MFCC")
        self.box.addItem(self.picture, ignoreBounds=True)
        self.set_y_range(0.0, float(DEFAULT_SPEC.n_mfcc - 1))

    def load(self, source: ViewSource | None) -> None:
        """Take the visible picture."""
        if source is None:
            self.picture.set_levels(0.0, 0.0, None)
            return
        tile = source.mfcc(self._window.start_s, self._window.data_end_s, self.n_columns)
        self.picture.set_levels(tile.start_s, tile.end_s, tile.levels)

    def restyle(self) -> None:
        """Take the colours of the theme."""
        self.picture.set_table(colour_table(current_theme().diverging))
