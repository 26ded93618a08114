# SPDX-License-Identifier: MIT
"""The mouse in the piano roll: what is pressed, dragged and let go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Note
from desktop_app.ui.views.roll_drag import MIN_NOTE_S, Change, DragKind, Grid, change_of

if TYPE_CHECKING:
    from desktop_app.ui.views.roll import RollView

_DRAG_PX = 4
_EDGE_PX = 5.0
_LEAST_WITH_EDGES_PX = 16.0
_NO_MODIFIERS = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_CURSORS = {
    DragKind.MOVE: Qt.CursorShape.SizeAllCursor,
    DragKind.START: Qt.CursorShape.SizeHorCursor,
    DragKind.END: Qt.CursorShape.SizeHorCursor,
    DragKind.ADD: Qt.CursorShape.CrossCursor,
    DragKind.BAND: Qt.CursorShape.CrossCursor,
}


@dataclass(slots=True)
class _Press:
    """Where the button went down, on what, and whether it has become a drag."""

    place: QPointF
    kind: DragKind
    note: Note | None
    modifiers: Qt.KeyboardModifier
    is_drag: bool = False
    change: Change | None = None


class RollMouse:
    """Turns presses, moves and releases into the signals of a :class:`RollView`; each method tells
    whether the event was meant for notes.
    """

    def __init__(self, view: RollView) -> None:
        self._view = view
        self._press: _Press | None = None
        self._empty_press: QPointF | None = None

    def press(self, event: QMouseEvent) -> bool:
        """A button went down."""
        view, place = self._view, event.position()
        if event.button() != Qt.MouseButton.LeftButton:
            return self.cancel()
        self._empty_press = None
        if place.x() < view.plot_left or not view.is_editable:
            return False
        if view.notes.candidate_at(place) is not None and view.notes.note_at(place, is_exact=True) is None:
            return True
        note = view.notes.note_at(place, is_exact=bool(event.modifiers() & _ALT))
        kind = self._kind_at(place, note, event.modifiers())
        if kind is None:
            self._empty_press = place
            return False
        self._press = _Press(place, kind, note, event.modifiers())
        is_plain = not event.modifiers() & (_SHIFT | _CONTROL)
        if note is not None and is_plain and not self._is_selected(note):
            view.select_requested.emit((note,), "only")
        return True

    def move(self, event: QMouseEvent) -> bool:
        """The mouse moved."""
        view, press, place = self._view, self._press, event.position()
        if press is None:
            self._show_cursor(place, event)
            return False
        moved = place - press.place
        if not press.is_drag and moved.manhattanLength() > _DRAG_PX:
            self._begin_drag(press)
        if press.is_drag:
            view.viewport().setCursor(_CURSORS[press.kind])
            self._drag(press, place, bool(event.modifiers() & _SHIFT))
        return True

    def release(self, event: QMouseEvent) -> bool:
        """A button went up."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        press, self._press = self._press, None
        if press is None:
            return self._release_elsewhere(event.position())
        self._view.notes.set_preview(())
        self._view.notes.set_band(None)
        self._view.viewport().unsetCursor()
        if press.is_drag:
            self._end_drag(press, event.position())
        else:
            self._click(press)
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        """The second click of two."""
        view = self._view
        candidate = view.notes.candidate_at(event.position()) if view.is_editable else None
        if candidate is None or view.notes.note_at(event.position(), is_exact=True) is not None:
            return False
        view.candidate_chosen.emit(candidate)
        return True

    def ask_menu(self, event: QContextMenuEvent) -> None:
        """The menu of the note under the mouse, which is then selected, or of the place."""
        view, place = self._view, QPointF(event.pos())
        if place.x() < view.plot_left or not view.is_editable:
            return
        note = view.notes.note_at(place)
        if note is not None and not self._is_selected(note):
            view.select_requested.emit((note,), "only")
        where = None if note is not None else (view.time_at(place.x()), view.key_at(place.y()))
        view.menu_requested.emit(event.globalPos(), where)

    def cancel(self) -> bool:
        """Let go without doing anything; tells whether something was held."""
        if self._press is None:
            return False
        self._press = None
        self._view.notes.set_preview(())
        self._view.notes.set_band(None)
        self._view.viewport().unsetCursor()
        return True

    # -- what is under the mouse ---------------------------------------------------------------

    def _is_selected(self, note: Note) -> bool:
        return any(one is note for one in self._view.notes.selected)

    def _kind_at(self, place: QPointF, note: Note | None, modifiers: Qt.KeyboardModifier) -> DragKind | None:
        if note is None:
            return DragKind.ADD if modifiers & _ALT else DragKind.BAND if modifiers & _SHIFT else None
        bar = self._view.notes.bar_of(note)
        if bar is None or bar.width() < _LEAST_WITH_EDGES_PX:
            return DragKind.MOVE
        if place.x() < bar.left() + _EDGE_PX:
            return DragKind.START
        return DragKind.END if place.x() > bar.right() - _EDGE_PX else DragKind.MOVE

    def _show_cursor(self, place: QPointF, event: QMouseEvent) -> None:
        view = self._view
        if event.buttons() or not view.is_editable:
            return
        note = view.notes.note_at(place) if place.x() >= view.plot_left else None
        kind = self._kind_at(place, note, _NO_MODIFIERS)
        if kind is None or kind is DragKind.MOVE:
            view.viewport().unsetCursor()
        else:
            view.viewport().setCursor(_CURSORS[kind])

    # -- drags ---------------------------------------------------------------------------------

    def _begin_drag(self, press: _Press) -> None:
        press.is_drag = True
        if press.note is not None and not self._is_selected(press.note):
            self._view.select_requested.emit((press.note,), "only")

    def _drag(self, press: _Press, place: QPointF, is_free: bool) -> None:
        view = self._view
        if press.kind is DragKind.BAND:
            view.notes.set_band(QRectF(press.place, place).normalized())
        elif press.kind is DragKind.ADD:
            start_s, end_s = self._added_span(press.place, place)
            view.notes.set_preview([(start_s, end_s, view.key_at(press.place.y()))])
        elif press.note is not None and view.notes.selected:
            notes = view.notes.selected
            grid = self._grid(press.note, is_free)
            keys = (MIDI_MIN, MIDI_MAX)
            press.change = change_of(press.kind, press.note, notes, place - press.place, grid, keys)
            view.notes.set_preview([press.change.of(press.note), *map(press.change.of, notes)])

    def _end_drag(self, press: _Press, place: QPointF) -> None:
        view = self._view
        if press.kind is DragKind.BAND:
            found = view.notes.notes_in(QRectF(press.place, place).normalized())
            view.select_requested.emit(tuple(found), "add" if press.modifiers & _CONTROL else "only")
        elif press.kind is DragKind.ADD:
            start_s, end_s = self._added_span(press.place, place)
            view.add_requested.emit(start_s, end_s, view.key_at(press.place.y()))
        elif press.change is not None and press.change != Change():
            view.change_requested.emit(press.change)

    def _added_span(self, one: QPointF, other: QPointF) -> tuple[float, float]:
        view = self._view
        start_s, end_s = sorted(
            min(max(view.time_at(place.x()), 0.0), view.limit_s) for place in (one, other)
        )
        return start_s, max(end_s, min(start_s + MIN_NOTE_S, view.limit_s))

    def _grid(self, grabbed: Note, is_free: bool) -> Grid:
        view = self._view
        times_s: list[float] = []
        if not is_free:
            shown = view.notes.visible(*view.box.viewRange()[0])
            edges = {edge_s for note in shown if note is not grabbed for edge_s in _edges(note)}
            times_s = sorted(edges.union(view.beats_s, _edges(grabbed)))
        return Grid(view.px_per_s, view.px_per_key, times_s, view.limit_s)

    # -- clicks --------------------------------------------------------------------------------

    def _click(self, press: _Press) -> None:
        view = self._view
        if press.note is None:
            if press.kind is DragKind.ADD:
                time_s = min(max(view.time_at(press.place.x()), 0.0), view.limit_s)
                view.add_requested.emit(time_s, None, view.key_at(press.place.y()))
        elif press.modifiers & _CONTROL:
            view.select_requested.emit((press.note,), "toggle")
        elif press.modifiers & _SHIFT:
            view.select_requested.emit((press.note,), "add")
        else:
            view.select_requested.emit((press.note,), "only")

    def _release_elsewhere(self, place: QPointF) -> bool:
        """A click beside all notes leaves none selected, a click on a candidate sounds it."""
        view = self._view
        pressed, self._empty_press = self._empty_press, None
        if pressed is not None:
            if (place - pressed).manhattanLength() <= _DRAG_PX:
                view.select_requested.emit((), "only")
            return False
        candidate = view.notes.candidate_at(place) if view.is_editable else None
        if candidate is None or view.notes.note_at(place, is_exact=True) is not None:
            return False
        view.candidate_heard.emit(candidate)
        return True


def _edges(note: Note) -> tuple[float, float]:
    return note.onset_s, note.offset_s
