# SPDX-License-Identifier: MIT
"""A program per test, with folders of its own and nothing left behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from conftest_audio import pulse_server, virtual_microphone  # noqa: F401
from desk import desk, screen  # noqa: F401
from project_hands import open_recording  # noqa: F401
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram

from desktop_app.ui.program import Program
from desktop_app.ui.services import Services

_GRACE_S = 3.0
_SLOW_MS = 1000  # Qt's own, such as the one that takes a message off the status bar


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folders of this test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("RIGHT_IN_TUNE_HOME", str(folder))
    return folder


@pytest.fixture
def world() -> FakeWorld:
    """Fakes of all that stands behind the window."""
    return FakeWorld()


@pytest.fixture
def start(qtbot: QtBot, home: Path) -> Iterator[StartProgram]:
    """Starts programs and, at the end, closes them and looks for what they left behind."""
    programs: list[Program] = []
    threads = set(threading.enumerate())
    windows = set(QApplication.topLevelWidgets())

    def start_program(services: Services | None = None, files: Sequence[Path] = ()) -> Program:
        gc.collect()  # what Python still holds of the windows of earlier tests
        program = Program(files, services)
        programs.append(program)
        program.show()
        program.window.activateWindow()  # keys go to the active window
        qtbot.waitUntil(lambda: program.pump.is_running and program.window.isActiveWindow(), timeout=10_000)
        return program

    yield start_program
    log = home / "logs" / "right-in-tune.log"
    while programs:
        close(programs.pop())
    errors = log.read_text() if log.exists() else ""
    assert "Traceback" not in errors or "planted" in errors
    for thread in set(threading.enumerate()) - threads:
        thread.join(_GRACE_S)  # such as the one that waits for the disk
        assert not thread.is_alive(), f"thread still running: {thread.name}"
    assert not {type(widget).__name__ for widget in set(QApplication.topLevelWidgets()) - windows}


def close(program: Program) -> None:
    """Close a program as its window's button does, and delete its window; what is unsaved is given up."""
    window = program.window
    program.controller.projects.give_up(program.controller.projects.unsaved())
    window.close()
    assert not program.pump.is_running
    repeating = [timer for timer in window.findChildren(QTimer) if not timer.isSingleShot()]
    assert not [timer for timer in repeating if timer.isActive() and timer.interval() < _SLOW_MS]
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
