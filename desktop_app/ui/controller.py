# SPDX-License-Identifier: MIT
"""What the window can be told to do; owns the open document and everything that works behind the window."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.heard import NOTHING_HEARD, Heard
from desktop_app.jobs.playable import playable_path
from desktop_app.ui.background import Background
from desktop_app.ui.choices import Choices
from desktop_app.ui.devices_menu import DeviceChoice
from desktop_app.ui.document import Document
from desktop_app.ui.file_queue import FileQueue
from desktop_app.ui.folders import Folders
from desktop_app.ui.library import Entry, LibraryModel
from desktop_app.ui.listening.playback import CLOSE_TIMEOUT_S, Playback
from desktop_app.ui.live_control import STOP_TIMEOUT_S, LiveControl
from desktop_app.ui.notes.editor import NoteEditor
from desktop_app.ui.notes.note_control import NoteControl
from desktop_app.ui.overviews import OverviewStore
from desktop_app.ui.projects.control import ProjectControl
from desktop_app.ui.services import Services
from desktop_app.ui.settings import Settings
from desktop_app.ui.sound_files import copy_whole
from desktop_app.ui.startup import Startup

_log = logging.getLogger(__name__)


class Controller(QObject):
    """Commands in, signals out; nothing here draws.

    Signals
    -------
    document_changed
        Another recording is open, or the live sound is shown instead.
    notes_changed
        Other notes are told in the open recording.
    problem : str, bool
        One sentence for the user; the flag tells that another input device may help.
    models_listed
        The models that can be chosen are known.
    commanded
        The user wants something new, so that old messages are of no use.
    became_ready
        Files can be analysed and Record can begin.
    """

    document_changed = Signal()
    notes_changed = Signal()
    problem = Signal(str, bool)
    models_listed = Signal()
    commanded = Signal()
    became_ready = Signal()

    def __init__(self, settings: Settings, folders: Folders, services: Services | None = None) -> None:
        super().__init__()
        self.settings, self.folders = settings, folders
        self._services = services or Services()
        self.background = Background()
        self.library = LibraryModel()
        overviews = OverviewStore(self.background, folders.cache)
        self.queue = FileQueue(self.library, self._services, self.background, settings, overviews)
        self.notes = NoteControl(self.library, self.queue, self._services, settings)
        self.editor = NoteEditor()
        self.live = LiveControl(self._services, self.background, settings)
        self.playback = Playback(self._services, folders.cache / "renders")
        self.devices = DeviceChoice(self._services, self.background, settings)
        self.document: Document | None = None
        self._pictures: Path | None = None
        self.startup = Startup(self, self._services)
        self.choices = Choices(self)
        self.projects = ProjectControl(self, self._services)
        self.is_live_shown = False
        self._connect()

    def start(self) -> None:
        """Load in the background what the first paint did not need."""
        self.startup.begin()
        self.projects.autosaver.look_for_left()

    def tick(self) -> None:
        """Take up everything that other threads and processes have done since the last tick."""
        self.background.poll()
        self.queue.tick()
        self.live.tick()
        self.playback.tick()
        self.projects.tick()

    def close(self) -> bool:
        """End everything in order; False when a hanging device had to be abandoned."""
        has_ended = [self.live.close(), self.playback.close(), self.background.close()]
        self.projects.close()
        self.queue.close()
        return all(has_ended)

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open a project, or queue files and folders, of which the first that can be read is opened."""
        self.commanded.emit()
        self.queue.add(self.projects.open_among(paths))

    def open_entry(self, entry: Entry) -> None:
        """Show an entry of the list, analysing it first where needed."""
        self.commanded.emit()
        self.show_document()
        if entry is not self.library.open_entry or entry.is_pending:
            self.queue.open(entry)

    def close_recording(self) -> None:
        """Close the open recording; what was not saved of the work on it is gone."""
        entry = self.library.open_entry
        if entry is not None:
            self.document = self._pictures = None
            self.playback.open(None)
            self.library.set_open(None)
            self.projects.close_recording(entry)
            self.document_changed.emit()

    def show_document(self) -> None:
        """Go from the live pictures back to the open recording."""
        if self.live.is_listening and not self.live.is_recording:
            self.live.stop()

    def set_a4(self, a4_hz: int) -> None:
        """Use another tuning reference, for live sound and for the open recording."""
        self.choices.set_a4(a4_hz)

    def set_model(self, model_id: str) -> None:
        """Use another model; empty for the bundled default."""
        self.choices.set_model(model_id)

    def toggle_play(self) -> None:
        """Play or pause the open recording."""
        if self.document is not None and not self.live.is_recording:
            if self.is_live_shown:
                self.show_document()
            self.playback.toggle()

    def stop(self) -> None:
        """Stop recording, or playing."""
        if self.live.is_recording:
            self.live.toggle_recording()
        else:
            self.playback.pause()

    def toggle_recording(self) -> None:
        """Begin or end a take."""
        self.commanded.emit()
        self.live.toggle_recording()

    def toggle_listening(self) -> None:
        """Open or close the microphone."""
        self.commanded.emit()
        self.live.toggle_listening()

    def seek(self, time_s: float) -> None:
        """Put the cursor at a time of the open recording."""
        if self.document is not None and not self.is_live_shown:
            self.playback.seek(time_s)

    def rescan_devices(self) -> None:
        """Look again for microphones; an open player would forbid it."""
        if self.live.is_recording:
            self.problem.emit("The devices can be rescanned once the recording is stopped.", False)
            return
        self.live.stop()
        player = self.playback.release()

        def wait_closed() -> None:
            if player is not None:
                player.wait_closed(CLOSE_TIMEOUT_S)
            self.live.wait_stopped(CLOSE_TIMEOUT_S + STOP_TIMEOUT_S)

        self.devices.rescan(wait_closed)

    def save_copy(self, target: Path) -> None:
        """Write a copy of the open recording; a file of that name is replaced only when all is written."""
        if self.document is not None:
            source = self.document.path
            self.background.submit(lambda: copy_whole(source, target), failed=self.say)

    def say(self, error: RightInTuneError) -> None:
        """Tell the user what went wrong."""
        self.problem.emit(str(error), False)

    @property
    def services(self) -> Services:
        """What stands behind the window."""
        return self._services

    @property
    def models(self) -> Sequence[Any]:
        """The models that can be chosen, once they are listed."""
        return self.startup.models

    def heard(self) -> Heard:
        """What the panel shows now."""
        if self.is_live_shown:
            return self.live.heard
        if self.document is None:
            return NOTHING_HEARD
        if self.shows_whole:
            return self.document.summary()
        return self.document.heard_at(self.playback.position_s)

    @property
    def shows_whole(self) -> bool:
        """Whether the panel tells of the whole recording instead of a moment."""
        return self.playback.position_s <= 0.0 and not self.playback.is_playing

    def _connect(self) -> None:
        self.startup.models_listed.connect(self.models_listed)
        self.startup.ended.connect(self.became_ready)
        self.queue.ready.connect(self._open_ready)
        self.notes.formed.connect(self._show_analysis)
        self.editor.corrected.connect(self._show_analysis)
        for part in (self.queue, self.notes, self.playback, self.devices, self.projects):
            part.problem.connect(lambda text: self.problem.emit(text, False))
        self.devices.chosen.connect(self._has_new_device)
        self.live.problem.connect(self.problem)
        self.live.take_finished.connect(self._take_finished)
        self.live.changed.connect(self._follow_live)

    def _open_ready(self, entry: Entry) -> None:
        thresholds = entry.analysis.thresholds if entry.analysis else None
        if entry.work.project is not None and thresholds is not None:
            self.settings.set_thresholds(entry.is_poly, thresholds)
        if self.document is None or entry.folder != self._pictures or entry.work.is_new:
            self._open_pictures(entry)
        else:
            self._show_analysis(entry)
        if entry is self.library.open_entry:
            self.notes.follow(entry)

    def _show_analysis(self, entry: Entry) -> None:
        """The open recording's notes are others; its pictures and the cursor stay."""
        analysis = entry.corrected_analysis
        if entry is self.library.open_entry and self.document is not None and analysis is not None:
            self.document = replace(self.document, analysis=analysis)
            self.notes_changed.emit()

    def _open_pictures(self, entry: Entry) -> None:
        analysis = entry.corrected_analysis
        assert analysis is not None
        assert entry.folder is not None
        try:
            source = self._services.open_overview(entry.folder)
        except RightInTuneError as error:
            self.say(error)
            return
        self.document, self._pictures = Document(entry.path, analysis, source), entry.folder
        self.library.set_open(entry)
        self.settings.add_recent(entry.work.project_path or entry.path)
        self.playback.open(entry.path, playable_path(entry.path, entry.folder), analysis.duration_s)
        self.projects.resume(entry)
        if not self.live.is_listening:
            self.is_live_shown = False
        self.document_changed.emit()

    def _take_finished(self, path: Path, lost: bool) -> None:
        if lost:
            _log.warning("the device was lost while %s was recorded", path)
        self.queue.add([path], is_take=True)

    def _follow_live(self) -> None:
        """Live sound takes the pictures; afterwards they show the open recording, or stay as they are."""
        is_shown = self.live.is_listening or (self.is_live_shown and self.document is None)
        if self.live.is_listening and self.playback.is_playing:
            self.playback.pause()
        if is_shown != self.is_live_shown or self.live.is_preparing:
            self.is_live_shown = is_shown
            self.document_changed.emit()

    def _has_new_device(self, _device: object) -> None:
        self.live.device = self.devices.device
        if self.live.is_recording:
            self.problem.emit("The other device is used once this recording is stopped.", False)
        else:
            self.live.restart()
