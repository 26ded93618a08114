# SPDX-License-Identifier: MIT
"""How the notes of the open recording are told: one or several at once, and on how much evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import NoteThresholds
from desktop_app.ui.file_queue import FileQueue
from desktop_app.ui.library import Entry, LibraryModel
from desktop_app.ui.services import Services
from desktop_app.ui.settings import Settings, usual_thresholds


@dataclass(frozen=True, slots=True)
class _Forming:
    """A job that forms the notes of an entry's analysis under other thresholds."""

    job_id: int
    entry: Entry
    old: Analysis
    thresholds: NoteThresholds


class NoteControl(QObject):
    """The switch and the thresholds. Another threshold forms other notes without another analysis.

    Signals
    -------
    changed
        The thresholds are others, or those of the other way to tell notes.
    formed : Entry
        An entry's notes have been formed anew.
    problem : str
        One sentence for the user.
    """

    changed = Signal()
    formed = Signal(object)
    problem = Signal(str)

    def __init__(
        self,
        library: LibraryModel,
        queue: FileQueue,
        services: Services,
        settings: Settings,
    ) -> None:
        super().__init__()
        self._library, self._queue, self._services, self._settings = library, queue, services, settings
        self._forming: _Forming | None = None
        queue.other_ended.connect(self._on_ended)

    @property
    def is_poly(self) -> bool:
        """Whether several notes at once are asked for in the open recording."""
        entry = self._library.open_entry
        return entry is not None and entry.is_poly

    @property
    def progress(self) -> float | None:
        """How far the open recording's analysis is, 0 … 1; None when it is done."""
        entry = self._library.open_entry
        return entry.fraction if entry is not None and entry.is_pending else None

    @property
    def thresholds(self) -> NoteThresholds:
        """How much evidence makes a note, for one voice or for several as the recording is shown."""
        return self._settings.thresholds(self.is_poly)

    def set_poly(self, is_poly: bool) -> None:
        """Tell several notes at once in the open recording, or one."""
        if self._library.open_entry is not None:
            self._queue.set_poly(self._library.open_entry, is_poly)

    def cancel(self) -> None:
        """Stop the analysis of the open recording; what was shown before stays."""
        if self._library.open_entry is not None:
            self._queue.cancel([self._library.open_entry])

    def set_thresholds(self, thresholds: NoteThresholds) -> None:
        """Form the notes on more or less evidence."""
        if thresholds != self.thresholds:
            self._settings.set_thresholds(self.is_poly, thresholds)
            self.changed.emit()
            self._form()

    def reset(self) -> None:
        """Back to the usual thresholds."""
        self.set_thresholds(usual_thresholds(self.is_poly))

    def follow(self, entry: Entry) -> None:
        """An entry has been opened, or is shown the other way."""
        if entry.is_poly != self._settings.is_poly(entry.path):
            self._settings.remember_poly(entry.path, entry.is_poly)
        self.changed.emit()
        self._form()

    def _form(self) -> None:
        """Form the open recording's notes in the job process; what is asked for meanwhile comes after."""
        entry = self._library.open_entry
        if self._forming is not None or entry is None or entry.analysis is None:
            return
        old, thresholds = entry.analysis, self.thresholds
        if old.evidence is not None and old.thresholds != thresholds:
            job_id = self._services.submit_forming(self._queue.pool, old, thresholds)
            self._forming = _Forming(job_id, entry, old, thresholds)

    def _on_ended(self, update: Any) -> None:
        forming = self._forming
        if forming is None or update.job_id != forming.job_id:
            return
        self._forming = None
        if update.kind == "failed":
            self.problem.emit(str(update.error))
            return
        entry, old = forming.entry, forming.old
        if entry.analyses.get(old.is_poly) is old:  # it has not been analysed again meanwhile
            notes: tuple[Note, ...] = update.result
            entry.analyses[old.is_poly] = replace(old, notes=notes, thresholds=forming.thresholds)
            self._library.touch(entry)
            self.formed.emit(entry)
        self._form()
