# SPDX-License-Identifier: MIT
"""Unsaved work when the window or a recording is closed; the analysis is a fake."""

from __future__ import annotations

from pathlib import Path

import pytest
from project_hands import (
    OpenRecording,
    answer,
    answer_file_dialog,
    entry_of,
    heard,
    make_sound,
    question,
    raise_octave,
    save,
    sentence,
)
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from window_fakes import wait_for

from desktop_app.io.project import load_project

_Button = QMessageBox.StandardButton


class TestClosing:
    def test_nothing_is_asked_where_nothing_would_be_lost(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        save(program, qtbot, tmp_path / "a.rit")
        program.window.close()
        assert not program.window.isVisible()

    def test_cancel_keeps_the_window(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        program.window.close()
        program.window.close()  # once more, with the question open
        assert len(program.window.findChildren(QMessageBox)) == 1
        answer(program, qtbot, _Button.Cancel)
        assert program.window.isVisible()
        assert program.pump.is_running
        assert heard(program) == [81]

    def test_discard_closes(self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        program.window.close()
        answer(program, qtbot, _Button.Discard)
        wait_for(qtbot, lambda: not program.window.isVisible())

    def test_save_closes_once_it_is_safe(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        program.window.close()
        answer(program, qtbot, _Button.Save)
        answer_file_dialog(program, tmp_path / "none" / "a.rit")
        wait_for(qtbot, lambda: "cannot be saved" in sentence(program))
        assert program.window.isVisible()
        program.window.close()
        answer(program, qtbot, _Button.Save)
        answer_file_dialog(program, tmp_path / "a.rit")
        wait_for(qtbot, lambda: not program.window.isVisible())
        assert [note.midi for note in load_project(tmp_path / "a.rit").corrections.kept] == [81]

    def test_each_is_asked_for_and_cancel_keeps_all(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        controller = program.controller
        raise_octave(program)
        controller.open_files([make_sound(tmp_path / "b.wav")])
        wait_for(qtbot, lambda: entry_of(program).path.name == "b.wav")
        raise_octave(program)
        program.window.close()
        assert "“a.wav”" in question(program).text()
        answer(program, qtbot, _Button.Discard)
        assert "“b.wav”" in question(program).text()
        answer(program, qtbot, _Button.Cancel)
        assert [entry.path.name for entry in controller.projects.unsaved()] == ["a.wav", "b.wav"]

    def test_corrections_stay_while_one_looks_at_others(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        controller = program.controller
        raise_octave(program)
        first = entry_of(program)
        program.window.views.set_visible_range(0.5, 1.0)
        qtbot.wait(100)
        controller.open_files([make_sound(tmp_path / "b.wav")])
        wait_for(qtbot, lambda: entry_of(program).path.name == "b.wav")
        assert question(program) is None
        assert heard(program) == [69]
        program.window.named_actions["clear_queue"].trigger()
        controller.open_entry(first)
        wait_for(qtbot, lambda: entry_of(program) is first)
        assert heard(program) == [81]
        assert program.window.views.visible_range() == pytest.approx((0.5, 1.0))

    def test_close_recording(self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        window, controller = program.window, program.controller
        raise_octave(program)
        window.named_actions["close_recording"].trigger()
        answer(program, qtbot, _Button.Discard)
        wait_for(qtbot, lambda: controller.document is None)
        assert controller.library.entries == []
        assert window.pages.currentWidget() is window.empty
        assert window.windowTitle() == "Right In Tune"
        assert not window.named_actions["save_project"].isEnabled()
        controller.open_files([tmp_path / "a.wav"])
        wait_for(qtbot, lambda: controller.document is not None)
        assert heard(program) == [69]
