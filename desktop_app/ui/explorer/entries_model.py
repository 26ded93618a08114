# SPDX-License-Identifier: MIT
"""EntriesModel: the sounds of a corpus as a table that reads only the rows that are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from desktop_app.domain.pitch import note_name
from desktop_app.io.corpora.entry import Entry
from desktop_app.ui.theme import current_theme
from desktop_app.ui.views.labels import family_title

Index = QModelIndex | QPersistentModelIndex
COLUMNS: Final = ("Sound", "Class", "Answer", "Pitch", "Kind", "Velocity", "Part", "Bank")
_ANSWER: Final = COLUMNS.index("Answer")
_ROLES: Final = frozenset(
    {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.ToolTipRole}
)
_MOST_KEPT: Final = 4096
_NO_INDEX: Final = QModelIndex()


class EntriesModel(QAbstractTableModel):
    """The sounds that the filters let through.

    Attributes
    ----------
    numbers : ndarray, shape (n_rows,), int32
        Their numbers in the index, rising.
    """

    def __init__(self) -> None:
        super().__init__()
        self.numbers: NDArray[np.int32] = np.zeros(0, np.int32)
        self._read: Callable[[int], Entry] | None = None
        self._answer: Callable[[int, Entry], tuple[str, bool | None] | None] = lambda _number, _entry: None
        self._kept: dict[int, Entry] = {}

    def set_reader(self, read: Callable[[int], Entry] | None) -> None:
        """Take another corpus: ``read(number)`` gives a sound. Shows nothing until :meth:`set_numbers`."""
        self.beginResetModel()
        self._read, self.numbers = read, np.zeros(0, np.int32)
        self._kept.clear()
        self.endResetModel()

    def set_numbers(self, numbers: NDArray[np.int32]) -> None:
        """Show other sounds of the corpus."""
        self.beginResetModel()
        self.numbers = numbers
        self.endResetModel()

    def set_answers(self, answer: Callable[[int, Entry], tuple[str, bool | None] | None]) -> None:
        """Ask ``answer(number, entry)`` for the label told of a sound and whether it is right."""
        self._answer = answer
        self.refresh_answers()

    def refresh_answers(self) -> None:
        """The answers are others."""
        if self.numbers.size:
            last = self.index(self.rowCount() - 1, _ANSWER)
            self.dataChanged.emit(self.index(0, _ANSWER), last)

    def entry(self, number: int) -> Entry:
        """A sound by its number in the index."""
        assert self._read is not None
        if number not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[number] = self._read(number)
        return self._kept[number]

    def number_at(self, row: int) -> int | None:
        """The number of the sound in a row."""
        return int(self.numbers[row]) if 0 <= row < self.numbers.size else None

    def row_of(self, number: int) -> int | None:
        """The row of a sound, None where the filters leave it out."""
        row = int(np.searchsorted(self.numbers, number))
        return row if self.number_at(row) == number else None

    # -- what Qt asks --------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """One a sound."""
        return 0 if parent.isValid() else int(self.numbers.size)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Those of :data:`COLUMNS`."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Titles."""
        is_title = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section] if is_title else None

    def data(self, index: Index, role: int = 0) -> Any:
        """Texts; a wrong answer in the colour of warnings; pointing tells names that are cut short."""
        if role not in _ROLES:
            return None
        number = self.number_at(index.row())
        if number is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.entry(number).key
        if index.column() == _ANSWER:
            return self._answer_data(number, role)
        return _text(self.entry(number), index.column()) if role == Qt.ItemDataRole.DisplayRole else None

    def _answer_data(self, number: int, role: int) -> Any:
        answer = self._answer(number, self.entry(number))
        if answer is None:
            return None
        label, is_right = answer
        if role == Qt.ItemDataRole.DisplayRole:
            mark = {True: "✓ ", False: "✗ ", None: ""}[is_right]
            return mark + family_title(label)
        theme = current_theme()
        return QColor({True: theme.sure, False: theme.clip, None: theme.text}[is_right])


def _text(entry: Entry, column: int) -> str:
    return (
        entry.key.rpartition("/")[2],  # the folders tell what other columns tell
        class_text(entry),
        "",  # the answer is no part of the corpus
        "" if entry.midi is None else f"{note_name(entry.midi)} ({entry.midi})",
        entry.source or "",
        "" if entry.velocity is None else str(entry.velocity),
        entry.part,
        entry.bank,
    )[column]


def class_text(entry: Entry) -> str:
    """The label, or the labels, as people read them."""
    return ", ".join(family_title(label) for label in entry.labels)
