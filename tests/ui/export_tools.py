# SPDX-License-Identifier: MIT
"""A program with a melody open, and hands for its export dialogs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import soundfile
import window_fakes
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, tone, wait_for

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.ui.exporting.output_dialog import OutputDialog
from desktop_app.ui.program import Program
from desktop_app.ui.score.feature import ScoreFeature

LEFT = Qt.MouseButton.LeftButton
MELODY = ((0.0, 69), (0.5, 71), (1.0, 72), (1.5, 74), (2.0, 72), (2.5, 71), (3.0, 69), (3.5, 64))
_Dialog = TypeVar("_Dialog", bound=OutputDialog)
_plain_analysis = window_fakes.make_analysis


def melody(path: Path, midi: int = 69) -> Analysis:
    """Eight quarter notes at 120 bpm."""
    notes = tuple(
        Note(at_s, at_s + 0.45, key, midi_to_hz(key), 0.0, 90, 0.95, "string", 0.9) for at_s, key in MELODY
    )
    return replace(_plain_analysis(path, midi), notes=notes)


def open_melody(
    monkeypatch: Any, start: StartProgram, world: FakeWorld, qtbot: QtBot, folder: Path, notes: bool = True
) -> Program:
    """A program with a recording of :data:`MELODY` open, or with one of no notes."""
    make = melody if notes else lambda path, midi=69: replace(_plain_analysis(path, midi), notes=())
    monkeypatch.setattr(window_fakes, "make_analysis", make)
    path = folder / "my song.wav"
    soundfile.write(path, tone(4.0), 16_000)
    program = start(world.services, [path])
    wait_for(qtbot, lambda: program.controller.document is not None)
    qtbot.wait(100)  # the window has its final size
    program.settings.last_folder = str(folder)
    return program


def score_of(program: Program) -> ScoreFeature:
    return next(feature for feature in program.window.features if isinstance(feature, ScoreFeature))


def open_dialog(program: Program, command: str, kind: type[_Dialog]) -> _Dialog:
    """Trigger a command and return its dialog."""
    program.window.named_actions[command].trigger()
    [dialog] = [dialog for dialog in program.window.findChildren(kind) if dialog.isVisible()]
    return dialog


def export_to(qtbot: QtBot, dialog: OutputDialog, target: Path) -> None:
    """Click *Export…*, type a name into the file dialog and save."""
    QTest.mouseClick(dialog.export_button, LEFT)
    [asked] = dialog.findChildren(QFileDialog)
    qtbot.waitUntil(asked.isVisible)
    asked.findChild(QLineEdit, "fileNameEdit").setText(str(target))
    save = next(
        button for button in asked.findChildren(QPushButton) if button.text().replace("&", "") == "Save"
    )
    QTest.mouseClick(save, LEFT)


def wait_written(qtbot: QtBot, dialog: OutputDialog) -> str:
    """Wait for the end; returns the sentence."""
    wait_for(qtbot, lambda: bool(dialog.message.text()) and not dialog.is_running, timeout_s=30.0)
    return dialog.message.text()


def answer_question(button: QMessageBox.StandardButton, asked: list[str]) -> None:
    """Answer the next message box, and keep what it asked."""

    def answer() -> None:
        box = next(
            (w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()), None
        )
        if box is None:
            QTimer.singleShot(20, answer)
            return
        asked.append(box.text())
        QTest.mouseClick(box.button(button), LEFT)

    QTimer.singleShot(20, answer)


def choose(combo: QWidget, data: object) -> None:
    """Choose a row as a user does."""
    index = combo.findData(data)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)
