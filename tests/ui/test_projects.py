# SPDX-License-Identifier: MIT
"""Projects: saved, opened again, and all that can be wrong with them; the analysis is a fake."""

from __future__ import annotations

import errno
import json
import os
import zipfile
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
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from test_window_files import drop
from window_fakes import FakeWorld, StartProgram, wait_for

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


def broken(kind: str, path: Path, good: Path) -> None:
    """Make a project file that cannot be opened."""
    content = good.read_bytes()
    if kind == "newer":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("project.json", json.dumps({"schema": "right-in-tune/project/99"}))
    elif kind == "cut off":
        path.write_bytes(content[: len(content) // 2])
    elif kind == "a letter":
        path.write_text("Dear reader, this is no project.")
    elif kind == "empty":
        path.write_bytes(b"")


class TestOpening:
    def test_dropped_on_the_window(self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        save(program, qtbot, tmp_path / "My Song.RIT")
        program.controller.editor.undo()
        save(program, qtbot, tmp_path / "other.rit")
        drop(program.window, [tmp_path / "My Song.RIT"])
        wait_for(qtbot, lambda: program.window.windowTitle() == "My Song.RIT – Right In Tune")
        assert heard(program) == [81]
        program.window.submenus.menus["recent"].aboutToShow.emit()
        first = program.window.submenus.menus["recent"].actions()[0]
        assert first.text() == "&1 My Song.RIT"

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("newer", "was made by a newer version"),
            ("cut off", "damaged"),
            ("a letter", "is not a project"),
            ("empty", "is not a project"),
            ("missing", "cannot be read"),
        ],
    )
    def test_what_cannot_be_opened_leaves_the_old(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path, kind: str, expected: str
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        save(program, qtbot, tmp_path / "a.rit")
        raise_octave(program)
        broken(kind, tmp_path / "b.rit", tmp_path / "a.rit")
        document = program.controller.document
        program.controller.open_files([tmp_path / "b.rit"])
        wait_for(qtbot, lambda: expected in sentence(program))
        assert "“b.rit”" in sentence(program)
        assert program.controller.document is document
        assert heard(program) == [93]
        assert entry_of(program).is_unsaved

    def test_a_moved_recording_is_found_by_its_content(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        sound = make_sound(tmp_path / "a" / "song.wav", b"RIFF one")
        one = open_recording(sound)
        raise_octave(one)
        (tmp_path / "b").mkdir()
        save(one, qtbot, tmp_path / "b" / "song.rit")
        one.close()
        sound.rename(tmp_path / "b" / "another name.wav")
        make_sound(tmp_path / "b" / "song.wav", b"RIFF two")
        two = open_recording(tmp_path / "b" / "song.rit")
        assert entry_of(two).path.name == "another name.wav"
        assert heard(two) == [81]

    def test_a_lost_recording_is_asked_for_and_its_folder_remembered(
        self,
        open_recording: OpenRecording,
        start: StartProgram,
        world: FakeWorld,
        qtbot: QtBot,
        tmp_path: Path,
    ) -> None:
        sound, project = make_sound(tmp_path / "old" / "a.wav", b"RIFF 1"), tmp_path / "a.rit"
        one = open_recording(sound)
        raise_octave(one)
        save(one, qtbot, project)
        one.close()
        (tmp_path / "new").mkdir()
        sound = sound.rename(tmp_path / "new" / "a.wav")
        two = start(world.services, [project])
        wait_for(qtbot, lambda: question(two) is not None)
        assert "“a.wav”, was not found" in question(two).text()
        find = next(button for button in question(two).buttons() if button.text() == "Find it…")
        qtbot.mouseClick(find, Qt.MouseButton.LeftButton)
        answer_file_dialog(two, sound)
        wait_for(qtbot, lambda: two.controller.document is not None)
        assert heard(two) == [81]
        two.close()
        three = open_recording(project)
        assert entry_of(three).path == sound
        assert question(three) is None

    def test_not_finding_it_leaves_all_as_it_is(
        self,
        open_recording: OpenRecording,
        start: StartProgram,
        world: FakeWorld,
        qtbot: QtBot,
        tmp_path: Path,
    ) -> None:
        sound, project = make_sound(tmp_path / "old" / "a.wav"), tmp_path / "a.rit"
        one = open_recording(sound)
        save(one, qtbot, project)
        one.close()
        sound.unlink()
        content = project.read_bytes()
        two = open_recording(make_sound(tmp_path / "b.wav", b"RIFF 2"))
        two.controller.open_files([project])
        wait_for(qtbot, lambda: question(two) is not None)
        answer(two, qtbot, _Button.Cancel)
        assert entry_of(two).path.name == "b.wav"
        assert project.read_bytes() == content

    def test_a_changed_recording_opens_with_a_word(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        sound, project = make_sound(tmp_path / "a.wav"), tmp_path / "a.rit"
        one = open_recording(sound)
        raise_octave(one)
        save(one, qtbot, project)
        one.close()
        sound.write_bytes(b"RIFF but longer")
        two = open_recording(project)
        wait_for(qtbot, lambda: "“a.wav” has changed since the project was saved" in sentence(two))
        assert heard(two) == [81]

    def test_tuning_of_the_project(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path, world: FakeWorld
    ) -> None:
        project = tmp_path / "a.rit"
        one = open_recording(make_sound(tmp_path / "a.wav"))
        save(one, qtbot, project)
        told = load_project(project)
        one.controller.set_a4(442)
        wait_for(qtbot, lambda: len(world.pool.analysed) == 2)
        wait_for(qtbot, lambda: one.controller.queue.n_pending == 0)
        one.controller.open_files([project])
        wait_for(qtbot, lambda: one.settings.a4_hz == 440)
        assert told.a4_hz == 440.0
        marked = [action.text() for action in one.window.submenus.menus["a4"].actions() if action.isChecked()]
        assert marked == ["440 Hz"]

    def test_opening_over_unsaved_work_asks(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program, project = open_recording(make_sound(tmp_path / "a.wav")), tmp_path / "a.rit"
        raise_octave(program)
        save(program, qtbot, project)
        raise_octave(program)
        program.controller.open_files([project])
        wait_for(qtbot, lambda: question(program) is not None)
        answer(program, qtbot, _Button.Cancel)
        assert heard(program) == [93]
        program.controller.open_files([project])
        wait_for(qtbot, lambda: question(program) is not None)
        answer(program, qtbot, _Button.Discard)
        wait_for(qtbot, lambda: heard(program) == [81])
        assert not entry_of(program).is_unsaved

    def test_one_project_at_a_time_and_files_beside_it(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path
    ) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        save(program, qtbot, tmp_path / "a.rit")
        other = make_sound(tmp_path / "c.wav")
        program.controller.open_files([tmp_path / "a.rit", tmp_path / "b.rit", other])
        assert sentence(program) == "One project is opened at a time: the first was taken."
        library = program.controller.library
        wait_for(qtbot, lambda: library.entry_of(other) is not None and library.entry_of(other).is_ready)
