# SPDX-License-Identifier: MIT
"""Several notes at once from the switch to the list, with the real job process and the real network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
from pytestqt.qtbot import QtBot
from window_fakes import StartProgram, wait_for

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.ui.program import Program
from desktop_app.ui.services import Services

SR = 16_000
CHORDS = ((60, 64, 67), (57, 60, 65), (55, 62, 71))


def write_chords(path: Path) -> Path:
    """Three chords of plucked strings, one a second."""
    t = np.arange(SR) / SR
    fade = np.minimum(1.0, np.minimum(200.0 * t, 50.0 * (1.0 - t)))
    sounds = []
    for chord in CHORDS:
        partials = [
            np.exp(-1.5 * k * t) * np.sin(2 * np.pi * k * midi_to_hz(midi) * t) / k
            for midi in chord
            for k in range(1, 7)
        ]
        sounds.append(0.15 * fade * np.sum(partials, axis=0))
    soundfile.write(path, np.concatenate(sounds), SR, subtype="PCM_16")
    return path


def n_at_once(program: Program) -> int:
    """The most notes that sound together."""
    notes = program.controller.document.notes
    return max((sum(a.onset_s <= b.onset_s < a.offset_s for a in notes) for b in notes), default=0)


def is_like(note: Note, other: Note) -> bool:
    """Whether two notes of the same key begin together."""
    return note.midi == other.midi and abs(note.onset_s - other.onset_s) < 0.1


def test_chords_become_several_notes_and_other_thresholds_other_ones(
    start: StartProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    services = Services(list_inputs=lambda: (), find_takes=lambda: ([], []))
    program = start(services, [write_chords(tmp_path / "chords.wav")])
    controller = program.controller
    wait_for(qtbot, lambda: controller.document is not None, 60.0)
    assert n_at_once(program) == 1
    program.window.notes_bar.switch.click()
    wait_for(qtbot, lambda: controller.document.analysis.is_poly, 60.0)
    assert n_at_once(program) >= 2
    told = {note.midi for note in controller.document.notes}
    assert len(told & {midi for chord in CHORDS for midi in chord}) >= 4
    longest = max(controller.document.notes, key=lambda note: note.duration_s)
    controller.editor.transpose([longest], 12)
    usual = controller.notes.thresholds
    controller.notes.set_thresholds(replace(usual, min_duration_s=0.4))
    wait_for(qtbot, lambda: controller.document.analysis.thresholds != usual, 60.0)
    assert all(note.duration_s >= 0.4 - 0.02 for note in controller.document.notes)
    assert [note.midi for note in controller.document.notes if note.is_corrected] == [longest.midi + 12]
    assert not [note for note in controller.document.notes if is_like(note, longest)]
    program.window.notes_bar.switch.click()
    assert not controller.document.analysis.is_poly
    assert [note.midi for note in controller.document.notes if note.is_corrected] == [longest.midi + 12]
    controller.editor.undo()
    assert n_at_once(program) == 1
