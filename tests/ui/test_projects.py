# SPDX-License-Identifier: MIT
"""Projects: saved, and all that can be wrong with that; the analysis is a fake."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from project_hands import (
    OpenRecording,
    answer_file_dialog,
    entry_of,
    heard,
    make_sound,
    raise_octave,
    save,
    sentence,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from window_fakes import wait_for

from desktop_app.domain.listening import Listening
from desktop_app.domain.thresholds import NoteThresholds
from desktop_app.io.project import load_project
from desktop_app.ui.projects.dialogs import WITH_SOUND

_Button = QMessageBox.StandardButton


class TestSaving:
    def test_all_is_as_before_in_another_run(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        sound, project = make_sound(tmp_path / "a song.wav"), tmp_path / "mine #1.rit"
        one = open_recording(sound)
        one.controller.notes.set_poly(True)
        wait_for(qtbot, lambda: len(heard(one)) == 3)
        one.controller.notes.set_thresholds(NoteThresholds(0.4, 0.4, 0.1))
        raise_octave(one)
        one.window.views.set_visible_range(1.0, 2.5)
        one.controller.seek(1.25)
        qtbot.wait(100)
        shown = heard(one)
        save(one, qtbot, project)
        one.close()
        two = open_recording(project)
        wait_for(qtbot, lambda: two.window.windowTitle() == "mine #1.rit – Right In Tune")
        assert heard(two) == shown
        assert entry_of(two).path == sound
        assert entry_of(two).is_poly
        assert two.settings.thresholds(True) == NoteThresholds(0.4, 0.4, 0.1)
        assert two.window.views.visible_range() == pytest.approx((1.0, 2.5))
        assert two.controller.playback.position_s == pytest.approx(1.25)
        assert two.settings.recent_files[0] == str(project)
        qtbot.wait(100)
        assert not entry_of(two).is_unsaved
        two.controller.editor.delete(two.controller.document.notes)
        assert heard(two) == []
        two.controller.editor.undo()
        assert heard(two) == shown

    def test_the_star_comes_and_goes(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        window, library = program.window, program.controller.library
        assert window.windowTitle() == "a.wav – Right In Tune"
        raise_octave(program)
        wait_for(qtbot, lambda: window.windowTitle() == "*a.wav – Right In Tune")
        wait_for(qtbot, lambda: library.data(library.index(0, 0)) == "*a.wav")
        program.controller.editor.undo()
        wait_for(qtbot, lambda: window.windowTitle() == "a.wav – Right In Tune")
        program.controller.editor.redo()
        save(program, qtbot, tmp_path / "b.rit")
        wait_for(qtbot, lambda: window.windowTitle() == "b.rit – Right In Tune")
        assert library.data(library.index(0, 0)) == "a.wav"

    def test_saving_again_asks_nothing(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program, path = open_recording(make_sound(tmp_path / "a.wav")), tmp_path / "a.rit"
        raise_octave(program)
        qtbot.keyClick(program.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        dialog = program.window.findChild(QFileDialog)
        assert dialog.directory().path() == str(tmp_path)
        answer_file_dialog(program, path)
        wait_for(qtbot, lambda: not entry_of(program).is_unsaved)
        raise_octave(program)
        program.window.named_actions["save_project"].trigger()
        wait_for(qtbot, lambda: not entry_of(program).is_unsaved)
        assert [note.midi for note in load_project(path).corrections.kept] == [93]
        assert program.window.status_line.currentMessage() == "Saved a.rit"

    def test_what_changes_while_it_is_saved_stays_unsaved(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program, path = open_recording(make_sound(tmp_path / "a.wav")), tmp_path / "a.rit"
        entry = entry_of(program)
        raise_octave(program)
        program.controller.projects.save(entry, path, with_sound=False)
        raise_octave(program)
        wait_for(qtbot, lambda: entry.work.project_path == path)
        assert entry.is_unsaved
        assert [note.midi for note in load_project(path).corrections.kept] == [81]

    def test_the_recording_can_be_inside(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        sound, project = make_sound(tmp_path / "there" / "a.wav", b"RIFF of its own"), tmp_path / "a.rit"
        one = open_recording(sound)
        raise_octave(one)
        save(one, qtbot, project, WITH_SOUND)
        one.close()
        sound.unlink()
        two = open_recording(project)
        assert heard(two) == [81]
        assert entry_of(two).path.name == "a.wav"
        assert entry_of(two).path.read_bytes() == b"RIFF of its own"
        raise_octave(two)
        two.window.named_actions["save_project"].trigger()
        wait_for(qtbot, lambda: not entry_of(two).is_unsaved)
        assert load_project(project).audio.is_embedded
        two.window.named_actions["save_project_as"].trigger()
        dialog = two.window.findChild(QFileDialog)
        assert dialog.nameFilters() == [WITH_SOUND]  # there is no other copy of it
        dialog.close()

    def test_a_loop_counts_in_a_project_only(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        playback = program.controller.playback
        playback.listening = Listening(loop_s=(0.5, 1.5), speed=0.5)
        qtbot.wait(100)
        assert not entry_of(program).is_unsaved
        save(program, qtbot, tmp_path / "a.rit")
        playback.listening = Listening(position_s=1.0, loop_s=(0.5, 1.5), speed=0.5)
        qtbot.wait(100)
        assert not entry_of(program).is_unsaved
        playback.listening = Listening(loop_s=(0.5, 1.5), speed=0.6)
        wait_for(qtbot, lambda: entry_of(program).is_unsaved)

    @pytest.mark.parametrize("where", ["no folder", "a folder", "full disk"])
    def test_what_cannot_be_saved_stays_unsaved(
        self,
        open_recording: OpenRecording,
        qtbot: QtBot,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        where: str,
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        path = tmp_path / "a.rit"
        if where == "no folder":
            path = tmp_path / "none" / "a.rit"
        elif where == "a folder":
            path.mkdir()
        else:
            path.write_bytes(b"what was there")
            monkeypatch.setattr(os, "fsync", _no_space)
        program.controller.projects.save(entry_of(program), path, with_sound=False)
        wait_for(qtbot, lambda: "“a.rit” cannot be saved" in sentence(program))
        assert entry_of(program).is_unsaved
        assert entry_of(program).work.project_path is None
        if where == "full disk":
            assert path.read_bytes() == b"what was there"

    def test_work_is_saved_although_the_recording_is_gone(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        sound = make_sound(tmp_path / "a.wav")
        program = open_recording(sound)
        raise_octave(program)
        content = sound.read_bytes()
        sound.unlink()
        save(program, qtbot, tmp_path / "a.rit")
        program.close()
        sound.write_bytes(content)
        again = open_recording(tmp_path / "a.rit")
        assert heard(again) == [81]


def _no_space(_file: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
