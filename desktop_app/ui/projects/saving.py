# SPDX-License-Identifier: MIT
"""Writes the work on a recording into its project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.errors import ProjectError, RightInTuneError
from desktop_app.domain.listening import Mix
from desktop_app.domain.project import AudioReference, Project
from desktop_app.ui.library import Entry
from desktop_app.ui.projects.in_turn import InTurn
from desktop_app.ui.projects.work import practised
from desktop_app.ui.settings import Settings

# Of a recording that was out of reach from the beginning.
_NO_HASH = 64 * "0"


def refer_to(sound: Path, known: AudioReference) -> AudioReference:
    """What tells a recording from others; reads all of it. Out of reach, it is what is known of it.

    The work on a recording must not be lost with it.
    """
    from desktop_app.io.project import audio_reference

    try:
        return audio_reference(sound)
    except ProjectError:
        return replace(known, path=str(sound))


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The work on a recording at one moment; nothing in it changes any more.

    Attributes
    ----------
    sound
        The recording.
    project_path
        The project file that it belongs to; None where there is none.
    told
        What a project file holds of it; what tells the recording from others may be older.
    """

    sound: Path
    project_path: Path | None
    told: Project

    def project(self) -> Project:
        """What a project file holds of it; reads the whole recording the first time."""
        return replace(self.told, audio=refer_to(self.sound, self.told.audio))

    def is_as(self, other: Snapshot | None) -> bool:
        """Whether the same work is in the other, wherever the cursor is."""
        return (
            other is not None
            and self.told.corrections is other.told.corrections
            and practised(self.told.listening) == practised(other.told.listening)
            and self.project_path == other.project_path
        )


def take_snapshot(entry: Entry, settings: Settings, mix: Mix) -> Snapshot | None:
    """The work on an entry now; None before it has ever been analysed."""
    work = entry.work
    found = _found(entry, settings)
    if found is None:
        return None
    told = replace(
        found,
        audio=work.audio or AudioReference(str(entry.path), 0, _NO_HASH),
        corrections=entry.history.current,
        listening=work.listening,
        mix=work.project.mix if work.is_new and work.project is not None else mix,
        view_s=work.view_s,
    )
    return Snapshot(entry.path, work.project_path, told)


def _found(entry: Entry, settings: Settings) -> Project | None:
    """What is known of an entry's recording, from its analysis or from the project that it was opened by."""
    analysis = entry.analysis or entry.work.last_analysis
    if analysis is None:
        return entry.work.project
    return Project(
        audio=AudioReference("", 0, ""),  # is filled in
        a4_hz=analysis.a4_hz,
        model_id=settings.model_id,
        is_poly=analysis.is_poly,
        thresholds=analysis.thresholds or settings.thresholds(analysis.is_poly),
        notes=analysis.notes,
        tempo=analysis.tempo,
        key=analysis.key,
        family_track=analysis.family_track,
    )


class ProjectSaver(QObject):
    """Saves on another thread, one project after the other.

    Signals
    -------
    began : Path
        A project file is being written.
    saved : Entry
        Its work is safe, as far as it had gone when it was asked to be saved.
    problem : str
        One sentence for the user.
    """

    began = Signal(object)
    saved = Signal(object)
    problem = Signal(str)

    def __init__(self, in_turn: InTurn, settings: Settings) -> None:
        super().__init__()
        self._in_turn, self._settings = in_turn, settings

    def save(
        self,
        entry: Entry,
        snapshot: Snapshot,
        path: Path,
        *,
        with_sound: bool,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Write a project file; it stays as it was where that fails.

        Parameters
        ----------
        entry, snapshot
            What is saved.
        path
            The project file; it may be there.
        with_sound
            Whether the recording is put into it.
        then
            Called when all is safe, and only then.
        """

        def write() -> Project:
            from desktop_app.io.project import save_project

            project = snapshot.project()
            save_project(path, project, embed=with_sound)
            return project

        def end(project: Project) -> None:
            work = entry.work
            work.project_path, work.has_sound_inside = path, with_sound
            work.saved_corrections, work.saved_listening = snapshot.told.corrections, snapshot.told.listening
            work.project, work.audio = project, project.audio
            self._settings.add_recent(path)
            self.saved.emit(entry)
            if then is not None:
                then()

        self.began.emit(path)
        self._in_turn.submit(write, then=end, failed=self._say)

    def _say(self, error: RightInTuneError) -> None:
        self.problem.emit(str(error))
