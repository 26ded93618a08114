# SPDX-License-Identifier: MIT
"""Notes corrected by mouse in the piano roll."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from notes_fakes import (
    ALT,
    CONTROL,
    LEFT,
    NONE,
    PHRASE,
    SHIFT,
    click,
    drag,
    middle_of,
    move_to,
    open_phrase,
    place_of,
    selected,
    settle,
    show_found,
    told,
)
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram

from desktop_app.ui.program import Program
from desktop_app.ui.views.roll import RollView


@pytest.fixture
def program(start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path) -> Program:
    """Four notes in four seconds: C4 E4 G4 C4."""
    return open_phrase(start, world, qtbot, tmp_path)


@pytest.fixture
def roll(program: Program) -> RollView:
    return program.window.views.roll


class TestSelecting:
    def test_click_ctrl_click_and_shift_click(self, program: Program, roll: RollView) -> None:
        click(roll, middle_of(roll, PHRASE[1]))
        assert selected(program) == [1]
        click(roll, middle_of(roll, PHRASE[3]), SHIFT)
        assert selected(program) == [1, 3]
        click(roll, middle_of(roll, PHRASE[1]), CONTROL)
        assert selected(program) == [3]
        click(roll, middle_of(roll, PHRASE[0]))
        assert selected(program) == [0]
        assert told(program) == "C4 E4 G4 C4"

    def test_a_click_a_little_off_selects_all_the_same(self, program: Program, roll: RollView) -> None:
        bar = roll.notes.bar_of(PHRASE[1])
        click(roll, QPoint(round(bar.center().x()), round(bar.bottom() + 2)))
        assert selected(program) == [1]
        click(roll, QPoint(round(bar.center().x()), round(bar.bottom() + 9)))
        assert selected(program) == []

    def test_click_beside_the_notes_seeks_and_selects_none(self, program: Program, roll: RollView) -> None:
        click(roll, middle_of(roll, PHRASE[1]))
        assert program.controller.playback.position_s == 0.0
        click(roll, place_of(roll, 2.75, 62))
        assert selected(program) == []
        assert program.controller.playback.position_s == pytest.approx(2.75, abs=0.02)

    def test_one_of_several_stays_alone_after_a_click(self, program: Program, roll: RollView) -> None:
        program.window.notes.selection.select_all()
        click(roll, middle_of(roll, PHRASE[2]))
        assert selected(program) == [2]

    def test_rubber_band(self, program: Program, roll: RollView) -> None:
        drag(roll, place_of(roll, 1.0, 70), place_of(roll, 2.2, 63), SHIFT)
        assert selected(program) == [1, 2]
        assert told(program) == "C4 E4 G4 C4"

    def test_click_in_the_spectrogram_selects_and_seeks(self, program: Program) -> None:
        spectrogram = program.window.views.spectrogram
        bar = spectrogram.notes.bar_of(PHRASE[1])
        QTest.mouseClick(spectrogram.viewport(), LEFT, NONE, bar.center().toPoint())
        assert selected(program) == [1]
        assert program.controller.playback.position_s == pytest.approx(1.5, abs=0.02)

    def test_double_click_loops_the_note_and_selects_it(self, program: Program, roll: RollView) -> None:
        place = middle_of(roll, PHRASE[1])
        click(roll, place)
        QTest.mouseDClick(roll.viewport(), LEFT, NONE, place)
        assert program.controller.playback.listening.loop_s == pytest.approx((1.1, 1.9), abs=0.06)
        assert selected(program) == [1]
        assert told(program) == "C4 E4 G4 C4"

    def test_plain_drag_beside_the_notes_makes_a_loop(self, program: Program, roll: RollView) -> None:
        drag(roll, place_of(roll, 1.0, 70), place_of(roll, 2.0, 58), SHIFT)
        program.window.notes.selection.select_rows([])
        drag(roll, place_of(roll, 1.0, 70), place_of(roll, 2.0, 70))
        assert program.controller.playback.listening.loop_s == pytest.approx((1.1, 1.9), abs=0.25)
        assert selected(program) == []

    def test_selected_notes_look_different(self, program: Program, roll: RollView) -> None:
        before = roll.grab().toImage()
        click(roll, middle_of(roll, PHRASE[1]))
        place = middle_of(roll, PHRASE[1])
        assert roll.grab().toImage().pixelColor(place) != before.pixelColor(place)


class TestDragging:
    def test_sideways_moves_in_time_alone(self, program: Program, roll: RollView) -> None:
        start = middle_of(roll, PHRASE[1])
        drag(roll, start, start + QPoint(round(-0.13 * roll.px_per_s), 2), SHIFT)
        note = program.controller.document.notes[1]
        assert note.onset_s == pytest.approx(0.97, abs=0.01)
        assert note.duration_s == pytest.approx(0.8)
        assert told(program) == "C4 E4* G4 C4"
        assert selected(program) == [1]

    def test_up_moves_by_keys_alone(self, program: Program, roll: RollView) -> None:
        start = middle_of(roll, PHRASE[1])
        drag(roll, start, QPoint(start.x() + 3, place_of(roll, 1.5, 69).y()))
        assert told(program) == "C4 A4* G4 C4"
        assert program.controller.document.notes[1].onset_s == PHRASE[1].onset_s

    def test_a_hand_that_trembles_does_nothing(self, program: Program, roll: RollView) -> None:
        start = middle_of(roll, PHRASE[1])
        drag(roll, start, start + QPoint(2, 2))
        assert told(program) == "C4 E4 G4 C4"
        assert program.controller.editor.undo_text == ""

    def test_all_selected_notes_move_together_and_stay_within_the_recording(
        self, program: Program, roll: RollView
    ) -> None:
        program.window.notes.selection.select_rows([0, 2])
        start = middle_of(roll, PHRASE[2])
        drag(roll, start, place_of(roll, 0.2, 69), SHIFT)
        notes = program.controller.document.notes
        assert told(program) == "D4* E4 A4* C4"
        assert notes[0].onset_s == 0.0
        assert notes[2].onset_s == pytest.approx(1.8)
        assert selected(program) == [0, 2]

    def test_edges_resize_and_snap_unless_shift_is_held(self, program: Program, roll: RollView) -> None:
        end = place_of(roll, PHRASE[1].offset_s, 64) - QPoint(1, 0)
        drag(roll, end, place_of(roll, 2.1, 64) + QPoint(2, 0))
        assert program.controller.document.notes[1].offset_s == 2.1  # where the next one begins
        settle(program)
        end = place_of(roll, 2.1, 64) - QPoint(1, 0)
        drag(roll, end, end + QPoint(3 + 3, 0), SHIFT)
        assert program.controller.document.notes[1].offset_s > 2.1
        settle(program)
        start = place_of(roll, PHRASE[1].onset_s, 64) + QPoint(1, 0)
        drag(roll, start, place_of(roll, 3.9, 64))
        [note] = program.window.notes.selected_notes()
        assert note.duration_s == pytest.approx(0.02)

    @pytest.mark.parametrize("is_by_key", [False, True])
    def test_the_right_button_and_escape_let_go_of_a_drag(
        self, program: Program, roll: RollView, qtbot: QtBot, is_by_key: bool
    ) -> None:
        start = middle_of(roll, PHRASE[1])
        QTest.mousePress(roll.viewport(), LEFT, NONE, start)
        move_to(roll, QPointF(start) + QPointF(80, 0))
        if is_by_key:
            qtbot.keyClick(program.window, Qt.Key.Key_Escape)
        else:
            QTest.mousePress(roll.viewport(), Qt.MouseButton.RightButton, NONE, start)
        QTest.mouseRelease(roll.viewport(), LEFT, NONE, start + QPoint(80, 0))
        assert told(program) == "C4 E4 G4 C4"
        assert selected(program) == [1]

    def test_an_edit_while_a_note_is_held_ends_the_drag(self, program: Program, roll: RollView) -> None:
        start = middle_of(roll, PHRASE[1])
        QTest.mousePress(roll.viewport(), LEFT, NONE, start)
        move_to(roll, QPointF(start) + QPointF(80, 0))
        program.controller.editor.delete([program.controller.document.notes[1]])
        QTest.mouseRelease(roll.viewport(), LEFT, NONE, start + QPoint(80, 0))
        assert told(program) == "C4 G4 C4"


class TestAdding:
    def test_alt_click_adds_a_beat_and_alt_drag_as_much_as_one_draws(
        self, program: Program, roll: RollView
    ) -> None:
        click(roll, place_of(roll, 2.6, 70), ALT)
        assert told(program) == "C4 E4 G4 A#4* C4"
        assert program.controller.document.notes[3].duration_s == pytest.approx(0.5)  # 120 a minute
        settle(program)
        drag(roll, place_of(roll, 3.7, 62), place_of(roll, 3.9, 62), ALT)
        added = program.controller.document.notes[-1]
        assert (added.midi, added.family) == (62, "string")
        assert (added.onset_s, added.offset_s) == pytest.approx((3.7, 3.9), abs=0.02)
        assert selected(program) == [5]

    def test_menu_of_an_empty_place_adds_there(self, program: Program, roll: RollView) -> None:
        menu = asked_menu(program, roll, place_of(roll, 2.6, 69))
        [action] = [action for action in menu.actions() if action.text().startswith("Add")][:1]
        assert action.text() == "Add A4 here"
        action.trigger()
        assert told(program) == "C4 E4 G4 A4* C4"


class TestCandidates:
    def test_ghosts_stand_beside_the_selected_note_and_a_double_click_takes_one(
        self, program: Program, roll: RollView
    ) -> None:
        click(roll, middle_of(roll, PHRASE[1]))
        settle(program)
        place = place_of(roll, 1.5, 52)
        assert roll.notes.candidate_at(QPointF(place)).midi == 52
        click(roll, place)
        assert told(program) == "C4 E4 G4 C4"
        assert selected(program) == [1]
        QTest.mouseDClick(roll.viewport(), LEFT, NONE, place)
        assert told(program) == "C4 E3* G4 C4"

    def test_menu_lists_them_by_strength(self, program: Program, roll: RollView) -> None:
        menu = asked_menu(program, roll, middle_of(roll, PHRASE[1]))
        assert selected(program) == [1]
        actions = menu.actions()[:3]
        assert [action.text() for action in actions] == ["E4  60%", "E3  30%", "E5  10%"]
        assert [action.isChecked() for action in actions] == [True, False, False]
        actions[2].trigger()
        assert told(program) == "C4 E5* G4 C4"
        assert program.controller.editor.undo_text == "retune"


def asked_menu(program: Program, roll: RollView, place: QPoint) -> QMenu:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, roll.viewport().mapToGlobal(place), NONE)
    QApplication.sendEvent(roll.viewport(), event)
    [menu] = [menu for menu in program.window.findChildren(QMenu, "note_menu") if menu.isVisible()]
    return menu


class TestRows:
    def test_the_rows_follow_the_notes(self, program: Program, roll: RollView) -> None:
        low, high = roll.box.viewRange()[1]
        assert low < 57 < 70 < high
        program.window.notes.selection.select_rows([1])
        program.controller.editor.transpose(program.window.notes.selected_notes(), 24)
        low, high = roll.box.viewRange()[1]
        assert low < 60 < 88 < high

    def test_middle_drag_moves_the_rows_and_fit_brings_them_back(
        self, program: Program, roll: RollView
    ) -> None:
        program.window.views.fit()
        before = roll.box.viewRange()[1]
        middle = Qt.MouseButton.MiddleButton
        QTest.mousePress(roll.viewport(), middle, NONE, QPoint(300, 60))
        move_to(roll, QPointF(300, 100))
        QTest.mouseRelease(roll.viewport(), middle, NONE, QPoint(300, 100))
        after = roll.box.viewRange()[1]
        assert after[0] == pytest.approx(before[0] + 40 / roll.px_per_key, abs=0.3)
        program.window.views.fit()
        assert roll.box.viewRange()[1] == before

    def test_live_sound_cannot_be_corrected(self, program: Program, roll: RollView, qtbot: QtBot) -> None:
        program.controller.toggle_listening()
        qtbot.waitUntil(lambda: program.controller.is_live_shown)
        assert not roll.is_editable
        click(roll, place_of(roll, 2.6, 70), ALT)
        for name in ("undo", "add_note", "delete_notes", "hear_notes", "octave_up"):
            assert not program.window.named_actions[name].isEnabled()

    def test_a_faint_note_is_not_painted_as_a_corrected_one(self, program: Program, roll: RollView) -> None:
        faint = replace(PHRASE[1], confidence=0.3)
        show_found(program, (PHRASE[0], faint, *PHRASE[2:]))
        program.controller.editor.transpose(program.controller.document.notes[:1], 1)
        settle(program)
        picture = roll.grab().toImage()
        corrected, weak = (
            picture.pixelColor(middle_of(roll, note)) for note in program.controller.document.notes[:2]
        )
        assert corrected.green() > corrected.blue()
        assert weak.blue() > weak.green()
