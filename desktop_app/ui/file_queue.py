# SPDX-License-Identifier: MIT
"""The queue of files: each is analysed in the job process, and one bad file never stops the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.background import Background
from desktop_app.ui.library import Entry, EntryState, LibraryModel
from desktop_app.ui.overviews import OverviewStore
from desktop_app.ui.queue_round import QueueJob, QueueRound
from desktop_app.ui.services import Services
from desktop_app.ui.settings import Settings
from desktop_app.ui.sound_files import sound_files_in

MAX_IN_FLIGHT = 2


class FileQueue(QObject):
    """Feeds the job ``pool``, front first, and keeps the list up to date.

    Signals
    -------
    changed
        The number of waiting or running files has changed, or one has moved on.
    warmed
        The job process has loaded the model.
    ready : Entry
        The entry that was asked to be opened is analysed.
    other_ended : JobUpdate
        A job that is no analysis has ended.
    problem : str
        One sentence for the user.
    """

    changed = Signal()
    warmed = Signal()
    ready = Signal(object)
    other_ended = Signal(object)
    problem = Signal(str)

    def __init__(
        self,
        model: LibraryModel,
        services: Services,
        background: Background,
        settings: Settings,
        overviews: OverviewStore,
    ) -> None:
        super().__init__()
        self._model, self._services, self._background = model, services, background
        self._settings = settings
        self.pool: Any = None
        self._prepare_job = 0
        self._round = QueueRound()
        self._has_model = self._is_warm = False
        self._waiting: deque[Entry] = deque()
        self._jobs: dict[int, QueueJob] = {}
        self._to_open: list[Entry] = []
        self._overviews = overviews

    @property
    def n_pending(self) -> int:
        """Files that wait or run."""
        return len(self._waiting) + len(self._jobs)

    @property
    def progress(self) -> tuple[int, int]:
        """Files done and files in all since the queue was last empty."""
        return self._round.n_done, self._round.n_done + self.n_pending

    def start(self) -> None:
        """Start the job process; what waits can begin."""
        self.pool = self._services.make_pool()
        self.prepare()

    def prepare(self) -> None:
        """Load the chosen model; where that fails, files are analysed without families."""
        if self.pool is None:
            return
        self._has_model, self._is_warm = True, False
        self._prepare_job = self._services.submit_prepare(
            self.pool, self._settings.model_id, float(self._settings.a4_hz)
        )

    def add(self, paths: Sequence[Path], *, is_take: bool = False) -> None:
        """Analyse files and the audio files in folders; the first that succeeds is opened."""
        paths = [path.absolute() for path in paths]
        files = [path for path in paths if not path.is_dir()]
        folders = [path for path in paths if path.is_dir()]
        self._add_files(files, is_take=is_take)
        if folders:
            self._background.submit(
                lambda: sound_files_in(folders),
                then=self._add_found,
                failed=lambda error: self.problem.emit(str(error)),
            )

    def open(self, entry: Entry) -> None:
        """Open an entry, at once when it is analysed, else as soon as it is."""
        self._to_open = [entry]
        if not entry.is_pending and entry.is_ready:
            self._deliver(entry)
        elif entry in self._waiting:
            self._waiting.remove(entry)
            self._waiting.appendleft(entry)
        elif not entry.is_pending:
            self._enqueue(entry, first=True)
            self._feed()

    def set_poly(self, entry: Entry, is_poly: bool) -> None:
        """Tell several notes at once in an entry, or one; it is opened so, analysed only the first time."""
        if entry.is_poly != is_poly:
            self._withdraw(entry)
            entry.is_poly = is_poly
            self._model.touch(entry)
            self.open(entry)
            self.changed.emit()

    def analyse_again(self, entry: Entry) -> None:
        """The model or the tuning has changed."""
        self._withdraw(entry)
        entry.analyses.clear()
        self._to_open = [entry]
        self._enqueue(entry, first=True)
        self._feed()

    def forget(self, entry: Entry) -> None:
        """Drop a result that no longer holds; it is made again when the entry is opened."""
        entry.analyses.clear()
        if entry.state is EntryState.DONE:
            entry.state = EntryState.IDLE
            self._overviews.drop(entry)
        self._model.touch(entry)

    def cancel(self, entries: Sequence[Entry]) -> None:
        """Take entries out of the queue; the one that runs is stopped."""
        for entry in entries:
            if entry in self._waiting:
                self._waiting.remove(entry)
                self._finish(entry, EntryState.CANCELLED)
            for job_id in self._jobs_of(entry):
                self.pool.cancel(job_id)
        self.changed.emit()

    def cancel_all(self) -> None:
        """Empty the queue."""
        self.cancel([*self._waiting, *(job.entry for job in self._jobs.values())])

    def clear(self) -> None:
        """Cancel everything and take files off the list, but no takes, no unsaved work, not the open one."""
        self.cancel_all()
        for entry in list(self._model.entries):
            is_needed = entry.is_take or entry.is_pending or entry.is_unsaved
            if not is_needed and entry is not self._model.open_entry:
                self.remove(entry)

    def remove(self, entry: Entry) -> None:
        """Take an entry off the list."""
        self._withdraw(entry)
        self._model.remove(entry)
        self._overviews.drop(entry)

    def tick(self) -> None:
        """Take up what the job process reports; called by the pump."""
        if self.pool is None:
            return
        updates = self.pool.poll()
        for update in {update.job_id: update for update in updates if update.kind == "progress"}.values():
            self._on_progress(update)
        for update in updates:
            if update.kind in ("done", "failed", "cancelled"):
                self._on_end(update)
        if updates:
            self._feed()
            self.changed.emit()

    def close(self) -> None:
        """End the job process and delete the pictures; for the end of the program."""
        if self.pool is not None:
            self.pool.close()
            self.pool, self._is_warm = None, False
        self._overviews.close()

    def _add_found(self, found: tuple[list[Path], list[str]]) -> None:
        self._add_files(found[0])
        if found[1]:
            self.problem.emit(f"There are no sound files in {', '.join(found[1])}.")

    def _add_files(self, files: Sequence[Path], *, is_take: bool = False) -> None:
        new = []
        for path in files:
            if (entry := self._model.entry_of(path)) is None:
                entry = Entry(path, is_take=is_take, is_poly=self._settings.is_poly(path))
                self._model.add(entry, 0 if is_take else None)
            new.append(entry)
        self._to_open = list(new) if is_take else [*self._to_open, *new]
        for entry in new:
            if entry.is_pending:
                continue
            if not entry.is_ready:
                self._enqueue(entry, first=is_take)
            elif entry in self._to_open:
                self._deliver(entry)
        self._feed()

    def _enqueue(self, entry: Entry, *, first: bool = False) -> None:
        entry.state, entry.fraction, entry.message = EntryState.WAITING, 0.0, ""
        if first:
            self._waiting.appendleft(entry)
        else:
            self._waiting.append(entry)
        self._model.touch(entry)
        self.changed.emit()

    def _feed(self) -> None:
        while self._is_warm and self._waiting and len(self._jobs) < MAX_IN_FLIGHT:
            entry = self._waiting.popleft()
            folder = None if entry.has_pictures else self._overviews.make(entry)
            submit = self._services.submit_analysis
            job_id = submit(self.pool, entry, self._settings, self._has_model, folder)
            self._jobs[job_id] = QueueJob(entry, entry.is_poly, folder)
            entry.state = EntryState.RUNNING
            self._model.touch(entry)

    def _on_progress(self, update: Any) -> None:
        job = self._jobs.get(update.job_id)
        if job is not None and update.fraction is not None:
            job.entry.fraction = update.fraction
            self._model.touch(job.entry)

    def _on_end(self, update: Any) -> None:
        if update.job_id == self._prepare_job:
            if update.kind == "failed":
                self._has_model = False
                self.problem.emit(str(update.error))
            self._is_warm = True
            self.warmed.emit()
            return
        job = self._jobs.pop(update.job_id, None)
        if job is None:  # another's, or a late answer
            self.other_ended.emit(update)
            return
        entry = job.entry
        if update.kind == "done":
            entry.put(update.result)
            self._finish(entry, EntryState.DONE)
            if entry in self._to_open:
                self._deliver(entry)
            self._overviews.limit(self._model.open_entry)
            return
        if job.folder is not None:
            self._overviews.drop(entry)
        if update.kind == "cancelled":
            self._finish(entry, EntryState.CANCELLED)
        else:
            entry.message = str(update.error)
            self.problem.emit(self._round.failure(entry.message))
            self._finish(entry, EntryState.FAILED)

    def _finish(self, entry: Entry, state: EntryState) -> None:
        """An entry has left the queue; where that has failed, an earlier analysis still holds."""
        if state is not EntryState.DONE:
            if entry in self._to_open:
                self._to_open.remove(entry)
            if entry.fall_back():
                state = EntryState.DONE
        entry.state, entry.fraction = state, 0.0
        self._round.n_done += 1
        self._end_round()
        self._model.touch(entry)

    def _withdraw(self, entry: Entry) -> None:
        """What is being done for an entry is no longer wanted."""
        if entry in self._waiting:
            self._waiting.remove(entry)
        for job_id in self._jobs_of(entry):
            if self._jobs.pop(job_id).folder is not None:
                self._overviews.drop(entry)
            self.pool.cancel(job_id)
        if entry.is_pending:
            entry.state, entry.fraction = EntryState.DONE, 0.0
        self._end_round()

    def _end_round(self) -> None:
        if not self.n_pending:
            self._round = QueueRound()

    def _jobs_of(self, entry: Entry) -> list[int]:
        return [job_id for job_id, job in self._jobs.items() if job.entry is entry]

    def _deliver(self, entry: Entry) -> None:
        self._to_open = []
        self.ready.emit(entry)
