# SPDX-License-Identifier: MIT
"""Any sequence of edits can be undone and redone, and keeps the notes sound."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.analysis import Analysis, F0Track
from desktop_app.domain.corrections import Corrections
from desktop_app.domain.note import Candidate, Note
from desktop_app.domain.pitch import hz_to_midi, midi_to_hz, nearest_note
from desktop_app.transcription import edit
from desktop_app.transcription.corrections import identity, with_corrections
from desktop_app.transcription.history import CorrectionHistory

DURATION_S = 30.0
EDITS = ("retune", "tune", "move", "resize", "split", "merge", "delete", "add", "undo", "redo")


def made_up(rng: random.Random, *, is_poly: bool, a4_hz: float) -> Analysis:
    notes, start_s = [], 0.0
    while start_s < DURATION_S - 2.0:
        for _ in range(rng.randint(1, 4) if is_poly else 1):
            midi, length_s = rng.randint(21, 108), rng.uniform(0.03, 1.5)
            f0_hz = midi_to_hz(midi + rng.uniform(-0.49, 0.49), a4_hz)
            octave = Candidate(midi - 12, f0_hz / 2.0, 0.2)
            values = (midi, f0_hz, nearest_note(f0_hz, a4_hz)[1], 80, 0.9, "flute", 0.5)
            notes.append(Note(start_s, start_s + length_s, *values, (octave,) if midi > 32 else ()))
        start_s += length_s
    nothing = np.zeros(0, np.float32)
    track = F0Track(0.01, nothing, nothing)
    ordered = tuple(sorted(notes, key=lambda note: (note.onset_s, note.midi, note.offset_s)))
    return Analysis(
        "", 8000, 1, DURATION_S, "", None, None, None, ordered, (), track, a4_hz=a4_hz, is_poly=is_poly
    )


def shown(found: Analysis, corrections: Corrections) -> tuple[Note, ...]:
    return with_corrections(found.notes, corrections, is_poly=found.is_poly, a4_hz=found.a4_hz)


def edited(rng: random.Random, kind: str, corrections: Corrections, found: Analysis) -> Corrections:
    """One edit of random notes."""
    notes = shown(found, corrections)
    at_s, other_s, midi = rng.uniform(-2.0, 32.0), rng.uniform(-2.0, 32.0), rng.randint(0, 127)
    if kind == "add" or not notes:
        return edit.add(corrections, found, onset_s=at_s, offset_s=other_s, midi=midi)
    some = rng.sample(notes, rng.randint(1, min(4, len(notes))))
    one = some[0]
    within_s = rng.uniform(one.onset_s, one.offset_s)
    return {
        "retune": lambda: edit.retune(corrections, one, found, midi=midi),
        "tune": lambda: edit.retune(corrections, one, found, f0_hz=rng.uniform(20.0, 5000.0)),
        "move": lambda: edit.move(corrections, some, found, by_s=at_s - 15.0, semitones=midi - 64),
        "resize": lambda: edit.resize(
            corrections, one, found, onset_s=at_s, offset_s=rng.choice([None, other_s])
        ),
        "split": lambda: edit.split(corrections, one, found, within_s),
        "merge": lambda: edit.merge(corrections, some, found),
        "delete": lambda: edit.delete(corrections, some, found),
    }[kind]()


def check(found: Analysis, corrections: Corrections) -> None:
    notes = shown(found, corrections)
    assert all(a.onset_s <= b.onset_s for a, b in pairwise(notes))
    for note in notes:
        assert 0.0 <= note.onset_s < note.offset_s <= DURATION_S
        assert note.duration_s >= edit.MIN_NOTE_S - 1e-9
        assert 21 <= note.midi <= 108
        assert note.cents == pytest.approx(
            100.0 * (hz_to_midi(note.f0_hz, found.a4_hz) - note.midi), abs=1e-6
        )
        assert abs(note.cents) <= 50.0 + 1e-6
        assert note.is_corrected == (note in corrections.kept)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), is_poly=st.booleans(), a4_hz=st.sampled_from((415.0, 440.0, 443.5)))
def test_200_edits_undone_give_the_start_and_redone_the_end(seed: int, is_poly: bool, a4_hz: float) -> None:
    rng = random.Random(seed)
    found = made_up(rng, is_poly=is_poly, a4_hz=a4_hz)
    history = CorrectionHistory()
    states = [shown(found, history.current)]
    assert states == [found.notes]
    for _ in range(200):
        if history.push(edited(rng, rng.choice(EDITS[:-2]), history.current, found)):
            states.append(shown(found, history.current))
            check(found, history.current)
    for state in reversed(states[:-1]):
        assert history.undo()
        assert shown(found, history.current) == state
    assert not history.undo()
    for state in states[1:]:
        assert history.redo()
        assert shown(found, history.current) == state
    assert not history.redo()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), is_poly=st.booleans())
def test_an_edit_moves_no_other_found_note_whatever_was_corrected_before(seed: int, is_poly: bool) -> None:
    """Also where the corrections before were made in another analysis, of one voice or of several."""
    rng = random.Random(seed)
    corrections = Corrections()
    for turn in range(40):
        if turn % 10 == 0:
            found = made_up(random.Random(seed), is_poly=is_poly != (turn % 20 == 10), a4_hz=440.0)
            shift_s = rng.choice((0.0, 0.03))
            found = replace(
                found, notes=tuple(replace(n, offset_s=n.offset_s + shift_s) for n in found.notes)
            )
        before = {identity(note) for note in shown(found, corrections) if not note.is_corrected}
        changed = edited(rng, rng.choice(EDITS[:-2]), corrections, found)
        after = {identity(note) for note in shown(found, changed) if not note.is_corrected}
        assert after <= before
        own = {identity(note) for note in (*changed.removed, *changed.removed_poly)}
        assert before - after <= own
        corrections = changed


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), kinds=st.lists(st.sampled_from(EDITS), max_size=40))
def test_undo_and_redo_among_edits_agree_with_a_list_of_states(seed: int, kinds: list[str]) -> None:
    rng = random.Random(seed)
    found = made_up(rng, is_poly=True, a4_hz=440.0)
    history = CorrectionHistory()
    done, undone = [history.current], []
    for kind in kinds:
        if kind == "undo":
            assert history.undo() == (len(done) > 1)
            undone += [done.pop()] if len(done) > 1 else []
        elif kind == "redo":
            assert history.redo() == bool(undone)
            done += [undone.pop()] if undone else []
        elif history.push(edited(rng, kind, history.current, found), kind):
            done.append(history.current)
            undone.clear()
        assert history.current is done[-1]
        assert (history.can_undo, history.can_redo) == (len(done) > 1, bool(undone))
        assert (history.undo_text != "", history.redo_text != "") == (history.can_undo, history.can_redo)
