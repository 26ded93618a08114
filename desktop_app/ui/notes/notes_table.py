# SPDX-License-Identifier: MIT
"""The notes of the open recording as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import note_name
from desktop_app.ui.library import family_text

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Start", "Length", "Note", "Cents", "Hz", "Loudness", "Sure", "Family")


class NotesModel(QAbstractTableModel):
    """A row for each note."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[Note] = []

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Show other notes."""
        self.beginResetModel()
        self.notes = list(notes)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows."""
        return 0 if parent.isValid() else len(self.notes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return COLUMNS[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid():
            return None
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell_text(self.notes[index.row()], column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignCenter)
        return None


def _cell_text(note: Note, column: str) -> str:
    cents = round(note.cents)
    texts = {
        "Start": f"{note.onset_s:.2f} s",
        "Length": f"{note.duration_s:.2f} s",
        "Note": note_name(note.midi),
        "Cents": f"{cents:+d}" if cents else "0",
        "Hz": f"{note.f0_hz:.1f}",
        "Loudness": str(note.velocity),
        "Sure": f"{note.confidence:.0%}",
        "Family": family_text(note.family) if note.family else "",
    }
    return texts[column]


class NotesView(QWidget):
    """The list of notes; a double-click goes to the note.

    Signals
    -------
    seek_requested : float
        Seconds.
    """

    seek_requested = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.model = NotesModel()
        self.table = QTableView()
        self._build()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(self.table)

    def put_above(self, widget: QWidget) -> None:
        """Place a widget above the list."""
        self._layout.insertWidget(0, widget)

    def show_newest(self, notes: Sequence[Note]) -> None:
        """Show the notes of live sound, the newest in sight."""
        self.model.set_notes(notes)
        self.table.scrollToBottom()

    def show_time(self, time_s: float) -> None:
        """Select the note that sounds at a moment, if there is one."""
        for row, note in enumerate(self.model.notes):
            if note.onset_s <= time_s < note.offset_s:
                if self.table.currentIndex().row() != row:
                    self.table.selectRow(row)
                return

    def sizeHint(self) -> QSize:
        """Room for the columns."""
        return QSize(560, 150)

    def _build(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setAccessibleName("Notes")
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.doubleClicked.connect(
            lambda index: self.seek_requested.emit(self.model.notes[index.row()].onset_s)
        )
