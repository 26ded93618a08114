# SPDX-License-Identifier: MIT
"""What the commands, the mouse and the list do to the selected notes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from desktop_app.domain.note import Candidate, Note
from desktop_app.ui.controller import Controller
from desktop_app.ui.notes import cells
from desktop_app.ui.notes.selection import NoteSelection
from desktop_app.ui.views.roll_drag import Change

_USUAL_LENGTH_S = 0.5
_USUAL_KEY = 60


class NoteActions:
    """Joins selection, cursor and editor.

    Commands act on the selected notes; where none is selected, on the note at the cursor.

    Parameters
    ----------
    row_at
        The row of the note at a time, or None.
    say
        Tells the user one sentence.
    """

    def __init__(
        self,
        controller: Controller,
        selection: NoteSelection,
        row_at: Callable[[float], int | None],
        say: Callable[[str], object],
    ) -> None:
        self._controller, self._selection = controller, selection
        self._row_at, self._say = row_at, say
        self._editor = controller.editor

    def with_targets(self, act: Callable[[tuple[Note, ...]], object]) -> Callable[[], None]:
        """A command that does something to the selected notes, or to the note at the cursor."""

        def run() -> None:
            targets = self.targets()
            if targets:
                act(targets)
            else:
                self._say("Select a note first, or put the cursor on one.")

        return run

    def targets(self) -> tuple[Note, ...]:
        """The selected notes, or the one at the cursor."""
        selected = self._selection.selected
        row = None if selected else self._row_at(self._controller.playback.position_s)
        return selected if row is None else (self._selection.notes[row],)

    def hear(self, notes: Sequence[Note]) -> None:
        """Sound notes by themselves."""
        self._controller.playback.hear(notes)

    def hear_candidate(self, candidate: Candidate) -> None:
        """Sound the selected note as it would be."""
        [note] = self._selection.selected
        self._controller.playback.hear([replace(note, midi=candidate.midi, f0_hz=candidate.f0_hz)])

    def choose(self, candidate: Candidate) -> None:
        """Give the selected note the pitch of one of its candidates."""
        [note] = self._selection.selected
        if candidate.midi != note.midi:
            self._editor.to_frequency(note, candidate.f0_hz)

    def add_at_cursor(self) -> None:
        """Add a note at the cursor, of the key of the note before it."""
        time_s = self._controller.playback.position_s
        before = self._note_before(time_s)
        self.add(time_s, None, before.midi if before else _USUAL_KEY)

    def add(self, onset_s: float, offset_s: float | None, midi: int) -> None:
        """Add a note, by default as long as a beat."""
        length_s = self._usual_length_s() if offset_s is None else offset_s - onset_s
        self._editor.add(onset_s, onset_s + length_s, midi, self._note_before(onset_s))

    def split_at_cursor(self) -> None:
        """Split at the cursor what is selected there, else what sounds there."""
        at_s = self._controller.playback.position_s
        chosen = [note for note in self._selection.selected if note.onset_s < at_s < note.offset_s]
        self._editor.split(chosen or self._selection.notes, at_s)

    def change(self, change: Change) -> None:
        """Do to the selected notes what a drag has done."""
        notes = self._selection.selected
        if change.start_s == change.end_s:
            self._editor.move(notes, change.start_s, change.semitones)
        else:
            self._editor.resize(notes, change.start_s, change.end_s)

    def take_typed(self, note: Note, column: str, text: str) -> None:
        """Correct a note as typed into the list, or say what can be typed there."""
        takers = {"Note": self._take_key, "Loudness": self._take_velocity, "Start": self._take_start}
        problem = takers.get(column, self._take_length)(note, text)
        if problem:
            self._say(problem)

    def _take_key(self, note: Note, text: str) -> str:
        midi = cells.read_key(text)
        if midi is None:
            return "Type a note from A0 to C8, such as C#4 or Db4."
        self._editor.to_key(note, midi)
        return ""

    def _take_velocity(self, note: Note, text: str) -> str:
        velocity = cells.read_velocity(text)
        if velocity is None:
            return "Type a loudness from 1 to 127."
        self._editor.set_velocity(note, velocity)
        return ""

    def _take_start(self, note: Note, text: str) -> str:
        start_s = cells.read_seconds(text)
        if start_s is None:
            return "Type the start in seconds, such as 1.25."
        self._editor.move([note], start_s - note.onset_s)
        return ""

    def _take_length(self, note: Note, text: str) -> str:
        length_s = cells.read_seconds(text)
        if length_s is None:
            return "Type the length in seconds, such as 0.25."
        self._editor.resize([note], 0.0, length_s - note.duration_s)
        return ""

    def _usual_length_s(self) -> float:
        document = self._controller.document
        tempo = document.analysis.tempo if document is not None else None
        return _USUAL_LENGTH_S if tempo is None else 60.0 / tempo.bpm

    def _note_before(self, time_s: float) -> Note | None:
        notes = self._selection.notes
        place = bisect_right(notes, time_s, key=lambda note: note.onset_s)
        return notes[max(0, place - 1)] if notes else None
