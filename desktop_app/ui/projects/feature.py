# SPDX-License-Identifier: MIT
"""ProjectFeature: wires this folder to the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.ui.command import Feature
from desktop_app.ui.projects import dialogs
from desktop_app.ui.projects.closing import UnsavedQuestions
from desktop_app.ui.projects.restore_dialog import RestoreDialog

if TYPE_CHECKING:
    from desktop_app.io.autosave import Left
    from desktop_app.ui.library import Entry
    from desktop_app.ui.main_window import MainWindow
    from desktop_app.ui.projects.opening import Opening

_MESSAGE_MS = 4000


class ProjectFeature(Feature):
    """See :mod:`desktop_app.ui.command`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._projects = self.controller.projects
        self._questions = UnsavedQuestions(window, self._projects, self._save)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its commands do."""
        return {
            "save_project": self.save,
            "save_project_as": self.save_as,
            "close_recording": self.close_recording,
        }

    def connect(self) -> None:
        """The actions are there now."""
        projects = self._projects
        projects.opener.sound_wanted.connect(self._ask_sound)
        projects.opener.replacing.connect(lambda entry, go_on: self._questions.ask([entry], go_on))
        projects.opener.began.connect(lambda path: self._tell(f"Opening {path.name}…"))
        projects.saver.began.connect(lambda path: self._tell(f"Saving {path.name}…"))
        projects.saver.saved.connect(lambda entry: self._tell(f"Saved {entry.shown_name}"))
        projects.autosaver.left_found.connect(self._offer)

    def save(self) -> None:
        """Save the work on the open recording, where it was saved before."""
        entry = self.controller.library.open_entry
        if entry is not None:
            self._save(entry)

    def save_as(self) -> None:
        """Save the work on the open recording into another project file."""
        entry = self.controller.library.open_entry
        if entry is not None:
            self._save_as(entry)

    def close_recording(self) -> None:
        """Close the open recording, asking first what becomes of unsaved work."""
        entry = self.controller.library.open_entry
        if entry is not None:
            self._questions.ask([entry] if entry.is_unsaved else [], self.controller.close_recording)

    def may_close(self) -> bool:
        """Whether nothing would be lost; else it asks, and closes the window itself when all is answered."""
        unsaved = self._projects.unsaved()
        if unsaved:
            self._questions.ask(unsaved, self.window.close)
        return not unsaved

    def show_document(self) -> None:
        """Show the stretch of time that was shown when this recording was last open."""
        view_s = self._shown_entry.work.view_s if self._shown_entry is not None else None
        if view_s is not None:
            views = self.window.views
            views.set_position(self.controller.playback.position_s)  # which may turn the page: not now
            views.set_visible_range(*view_s)

    def tick(self) -> None:
        """Remember the stretch of time that is shown."""
        entry = self._shown_entry
        if entry is not None and not entry.work.is_new:
            entry.work.view_s = self.window.views.visible_range()

    @property
    def _shown_entry(self) -> Entry | None:
        return None if self.controller.is_live_shown else self.controller.library.open_entry

    def _save(self, entry: Entry, then: Callable[[], None] | None = None) -> None:
        path = entry.work.project_path
        if path is None:
            self._save_as(entry, then)
        else:
            self._projects.save(entry, path, with_sound=entry.work.has_sound_inside, then=then)

    def _save_as(self, entry: Entry, then: Callable[[], None] | None = None) -> None:
        projects = self._projects
        is_only_inside = projects.is_only_inside(entry)
        folder = Path(self.controller.settings.last_folder or Path.home())
        suggested = (folder if is_only_inside else entry.path.parent) / f"{entry.path.stem}.rit"
        dialogs.ask_project_target(
            self.window,
            entry.work.project_path or suggested,
            lambda path, with_sound: projects.save(entry, path, with_sound=with_sound, then=then),
            with_sound=entry.work.has_sound_inside,
            must_have_sound=is_only_inside,
        )

    def _tell(self, text: str) -> None:
        self.window.status_line.showMessage(text, _MESSAGE_MS)

    def _ask_sound(self, opening: Opening) -> None:
        folder = str(opening.source.parent) if opening.project_path else self.controller.settings.last_folder
        name = Path(opening.project.audio.path).name
        use = self._projects.opener.use_sound
        dialogs.ask_sound(self.window, name, folder, lambda path: use(opening, path))

    def _offer(self, left: list[Left]) -> None:
        dialog = RestoreDialog(self.window, left)
        dialog.restore_requested.connect(self._projects.restore)
        dialog.discard_requested.connect(self._projects.discard_left)
        dialog.open()
