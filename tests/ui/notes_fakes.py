# SPDX-License-Identifier: MIT
"""A window with a phrase to correct, and the mouse over its piano roll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.domain.note import Candidate, Note
from desktop_app.domain.pitch import midi_to_hz, note_name
from desktop_app.ui.program import Program
from desktop_app.ui.views.roll import RollView

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def made_note(onset_s: float, offset_s: float, midi: int, **more: object) -> Note:
    """A note with its octaves as candidates."""
    strengths = ((midi - 12, 0.3), (midi, 0.6), (midi + 12, 0.1))
    candidates = tuple(Candidate(key, midi_to_hz(key), strength) for key, strength in strengths)
    note = Note(onset_s, offset_s, midi, midi_to_hz(midi), 0.0, 90, 0.8, "string", 0.9, candidates)
    return replace(note, **more)


PHRASE = (made_note(0.3, 0.9, 60), made_note(1.1, 1.9, 64), made_note(2.1, 2.5, 67), made_note(3.0, 3.6, 60))


def open_phrase(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, folder: Path, notes: Sequence[Note] = PHRASE
) -> Program:
    """A program that shows these notes in a recording of four seconds."""
    path = folder / "phrase.wav"
    path.write_bytes(b"RIFF")
    program = start(world.services, [path])
    wait_for(qtbot, lambda: program.controller.document is not None)
    show_found(program, notes)
    settle(program)
    return program


def show_found(program: Program, notes: Sequence[Note]) -> None:
    """As if the analysis had found these notes."""
    entry = program.controller.library.open_entry
    entry.analyses[entry.is_poly] = replace(entry.analyses[entry.is_poly], notes=tuple(notes))
    program.controller.notes.formed.emit(entry)


def settle(program: Program) -> None:
    """Have everything painted once: the mouse meets what is painted."""
    QApplication.processEvents()
    program.window.views.roll.viewport().repaint()
    program.window.views.spectrogram.viewport().repaint()


def told(program: Program) -> str:
    """The notes in the list of the window, such as ``"C4 E4"``; corrected ones with an asterisk."""
    notes = program.window.notes.model.notes
    assert notes == list(program.controller.document.notes)
    return " ".join(note_name(note.midi) + "*" * note.is_corrected for note in notes)


def selected(program: Program) -> list[int]:
    """The rows that are selected; list, roll and spectrogram agree."""
    window = program.window
    rows = sorted({index.row() for index in window.notes.table.selectionModel().selectedRows()})
    chosen = [window.notes.model.notes[row] for row in rows]
    for notes in (window.notes.selected_notes(), window.views.roll.notes.selected):
        assert list(map(id, notes)) == list(map(id, chosen))
    assert window.views.spectrogram.notes.selected == window.views.roll.notes.selected
    return rows


def place_of(roll: RollView, time_s: float, midi: float) -> QPoint:
    """Where a time and a key are in the roll."""
    start_s = roll.time_at(roll.plot_left)
    x_px = roll.plot_left + (time_s - start_s) * roll.px_per_s
    high = roll.box.viewRange()[1][1]
    return QPoint(round(x_px), round((high - midi) * roll.px_per_key))


def middle_of(roll: RollView, note: Note) -> QPoint:
    """The middle of a note's bar."""
    return place_of(roll, 0.5 * (note.onset_s + note.offset_s), note.midi)


def click(roll: RollView, place: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """A click of the left button."""
    QTest.mouseClick(roll.viewport(), LEFT, modifiers, place)


def drag(roll: RollView, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press, move in some steps, let go."""
    QTest.mousePress(roll.viewport(), LEFT, modifiers, start)
    for part in (0.1, 0.5, 1.0):
        move_to(roll, QPointF(start) + part * QPointF(end - start), modifiers)
    QTest.mouseRelease(roll.viewport(), LEFT, modifiers, end)


def move_to(roll: RollView, place: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """The mouse moves with the left button down."""
    where = roll.viewport().mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, where, Qt.MouseButton.NoButton, LEFT, modifiers)
    QApplication.sendEvent(roll.viewport(), event)
