# SPDX-License-Identifier: MIT
"""What a user does with projects, for tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.ui.library import Entry
from desktop_app.ui.program import Program
from desktop_app.ui.projects.dialogs import REFERRING

OpenRecording = Callable[..., Program]


@pytest.fixture
def open_recording(start: StartProgram, world: FakeWorld, qtbot: QtBot) -> OpenRecording:
    """Starts a program with a recording or a project."""

    def open_it(path: Path) -> Program:
        program = start(world.services, [path])
        wait_for(qtbot, lambda: program.controller.document is not None)
        return program

    return open_it


def make_sound(path: Path, content: bytes = b"RIFF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def entry_of(program: Program) -> Entry:
    entry = program.controller.library.open_entry
    assert entry is not None
    return entry


def raise_octave(program: Program) -> None:
    """Correct the first note."""
    controller = program.controller
    assert controller.document is not None
    controller.editor.transpose(controller.document.notes[:1], 12)


def heard(program: Program) -> list[int]:
    assert program.controller.document is not None
    return [note.midi for note in program.controller.document.notes]


def save(program: Program, qtbot: QtBot, path: Path, kind: str = REFERRING) -> None:
    """Save as a project, through the dialog."""
    program.window.named_actions["save_project_as"].trigger()
    answer_file_dialog(program, path, kind)
    wait_for(qtbot, lambda: path.exists() and not entry_of(program).is_unsaved)


def answer_file_dialog(program: Program, path: Path, kind: str = "") -> None:
    dialog = program.window.findChild(QFileDialog)
    if kind:
        dialog.selectNameFilter(kind)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def answer(program: Program, qtbot: QtBot, button: QMessageBox.StandardButton) -> None:
    """Press a button of the question."""
    box = question(program)
    assert box is not None
    qtbot.mouseClick(box.button(button), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: question(program) is not box)


def question(program: Program) -> QMessageBox | None:
    boxes = [box for box in program.window.findChildren(QMessageBox) if box.isVisible()]
    return boxes[0] if boxes else None


def sentence(program: Program) -> str:
    banner = program.window.banner
    return banner.label.text() if banner.isVisible() else ""
