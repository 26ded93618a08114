# SPDX-License-Identifier: MIT
"""The piano roll: one row a semitone, where notes are seen and corrected by mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import A4_HZ, midi_to_hz, note_name
from desktop_app.ui.views.note_axis import NoteAxis
from desktop_app.ui.views.reading import CursorReading
from desktop_app.ui.views.roll_item import RollItem, RollScale
from desktop_app.ui.views.roll_mouse import RollMouse
from desktop_app.ui.views.time_window import TimeWindow
from desktop_app.ui.views.track import TrackView

_LOWEST, _HIGHEST = MIDI_MIN - 3.5, MIDI_MAX + 3.5
_MARGIN_KEYS = 3.0
_LEAST_KEYS = 10.0
_FEWEST_FITTED_KEYS = 19.0
_LEAST_KEY_PX = 2.0


class RollView(TrackView):
    """Piano roll. What begins on a note corrects it; all other gestures are those of every view.

    Attributes
    ----------
    select_requested
        Signal (notes, mode): ``"only"``, ``"add"`` or ``"toggle"``.
    change_requested
        Signal (Change): what a drag has done to the selected notes.
    add_requested
        Signal (onset in seconds, offset in seconds or None for the usual length, key).
    menu_requested
        Signal (place on the screen, (time in seconds, key) beside all notes or None on one).
    candidate_heard, candidate_chosen
        Signal (Candidate): a click and a double-click on one.
    """

    can_zoom_vertically = True
    select_requested = Signal(object, str)
    change_requested = Signal(object)
    add_requested = Signal(float, object, int)
    menu_requested = Signal(QPoint, object)
    candidate_heard = Signal(object)
    candidate_chosen = Signal(object)

    def __init__(self, window: TimeWindow) -> None:
        self.notes = RollItem()
        self.a4_hz = A4_HZ
        self.is_editable = False
        self._is_fitted = True
        self._needed = (1e9, -1e9)  # lowest and highest key so far
        self.beats_s: Sequence[float] = ()
        super().__init__(window, NoteAxis(RollScale()), "Piano roll", is_titled=False)
        self.mouse = RollMouse(self)
        self.box.addItem(self.notes, ignoreBounds=True)
        self.notes.setZValue(10)
        self.viewport().setMouseTracking(True)
        self.setAccessibleDescription(
            "A click selects a note, dragging it moves it, dragging its edge resizes it; "
            "Alt+click adds a note, Shift+drag selects several"
        )
        self.fit_keys()

    @property
    def limit_s(self) -> float:
        """Length of the recording."""
        return self._window.limit_s

    @property
    def px_per_s(self) -> float:
        """Width of a second."""
        return max(1.0, self.width() - self.plot_left) / self._window.span_s

    @property
    def px_per_key(self) -> float:
        """Height of a row."""
        low, high = self.box.viewRange()[1]
        return float(max(1, self.height()) / (high - low))

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Show these notes; the rows grow with them until someone moves them by hand."""
        self.mouse.cancel()
        self.notes.set_notes(notes)
        if notes:
            keys = [note.midi for note in notes]
            self._needed = (min(*keys, self._needed[0]), max(*keys, self._needed[1]))
        if self._is_fitted:
            self._fit()

    def set_selected(self, notes: Sequence[Note]) -> None:
        """Mark these of the notes that are shown."""
        self.notes.set_selected(notes)
        if notes:
            self._reveal([note.midi for note in notes])

    def set_beats(self, beats_s: Sequence[float]) -> None:
        """Beats as thin lines, to which edges snap."""
        self.beats_s = beats_s
        self.notes.set_beats(beats_s)

    def note_at(self, place: QPointF) -> Note | None:
        """The note whose bar is at a place of the widget."""
        return self.notes.note_at(place)

    def key_at(self, y_px: float) -> int:
        """The key whose row is at a distance from the top."""
        return min(max(round(self.y_at(y_px)), MIDI_MIN), MIDI_MAX)

    def reading(self, time_s: float, y: float) -> CursorReading:
        """Time and key."""
        midi = round(y)
        name = note_name(midi) if MIDI_MIN <= midi <= MIDI_MAX else None
        return CursorReading(time_s, midi_to_hz(midi, self.a4_hz), name)

    def restyle(self) -> None:
        """Take the font and the colours of the theme."""
        self.notes.set_font(self.font())

    # -- rows ----------------------------------------------------------------------------------

    def fit_keys(self) -> None:
        """Show the rows of all notes, as far as rows can be told apart."""
        self._is_fitted = True
        keys = [note.midi for note in self.notes.visible(-1e9, 1e9)]
        self._needed = (min(keys, default=1e9), max(keys, default=-1e9))
        self._fit()

    def forget_keys(self) -> None:
        """The notes of another sound are going to be shown."""
        self._is_fitted, self._needed = True, (1e9, -1e9)

    def zoom_vertically(self, factor: float, anchor: float) -> None:
        """Make the rows lower or higher around one."""
        low, high = self.box.viewRange()[1]
        extent = min(max((high - low) * factor, _LEAST_KEYS), _HIGHEST - _LOWEST)
        self._is_fitted = False
        self._show(anchor - (anchor - low) * extent / (high - low), extent)

    def pan_vertically(self, moved_px: float) -> None:
        """Move the rows with the mouse."""
        low, high = self.box.viewRange()[1]
        if moved_px:
            self._is_fitted = False
            self._show(low + moved_px / self.px_per_key, high - low)

    def _fit(self) -> None:
        low, high = self._needed if self._needed[0] <= self._needed[1] else (57.0, 69.0)
        wanted = max(high - low + 2.0 * _MARGIN_KEYS, _FEWEST_FITTED_KEYS)
        extent = min(wanted, max(_LEAST_KEYS, self.height() / _LEAST_KEY_PX))
        self._show(0.5 * (low + high - extent), extent)

    def _reveal(self, keys: Sequence[int]) -> None:
        low, high = self.box.viewRange()[1]
        if max(keys) + 0.5 > high or min(keys) - 0.5 < low:
            middle = 0.5 * (min(keys) + max(keys))
            self._show(middle - 0.5 * (high - low), high - low)

    def _show(self, low: float, extent: float) -> None:
        low = min(max(low, _LOWEST), _HIGHEST - extent)
        if [low, low + extent] != self.box.viewRange()[1]:
            self.set_y_range(low, low + extent)
            self.box.updateMatrix()  # where a click falls is asked before the next paint
            self.notes.refresh()

    # -- events --------------------------------------------------------------------------------

    def resizeEvent(self, event: QEvent) -> None:
        """There is room for more rows, or for fewer."""
        super().resizeEvent(event)
        if hasattr(self, "mouse") and self._is_fitted:  # not while it is being built
            self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to correct a note; elsewhere, as everywhere."""
        if not self.mouse.press(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        if self.mouse.move(event):
            self._hover(event.position())
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Have it done."""
        if not self.mouse.release(event):
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Choose a candidate; elsewhere, as everywhere."""
        if not self.mouse.double_click(event):
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of what is under the mouse."""
        self.mouse.ask_menu(event)
