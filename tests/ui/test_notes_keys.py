# SPDX-License-Identifier: MIT
"""Notes corrected by keys; undo and redo; corrections that survive."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from notes_fakes import ALT, CONTROL, NONE, PHRASE, SHIFT, made_note, open_phrase, selected, show_found, told
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.domain.thresholds import MONO_THRESHOLDS
from desktop_app.ui.actions import COMMANDS
from desktop_app.ui.program import Program

Key = Qt.Key


@pytest.fixture
def program(start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path) -> Program:
    """Four notes in four seconds, C4 E4 G4 C4, and what is sounded alone."""
    program = open_phrase(start, world, qtbot, tmp_path)
    program.heard: list[Sequence[Note]] = []
    program.controller.playback.hear = program.heard.append
    return program


@pytest.fixture
def press(program: Program, qtbot: QtBot):
    """Press a key in the window."""
    return lambda key, modifiers=NONE: qtbot.keyClick(program.window, key, modifiers)


def choose(program: Program, *rows: int) -> None:
    program.window.notes.selection.select_rows(rows)


def undo_text(program: Program) -> str:
    return program.window.named_actions["undo"].text().replace("&", "")


@pytest.mark.parametrize(
    ("key", "modifiers", "expected"),
    [
        (Key.Key_Up, CONTROL, "C4 E5* G4 C4"),
        (Key.Key_Down, CONTROL, "C4 E3* G4 C4"),
        (Key.Key_Up, ALT, "C4 F4* G4 C4"),
        (Key.Key_Down, ALT, "C4 D#4* G4 C4"),
        (Key.Key_Up, ALT | SHIFT, "C4 E5* G4 C4"),
        (Key.Key_Down, ALT | SHIFT, "C4 E3* G4 C4"),
        (Key.Key_Delete, NONE, "C4 G4 C4"),
    ],
)
def test_pitch_keys_and_their_undo(program: Program, press, key, modifiers, expected) -> None:
    choose(program, 1)
    press(key, modifiers)
    assert told(program) == expected
    press(Key.Key_Z, CONTROL)
    assert told(program) == "C4 E4 G4 C4"
    assert selected(program) == [1]
    press(Key.Key_Z, CONTROL | SHIFT)
    assert told(program) == expected
    press(Key.Key_Z, CONTROL)
    press(Key.Key_Y, CONTROL)
    assert told(program) == expected


def test_a_candidate_brings_its_own_frequency(program: Program, press) -> None:
    sharp = replace(PHRASE[1].candidates[2], f0_hz=midi_to_hz(76.2))
    show_found(program, [replace(PHRASE[1], candidates=(*PHRASE[1].candidates[:2], sharp))])
    choose(program, 0)
    press(Key.Key_Up, CONTROL)
    [note] = program.controller.document.notes
    assert (note.midi, note.cents) == (76, pytest.approx(20.0))
    press(Key.Key_Up, CONTROL)
    assert program.window.status_line.currentMessage() == "There is no other candidate above."
    assert undo_text(program) == "Undo retune"


def test_octaves_where_no_candidates_are_known(program: Program, press) -> None:
    show_found(program, [replace(PHRASE[0], candidates=())])
    choose(program, 0)
    press(Key.Key_Down, CONTROL)
    assert told(program) == "C3*"


def test_time_keys(program: Program, press) -> None:
    choose(program, 1)
    press(Key.Key_Right, ALT)
    press(Key.Key_Right, ALT)
    press(Key.Key_Left, ALT)
    note = program.controller.document.notes[1]
    assert (note.onset_s, note.offset_s) == pytest.approx((1.11, 1.91))
    press(Key.Key_Right, ALT | SHIFT)
    press(Key.Key_Right, ALT | SHIFT)
    press(Key.Key_Left, ALT | SHIFT)
    assert program.controller.document.notes[1].offset_s == pytest.approx(1.92)
    assert undo_text(program) == "Undo resize"
    assert selected(program) == [1]
    assert program.controller.playback.position_s == 0.0  # the arrows alone move the cursor


def test_several_at_once_are_one_step(program: Program, press) -> None:
    press(Key.Key_A, CONTROL)
    assert selected(program) == [0, 1, 2, 3]
    press(Key.Key_Up, ALT)
    assert told(program) == "C#4* F4* G#4* C#4*"
    assert selected(program) == [0, 1, 2, 3]
    press(Key.Key_Z, CONTROL)
    assert told(program) == "C4 E4 G4 C4"
    assert undo_text(program) == "Undo"
    assert not program.window.named_actions["undo"].isEnabled()


def test_escape_selects_none(program: Program, press) -> None:
    choose(program, 1, 2)
    press(Key.Key_Escape)
    assert selected(program) == []


def test_split_at_the_cursor_and_join(program: Program, press) -> None:
    program.controller.seek(1.5)
    press(Key.Key_Slash)
    assert told(program) == "C4 E4* E4* G4 C4"
    assert selected(program) == [1, 2]
    press(Key.Key_J)
    assert told(program) == "C4 E4* G4 C4"
    assert program.controller.document.notes[1].duration_s == pytest.approx(0.8)
    press(Key.Key_J)
    assert program.window.status_line.currentMessage() == "Select at least two notes to join them."
    program.controller.seek(2.0)
    press(Key.Key_Slash)
    assert program.window.status_line.currentMessage() == "Put the cursor inside a note to split it."


def test_add_at_the_cursor(program: Program, press) -> None:
    program.controller.seek(2.6)
    press(Key.Key_Insert)
    assert told(program) == "C4 E4 G4 G4* C4"
    assert selected(program) == [3]
    assert undo_text(program) == "Undo add"


def test_enter_sounds_the_selected_notes_and_choosing_them_does_when_asked_for(
    program: Program, press
) -> None:
    choose(program, 1, 2)
    press(Key.Key_Return)
    assert [note.midi for note in program.heard.pop()] == [64, 67]
    choose(program, 0)
    assert program.heard == []
    program.window.named_actions["sound_selected"].trigger()
    choose(program, 3)
    assert [note.onset_s for note in program.heard.pop()] == [3.0]
    assert program.settings.sound_selected


def test_enter_in_the_list_of_files_opens_there(program: Program, qtbot: QtBot) -> None:
    choose(program, 1)
    table = program.window.library.table
    table.setFocus()
    table.selectRow(0)
    with qtbot.waitSignal(table.activated, timeout=1000):
        qtbot.keyClick(table, Key.Key_Return)
    assert program.heard == []


def test_where_nothing_is_selected_keys_mean_the_note_at_the_cursor(program: Program, press) -> None:
    for key in (Key.Key_Delete, Key.Key_J, Key.Key_Return):
        press(key)
    press(Key.Key_Up, ALT)
    assert told(program) == "C4 E4 G4 C4"
    assert program.heard == []
    assert program.window.status_line.currentMessage() == "Select a note first, or put the cursor on one."
    program.controller.seek(1.5)
    press(Key.Key_Return)
    assert program.heard.pop() == (PHRASE[1],)
    press(Key.Key_Up, CONTROL)
    assert told(program) == "C4 E5* G4 C4"
    assert selected(program) == [1]


def test_corrections_survive_thresholds_and_another_analysis(
    program: Program, qtbot: QtBot, world: FakeWorld
) -> None:
    show_found(program, [made_note(0.0, 2.0, 69)])  # what the thresholds below find too
    choose(program, 0)
    program.controller.editor.transpose(program.window.notes.selected_notes(), 1)
    program.controller.editor.add(2.5, 3.0, 60)
    assert told(program) == "A#4* C4*"
    program.controller.notes.set_thresholds(replace(MONO_THRESHOLDS, onset_prob=0.6))
    wait_for(qtbot, lambda: bool(world.pool.formed))
    qtbot.wait(50)
    assert told(program) == "A#4* C4*"
    program.window.notes_bar.switch.click()
    wait_for(qtbot, lambda: program.controller.document.analysis.is_poly)
    assert [name for name in told(program).split() if name.endswith("*")] == ["A#4*", "C4*"]
    program.window.notes_bar.switch.click()
    assert told(program) == "A#4* C4*"
    program.controller.set_a4(442)
    wait_for(qtbot, lambda: program.controller.queue.n_pending == 0 and world.pool.n_pictures == 2)
    assert told(program).count("*") == 2


def test_200_random_edits_are_undone_and_done_again(program: Program) -> None:
    rng = random.Random(4)
    editor, selection = program.controller.editor, program.window.notes.selection
    states = [told(program)]
    spans = [spans_of(program)]
    n_steps = 0
    for _ in range(200):
        notes = program.controller.document.notes
        some = tuple(rng.sample(list(notes), min(len(notes), rng.randint(1, 3))))
        edit = rng.choice(["move", "transpose", "resize", "add", "split", "join", "delete", "candidate"])
        before = program.controller.library.open_entry.history.current
        if edit == "add" or len(notes) < 2:
            start_s = rng.uniform(0.0, 3.8)
            editor.add(start_s, start_s + 0.2, rng.randint(40, 90))
        elif edit == "move":
            editor.move(some, rng.uniform(-0.3, 0.3), rng.randint(-2, 2))
        elif edit == "resize":
            editor.resize(some, rng.uniform(-0.05, 0.05), rng.uniform(-0.2, 0.2))
        elif edit == "split":
            editor.split(some, 0.5 * (some[0].onset_s + some[0].offset_s))
        elif edit == "transpose":
            editor.transpose(some, rng.choice([-12, -1, 1, 12]))
        elif edit == "candidate":
            editor.to_candidate(some, rng.choice([-1, 1]))
        else:
            getattr(editor, edit)(some)
        if program.controller.library.open_entry.history.current is not before:
            n_steps += 1
            states.append(told(program))
            spans.append(spans_of(program))
        assert all(note in program.controller.document.notes for note in selection.selected)
    assert n_steps > 150
    for back in range(n_steps, 0, -1):
        assert (told(program), spans_of(program)) == (states[back], spans[back])
        editor.undo()
    assert told(program) == "C4 E4 G4 C4"
    for _ in range(n_steps):
        editor.redo()
    assert (told(program), spans_of(program)) == (states[-1], spans[-1])


def spans_of(program: Program) -> list[tuple[float, float]]:
    return [(note.onset_s, note.offset_s) for note in program.controller.document.notes]


def test_every_command_of_notes_has_words_and_the_key_list_tells_them() -> None:
    texts = {command.name: command.about or command.text for command in COMMANDS}
    assert texts["octave_up"] == "Notes an octave higher"
