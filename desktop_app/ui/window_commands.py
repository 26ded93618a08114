# SPDX-License-Identifier: MIT
"""What the window's commands do, as far as they ask or show something; the rest is the controller's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop_app.assets import bundled
from desktop_app.ui import dialogs, help_dialogs
from desktop_app.ui.document import notes_as_text
from desktop_app.ui.library import Entry
from desktop_app.ui.notes.note_settings import NoteSettings

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow

_EXAMPLE_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")


class WindowCommands:
    """One function for each of the commands in ``actions`` that belong to no feature."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._controller = window, window.controller
        self._note_settings: NoteSettings | None = None

    def handlers(self) -> dict[str, Callable[[], object]]:
        """The functions by the name of their command."""
        controller, views = self._controller, self._window.views
        return {
            "open": self.ask_files,
            "open_folder": self.ask_folder,
            "example": self.open_example,
            "save_copy": self.ask_target,
            "show_in_folder": self.show_open_in_folder,
            "quit": self.quit,
            "copy_notes": self.copy_notes,
            "clear_queue": controller.queue.clear,
            "zoom_in": views.zoom_in,
            "zoom_out": views.zoom_out,
            "fit": views.fit,
            "follow": self.toggle_follow,
            "record": controller.toggle_recording,
            "listen": controller.toggle_listening,
            "devices": lambda: self._window.submenus.pop_up_devices(),
            "rescan": controller.rescan_devices,
            "several_notes": self.toggle_several_notes,
            "note_settings": self.show_note_settings,
            "help": lambda: help_dialogs.show_help(self._window),
            "keys": lambda: help_dialogs.show_keys(self._window),
            "about": lambda: help_dialogs.show_about(self._window),
        }

    def ask_files(self) -> None:
        """Choose files."""
        dialogs.ask_files(self._window, self._controller.settings.last_folder, self._open_chosen)

    def ask_folder(self) -> None:
        """Choose a folder."""
        dialogs.ask_folder(self._window, self._controller.settings.last_folder, self._open_chosen)

    def ask_target(self) -> None:
        """Choose where to save the open recording."""
        document = self._controller.document
        if document is not None:
            folder = Path(self._controller.settings.last_folder or Path.home())
            dialogs.ask_target(self._window, folder / document.path.name, self._controller.save_copy)

    def open_example(self) -> None:
        """Open the bundled example."""
        try:
            folder = Path(str(bundled("resources", "demo")))
        except FileNotFoundError:
            folder = Path()
        examples = sorted(path for path in folder.glob("*") if path.suffix in _EXAMPLE_SUFFIXES)
        if folder != Path() and examples:
            self._controller.open_files(examples[:1])
        else:
            self._window.say("This installation lacks the example.")

    def show_open_in_folder(self) -> None:
        """Show the open recording where it lies."""
        entry = self._controller.library.open_entry
        if entry is not None:
            self.show_in_folder(entry)

    def show_in_folder(self, entry: Entry) -> None:
        """Show a file where it lies."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.path.parent)))

    def copy_notes(self) -> None:
        """Put the selected notes on the clipboard; all where none is selected."""
        document = self._controller.document
        if document is not None:
            notes = self._window.notes.selected_notes() or document.notes
            QApplication.clipboard().setText(notes_as_text(notes))
            n_notes = len(notes)
            self._window.status_line.showMessage(
                f"Copied {n_notes} note{'' if n_notes == 1 else 's'} to the clipboard", 4000
            )

    def toggle_follow(self) -> None:
        """Follow the sound, or stay."""
        is_on = self._window.named_actions["follow"].isChecked()
        self._controller.settings.follow = is_on
        self._window.views.set_following(is_on)
        self._window.transport.set_follow(is_on)

    def toggle_several_notes(self) -> None:
        """Tell several notes at once in the open recording, or one."""
        self._controller.notes.set_poly(self._window.named_actions["several_notes"].isChecked())

    def show_note_settings(self) -> None:
        """Open the sliders beside the work, or bring them to the front."""
        if self._note_settings is None:
            controller = self._controller
            self._note_settings = NoteSettings(self._window, controller.notes, controller.settings)
        self._note_settings.show()
        self._note_settings.raise_()
        self._note_settings.activateWindow()

    def note_follow(self, is_on: bool) -> None:
        """The views have begun or ceased to follow by themselves, such as by scrolling."""
        self._window.named_actions["follow"].setChecked(is_on)
        self._window.transport.set_follow(is_on)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    def _open_chosen(self, paths: list[Path]) -> None:
        if paths:
            self._controller.settings.last_folder = str(paths[0].parent)
            self._controller.open_files(paths)
