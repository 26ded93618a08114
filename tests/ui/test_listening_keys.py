# SPDX-License-Identifier: MIT
"""Keys of listening again: places, speed, pitch, and what the player is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from listening_tools import CTRL, NO_MODIFIER, SHIFT, opened, player_of
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, make_analysis, make_chord, wait_for

from desktop_app.domain.listening import Stretch
from desktop_app.ui.listening.loops import next_onset_s, previous_onset_s
from desktop_app.ui.program import Program
from desktop_app.ui.theme import current_theme

Key = Qt.Key


@pytest.fixture
def program(start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path) -> Program:
    return opened(start, world, qtbot, tmp_path / "note.wav")


def speed_of(program: Program) -> float:
    return program.controller.playback.listening.speed


def test_speed_keys(program: Program, qtbot: QtBot) -> None:
    speeds = []
    for key, modifier in (
        (Key.Key_Comma, NO_MODIFIER),
        (Key.Key_Comma, NO_MODIFIER),
        (Key.Key_Comma, SHIFT),
        (Key.Key_Comma, SHIFT),
        (Key.Key_Period, SHIFT),
        (Key.Key_Period, NO_MODIFIER),
        (Key.Key_0, CTRL),
        (Key.Key_Period, NO_MODIFIER),
    ):
        qtbot.keyClick(program.window, key, modifier)
        speeds.append(round(speed_of(program), 2))
    assert speeds == [0.95, 0.9, 0.89, 0.88, 0.89, 0.94, 1.0, 1.05]
    for _ in range(40):
        qtbot.keyClick(program.window, Key.Key_Comma)
    assert speed_of(program) == 0.25
    for _ in range(40):
        qtbot.keyClick(program.window, Key.Key_Period)
    assert speed_of(program) == 1.5


def test_pitch_keys(program: Program, qtbot: QtBot) -> None:
    playback, both = program.controller.playback, CTRL | SHIFT
    for _ in range(15):
        qtbot.keyClick(program.window, Key.Key_Up, both)
    assert playback.listening.semitones == 12.0
    qtbot.keyClick(program.window, Key.Key_Down, both)
    assert playback.listening.semitones == 11.0
    assert program.window.features[0].bar.pitch_button.text() == "+11 st"
    qtbot.keyClick(program.window, Key.Key_0, both)
    assert playback.listening.semitones == 0.0


def test_slower_is_rendered_and_swapped_in(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    playback, bar = program.controller.playback, program.window.features[0].bar
    player = player_of(world, program)
    playback.set_loop(1.0, 2.0)
    world.renders.is_held = True
    for _ in range(10):
        qtbot.keyClick(program.window, Key.Key_Comma)
    wait_for(qtbot, lambda: bar.hint_label.text() == "Rendering 50 %…")
    wait_for(qtbot, lambda: bool(world.renders.requested))
    assert world.renders.requested[-1] == Stretch(1.0, 2.0, 0.5, 0.0)
    assert len(world.renders.requested) < 10  # not one for each key
    assert player.is_playing
    assert player.speed == 1.0
    world.renders.is_held = False
    wait_for(qtbot, lambda: player.speed == 0.5)
    wait_for(qtbot, lambda: bar.hint_label.text() == "Speed")
    assert player.is_playing


def test_rendering_that_fails_is_told_once(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    player_of(world, program)
    said: list[str] = []
    program.controller.playback.problem.connect(said.append)
    world.renders.error = "The slowed sound could not be written: the disk is full."
    program.controller.playback.set_speed(0.5)
    wait_for(qtbot, lambda: bool(said))
    qtbot.wait(150)
    assert said == [world.renders.error]
    assert program.controller.playback.is_playing


def test_a_new_player_is_told_everything(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    playback = program.controller.playback
    playback.set_loop(1.0, 2.0)
    playback.set_speed(0.75)  # which needs a player, to have it ready
    [player] = world.players
    assert not player.is_playing
    assert (player.loop_s, player.tempo) == ((1.0, 2.0), (0.75, 0.0))
    assert len(player.notes) == 1
    assert player.beats_s == (0.0, 0.5, 1.0, 1.5)
    playback.release()
    playback.toggle()
    other = world.players[-1]
    assert other is not player
    assert (other.loop_s, other.tempo, other.position_s) == ((1.0, 2.0), (0.75, 0.0), 1.0)


def test_speed_does_not_count_the_repeats_anew(program: Program, world: FakeWorld) -> None:
    player = player_of(world, program)
    program.controller.playback.set_loop(1.0, 2.0)
    player.n_repeats = 3
    program.controller.playback.set_speed(0.5)
    assert player.n_repeats == 3


def test_the_mark_is_where_playing_began(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    playback = program.controller.playback
    playback.seek(1.0)
    qtbot.keyClick(program.window, Key.Key_Space)
    player = world.players[-1]
    player.position_s = 2.5
    wait_for(qtbot, lambda: playback.position_s == 2.5)
    qtbot.keyClick(program.window, Key.Key_Right)
    assert playback.position_s == pytest.approx(3.5)
    qtbot.keyClick(program.window, Key.Key_Backspace)
    assert player.position_s == 1.0
    assert player.is_playing
    playback.seek(0.5)  # as by a click
    player.position_s = 3.0
    wait_for(qtbot, lambda: playback.position_s == 3.0)
    qtbot.keyClick(program.window, Key.Key_Space)
    qtbot.keyClick(program.window, Key.Key_Backspace)
    assert playback.position_s == 0.5


def test_arrows_with_control_go_from_note_to_note(program: Program, qtbot: QtBot) -> None:
    playback = program.controller.playback
    playback.seek(1.5)
    qtbot.keyClick(program.window, Key.Key_Right, CTRL)
    assert playback.position_s == 1.5  # none follows
    qtbot.keyClick(program.window, Key.Key_Left, CTRL)
    assert playback.position_s == 0.0
    notes = make_analysis(Path()).notes + make_chord(Path()).notes
    assert next_onset_s(notes, 0.0) == 0.5
    assert next_onset_s(notes, 0.5) is None
    assert previous_onset_s(notes, 0.5) == 0.0
    assert previous_onset_s(notes, 0.0) is None


def test_other_notes_reach_the_player(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    player = player_of(world, program)
    program.window.named_actions["several_notes"].trigger()
    wait_for(qtbot, lambda: len(player.notes) == 3)


def test_notes_sound_by_themselves(program: Program, world: FakeWorld) -> None:
    notes = program.controller.document.notes
    program.controller.playback.hear(notes)
    [player] = world.players
    assert player.heard == [notes]
    assert not player.is_playing


def test_nothing_happens_without_a_recording(start: StartProgram, world: FakeWorld, qtbot: QtBot) -> None:
    window = start(world.services).window
    for key in (Key.Key_Space, Key.Key_BracketLeft, Key.Key_L, Key.Key_Comma, Key.Key_K):
        qtbot.keyClick(window, key)
    window.controller.playback.hear(())
    assert world.players == []
    assert not window.named_actions["loop"].isEnabled()


def test_space_works_after_a_click_on_every_part_of_the_bar(
    program: Program, world: FakeWorld, qtbot: QtBot
) -> None:
    bar = program.window.features[0].bar
    for widget in (bar.loop_button, bar.slower_button, bar.speed_slider, bar.volume_slider):
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
    was_playing = program.controller.playback.is_playing
    qtbot.keyClick(program.window, Key.Key_Space)
    assert program.controller.playback.is_playing != was_playing


def test_keys_are_shown_in_the_menu(program: Program) -> None:
    actions: dict[str, QAction] = program.window.named_actions
    assert actions["loop_start"].shortcut().toString() == "["
    assert actions["slower"].shortcut().toString() == ","
    assert actions["to_mark"].shortcut().toString() == "Backspace"


def test_brackets_work_where_they_need_alt_gr(program: Program, qtbot: QtBot) -> None:
    playback = program.controller.playback
    playback.seek(1.0)
    alt_gr = Qt.KeyboardModifier.GroupSwitchModifier
    for widget in (program.window, program.window.library.table):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_BracketLeft, alt_gr, "[")
        QApplication.sendEvent(widget, event)
        assert playback.listening.loop_s == (1.0, program.controller.document.duration_s)
        playback.clear_loop()
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_BracketLeft, NO_MODIFIER, "[")
    QApplication.sendEvent(program.window, event)
    assert playback.listening.loop_s is None  # that one is the shortcut's


def test_the_cursor_is_seen_at_the_very_end(program: Program, qtbot: QtBot) -> None:
    view = program.window.views.waveform
    qtbot.keyClick(program.window, Key.Key_End)
    wait_for(qtbot, lambda: view.lines._position_s == program.controller.document.duration_s)
    image = view.grab().toImage()
    cursor = QColor(current_theme().cursor)
    assert image.pixelColor(image.width() - 2, 3) == cursor


def test_zoom_keeps_the_cursor_in_its_place(program: Program, qtbot: QtBot) -> None:
    views = program.window.views
    qtbot.keyClick(program.window, Key.Key_Home)
    for _ in range(3):
        qtbot.keyClick(program.window, Key.Key_Plus)
    start_s, end_s = views.visible_range()
    assert start_s == 0.0
    assert end_s < 2.0
