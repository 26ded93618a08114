# SPDX-License-Identifier: MIT
"""What projects ask: where to save, whether to save, where a recording is. None stops the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop_app.io.audio_file_text import shown_name

Answer = Literal["save", "discard", "cancel"]
REFERRING: Final = "Project that refers to the recording (*.rit)"
WITH_SOUND: Final = "Project with the recording inside (*.rit)"
_Button = QMessageBox.StandardButton


def ask_project_target(
    parent: QWidget,
    suggested: Path,
    then: Callable[[Path, bool], None],
    *,
    with_sound: bool,
    must_have_sound: bool,
) -> QFileDialog:
    """Ask where to save a project, and whether the recording goes into it: that is the kind of file.

    The dialog itself asks before a file is replaced.
    """
    dialog = QFileDialog(parent, "Save project as", str(suggested.parent))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([WITH_SOUND] if must_have_sound else [REFERRING, WITH_SOUND])
    dialog.selectNameFilter(WITH_SOUND if with_sound or must_have_sound else REFERRING)
    dialog.setDefaultSuffix("rit")
    dialog.selectFile(suggested.name)
    dialog.fileSelected.connect(lambda name: then(Path(name), dialog.selectedNameFilter() == WITH_SOUND))
    dialog.open()
    return dialog


def ask_to_save(parent: QWidget, name: str, then: Callable[[Answer], None]) -> QMessageBox:
    """Ask what becomes of the unsaved work on a recording or project."""
    buttons = _Button.Save | _Button.Discard | _Button.Cancel
    box = _box(parent, "Unsaved work", f"Save your work on {shown_name(name)}?", buttons)
    box.setInformativeText("What is not saved is lost.")
    box.setDefaultButton(_Button.Save)
    answers: dict[QMessageBox.StandardButton, Answer] = {_Button.Save: "save", _Button.Discard: "discard"}
    box.finished.connect(lambda _code: then(answers.get(box.standardButton(box.clickedButton()), "cancel")))
    box.open()
    return box


def ask_sound(parent: QWidget, name: str, folder: str, then: Callable[[Path], None]) -> QMessageBox:
    """Say that a project's recording is not where it was, and let it be found."""
    text = f"The recording of this project, {shown_name(name)}, was not found."
    box = _box(parent, "Recording not found", text, _Button.Cancel)
    box.setInformativeText("Where is it now?")
    find = box.addButton("Find it…", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(find)

    def ask() -> None:
        dialog = QFileDialog(parent, f"Find {shown_name(name)}", folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.open()

    box.finished.connect(lambda _code: ask() if box.clickedButton() is find else None)
    box.open()
    return box


def _box(parent: QWidget, title: str, text: str, buttons: QMessageBox.StandardButton) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Question, title, text, buttons, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box
