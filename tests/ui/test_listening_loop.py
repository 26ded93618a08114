# SPDX-License-Identifier: MIT
"""Loops by mouse and keys, in all views."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from listening_tools import NO_MODIFIER, SHIFT, double_click, drag, mouse, opened, place_of, player_of
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from window_fakes import DURATION_S, FakeWorld, StartProgram, wait_for

from desktop_app.domain.listening import Listening
from desktop_app.ui.program import Program
from desktop_app.ui.theme import apply_theme, current_theme

Key = Qt.Key


@pytest.fixture
def program(start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path) -> Program:
    return opened(start, world, qtbot, tmp_path / "note.wav")


def loop_of(program: Program) -> tuple[float, float] | None:
    return program.controller.playback.listening.loop_s


def view_of(program: Program, name: str):
    return getattr(program.window.views, name)


@pytest.mark.parametrize("name", ["waveform", "spectrogram", "mfcc", "family_strip", "roll", "ruler"])
def test_a_drag_on_any_view_makes_a_loop(program: Program, world: FakeWorld, name: str) -> None:
    drag(view_of(program, name), 2.62, 3.24, SHIFT if name != "roll" else NO_MODIFIER)
    listening = program.controller.playback.listening
    assert listening.is_looping
    assert listening.loop_s == pytest.approx((2.62, 3.24), abs=0.02)
    assert listening.position_s == listening.loop_s[0]
    assert player_of(world, program).loop_s == listening.loop_s
    program.controller.playback.clear_loop()
    drag(view_of(program, name), 3.7, 2.9)
    assert loop_of(program) == pytest.approx((2.9, 3.7), abs=0.02)


def test_a_click_seeks_and_makes_no_loop(program: Program) -> None:
    view = program.window.views.waveform
    place = place_of(view, 1.3)
    mouse(view, "press", place)
    mouse(view, "move", place + QPointF(2.0, 1.0))
    mouse(view, "release", place + QPointF(2.0, 1.0))
    assert program.controller.playback.position_s == pytest.approx(1.3, abs=0.02)
    assert loop_of(program) is None


def test_ends_snap_to_notes_and_beats_unless_shift_is_held(program: Program) -> None:
    view = program.window.views.waveform
    drag(view, 1.012, 1.985)  # a beat at 1.0, the end of the note at 2.0
    assert loop_of(program) == (1.0, 2.0)
    program.controller.playback.clear_loop()
    drag(view, 1.012, 1.985, SHIFT)
    start_s, end_s = loop_of(program)
    assert start_s > 1.005
    assert end_s < 1.995


def test_ends_can_be_dragged_apart_and_across(program: Program) -> None:
    view, playback = program.window.views.spectrogram, program.controller.playback
    playback.set_loop(2.4, 3.0)
    mouse(view, "move", place_of(view, 3.0))
    assert view.cursor().shape() == Qt.CursorShape.SizeHorCursor
    drag(view, 3.0, 3.6)
    assert loop_of(program) == pytest.approx((2.4, 3.6), abs=0.02)
    drag(view, 2.4, 2.7)
    assert loop_of(program) == pytest.approx((2.7, 3.6), abs=0.02)
    drag(view, loop_of(program)[0], 3.9)
    assert loop_of(program) == pytest.approx((3.6, 3.9), abs=0.02)
    mouse(view, "move", place_of(view, 0.4))
    assert view.cursor().shape() != Qt.CursorShape.SizeHorCursor


def test_escape_gives_up_a_drag(program: Program, qtbot: QtBot) -> None:
    view, loop = program.window.views.waveform, program.window.views.window_.loop
    program.controller.playback.set_loop(2.5, 3.0)
    mouse(view, "press", place_of(view, 0.6))
    for time_s in (0.9, 1.4):
        mouse(view, "move", place_of(view, time_s))
    assert loop.is_dragged
    assert loop.shown_s == pytest.approx((0.5, 1.4), abs=0.12)
    qtbot.keyClick(program.window, Key.Key_Escape)
    assert not loop.is_dragged
    mouse(view, "move", place_of(view, 1.8))
    mouse(view, "release", place_of(view, 1.8))
    assert loop_of(program) == (2.5, 3.0)


def test_a_drag_beyond_the_end_stops_there(program: Program) -> None:
    view = program.window.views.waveform
    mouse(view, "press", place_of(view, 3.0))
    for _ in range(3):
        mouse(view, "move", place_of(view, DURATION_S + 1.0))
    mouse(view, "release", place_of(view, DURATION_S + 1.0))
    assert loop_of(program) == pytest.approx((3.0, DURATION_S), abs=0.02)


def test_a_loop_too_short_is_refused_and_the_old_one_stays(program: Program) -> None:
    program.window.views.set_visible_range(3.0, 3.2)
    playback = program.controller.playback
    playback.set_loop(2.0, 3.0)
    drag(program.window.views.waveform, 3.10, 3.13)
    assert program.window.banner.label.text() == "A loop must be at least 50 ms long."
    assert loop_of(program) == (2.0, 3.0)
    playback.set_loop(1.0, DURATION_S + 1.0)
    assert program.window.banner.label.text() == "The loop would go beyond the end of the recording."
    playback.set_loop(2.0, 1.0)
    assert program.window.banner.label.text() == "A loop must end after it begins."
    assert loop_of(program) == (2.0, 3.0)
    drag(program.window.views.waveform, 3.05, 3.15)
    assert loop_of(program) == pytest.approx((3.05, 3.15), abs=0.01)
    assert not program.window.banner.isVisible()  # what was wrong is over


def test_a_double_click_loops_the_note(program: Program) -> None:
    view = program.window.views.spectrogram
    height = view.scale_.heights(np.array([440.0], np.float32))[0]
    rows = view.box.viewRange()[1]
    y_px = view.height() * (rows[1] - height) / (rows[1] - rows[0])
    double_click(view, place_of(view, 1.0, y_px))
    assert loop_of(program) == (0.0, 2.0)
    program.controller.playback.clear_loop()
    index = program.window.notes.model.index(0, 2)
    program.window.notes.table.doubleClicked.emit(index)
    assert loop_of(program) == (0.0, 2.0)


@pytest.mark.parametrize("name", ["waveform", "ruler"])
def test_a_double_click_elsewhere_loops_the_phrase(program: Program, name: str) -> None:
    view = view_of(program, name)
    double_click(view, place_of(view, 3.5))
    assert loop_of(program) is None  # no music there
    double_click(view, place_of(view, 1.5))
    start_s, end_s = loop_of(program)
    assert start_s <= 0.01
    assert end_s >= 1.99


def test_bracket_keys_set_the_ends_at_the_cursor(program: Program, qtbot: QtBot) -> None:
    window, playback = program.window, program.controller.playback
    playback.seek(1.0)
    qtbot.keyClick(window, Key.Key_BracketLeft)
    assert loop_of(program) == (1.0, DURATION_S)
    playback.seek(2.5)
    qtbot.keyClick(window, Key.Key_BracketRight)
    assert loop_of(program) == (1.0, 2.5)
    assert playback.position_s == 1.0  # from the start
    playback.seek(3.0)
    qtbot.keyClick(window, Key.Key_BracketLeft)
    assert loop_of(program) == (3.0, DURATION_S)  # the old end lay before it
    playback.seek(2.0)
    qtbot.keyClick(window, Key.Key_BracketRight)
    assert window.banner.label.text() == "A loop must end after it begins."
    assert loop_of(program) == (3.0, DURATION_S)


def test_l_switches_and_shift_l_clears(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    window, playback = program.window, program.controller.playback
    qtbot.keyClick(window, Key.Key_L)
    assert window.banner.isVisible()
    assert not window.named_actions["loop"].isChecked()
    playback.set_loop(1.0, 2.0)
    player = player_of(world, program)
    assert window.named_actions["loop"].isChecked()
    assert window.features[0].bar.loop_button.isChecked()
    qtbot.keyClick(window, Key.Key_L)
    assert player.loop_s is None
    assert loop_of(program) == (1.0, 2.0)
    assert not window.features[0].bar.loop_button.isChecked()
    qtbot.keyClick(window, Key.Key_L)
    assert player.loop_s == (1.0, 2.0)
    qtbot.keyClick(window, Key.Key_L, SHIFT)
    assert loop_of(program) is None
    assert player.loop_s is None


def test_play_begins_in_the_loop_and_wherever_one_clicked(
    program: Program, world: FakeWorld, qtbot: QtBot
) -> None:
    playback = program.controller.playback
    playback.set_loop(1.0, 2.0)
    playback.seek(3.0)
    qtbot.keyClick(program.window, Key.Key_Space)
    assert world.players[-1].position_s == 1.0
    qtbot.keyClick(program.window, Key.Key_Space)
    playback.seek(1.5)
    qtbot.keyClick(program.window, Key.Key_Space)
    assert world.players[-1].position_s == 1.5


def blue(program: Program, name: str) -> float:
    """How far the loop's place is tinted towards the accent, against the same place without loop."""
    view = view_of(program, name)
    x_px = round(place_of(view, 3.0).x())
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    strip = rows[:, 3 * x_px : 3 * x_px + 3].astype(float)
    accent = np.array(QColor(current_theme().accent).getRgb()[:3], float)
    return -float(np.abs(strip - accent).sum(axis=1).mean())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["waveform", "spectrogram", "roll", "family_strip", "mfcc", "ruler"])
def test_the_loop_is_tinted_everywhere_and_dimmer_when_off(program: Program, qapp, theme, name) -> None:
    apply_theme(qapp, theme)
    playback = program.controller.playback
    without = blue(program, name)
    playback.set_loop(2.5, 3.5)
    strong = blue(program, name)
    playback.toggle_loop()
    dim = blue(program, name)
    assert without < dim < strong
    apply_theme(qapp, "light")


def test_live_sound_has_no_loops(program: Program, qtbot: QtBot) -> None:
    program.controller.playback.set_loop(1.0, 2.0)
    program.controller.toggle_listening()
    wait_for(qtbot, lambda: program.controller.is_live_shown)
    loop = program.window.views.window_.loop
    assert loop.shown_s is None
    drag(program.window.views.waveform, 1.0, 3.0)
    assert loop_of(program) == (1.0, 2.0)
    qtbot.keyClick(program.window, Key.Key_L, SHIFT)
    assert loop_of(program) == (1.0, 2.0)
    program.controller.toggle_listening()
    wait_for(qtbot, lambda: loop.shown_s == (1.0, 2.0))


def test_the_page_shows_all_of_a_loop_that_fits_and_stays(program: Program) -> None:
    views, playback = program.window.views, program.controller.playback
    playback.set_loop(2.0, 2.8)
    views.set_visible_range(0.0, 1.0)
    views.set_position(2.5)  # as when L is pressed while another page is shown
    shown = views.visible_range()
    assert shown[0] <= 2.0
    assert shown[1] >= 2.8
    for position_s in (2.79, 2.0, 2.4, 2.79, 2.0):
        views.set_position(position_s)
        assert views.visible_range() == shown


def test_who_scrolls_away_from_a_loop_is_left_there(program: Program) -> None:
    views, playback = program.window.views, program.controller.playback
    playback.set_loop(1.0, 2.0)
    views.set_position(1.9)
    views.set_visible_range(3.0, 3.5)
    for position_s in (1.98, 1.02, 1.4):
        views.set_position(position_s)
        assert views.visible_range() == (3.0, 3.5)
    playback.toggle_loop()
    views.set_position(0.2)  # a jump by the user
    assert views.visible_range()[0] <= 0.2


def test_each_recording_keeps_its_loop(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    controller = program.controller
    controller.playback.set_loop(1.0, 2.0)
    controller.playback.set_speed(0.5)
    first = controller.library.open_entry
    (tmp_path / "other.wav").write_bytes(b"RIFF")
    controller.open_files([tmp_path / "other.wav"])
    wait_for(qtbot, lambda: controller.document.path.name == "other.wav")
    assert controller.playback.listening == Listening()
    controller.open_entry(first)
    wait_for(qtbot, lambda: controller.document.path.name == "note.wav")
    assert (loop_of(program), controller.playback.listening.speed) == ((1.0, 2.0), 0.5)


def test_what_does_not_fit_the_recording_is_left_out(program: Program) -> None:
    playback = program.controller.playback
    playback.listening = Listening(9.0, 1.0, (3.0, 9.0), True, 9.0, -30.0)
    assert playback.listening == Listening(DURATION_S, 1.0, None, False, 1.5, -12.0)
