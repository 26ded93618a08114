# SPDX-License-Identifier: MIT
"""Keys, menus, theme, playing and settings."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QMenu
from pytestqt.qtbot import QtBot
from window_fakes import DURATION_S, FakeWorld, StartProgram, wait_for

from desktop_app.ui.actions import COMMANDS, MENUS
from desktop_app.ui.program import Program
from desktop_app.ui.theme import current_theme

Key, Shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def program(start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path) -> Program:
    """A program with a file open."""
    path = tmp_path / "note.wav"
    path.write_bytes(b"RIFF")
    program = start(world.services, [path])
    wait_for(qtbot, lambda: program.controller.document is not None)
    return program


def test_space_plays_and_pauses_and_the_cursor_moves(
    program: Program, world: FakeWorld, qtbot: QtBot
) -> None:
    window, playback = program.window, program.controller.playback
    assert world.players == []  # nothing is opened before it is needed
    qtbot.keyClick(window, Key.Key_Space)
    [player] = world.players
    assert player.is_playing
    player.position_s = 1.5
    wait_for(qtbot, lambda: playback.position_s == 1.5)
    wait_for(qtbot, lambda: window.transport.position_label.text().startswith("0:01.5"))
    assert window.transport.play_button.text() == "Pause"
    assert program.controller.heard().name == "A4"
    assert window.notes.table.currentIndex().row() == 0
    qtbot.keyClick(window, Key.Key_Space)
    assert not player.is_playing
    wait_for(qtbot, lambda: window.transport.play_button.text() == "Play")


def test_playing_to_the_end_and_again(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    program.controller.toggle_play()
    [player] = world.players
    qtbot.wait(80)
    player.is_playing, player.at_end = False, True
    wait_for(qtbot, lambda: program.controller.playback.position_s == DURATION_S)
    program.controller.toggle_play()
    assert player.position_s == 0.0
    assert player.is_playing


def test_player_that_fails_is_told(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    program.controller.toggle_play()
    world.players[0].error = "No loudspeaker was found: connect one, then rescan the devices."
    wait_for(qtbot, program.window.banner.isVisible)
    assert "No loudspeaker" in program.window.banner.label.text()
    assert not program.controller.playback.is_playing


def test_arrow_keys_move_the_cursor(program: Program, qtbot: QtBot) -> None:
    window, playback = program.window, program.controller.playback
    places = []
    for key, modifier in (
        (Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        (Key.Key_Right, Shift),
        (Key.Key_Left, Shift),
        (Key.Key_Left, Qt.KeyboardModifier.NoModifier),
        (Key.Key_Left, Qt.KeyboardModifier.NoModifier),
        (Key.Key_End, Qt.KeyboardModifier.NoModifier),
        (Key.Key_Home, Qt.KeyboardModifier.NoModifier),
    ):
        qtbot.keyClick(window, key, modifier)
        places.append(round(playback.position_s, 3))
    assert places == [1.0, 1.1, 1.0, 0.0, 0.0, DURATION_S, 0.0]


def test_panel_follows_the_cursor(program: Program, qtbot: QtBot) -> None:
    controller = program.controller
    assert controller.heard().family is not None
    controller.seek(1.0)
    heard = controller.heard()
    assert (heard.name, heard.family.label, heard.family.state) == ("A4", "string", "sure")
    controller.seek(3.0)
    heard = controller.heard()
    assert heard.midi is None
    assert heard.family.state == "cannot_tell"


def test_zoom_keys(program: Program, qtbot: QtBot) -> None:
    window = program.window

    def span_s() -> float:
        first, last = window.views.visible_range()
        return last - first

    qtbot.keyClick(window, Key.Key_Plus)
    assert span_s() < 0.8 * DURATION_S
    zoomed_s = span_s()
    qtbot.keyClick(window, Key.Key_Minus)
    assert span_s() > zoomed_s
    qtbot.keyClick(window, Key.Key_Plus)
    qtbot.keyClick(window, Key.Key_F)
    assert span_s() == pytest.approx(DURATION_S, abs=0.1)


@pytest.mark.parametrize(("key", "title"), [(Key.Key_F1, "Help"), (Key.Key_F2, "Keys")])
def test_help_keys_open_a_window_that_does_not_block(
    program: Program, qtbot: QtBot, key: Qt.Key, title: str
) -> None:
    qtbot.keyClick(program.window, key)
    [dialog] = [child for child in program.window.findChildren(QDialog) if child.isVisible()]
    assert dialog.windowTitle() == title
    assert not dialog.isModal()
    dialog.close()


def test_open_key_shows_a_dialog_that_does_not_block(program: Program, qtbot: QtBot) -> None:
    qtbot.keyClick(program.window, Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    [dialog] = program.window.findChildren(QFileDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_every_command_is_in_a_menu_and_no_key_is_taken_twice(program: Program) -> None:
    listed = [name for _, names in MENUS for name in names if name != "-" and not name.startswith("@")]
    inside = [action.objectName() for action in program.window.submenus.menus["note"].actions()]
    listed += [name for name in inside if name]
    assert sorted(listed) == sorted(command.name for command in COMMANDS)
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    titles = [action.text().replace("&", "") for action in program.window.menuBar().actions()]
    assert titles == ["File", "Edit", "View", "Playback", "Tools", "Help"]


def test_copied_notes_are_text(program: Program) -> None:
    program.window.named_actions["copy_notes"].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "A4"
    assert lines[3].split("\t")[:4] == ["0.000", "2.000", "A4", "440.00"]


def test_theme_changes_at_once_and_is_remembered(
    program: Program, start: StartProgram, world: FakeWorld, qtbot: QtBot
) -> None:
    theme_menu = program.window.submenus.menus["theme"]
    for text, name in (("&Dark", "dark"), ("&Light", "light"), ("&Dark", "dark")):
        next(action for action in theme_menu.actions() if action.text() == text).trigger()
        assert current_theme().name == name
        assert not program.window.grab().isNull()
    program.window.close()
    again = start(world.services)
    assert again.settings.theme == "dark"
    assert current_theme().name == "dark"
    again.window.submenus.menus["theme"].actions()[0].trigger()


def test_views_can_be_hidden_and_stay_hidden(program: Program, start: StartProgram, world: FakeWorld) -> None:
    panels = program.window.submenus.menus["panels"]
    mfcc = next(action for action in panels.actions() if "MFCC" in action.text())
    mfcc.trigger()
    assert not program.window.views.is_view_visible("mfcc")
    program.window.close()
    again = start(world.services)
    assert not again.window.views.is_view_visible("mfcc")
    assert again.window.views.is_view_visible("mel")


def test_recent_files_come_back(
    program: Program, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    program.window.close()
    again = start(world.services)
    recent: QMenu = again.window.submenus.menus["recent"]
    recent.aboutToShow.emit()
    assert recent.actions()[0].text().endswith("note.wav")
    recent.actions()[0].trigger()
    wait_for(qtbot, lambda: again.controller.document is not None)
    assert again.controller.document.path == tmp_path / "note.wav"


def test_a4_is_chosen_from_the_menu_or_typed(program: Program, qtbot: QtBot) -> None:
    menu = program.window.submenus.menus["a4"]
    next(action for action in menu.actions() if action.text() == "415 Hz").trigger()
    assert program.settings.a4_hz == 415
    next(action for action in menu.actions() if action.text() == "Other…").trigger()
    [dialog] = program.window.findChildren(QInputDialog)
    assert (dialog.intMinimum(), dialog.intMaximum()) == (415, 466)
    dialog.setIntValue(439)
    dialog.accept()
    assert program.settings.a4_hz == 439
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["439 Hz"]


def test_click_in_the_views_places_the_cursor(program: Program, qtbot: QtBot) -> None:
    program.window.views.seek_requested.emit(2.5)
    assert program.controller.playback.position_s == 2.5
    index = program.window.notes.model.index(0, 0)
    program.window.notes.table.doubleClicked.emit(index)
    assert program.controller.playback.position_s == 0.0


def test_save_take_as_writes_a_copy(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "copy.wav"
    program.controller.save_copy(target)
    wait_for(qtbot, target.exists)
    assert target.read_bytes() == b"RIFF"
    program.controller.save_copy(tmp_path / "missing" / "copy.wav")
    wait_for(qtbot, program.window.banner.isVisible)
    assert program.window.banner.label.text().startswith("“copy.wav” could not be written")


def test_unforeseen_error_becomes_a_banner_and_is_logged(program: Program, qtbot: QtBot, home: Path) -> None:
    sys.excepthook(ZeroDivisionError, ZeroDivisionError("planted"), None)
    wait_for(qtbot, program.window.banner.isVisible)
    assert program.window.banner.label.text().startswith("Something went wrong inside the program")
    assert "planted" in (home / "logs" / "right-in-tune.log").read_text()
    program.window.close()
    assert sys.excepthook is not program.diagnostics._on_exception


def test_banner_is_closed_by_its_button(program: Program) -> None:
    program.window.say("Something.")
    assert program.window.banner.isVisible()
    QTest.mouseClick(program.window.banner.close_button, Qt.MouseButton.LeftButton)
    assert not program.window.banner.isVisible()
