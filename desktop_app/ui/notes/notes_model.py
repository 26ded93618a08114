# SPDX-License-Identifier: MIT
"""The notes of the open recording as rows and columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import note_name
from desktop_app.ui.library import family_text
from desktop_app.ui.notes.cells import typed_text
from desktop_app.ui.theme import current_theme

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Start", "Length", "Note", "Cents", "Hz", "Loudness", "Sure", "Family")
_EDITABLE = ("Start", "Length", "Note", "Loudness")
_EDITABLE_COLUMNS = frozenset(COLUMNS.index(name) for name in _EDITABLE)
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_TYPED_FLAGS = _FLAGS | Qt.ItemFlag.ItemIsEditable
_TIPS = {
    "Start": "Seconds; click the selected cell or press F2 to change it",
    "Length": "Seconds; click the selected cell or press F2 to change it",
    "Note": "Such as C#4 or Db4; click the selected cell or press F2 to change it",
    "Loudness": "1 to 127; click the selected cell or press F2 to change it",
}
_N_BACK = 32  # rows: a note that began before so many others is not looked for


class NotesModel(QAbstractTableModel):
    """A row for each note, in order of onset.

    Attributes
    ----------
    notes_changed
        Signal: other notes are shown.
    typed
        Signal (Note, column, text): the user has typed something else into a cell.
    is_changing
        Whether rows are just being exchanged.
    """

    notes_changed = Signal()
    typed = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[Note] = []
        self.is_changing = False
        self.is_editable = False
        self._sounding_row: int | None = None
        self._bold = QFont()
        self._bold.setBold(True)

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Show other notes; rows that stay the same are left alone."""
        self.is_changing = True
        self._sounding_row = None
        self._exchange_rows(list(notes))
        self.is_changing = False
        self.notes_changed.emit()

    def row_at(self, time_s: float) -> int | None:
        """The row of the note that sounds at a time, the latest of several."""
        last = bisect_right(self.notes, time_s, key=lambda note: note.onset_s)
        rows = range(last - 1, max(-1, last - 1 - _N_BACK), -1)
        return next((row for row in rows if time_s < self.notes[row].offset_s), None)

    def set_sounding(self, row: int | None) -> None:
        """Mark the row of the note that sounds."""
        changed = {self._sounding_row, row} if row != self._sounding_row else set()
        self._sounding_row = row
        for one in changed:
            if one is not None:
                self._touch(one, one)

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

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Some columns can be typed into."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        is_typed = self.is_editable and index.column() in _EDITABLE_COLUMNS
        return _TYPED_FLAGS if is_typed else _FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid():
            return None
        note, column = self.notes[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell_text(note, column)
        if role == Qt.ItemDataRole.EditRole:
            return typed_text(note, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignCenter)
        if role == Qt.ItemDataRole.ToolTipRole and self.is_editable:
            return "Corrected by hand" if note.is_corrected and column == "Sure" else _TIPS.get(column)
        if role == Qt.ItemDataRole.BackgroundRole and index.row() == self._sounding_row:
            colour = QColor(current_theme().accent)
            colour.setAlphaF(0.2)
            return colour
        return self._mark(note, column, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hand on what was typed; the cell changes when the note does."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        note, column = self.notes[index.row()], COLUMNS[index.column()]
        text = str(value).strip()
        if text != typed_text(note, column):
            self.typed.emit(note, column, text)
        return True

    def _mark(self, note: Note, column: str, role: int) -> Any:
        """Corrected notes are told by colour and weight, and by words."""
        if note.is_corrected and column in ("Note", "Sure"):
            if role == Qt.ItemDataRole.ForegroundRole:
                return QColor(current_theme().sure)
            if role == Qt.ItemDataRole.FontRole and column == "Note":
                return self._bold
        return None

    def _exchange_rows(self, new: list[Note]) -> None:
        """Change, insert and remove as few rows as there are between equal beginnings and ends."""
        old = self.notes
        shorter = min(len(old), len(new))
        first = next((row for row in range(shorter) if old[row] is not new[row]), shorter)
        n_end = next((n for n in range(shorter - first) if old[-1 - n] is not new[-1 - n]), shorter - first)
        n_old, n_new = len(old) - first - n_end, len(new) - first - n_end
        n_both = min(n_old, n_new)
        if n_old > n_new:
            self.beginRemoveRows(QModelIndex(), first + n_both, first + n_old - 1)
            self.notes = new
            self.endRemoveRows()
        elif n_new > n_old:
            self.beginInsertRows(QModelIndex(), first + n_both, first + n_new - 1)
            self.notes = new
            self.endInsertRows()
        else:
            self.notes = new
        if n_both:
            self._touch(first, first + n_both - 1)

    def _touch(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


def _cell_text(note: Note, column: str) -> str:
    cents = round(note.cents)
    texts = {
        "Start": f"{note.onset_s:.2f} s",
        "Length": f"{note.duration_s:.2f} s",
        "Note": note_name(note.midi),
        "Cents": f"{cents:+d}" if cents else "0",
        "Hz": f"{note.f0_hz:.1f}",
        "Loudness": str(note.velocity),
        "Sure": "by hand" if note.is_corrected else f"{note.confidence:.0%}",
        "Family": family_text(note.family) if note.family else "",
    }
    return texts[column]
