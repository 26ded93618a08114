# SPDX-License-Identifier: MIT
"""Unsaved work: kept while one works, offered after a crash, gone after a normal end."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from project_hands import entry_of, heard, make_sound, question, raise_octave, save, sentence
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.io import autosave
from desktop_app.io.project import load_project
from desktop_app.ui.program import Program
from desktop_app.ui.projects import autosaving
from desktop_app.ui.projects.dialogs import WITH_SOUND
from desktop_app.ui.projects.restore_dialog import RestoreDialog
from desktop_app.ui.projects.sounds import remove_unused_sounds


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    assert autosaving.PERIOD_S <= 10.0
    monkeypatch.setattr(autosaving, "PERIOD_S", 0.1)


def start_with(start: StartProgram, world: FakeWorld, qtbot: QtBot, path: Path) -> Program:
    program = start(world.services, [path])
    wait_for(qtbot, lambda: program.controller.document is not None)
    return program


def end(program: Program) -> None:
    """Close the window and answer that what is unsaved is not wanted."""
    program.controller.projects.give_up(program.controller.projects.unsaved())
    program.window.close()


def kept(home: Path) -> list[Path]:
    return sorted((home / "data" / "autosaves").glob("session-*/*.rit"))


def leave_unsaved(start: StartProgram, world: FakeWorld, qtbot: QtBot, *paths: Path) -> None:
    """Correct recordings or projects, and end the program by a signal."""
    program = start(world.services, list(paths[:1]))
    for path in paths:
        program.controller.open_files([path])
        wait_for(qtbot, lambda path=path: _is_open(program, path))
        raise_octave(program)
    program.quit_soon()
    wait_for(qtbot, lambda: not program.window.isVisible())


def _is_open(program: Program, path: Path) -> bool:
    entry = program.controller.library.open_entry
    return entry is not None and path in (entry.path, entry.work.project_path)


def offer(program: Program, qtbot: QtBot) -> RestoreDialog:
    wait_for(qtbot, lambda: _dialog(program) is not None)
    return _dialog(program)


def _dialog(program: Program) -> RestoreDialog | None:
    return next((one for one in program.window.findChildren(RestoreDialog) if one.isVisible()), None)


def press(dialog: RestoreDialog, qtbot: QtBot, text: str, number: int = 0) -> None:
    buttons = [button for button in dialog.findChildren(QPushButton) if button.text() == text]
    qtbot.mouseClick(buttons[number], Qt.MouseButton.LeftButton)


class TestAutosave:
    def test_it_follows_the_work_on_another_thread(
        self,
        start: StartProgram,
        world: FakeWorld,
        qtbot: QtBot,
        tmp_path: Path,
        home: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        threads = set()
        write = autosave.AutosaveSession.write

        def noted(*args: object) -> None:
            threads.add(threading.current_thread())
            write(*args)

        monkeypatch.setattr(autosave.AutosaveSession, "write", noted)
        program = start_with(start, world, qtbot, make_sound(tmp_path / "a.wav"))
        qtbot.wait(300)
        assert kept(home) == []
        raise_octave(program)
        wait_for(qtbot, lambda: len(kept(home)) == 1)
        assert [note.midi for note in load_project(kept(home)[0]).corrections.kept] == [81]
        raise_octave(program)
        wait_for(qtbot, lambda: load_project(kept(home)[0]).corrections.kept[0].midi == 93)
        program.controller.editor.undo()
        program.controller.editor.undo()
        wait_for(qtbot, lambda: kept(home) == [])
        assert threading.main_thread() not in threads

    def test_it_is_gone_once_the_work_is_saved(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        program = start_with(start, world, qtbot, make_sound(tmp_path / "a.wav"))
        raise_octave(program)
        wait_for(qtbot, lambda: len(kept(home)) == 1)
        save(program, qtbot, tmp_path / "a.rit")
        wait_for(qtbot, lambda: kept(home) == [])
        raise_octave(program)
        wait_for(qtbot, lambda: len(kept(home)) == 1)
        end(program)
        assert not list((home / "data" / "autosaves").glob("session-*"))

    def test_what_cannot_be_kept_is_told_once(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        (home / "data").mkdir(parents=True)
        (home / "data" / "autosaves").write_text("in the way")
        program = start_with(start, world, qtbot, make_sound(tmp_path / "a.wav"))
        sentences: list[str] = []
        program.controller.problem.connect(lambda text, _flag: sentences.append(text))
        raise_octave(program)
        wait_for(qtbot, lambda: len(sentences) == 1)
        assert sentences[0].startswith("Your work could not be kept in case of a crash, so save it soon: ")
        assert sentences[0].count(".") == 1
        qtbot.wait(500)
        assert len(sentences) == 1
        assert heard(program) == [81]


class TestAfterACrash:
    def test_restored_as_it_was_left(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        sound = make_sound(tmp_path / "a.wav")
        leave_unsaved(start, world, qtbot, sound)
        program = start(world.services)
        dialog = offer(program, qtbot)
        texts = [button.accessibleName() for button in dialog.findChildren(QPushButton)]
        assert any(text.startswith("Restore: Your work on “a.wav” from ") for text in texts)
        press(dialog, qtbot, "Restore")
        wait_for(qtbot, lambda: program.controller.document is not None)
        assert heard(program) == [81]
        assert entry_of(program).is_unsaved
        wait_for(qtbot, lambda: program.window.windowTitle() == "*a.wav – Right In Tune")
        wait_for(qtbot, lambda: len(kept(home)) == 1)  # its own now
        save(program, qtbot, tmp_path / "a.rit")
        wait_for(qtbot, lambda: kept(home) == [])

    def test_it_goes_on_in_its_project(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
    ) -> None:
        sound, project = make_sound(tmp_path / "a.wav"), tmp_path / "mine.rit"
        one = start_with(start, world, qtbot, sound)
        save(one, qtbot, project)
        one.close()
        leave_unsaved(start, world, qtbot, project)
        assert load_project(project).corrections.kept == ()
        program = start(world.services)
        press(offer(program, qtbot), qtbot, "Restore")
        wait_for(qtbot, lambda: program.window.windowTitle() == "*mine.rit – Right In Tune")
        program.window.named_actions["save_project"].trigger()
        wait_for(qtbot, lambda: not entry_of(program).is_unsaved)
        assert [note.midi for note in load_project(project).corrections.kept] == [81]

    def test_each_alone_and_later(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        first, second = make_sound(tmp_path / "a.wav"), make_sound(tmp_path / "b.wav")
        leave_unsaved(start, world, qtbot, first, second)
        assert len(kept(home)) == 2
        one = start(world.services)
        press(offer(one, qtbot), qtbot, "Not now")
        wait_for(qtbot, lambda: _dialog(one) is None)
        one.window.close()
        assert len(kept(home)) == 2
        two = start(world.services)
        dialog = offer(two, qtbot)
        press(dialog, qtbot, "Discard")
        wait_for(qtbot, lambda: len(kept(home)) == 1)
        assert dialog.isVisible()
        press(dialog, qtbot, "Restore", 1)
        wait_for(qtbot, lambda: two.controller.document is not None and _dialog(two) is None)
        assert heard(two) == [81]

    def test_a_restored_one_that_is_discarded_is_not_offered_again(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        leave_unsaved(start, world, qtbot, make_sound(tmp_path / "a.wav"))
        program = start(world.services)
        press(offer(program, qtbot), qtbot, "Restore")
        wait_for(qtbot, lambda: program.controller.document is not None)
        end(program)
        assert kept(home) == []

    def test_a_damaged_one_is_put_aside_and_the_other_offered(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        first, second = make_sound(tmp_path / "a.wav"), make_sound(tmp_path / "b.wav")
        leave_unsaved(start, world, qtbot, first, second)
        bad = kept(home)[0]
        content = bad.read_bytes()[:300]
        bad.write_bytes(content)
        program = start(world.services)
        dialog = offer(program, qtbot)
        assert "could not be restored" in sentence(program)
        assert len([one for one in dialog.findChildren(QPushButton) if one.text() == "Restore"]) == 1
        [aside] = (home / "data" / "autosaves" / "damaged").iterdir()
        assert aside.read_bytes() == content
        assert kept(home) != []

    def test_what_is_older_than_its_project_is_not_offered(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        sound, project = make_sound(tmp_path / "a.wav"), tmp_path / "mine.rit"
        one = start_with(start, world, qtbot, sound)
        save(one, qtbot, project)
        one.close()
        leave_unsaved(start, world, qtbot, project)
        project.touch()
        program = start(world.services, [project])
        wait_for(qtbot, lambda: program.controller.document is not None)
        wait_for(qtbot, lambda: kept(home) == [])
        qtbot.wait(200)
        assert _dialog(program) is None
        assert question(program) is None
        assert len(list((home / "data" / "autosaves" / "older").iterdir())) == 1

    def test_the_recording_may_lie_in_the_project_only(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
    ) -> None:
        sound, project = make_sound(tmp_path / "a.wav", b"RIFF inside"), tmp_path / "mine.rit"
        one = start_with(start, world, qtbot, sound)
        save(one, qtbot, project, WITH_SOUND)
        one.close()
        sound.unlink()
        leave_unsaved(start, world, qtbot, project)
        shutil.rmtree(home / "cache")
        program = start(world.services)
        press(offer(program, qtbot), qtbot, "Restore")
        wait_for(qtbot, lambda: program.controller.document is not None)
        assert heard(program) == [81]
        assert entry_of(program).work.has_sound_inside


def test_unused_sounds_are_removed(tmp_path: Path) -> None:
    old, new = make_sound(tmp_path / "old" / "a.wav"), make_sound(tmp_path / "new" / "b.wav")
    month_ago_s = time.time() - 31 * 24 * 3600
    os.utime(old.parent, (month_ago_s, month_ago_s))
    remove_unused_sounds(tmp_path)
    assert not old.exists()
    assert new.exists()
