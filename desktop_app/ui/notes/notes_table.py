# SPDX-License-Identifier: MIT
"""The notes of the open recording as a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from desktop_app.domain.note import Note
from desktop_app.ui.notes.notes_model import COLUMNS, NotesModel
from desktop_app.ui.notes.selection import NoteSelection

_Flag = QItemSelectionModel.SelectionFlag


class NotesTable(QTableView):
    """A table in which F2 types into the cell, as in all tables, although the window has a use for it too."""

    def event(self, event: QEvent) -> bool:
        """Keep F2."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_F2
        ):
            event.accept()
            return True
        return super().event(event)

    @property
    def is_typing(self) -> bool:
        """Whether a cell is being typed into."""
        return self.state() == QAbstractItemView.State.EditingState


class NotesView(QWidget):
    """The list of notes; a double-click goes to the note.

    Attributes
    ----------
    selection
        Which notes are selected, here and in the pictures.

    Signals
    -------
    seek_requested : float
        Seconds.
    menu_requested : QPoint
        The menu of the selected notes is asked for at a place on the screen.
    """

    seek_requested = Signal(float)
    menu_requested = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.model = NotesModel()
        self.selection = NoteSelection()
        self.table = NotesTable()
        self._is_marking = False
        self._build()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(self.table)
        self._connect()

    def put_above(self, widget: QWidget) -> None:
        """Place a widget above the list."""
        self._layout.insertWidget(0, widget)

    def selected_notes(self) -> tuple[Note, ...]:
        """The notes that are selected, in order of onset."""
        return self.selection.selected

    def show_newest(self, notes: Sequence[Note]) -> None:
        """Show the notes of live sound, the newest in sight."""
        self.model.set_notes(notes)
        self.table.scrollToBottom()

    def show_time(self, time_s: float) -> None:
        """Mark the note that sounds at a moment, if there is one, and keep it in sight."""
        row = self.mark_time(time_s)
        if row is not None and row != self.table.currentIndex().row() and not self.table.is_typing:
            self.table.selectionModel().setCurrentIndex(self.model.index(row, 0), _Flag.NoUpdate)

    def mark_time(self, time_s: float) -> int | None:
        """Mark the note that sounds at a moment; tells its row."""
        row = self.model.row_at(time_s)
        self.model.set_sounding(row)
        return row

    def sizeHint(self) -> QSize:
        """Room for the columns."""
        return QSize(560, 150)

    def _build(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.SelectedClicked
        )
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.setAccessibleName("Notes")
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSelectionModel(QItemSelectionModel(self.model, header))  # its own would ask every cell
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def _connect(self) -> None:
        table = self.table
        table.doubleClicked.connect(
            lambda index: self.seek_requested.emit(self.model.notes[index.row()].onset_s)
        )
        table.customContextMenuRequested.connect(
            lambda place: self.menu_requested.emit(table.viewport().mapToGlobal(place))
        )
        table.selectionModel().selectionChanged.connect(self._take_selection)
        self.model.notes_changed.connect(self._follow_notes)
        self.selection.changed.connect(self._mark_selection)

    def _follow_notes(self) -> None:
        self.selection.set_notes(self.model.notes)
        self._mark_selection()

    def _take_selection(self) -> None:
        """The user has selected rows."""
        if not self._is_marking and not self.model.is_changing:
            self.selection.select_rows(self._marked_rows())

    def _marked_rows(self) -> set[int]:
        ranges = self.table.selectionModel().selection()
        return {row for one in ranges.toList() for row in range(one.top(), one.bottom() + 1)}

    def _mark_selection(self) -> None:
        """Select the rows of the selected notes and bring the first into sight."""
        rows = sorted(self.selection.rows_of(self.selection.selected))
        if self._marked_rows() == set(rows):
            return
        marked = QItemSelection()
        for first, last in _runs(rows):
            marked.select(self.model.index(first, 0), self.model.index(last, len(COLUMNS) - 1))
        model = self.table.selectionModel()
        self._is_marking = True
        model.select(marked, _Flag.ClearAndSelect)
        self._is_marking = False
        if rows and not self.table.is_typing:
            column = max(0, self.table.currentIndex().column())
            model.setCurrentIndex(self.model.index(rows[0], column), _Flag.NoUpdate)


def _runs(rows: Sequence[int]) -> Iterable[tuple[int, int]]:
    """First and last of each run of successive numbers."""
    if rows:
        breaks = [number for number, (one, two) in enumerate(pairwise(rows)) if two != one + 1]
        firsts = [rows[0], *(rows[at + 1] for at in breaks)]
        lasts = [*(rows[at] for at in breaks), rows[-1]]
        yield from zip(firsts, lasts, strict=True)
