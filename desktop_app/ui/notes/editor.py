# SPDX-License-Identifier: MIT
"""The corrections of the open recording, with undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.corrections import Corrections
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import hz_to_midi
from desktop_app.transcription import edit
from desktop_app.transcription.history import CorrectionHistory

if TYPE_CHECKING:
    from desktop_app.ui.library import Entry

__all__ = ["CorrectionHistory", "NoteEditor"]

_OCTAVE = 12
_USUAL_VELOCITY = 80


class NoteEditor(QObject):
    """Corrects the notes of the open recording; each method is one step of undo.

    Signals
    -------
    corrected : Entry
        An entry's corrections are others; who shows the notes has shown them when this is over.
    edited : tuple of Note
        Then: the notes that have come or come back.
    refused : str
        One sentence: why nothing was done.
    """

    corrected = Signal(object)
    edited = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.entry: Entry | None = None  # the recording that is open

    # -- undo ----------------------------------------------------------------------------------

    @property
    def undo_text(self) -> str:
        """What would be undone, such as ``"retune"``; empty when nothing can be."""
        return self.entry.history.undo_text if self.entry is not None else ""

    @property
    def redo_text(self) -> str:
        """What would be done again; empty when nothing can be."""
        return self.entry.history.redo_text if self.entry is not None else ""

    def undo(self) -> None:
        """Take the last step back."""
        self._step(CorrectionHistory.undo)

    def redo(self) -> None:
        """Do again what was undone."""
        self._step(CorrectionHistory.redo)

    # -- edits ---------------------------------------------------------------------------------

    def transpose(self, notes: Sequence[Note], semitones: int) -> None:
        """Move notes by keys, together."""
        self._edit("transpose", lambda old, found: edit.move(old, notes, found, semitones=semitones))

    def move(self, notes: Sequence[Note], by_s: float, semitones: int = 0) -> None:
        """Move notes in time, and by keys."""
        self._edit("move", lambda old, found: edit.move(old, notes, found, by_s=by_s, semitones=semitones))

    def to_key(self, note: Note, midi: int) -> None:
        """Give a note another key."""
        self._edit("retune", lambda old, found: edit.retune(old, note, found, midi=midi))

    def to_frequency(self, note: Note, f0_hz: float) -> None:
        """Give a note another frequency, such as that of a candidate."""
        self._edit("retune", lambda old, found: edit.retune(old, note, found, f0_hz=f0_hz))

    def to_candidate(self, notes: Sequence[Note], step: int) -> None:
        """Give each note the next candidate pitch above (``step`` 1) or below (-1).

        Where no candidates are known, these are the octaves.
        """

        def retuned(old: Corrections, found: Analysis) -> Corrections:
            tuned = [_at_candidate(note, step, found.a4_hz) for note in notes]
            return edit.exchange(old, notes, tuned, found)

        if notes and not self._edit("retune", retuned):
            self.refused.emit(f"There is no other candidate {'above' if step > 0 else 'below'}.")

    def resize(self, notes: Sequence[Note], start_s: float, end_s: float) -> None:
        """Add to the beginnings and the ends of notes, in seconds."""
        self._edit(
            "resize",
            lambda old, found: edit.exchange(
                old, notes, [_resized(note, start_s, end_s, found.duration_s) for note in notes], found
            ),
        )

    def set_velocity(self, note: Note, velocity: int) -> None:
        """Another loudness, 1 … 127."""
        louder = replace(note, velocity=min(max(velocity, 1), 127))
        self._edit("loudness", lambda old, found: edit.exchange(old, [note], [louder], found))

    def split(self, notes: Sequence[Note], at_s: float) -> None:
        """Cut those of the notes that sound at a time."""

        def cut(old: Corrections, found: Analysis) -> Corrections:
            for note in notes:
                if note.onset_s < at_s < note.offset_s:
                    old = edit.split(old, note, found, at_s)
            return old

        if not self._edit("split", cut):
            self.refused.emit("Put the cursor inside a note to split it.")

    def join(self, notes: Sequence[Note]) -> None:
        """Make one note of several."""
        if not self._edit("join", lambda old, found: edit.merge(old, notes, found)):
            self.refused.emit("Select at least two notes to join them.")

    def delete(self, notes: Sequence[Note]) -> None:
        """Remove notes."""
        self._edit("delete", lambda old, found: edit.delete(old, notes, found))

    def add(self, onset_s: float, offset_s: float, midi: int, like: Note | None = None) -> None:
        """Add a note, as loud as another and of its family."""
        velocity, family = (_USUAL_VELOCITY, None) if like is None else (like.velocity, like.family)

        def added(old: Corrections, found: Analysis) -> Corrections:
            return edit.add(
                old,
                found,
                onset_s=onset_s,
                offset_s=offset_s,
                midi=midi,
                velocity=velocity,
                family=family,
            )

        self._edit("add", added)

    def _edit(self, text: str, make: Callable[[Corrections, Analysis], Corrections]) -> bool:
        """Make one step of undo; False when nothing has come of it and nobody has been told why."""
        entry = self.entry
        if entry is None or entry.analysis is None:
            self.refused.emit("The notes are still being looked for.")
            return True
        before = entry.history.current
        has_changed = entry.history.push(make(before, entry.analysis), text)
        if has_changed:
            self._tell(entry, before)
        return has_changed

    def _step(self, step: Callable[[CorrectionHistory], bool]) -> None:
        entry = self.entry
        if entry is not None:
            before = entry.history.current
            if step(entry.history):
                self._tell(entry, before)

    def _tell(self, entry: Entry, before: Corrections) -> None:
        after = entry.history.current
        self.corrected.emit(entry)
        came = _only_in(after.kept, before.kept)
        came += _only_in(
            (*before.removed, *before.removed_poly), (*after.removed, *after.removed_poly)
        )  # they are back
        self.edited.emit(tuple(came))


def _only_in(notes: Sequence[Note], others: Sequence[Note]) -> list[Note]:
    known = set(map(id, others))
    return [note for note in notes if id(note) not in known]


def _at_candidate(note: Note, step: int, a4_hz: float) -> Note:
    if note.candidates:
        candidate = edit.next_candidate(note, step, a4_hz)
        if candidate is None:
            return note
        midi, f0_hz = candidate.midi, candidate.f0_hz
    else:
        midi = note.midi + step * _OCTAVE
        f0_hz = note.f0_hz * 2.0**step
    if not MIDI_MIN <= midi <= MIDI_MAX:
        return note
    return replace(note, midi=midi, f0_hz=f0_hz, cents=100.0 * (hz_to_midi(f0_hz, a4_hz) - midi))


def _resized(note: Note, start_s: float, end_s: float, duration_s: float) -> Note:
    """Another beginning and end, within the recording and no shorter than a note may be."""
    least_s = min(edit.MIN_NOTE_S, note.duration_s)
    onset_s = min(max(note.onset_s + start_s, 0.0), note.offset_s - least_s) if start_s else note.onset_s
    offset_s = max(min(note.offset_s + end_s, duration_s), onset_s + least_s) if end_s else note.offset_s
    return replace(note, onset_s=onset_s, offset_s=offset_s)
