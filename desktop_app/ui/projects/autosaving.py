# SPDX-License-Identifier: MIT
"""Keeps unsaved work where a crash cannot reach it, and finds what a crash has left."""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.errors import RightInTuneError
from desktop_app.ui.projects.in_turn import InTurn
from desktop_app.ui.projects.saving import Snapshot, take_snapshot

if TYPE_CHECKING:
    from desktop_app.domain.project import AudioReference
    from desktop_app.io.autosave import AutosaveSession, Left
    from desktop_app.ui.controller import Controller
    from desktop_app.ui.library import Entry

# A change is on the disk this long after it was made, and what writing takes.
PERIOD_S: Final = 4.0
_OLDER: Final = "older"
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Kept:
    """What is on the disk, or on its way there, for one entry; and what it takes the place of."""

    key: str
    snapshot: Snapshot | None = None
    replaced: list[Left] = field(default_factory=list)


class Autosaver(QObject):
    """Writes every few seconds what has changed, on another thread.

    Signals
    -------
    left_found : list of Left
        Work that an earlier run of the program could not save.
    problem : str
        One sentence for the user.
    """

    left_found = Signal(object)
    problem = Signal(str)

    def __init__(self, controller: Controller, in_turn: InTurn) -> None:
        super().__init__()
        self._controller, self._in_turn = controller, in_turn
        self._folder = controller.folders.autosaves
        self._session: AutosaveSession | None = None
        self._kept: dict[Entry, _Kept] = {}
        self._due_s = 0.0
        self._told = ""

    def look_for_left(self) -> None:
        """Find what an earlier run has left; what is damaged is put aside."""

        def find() -> tuple[list[Left], list[str]]:
            from desktop_app.io.autosave import left_behind

            left, sentences = left_behind(self._folder)
            older = [one for one in left if _is_older_than_project(one)]
            for one in older:
                _put_aside(one, self._folder / _OLDER)
            return [one for one in left if one not in older], sentences

        self._controller.background.submit(find, then=self._has_found, failed=self._controller.say)

    def tick(self) -> None:
        """Write what has changed, where the last time is long enough ago."""
        now_s = time.monotonic()
        if now_s < self._due_s:
            return
        self._due_s = now_s + PERIOD_S
        for entry in self._controller.library.entries:
            if entry.is_unsaved:
                self._keep(entry)
        for entry in [entry for entry in self._kept if not entry.is_unsaved]:
            self.forget(entry)

    def replace(self, left: Left, entry: Entry) -> None:
        """What an earlier run has left is worked on again: that copy goes as soon as there is a newer one."""
        self._kept_of(entry).replaced.append(left)

    def forget(self, entry: Entry) -> None:
        """The work on an entry is safe, or no longer wanted."""
        kept = self._kept.pop(entry, None)
        if kept is not None:
            self._in_turn.submit(lambda: self._remove(kept), then=lambda _none: None, failed=self._say)

    def close(self) -> None:
        """End on this thread: what is still unsaved is kept for the next start, the rest is removed."""
        unsaved = [entry for entry in self._controller.library.entries if entry.is_unsaved]
        try:
            for entry in unsaved:
                kept, snapshot = self._kept_of(entry), self._snapshot(entry)
                if snapshot is not None:
                    self._write(kept, snapshot)
        except RightInTuneError as error:
            _log.warning("%s", error)
        for entry in self._kept.keys() - set(unsaved):
            self._remove(self._kept[entry])
        if self._session is not None:
            self._session.close()

    def _has_found(self, found: tuple[list[Left], list[str]]) -> None:
        left, sentences = found
        for sentence in sentences:
            self.problem.emit(sentence)
        if left:
            self.left_found.emit(left)

    def _kept_of(self, entry: Entry) -> _Kept:
        if entry not in self._kept:
            self._kept[entry] = _Kept(str(entry.path))
        return self._kept[entry]

    def _snapshot(self, entry: Entry) -> Snapshot | None:
        return take_snapshot(entry, self._controller.settings, self._controller.playback.mix)

    def _keep(self, entry: Entry) -> None:
        kept, snapshot = self._kept_of(entry), self._snapshot(entry)
        if snapshot is None or snapshot.is_as(kept.snapshot):
            return
        kept.snapshot = snapshot

        def failed(error: RightInTuneError) -> None:
            kept.snapshot = None  # another try, next time
            self._say(error)

        def end(audio: AudioReference) -> None:
            entry.work.audio = audio

        self._in_turn.submit(lambda: self._write(kept, snapshot), then=end, failed=failed)

    def _write(self, kept: _Kept, snapshot: Snapshot) -> AudioReference:
        """On another thread, or at the very end."""
        from desktop_app.io.autosave import AutosaveSession

        if self._session is None:
            self._session = AutosaveSession(self._folder)
        project = snapshot.project()
        self._session.write(kept.key, project, snapshot.project_path)
        while kept.replaced:
            kept.replaced.pop().discard()
        return project.audio

    def _remove(self, kept: _Kept) -> None:
        """On another thread, or at the very end."""
        if self._session is not None:
            self._session.remove(kept.key)
        while kept.replaced:
            kept.replaced.pop().discard()

    def _say(self, error: RightInTuneError) -> None:
        """Once: a full disk stays full for a while."""
        reason = getattr(error.__cause__, "strerror", None) or str(error).rstrip(".")
        sentence = f"Your work could not be kept in case of a crash, so save it soon: {reason}."
        if sentence != self._told:
            self._told = sentence
            self.problem.emit(sentence)


def _put_aside(left: Left, folder: Path) -> None:
    """Do not offer it, nor delete it."""
    with contextlib.suppress(OSError):
        folder.mkdir(exist_ok=True)
        left.path.replace(folder / f"{left.saved_at:%Y-%m-%d %H-%M-%S} {left.path.name}")
        left.discard()


def _is_older_than_project(left: Left) -> bool:
    """Whether its project was saved afterwards, so that it holds more."""
    try:
        return (
            left.project_path is not None
            and left.path.stat().st_mtime_ns < left.project_path.stat().st_mtime_ns
        )
    except OSError:
        return False
