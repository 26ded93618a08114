# SPDX-License-Identifier: MIT
"""Takes and files with what is known of each: the model behind the list on the left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from desktop_app.domain.analysis import Analysis
from desktop_app.transcription.corrections import with_corrections
from desktop_app.ui.notes.editor import CorrectionHistory
from desktop_app.ui.projects.work import Work

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Name", "Note", "Family", "Sure", "Length", "State")
FRACTION_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_FAMILY_STATES = {"sure": "sure", "maybe": "maybe", "cannot_tell": "can't tell"}


class EntryState(Enum):
    """Where an entry stands; the value is what the list shows."""

    IDLE = ""
    RECOVERED = "recovered"
    WAITING = "waiting"
    RUNNING = "analysing"
    DONE = "✓"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(eq=False, slots=True)
class Entry:
    """One recording of the list.

    Attributes
    ----------
    path, is_take
        The file, and whether it was recorded here.
    state, fraction
        Where it stands; ``fraction`` is 0 … 1 while it is analysed.
    is_poly
        Whether several notes at once are told, or one.
    analyses
        The results so far, by ``is_poly``; they share their pictures.
    folder
        The folder of the pictures.
    message
        One sentence about what went wrong.
    history
        What the user has corrected in the notes.
    work
        What else is kept of the work on it.
    """

    path: Path
    is_take: bool = False
    state: EntryState = EntryState.IDLE
    fraction: float = 0.0
    is_poly: bool = False
    analyses: dict[bool, Analysis] = field(default_factory=dict)
    folder: Path | None = None
    message: str = ""
    history: CorrectionHistory = field(default_factory=CorrectionHistory)
    work: Work = field(default_factory=Work)

    @property
    def is_pending(self) -> bool:
        """Whether it waits or is being analysed."""
        return self.state in (EntryState.WAITING, EntryState.RUNNING)

    @property
    def analysis(self) -> Analysis | None:
        """The result that is asked for; None until it is there."""
        return self.analyses.get(self.is_poly)

    @property
    def has_pictures(self) -> bool:
        """Whether the pictures are there: those of one analysis serve the other."""
        return bool(self.analyses) and self.folder is not None and self.folder.is_dir()

    @property
    def is_ready(self) -> bool:
        """Whether it can be shown as it is."""
        return self.analysis is not None and self.has_pictures

    @property
    def corrected_analysis(self) -> Analysis | None:
        """The result that is asked for, with the notes as the user has corrected them."""
        analysis = self.analysis
        if analysis is None:
            return None
        notes = with_corrections(
            analysis.notes, self.history.current, is_poly=analysis.is_poly, a4_hz=analysis.a4_hz
        )
        return replace(analysis, notes=notes)

    @property
    def is_unsaved(self) -> bool:
        """Whether work on it would be lost now."""
        return self.work.is_unsaved(self.history.current)

    @property
    def shown_name(self) -> str:
        """What it is called in the window's title: its project, or its file."""
        return (self.work.project_path or self.path).name

    def put(self, analysis: Analysis) -> None:
        """Keep a result; the notes of an opened project stay those that it tells."""
        self.analyses[analysis.is_poly] = self.work.last_analysis = self.work.with_found(analysis)

    def fall_back(self) -> bool:
        """Ask for what has been analysed before, if there is such; tells whether there is."""
        can_show = (not self.is_poly) in self.analyses and self.has_pictures
        if can_show:
            self.is_poly = not self.is_poly
        return can_show


def length_text(duration_s: float) -> str:
    """A length such as ``3.9 s`` or ``4:05``."""
    if duration_s < 60.0:
        return f"{duration_s:.1f} s"
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def family_text(label: str) -> str:
    """A family as one reads it."""
    return label.replace("_", " ")


class LibraryModel(QAbstractTableModel):
    """The list of entries; a row for each, in the order in which they came, takes and files alike."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self._rows: dict[Path, Entry] = {}
        self.open_entry: Entry | None = None

    def entry_of(self, path: Path) -> Entry | None:
        """The entry of a file, if it is listed."""
        return self._rows.get(path)

    def add(self, entry: Entry, row: int | None = None) -> None:
        """List one more file, at the end or at a row."""
        row = len(self.entries) if row is None else row
        self.beginInsertRows(QModelIndex(), row, row)
        self.entries.insert(row, entry)
        self._rows[entry.path] = entry
        self.endInsertRows()

    def remove(self, entry: Entry) -> None:
        """Take an entry off the list."""
        row = self.entries.index(entry)
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.entries[row]
        del self._rows[entry.path]
        self.endRemoveRows()

    def touch(self, entry: Entry) -> None:
        """Say that an entry has changed."""
        if self._rows.get(entry.path) is entry:
            row = self.entries.index(entry)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def set_open(self, entry: Entry | None) -> None:
        """Mark the entry that is shown in the window."""
        old, self.open_entry = self.open_entry, entry
        for changed in (old, entry):
            if changed is not None:
                self.touch(changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid():
            return None
        entry, column = self.entries[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell_text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(entry)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in ("Note", "Sure", "Length"):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == FRACTION_ROLE and column == "State" and entry.state is EntryState.RUNNING:
            return entry.fraction
        return None


def _cell_text(entry: Entry, column: str) -> str:
    if column == "Name":
        name = _take_name(entry.path) if entry.is_take else entry.path.name
        return f"*{name}" if entry.is_unsaved else name
    if column == "State":
        return entry.state.value
    analysis = _newest(entry)
    if analysis is None:
        return ""
    if column == "Length":
        return length_text(analysis.duration_s)
    if column == "Note":
        return _note_text(analysis)
    family = analysis.family
    if family is None or family.state == "cannot_tell":
        refused = family is not None and family.is_refused
        return ("none" if refused else "can't tell") if column == "Family" else ""
    return family_text(family.label) if column == "Family" else f"{family.confidence:.0%}"


def _newest(entry: Entry) -> Analysis | None:
    """The result that is asked for, or the other while that is being made."""
    return entry.analysis or entry.analyses.get(not entry.is_poly)


def _take_name(path: Path) -> str:
    """A short name for a take, from the time in the name of its file."""
    try:
        time = datetime.strptime(path.stem[:24], "Take %Y-%m-%d %H-%M-%S")
    except ValueError:
        return path.name
    return f"{time.day} {time:%b %H:%M:%S}"


def _note_text(analysis: Analysis) -> str:
    pitch = analysis.pitch
    if pitch is not None:
        return pitch.name or f"{pitch.f0_hz:.0f} Hz"
    n_notes = len(analysis.notes)
    if n_notes < 2:
        return "–"
    return f"{n_notes} notes"


def _tool_tip(entry: Entry) -> str:
    lines = [str(entry.path)]
    if entry.work.project_path is not None:
        lines.append(f"Project: {entry.work.project_path}")
    analysis = _newest(entry)
    if analysis is not None and analysis.family is not None:
        family = analysis.family
        state = _FAMILY_STATES[family.state]
        lines.append(f"{family_text(family.label)}, {family.confidence:.0%} ({state})")
    if analysis is not None:
        lines.append(length_text(analysis.duration_s))
        lines.extend(analysis.warnings)
    if entry.message:
        lines.append(entry.message)
    return "\n".join(lines)
