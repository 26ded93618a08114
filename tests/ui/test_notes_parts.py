# SPDX-License-Identifier: MIT
"""What is typed, what is selected and what a drag does, each by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notes_fakes import PHRASE, made_note
from PySide6.QtCore import QPointF

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.pitch import note_name
from desktop_app.ui.notes.cells import read_key, read_seconds, read_velocity
from desktop_app.ui.notes.selection import NoteSelection
from desktop_app.ui.views.roll_drag import Change, DragKind, Grid, change_of

KEYS = (MIDI_MIN, MIDI_MAX)


@pytest.mark.parametrize("midi", range(MIDI_MIN, MIDI_MAX + 1))
def test_every_name_is_read_as_it_is_written(midi: int) -> None:
    assert read_key(note_name(midi)) == midi
    assert read_key(f" {note_name(midi).lower().replace('#', '♯')} ") == midi


@pytest.mark.parametrize(
    ("text", "midi"), [("Db4", 61), ("Cb4", 59), ("E#4", 65), ("bb3", 58), ("F##4", 67), ("Gx4", 69)]
)
def test_other_spellings(text: str, midi: int) -> None:
    assert read_key(text) == midi


@given(st.text(max_size=8))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    key, seconds, velocity = read_key(text), read_seconds(text), read_velocity(text)
    assert key is None or MIDI_MIN <= key <= MIDI_MAX
    assert seconds is None or 0.0 <= seconds < 1e12
    assert velocity is None or 1 <= velocity <= 127


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1.25", 1.25), ("1,25 s", 1.25), ("0:01.5", 1.5), ("1:00:00", 3600.0), (".5", 0.5), ("1:", None)],
)
def test_seconds(text: str, seconds: float | None) -> None:
    assert read_seconds(text) == (None if seconds is None else pytest.approx(seconds))


class TestSelection:
    def test_equal_notes_of_another_analysis_stay_selected(self) -> None:
        chosen = NoteSelection()
        chosen.set_notes(PHRASE)
        chosen.select_rows([1, 3])
        again = tuple(made_note(note.onset_s, note.offset_s, note.midi) for note in PHRASE[1:])
        chosen.set_notes(again)
        assert [note is again[row] for note, row in zip(chosen.selected, (0, 2), strict=True)] == [True, True]
        chosen.set_notes(())
        assert chosen.selected == ()

    def test_two_notes_that_are_equal_are_two(self) -> None:
        twins = (made_note(1.0, 2.0, 60), made_note(1.0, 2.0, 60))
        chosen = NoteSelection()
        chosen.set_notes(twins)
        chosen.select((twins[1],))
        assert chosen.selected[0] is twins[1]
        chosen.select((twins[0],), "toggle")
        assert len(chosen.selected) == 2

    def test_nothing_is_told_where_nothing_changes(self, qtbot) -> None:
        chosen = NoteSelection()
        chosen.set_notes(PHRASE)
        chosen.select_rows([1])
        with qtbot.assertNotEmitted(chosen.changed):
            chosen.select_rows([1])
            chosen.select((made_note(9.0, 9.5, 60),), "add")


class TestDrag:
    grid = Grid(100.0, 8.0, (0.3, 0.9, 1.1, 1.9, 2.1), 4.0)

    @given(
        st.sampled_from([DragKind.MOVE, DragKind.START, DragKind.END]),
        st.floats(-2000, 2000),
        st.floats(-2000, 2000),
        st.booleans(),
    )
    def test_nothing_leaves_the_recording_or_the_keys_or_vanishes(
        self, kind: DragKind, x_px: float, y_px: float, is_free: bool
    ) -> None:
        grid = Grid(100.0, 8.0, () if is_free else self.grid.times_s, 4.0)
        change = change_of(kind, PHRASE[1], PHRASE, QPointF(x_px, y_px), grid, KEYS)
        for note in PHRASE:
            start_s, end_s, midi = change.of(note)
            assert -1e-9 <= start_s < end_s <= 4.0 + 1e-9
            assert end_s - start_s >= 0.02 - 1e-9
            assert MIDI_MIN <= midi <= MIDI_MAX

    def test_edges_snap_within_six_pixels(self) -> None:
        near = change_of(DragKind.END, PHRASE[1], PHRASE[1:2], QPointF(15.0, 0.0), self.grid, KEYS)
        assert near.end_s == pytest.approx(0.2)
        far = change_of(DragKind.END, PHRASE[1], PHRASE[1:2], QPointF(13.0, 0.0), self.grid, KEYS)
        assert far.end_s == pytest.approx(0.13)

    def test_a_note_keeps_its_key_until_the_mouse_means_it(self) -> None:
        assert self.moved(30.0, 7.0).semitones == 0
        assert self.moved(30.0, -9.0).semitones == 1
        assert self.moved(3.0, -40.0) == Change(0.0, 0.0, 5)

    def moved(self, x_px: float, y_px: float) -> Change:
        return change_of(DragKind.MOVE, PHRASE[1], PHRASE[1:2], QPointF(x_px, y_px), self.grid, KEYS)
