# SPDX-License-Identifier: MIT
"""Brings a project into the window: reads it, finds its recording, and puts both among the entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.project import AudioReference, Project
from desktop_app.io.audio_file_text import shown_name
from desktop_app.ui.library import Entry
from desktop_app.ui.notes.editor import CorrectionHistory
from desktop_app.ui.projects.saving import refer_to
from desktop_app.ui.projects.sounds import find_sound
from desktop_app.ui.projects.work import Work

if TYPE_CHECKING:
    from desktop_app.ui.controller import Controller
    from desktop_app.ui.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """A project on its way into the window.

    Attributes
    ----------
    project
        As it was read.
    source
        The file that it was read from.
    project_path
        The project file that it is saved into; None where there is none.
    has_model
        Whether its model is installed.
    is_restored
        Whether it was kept in case of a crash, so that nothing of it is saved.
    shown
        Called with its entry once that is among the others.
    """

    project: Project
    source: Path
    project_path: Path | None
    has_model: bool = True
    is_restored: bool = False
    shown: Callable[[Entry], None] | None = None


class ProjectOpener(QObject):
    """Opens projects; whatever goes wrong, what is open stays open.

    Signals
    -------
    began : Path
        A project file is being read.
    sound_wanted : Opening
        The recording is not where it was: :meth:`use_sound` goes on.
    replacing : Entry, callable
        The recording is listed with work that is not saved; the callable goes on.
    problem : str
        One sentence for the user.
    """

    began = Signal(object)
    sound_wanted = Signal(object)
    replacing = Signal(object, object)
    problem = Signal(str)

    def __init__(self, controller: Controller, services: Services) -> None:
        super().__init__()
        self._controller, self._services = controller, services

    def open(self, path: Path) -> None:
        """Open a project file."""

        def read() -> Opening:
            from desktop_app.io.project import load_project

            return Opening(load_project(path), path, path)

        self.began.emit(path)
        self.begin(read)

    def begin(self, read: Callable[[], Opening]) -> None:
        """Open what is read, on another thread."""
        controller = self._controller
        sounds, found_in = controller.folders.sounds, controller.settings.sound_folder

        def read_and_find() -> tuple[Opening, Path | None]:
            opening = self._with_model(read())
            return opening, find_sound(
                opening.project,
                opening.source,
                sounds,
                found_in=Path(found_in) if found_in else None,
                inside=opening.project_path if opening.is_restored else None,
            )

        controller.background.submit(read_and_find, then=self._has_read, failed=controller.say)

    def use_sound(self, opening: Opening, path: Path) -> None:
        """Take a file as the project's recording, and look into its folder for those of other projects."""
        self._controller.settings.sound_folder = str(path.parent)
        self._enter(opening, path)

    def _with_model(self, opening: Opening) -> Opening:
        """Look whether the model is installed; on another thread."""
        wanted = opening.project.model_id
        if not wanted:  # the default one
            return opening
        try:
            models = self._services.list_models()
        except RightInTuneError:
            models = ()
        return replace(
            opening, has_model=any(one.model_id == wanted and one.problem is None for one in models)
        )

    def _has_read(self, found: tuple[Opening, Path | None]) -> None:
        opening, sound = found
        if sound is None:
            self.sound_wanted.emit(opening)
        else:
            self._enter(opening, sound)

    def _enter(self, opening: Opening, sound: Path) -> None:
        sound = sound.absolute()
        entry = self._controller.library.entry_of(sound)
        if entry is not None and entry.is_unsaved:
            self.replacing.emit(entry, lambda: self._show(opening, sound))
        else:
            self._show(opening, sound)

    def _show(self, opening: Opening, sound: Path) -> None:
        controller, project = self._controller, opening.project
        controller.choices.use(project.a4_hz, project.model_id if opening.has_model else None)
        entry = controller.library.entry_of(sound)
        if entry is None:
            entry = Entry(sound, is_poly=project.is_poly)
            controller.library.add(entry)
        self._fill(entry, opening)
        if entry.is_poly != project.is_poly:
            controller.queue.set_poly(entry, project.is_poly)
        else:
            controller.queue.open(entry)
        if opening.shown is not None:
            opening.shown(entry)
        self._compare(entry, project)

    def _fill(self, entry: Entry, opening: Opening) -> None:
        project = opening.project
        in_project = project.audio.is_embedded or self._controller.folders.sounds in entry.path.parents
        entry.history = CorrectionHistory(project.corrections)
        entry.work = Work(
            project_path=opening.project_path,
            has_sound_inside=in_project,
            project=project,
            is_new=True,
            listening=project.listening,
            view_s=project.view_s,
            saved_corrections=None if opening.is_restored else project.corrections,
            saved_listening=project.listening,
        )
        for analysis in tuple(entry.analyses.values()):
            entry.put(analysis)
        self._controller.library.touch(entry)

    def _compare(self, entry: Entry, project: Project) -> None:
        """Say so when the recording is not what it was."""
        work = entry.work

        def tell(audio: AudioReference) -> None:
            work.audio = audio
            if audio.sha256 != project.audio.sha256:
                name = shown_name(entry.path)
                self.problem.emit(f"{name} has changed since the project was saved: the notes may not fit.")

        self._controller.background.submit(
            lambda: refer_to(entry.path, project.audio), then=tell, failed=self._controller.say
        )
