# SPDX-License-Identifier: MIT
"""Projects: opened, and all that can be wrong with them; the analysis is a fake."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
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
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from test_window_files import drop
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.domain.listening import Listening
from desktop_app.domain.project import Project
from desktop_app.domain.thresholds import MONO_THRESHOLDS
from desktop_app.io.project import audio_reference, load_project, save_project

_Button = QMessageBox.StandardButton


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


@dataclass(frozen=True)
class ModelInfo:
    """What the window needs to know of an installed model."""

    model_id: str
    title: str
    problem: str | None = None


class TestOpening:
    def test_dropped_on_the_window(self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path) -> None:
        program = open_recording(make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        save(program, qtbot, tmp_path / "My Song.RIT")
        program.controller.editor.undo()
        save(program, qtbot, tmp_path / "other.rit")
        drop(program.window, [tmp_path / "My Song.RIT"])
        wait_for(qtbot, lambda: heard(program) == [81])
        wait_for(qtbot, lambda: program.window.windowTitle() == "My Song.RIT – Right In Tune")
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
        one.window.views.set_visible_range(0.5, 1.0)
        one.controller.playback.listening = Listening(0.75, speed=0.5)
        qtbot.wait(100)
        save(one, qtbot, project)
        told = load_project(project)
        one.controller.set_a4(442)
        wait_for(qtbot, lambda: len(world.pool.analysed) == 2)
        wait_for(qtbot, lambda: one.controller.queue.n_pending == 0)
        one.controller.playback.listening = Listening()
        one.window.views.fit()
        qtbot.wait(100)
        one.controller.projects.give_up([entry_of(one)])
        world.pool.is_held = True  # the analysis takes its time
        one.controller.open_files([project])
        wait_for(qtbot, lambda: one.settings.a4_hz == 440)
        qtbot.wait(200)
        world.pool.is_held = False
        wait_for(qtbot, lambda: len(world.pool.analysed) == 3)
        wait_for(qtbot, lambda: one.controller.playback.listening == told.listening)
        assert one.window.views.visible_range() == pytest.approx((0.5, 1.0))
        assert (told.a4_hz, told.listening) == (440.0, Listening(0.75, speed=0.5))
        marked = [action.text() for action in one.window.submenus.menus["a4"].actions() if action.isChecked()]
        assert marked == ["440 Hz"]

    def test_model_of_the_project_where_it_is_installed(
        self, open_recording: OpenRecording, qtbot: QtBot, tmp_path: Path, world: FakeWorld
    ) -> None:
        sound = make_sound(tmp_path / "a.wav")
        for model_id in ("other", "missing"):
            project = Project(audio_reference(sound), 440.0, model_id, False, MONO_THRESHOLDS)
            save_project(tmp_path / f"{model_id}.rit", project, embed=False)
        world.services.list_models = lambda: [ModelInfo("other", "Another model")]
        program = open_recording(tmp_path / "missing.rit")
        assert program.settings.model_id == ""
        program.controller.open_files([tmp_path / "other.rit"])
        wait_for(qtbot, lambda: program.settings.model_id == "other")
        wait_for(qtbot, lambda: program.window.windowTitle() == "other.rit – Right In Tune")
        assert heard(program) == []  # the project tells of no notes
        program.controller.set_model("")
        wait_for(qtbot, lambda: heard(program) == [69])

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
