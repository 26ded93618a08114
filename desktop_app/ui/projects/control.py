# SPDX-License-Identifier: MIT
"""Projects behind the window: opening, saving, what is unsaved, and what is kept in case of a crash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.library import Entry
from desktop_app.ui.notes.editor import CorrectionHistory
from desktop_app.ui.projects.autosaving import Autosaver
from desktop_app.ui.projects.in_turn import InTurn
from desktop_app.ui.projects.opening import Opening, ProjectOpener
from desktop_app.ui.projects.saving import ProjectSaver, take_snapshot
from desktop_app.ui.projects.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_app.io.autosave import Left
    from desktop_app.ui.controller import Controller
    from desktop_app.ui.services import Services

SUFFIX: Final = ".rit"
_MARK_EVERY: Final = 15  # ticks; there may be thousands of entries
_ONE_PROJECT = "One project is opened at a time: the first was taken."


class ProjectControl(QObject):
    """What the window asks of projects; nothing here draws.

    Signals
    -------
    problem : str
        One sentence for the user.
    """

    problem = Signal(str)

    def __init__(self, controller: Controller, services: Services) -> None:
        super().__init__()
        self._controller = controller
        self._in_turn = InTurn(controller.background)
        self.opener = ProjectOpener(controller, services)
        self.saver = ProjectSaver(self._in_turn, controller.settings)
        self.autosaver = Autosaver(controller, self._in_turn)
        self._unsaved: set[Entry] = set()
        self._n_ticks = 0
        for part in (self.opener, self.saver, self.autosaver):
            part.problem.connect(self.problem)
        self.saver.saved.connect(self._has_saved)

    def open_among(self, paths: Sequence[Path]) -> list[Path]:
        """Open the project among files, if there is one; returns the other files."""
        projects = [path for path in paths if path.suffix.lower() == SUFFIX and not path.is_dir()]
        if projects:
            self.opener.open(projects[0].absolute())
        if len(projects) > 1:
            self.problem.emit(_ONE_PROJECT)
        return [path for path in paths if path not in projects]

    def restore(self, left: Left) -> None:
        """Go on with what an earlier run has left."""
        opening = Opening(
            left.project,
            left.path,
            left.project_path,
            is_restored=True,
            shown=lambda entry: self.autosaver.replace(left, entry),
        )
        self.opener.begin(lambda: opening)

    def discard_left(self, left: Left) -> None:
        """Throw away what an earlier run has left."""
        self._controller.background.submit(left.discard, failed=self._controller.say)

    def save(
        self, entry: Entry, path: Path, *, with_sound: bool, then: Callable[[], None] | None = None
    ) -> None:
        """Save the work on an entry into a project file; ``then`` is called once it is safe."""
        snapshot = take_snapshot(entry, self._controller.settings, self._controller.playback.mix)
        if snapshot is None:
            self.problem.emit("A project can be saved once the recording is analysed.")
        else:
            with_sound = with_sound or self.is_only_inside(entry)
            self.saver.save(entry, snapshot, path, with_sound=with_sound, then=then)

    def is_only_inside(self, entry: Entry) -> bool:
        """Whether an entry's recording lies in a project and nowhere else."""
        return self._controller.folders.sounds in entry.path.parents

    def unsaved(self) -> list[Entry]:
        """The entries with work that would be lost now."""
        return [entry for entry in self._controller.library.entries if entry.is_unsaved]

    def give_up(self, entries: Iterable[Entry]) -> None:
        """The unsaved work on these is no longer wanted."""
        for entry in entries:
            work = entry.work
            work.saved_corrections, work.saved_listening = entry.history.current, work.listening
            self.autosaver.forget(entry)

    def close_recording(self, entry: Entry) -> None:
        """Forget the work on an entry and take it off the list; a take stays, as recorded."""
        controller = self._controller
        self.autosaver.forget(entry)
        controller.queue.cancel([entry])
        entry.history, entry.work = CorrectionHistory(), Work()
        if not entry.is_take:
            controller.queue.remove(entry)

    def resume(self, entry: Entry) -> None:
        """A recording has been opened: once, it is listened to as its project says."""
        work, playback = entry.work, self._controller.playback
        if work.is_new:
            work.is_new = False
            playback.listening = work.listening
            if work.project is not None:
                playback.mix = work.project.mix
            if work.saved_listening == work.listening:
                work.saved_listening = playback.listening  # as far as it fits the recording
        work.listening = playback.listening

    def tick(self) -> None:
        """Follow where one is, and keep what is unsaved; called by the pump."""
        controller = self._controller
        entry = controller.library.open_entry
        if entry is not None and not entry.work.is_new:
            entry.work.listening = controller.playback.listening
        self._n_ticks += 1
        if self._n_ticks % _MARK_EVERY == 0:
            self._mark_unsaved()
        self.autosaver.tick()

    def close(self) -> None:
        """End; for the end of the program, when no other thread works any more."""
        self._in_turn.run_rest()
        self.autosaver.close()

    def _has_saved(self, entry: Entry) -> None:
        if not entry.is_unsaved:
            self.autosaver.forget(entry)

    def _mark_unsaved(self) -> None:
        unsaved = set(self.unsaved())
        for entry in unsaved ^ self._unsaved:
            self._controller.library.touch(entry)
        self._unsaved = unsaved
