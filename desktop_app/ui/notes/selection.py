# SPDX-License-Identifier: MIT
"""Which notes are selected: the same in the list, the piano roll and the spectrogram."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.note import Note

_MANY = 50


class NoteSelection(QObject):
    """Some of the notes that are shown, by identity.

    Attributes
    ----------
    notes
        All notes that are shown, in order of onset.
    selected
        Those that are selected, in the same order.
    changed
        Signal: others are selected, or none.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.notes: Sequence[Note] = ()
        self.selected: tuple[Note, ...] = ()

    def set_notes(self, notes: Sequence[Note]) -> None:
        """Other notes are shown; those that are equal to selected ones stay selected."""
        self.notes = notes
        self.select(self.selected)

    def select(self, notes: Iterable[Note], mode: str = "only") -> None:
        """Select ``"only"`` these, ``"add"`` them, or ``"toggle"`` them."""
        rows = self.rows_of(notes)
        if mode != "only":
            own = self.rows_of(self.selected)
            rows = own | rows if mode == "add" else own ^ rows
        self.select_rows(rows)

    def select_rows(self, rows: Iterable[int]) -> None:
        """Select the notes at these places of ``notes``."""
        selected = tuple(self.notes[row] for row in sorted(rows))
        is_same = len(selected) == len(self.selected) and all(
            one is other for one, other in zip(selected, self.selected, strict=True)
        )
        if not is_same:
            self.selected = selected
            self.changed.emit()

    def select_all(self) -> None:
        """Select every note."""
        self.select_rows(range(len(self.notes)))

    def rows_of(self, notes: Iterable[Note]) -> set[int]:
        """The places of those that are shown."""
        notes = tuple(notes)
        if len(notes) > _MANY:
            places = {id(note): row for row, note in enumerate(self.notes)}
            rows = {places[id(note)] for note in notes if id(note) in places}
            notes = tuple(note for note in notes if id(note) not in places)
        else:
            rows = set()
        return rows | {row for row in map(self.row_of, notes) if row is not None}

    def row_of(self, note: Note) -> int | None:
        """The place of a note, or of one that is equal to it; None where there is none."""
        first = bisect_left(self.notes, note.onset_s, key=lambda one: one.onset_s)
        equal = None
        for row in range(first, len(self.notes)):
            other = self.notes[row]
            if other is note:
                return row
            if other.onset_s > note.onset_s:
                break
            if equal is None and other == note:
                equal = row
        return equal
