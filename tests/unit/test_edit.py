# SPDX-License-Identifier: MIT
"""Correcting notes by hand, and what becomes of the corrections when other notes are found."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from desktop_app.domain.analysis import Analysis, F0Track
from desktop_app.domain.corrections import NO_CORRECTIONS, Corrections
from desktop_app.domain.note import Candidate, Note
from desktop_app.domain.pitch import midi_to_hz, nearest_note
from desktop_app.transcription import edit
from desktop_app.transcription.corrections import with_corrections

A4_HZ = 442.0


def note(onset_s: float, offset_s: float, midi: int, cents: float = 0.0, **values) -> Note:
    f0_hz = midi_to_hz(midi + cents / 100.0, A4_HZ)
    return Note(onset_s, offset_s, midi, f0_hz, nearest_note(f0_hz, A4_HZ)[1], 80, 0.9, "reed", 0.8, **values)


def analysis(*notes: Note, is_poly: bool = False, a4_hz: float = A4_HZ) -> Analysis:
    nothing = np.zeros(0, np.float32)
    track = F0Track(0.01, nothing, nothing)
    return Analysis("", 44_100, 1, 10.0, "", None, None, None, notes, (), track, a4_hz=a4_hz, is_poly=is_poly)


def shown(found: Analysis, corrections: Corrections) -> list[Note]:
    return list(with_corrections(found.notes, corrections, is_poly=found.is_poly, a4_hz=found.a4_hz))


def keys(found: Analysis, corrections: Corrections) -> list[tuple[float, float, int]]:
    return [(round(n.onset_s, 6), round(n.offset_s, 6), n.midi) for n in shown(found, corrections)]


FIRST, SECOND, THIRD = note(1.0, 2.0, 60, 12.0), note(2.0, 3.0, 64), note(4.0, 5.0, 67)
FOUND = analysis(FIRST, SECOND, THIRD)


def test_a_key_an_octave_up_keeps_the_cents_and_all_else() -> None:
    changed = edit.retune(NO_CORRECTIONS, FIRST, FOUND, midi=72)
    (tuned,) = changed.kept
    assert (changed.removed, changed.removed_poly) == ((FIRST,), ())
    assert tuned.f0_hz == pytest.approx(2.0 * FIRST.f0_hz)
    assert tuned.cents == pytest.approx(12.0)
    assert tuned == replace(FIRST, midi=72, f0_hz=tuned.f0_hz, cents=tuned.cents, is_corrected=True)
    assert shown(FOUND, changed) == [tuned, SECOND, THIRD]


def test_another_key_is_in_tune_unless_a_candidate_says_more() -> None:
    heard = Candidate(59, midi_to_hz(59.3, A4_HZ), 0.4)
    first = replace(FIRST, candidates=(heard,))
    found = analysis(first)
    assert edit.retune(NO_CORRECTIONS, first, found, midi=59).kept[0].cents == pytest.approx(30.0)
    assert edit.retune(NO_CORRECTIONS, first, found, midi=61).kept[0].cents == pytest.approx(0.0, abs=1e-9)


def test_a_frequency_gives_key_and_cents() -> None:
    (tuned,) = edit.retune(NO_CORRECTIONS, FIRST, FOUND, f0_hz=midi_to_hz(65.75, A4_HZ)).kept
    assert (tuned.midi, round(tuned.cents, 6)) == (66, -25.0)
    (lowest,) = edit.retune(NO_CORRECTIONS, FIRST, FOUND, f0_hz=3.0).kept
    assert lowest.midi == 21


def test_notes_move_together_and_stop_at_the_ends_and_the_last_keys() -> None:
    moved = edit.move(NO_CORRECTIONS, [FIRST, THIRD], FOUND, by_s=-3.0, semitones=100)
    assert keys(FOUND, moved) == [(0.0, 1.0, 101), (2.0, 3.0, 64), (3.0, 4.0, 108)]
    moved = edit.move(moved, shown(FOUND, moved), FOUND, by_s=60.0, semitones=-200)
    assert keys(FOUND, moved) == [(6.0, 7.0, 58), (8.0, 9.0, 21), (9.0, 10.0, 65)]


def test_ends_move_one_by_one_and_leave_20_ms() -> None:
    assert edit.resize(NO_CORRECTIONS, FIRST, FOUND, onset_s=-1.0).kept[0].onset_s == 0.0
    assert edit.resize(NO_CORRECTIONS, THIRD, FOUND, offset_s=99.0).kept[0].offset_s == 10.0
    late = edit.resize(NO_CORRECTIONS, FIRST, FOUND, onset_s=5.0).kept[0]
    assert (late.onset_s, late.offset_s) == (pytest.approx(1.98), 2.0)
    early = edit.resize(NO_CORRECTIONS, FIRST, FOUND, offset_s=0.0).kept[0]
    assert (early.onset_s, early.offset_s) == (1.0, pytest.approx(1.02))
    both = edit.resize(NO_CORRECTIONS, FIRST, FOUND, onset_s=6.0, offset_s=7.0).kept[0]
    assert (both.onset_s, both.offset_s) == (6.0, 7.0)


def test_split_and_merge_give_the_note_back_but_for_the_mark() -> None:
    halves = edit.split(NO_CORRECTIONS, FIRST, FOUND, 1.25)
    assert keys(FOUND, halves)[:2] == [(1.0, 1.25, 60), (1.25, 2.0, 60)]
    whole = edit.merge(halves, shown(FOUND, halves)[:2], FOUND)
    assert shown(FOUND, whole) == [replace(FIRST, is_corrected=True), SECOND, THIRD]


def test_merging_takes_the_pitch_of_the_longest_and_the_greatest_loudness() -> None:
    blip = replace(note(0.9, 1.0, 72), velocity=99)
    (whole,) = edit.merge(NO_CORRECTIONS, [blip, FIRST], analysis(blip, FIRST)).kept
    assert (whole.onset_s, whole.offset_s, whole.midi, whole.velocity) == (0.9, 2.0, 60, 99)


def test_an_added_note_is_in_tune_and_within_the_recording() -> None:
    (added,) = edit.add(NO_CORRECTIONS, FOUND, onset_s=9.99, offset_s=12.0, midi=69).kept
    assert (added.onset_s, added.offset_s, added.f0_hz) == (pytest.approx(9.98), 10.0, A4_HZ)
    assert added.is_corrected


def test_what_changes_nothing_gives_the_very_same_corrections() -> None:
    base = edit.delete(NO_CORRECTIONS, [SECOND], FOUND)
    for same in (
        edit.delete(base, [], FOUND),
        edit.delete(base, [SECOND], FOUND),  # gone already
        edit.delete(base, [note(7.0, 8.0, 50)], FOUND),  # never was there
        edit.delete(base, [replace(FIRST, is_corrected=True)], FOUND),
        edit.retune(base, FIRST, FOUND, midi=60),
        edit.retune(base, FIRST, FOUND),
        edit.move(base, [FIRST], FOUND),
        edit.move(base, [], FOUND, by_s=1.0),
        edit.resize(base, FIRST, FOUND, onset_s=1.0, offset_s=2.0),
        edit.split(base, FIRST, FOUND, 1.01),
        edit.merge(base, [FIRST], FOUND),
    ):
        assert same is base


def test_what_is_exchanged_for_itself_is_not_corrected() -> None:
    later = replace(SECOND, onset_s=2.1)
    changed = edit.exchange(NO_CORRECTIONS, [FIRST, SECOND], [FIRST, later], FOUND)
    assert shown(FOUND, changed) == [FIRST, replace(later, is_corrected=True), THIRD]
    again = edit.exchange(changed, shown(FOUND, changed), [*changed.kept, FIRST], FOUND)
    assert keys(FOUND, again) == [(1.0, 2.0, 60), (2.1, 3.0, 64)]
    assert again.kept == changed.kept


def test_thousands_of_notes_are_corrected_at_once() -> None:
    many = tuple(note(0.0019 * i, 0.0019 * i + 0.05, 30 + i * 7 % 70) for i in range(5000))
    found = analysis(*many, is_poly=True)
    corrections = edit.move(NO_CORRECTIONS, many[::10], found, semitones=1)
    times_s = []
    for _ in range(5):
        start_s = time.perf_counter()
        changed = edit.move(corrections, [shown(found, corrections)[3]], found, by_s=0.01)
        times_s.append(time.perf_counter() - start_s)
        assert changed is not corrections
    assert min(times_s) < 0.1  # 0.01 where nothing else runs


def test_the_next_candidate_is_the_nearest_on_its_side() -> None:
    heard = tuple(Candidate(midi, midi_to_hz(midi, A4_HZ), 0.3) for midi in (48, 60, 72, 84))
    first = replace(FIRST, candidates=heard)
    assert edit.next_candidate(first, 1, A4_HZ) == heard[2]
    assert edit.next_candidate(first, -1, A4_HZ) == heard[0]
    assert edit.next_candidate(replace(first, midi=84), 1, A4_HZ) is None


def test_within_an_analysis_only_the_corrected_note_goes_even_beside_its_like() -> None:
    twin = note(1.05, 2.0, 60, 40.0)  # as a neighbouring key may be named
    found = analysis(FIRST, twin, is_poly=True)
    assert shown(found, edit.delete(NO_CORRECTIONS, [twin], found)) == [FIRST]
    onto = edit.retune(NO_CORRECTIONS, twin, found, midi=72)
    back = edit.retune(onto, onto.kept[0], found, midi=60)
    assert FIRST in shown(found, back)
    assert len(shown(found, back)) == 2
    added = edit.add(NO_CORRECTIONS, found, onset_s=1.0, offset_s=2.0, midi=60)
    assert len(shown(found, added)) == 3


# Other notes are found.


def again(*notes: Note, is_poly: bool = False) -> Analysis:
    return analysis(*notes, is_poly=is_poly)


def test_a_retuned_note_does_not_come_back_longer_shorter_or_in_pieces() -> None:
    changed = edit.retune(NO_CORRECTIONS, FIRST, FOUND, midi=48)
    for others in (
        [note(1.0, 2.9, 60)],
        [note(0.97, 1.6, 60)],
        [note(1.0, 1.3, 60), note(1.35, 2.1, 72)],
        [note(1.01, 4.5, 60)],
        [note(1.0, 2.0, 79)],  # one voice: whatever key it has now
    ):
        assert keys(again(*others), changed) == [(1.0, 2.0, 48)]


def test_a_deleted_blip_does_not_take_a_long_note_away() -> None:
    blip = note(1.5, 1.56, 84)
    changed = edit.delete(NO_CORRECTIONS, [blip], analysis(note(1.0, 1.5, 60), blip, note(1.56, 3.0, 60)))
    assert keys(again(note(1.0, 3.0, 60)), changed) == [(1.0, 3.0, 60)]
    at_attack = edit.delete(NO_CORRECTIONS, [note(1.0, 1.06, 72)], analysis(note(1.0, 1.06, 72)))
    assert keys(again(note(1.0, 3.0, 60)), at_attack) == [(1.0, 3.0, 60)]


def test_two_retuned_notes_that_are_found_as_one_do_not_come_back() -> None:
    pair = analysis(note(1.0, 2.0, 72), note(2.0, 3.0, 72))
    changed = edit.move(NO_CORRECTIONS, pair.notes, pair, semitones=-12)
    assert keys(again(note(1.0, 3.0, 72)), changed) == [(1.0, 2.0, 60), (2.0, 3.0, 60)]


def test_halves_take_the_place_of_the_note() -> None:
    halves = edit.split(NO_CORRECTIONS, FIRST, FOUND, 1.5)
    assert keys(again(note(0.99, 2.02, 60), SECOND), halves) == [
        (1.0, 1.5, 60),
        (1.5, 2.0, 60),
        (2.0, 3.0, 64),
    ]


def test_an_added_note_stays_and_what_is_found_of_it_gives_way() -> None:
    added = edit.add(NO_CORRECTIONS, FOUND, onset_s=6.0, offset_s=7.0, midi=55)
    assert keys(again(note(6.02, 6.9, 55, 20.0), THIRD), added) == [(4.0, 5.0, 67), (6.0, 7.0, 55)]
    assert len(keys(again(note(5.0, 9.0, 55)), added)) == 2  # much longer: another note


def test_of_several_voices_only_the_same_key_is_the_same_note() -> None:
    chord = [note(1.0, 2.0, midi) for midi in (60, 64, 67)]
    changed = edit.retune(NO_CORRECTIONS, chord[2], analysis(*chord, is_poly=True), midi=79)
    later = [replace(one, offset_s=2.2) for one in chord]
    assert [key for *_, key in keys(again(*later, is_poly=True), changed)] == [60, 64, 79]


def test_of_a_chord_corrected_one_voice_loses_only_the_same_key() -> None:
    ghost = note(1.0, 2.0, 72)
    changed = edit.delete(NO_CORRECTIONS, [ghost], analysis(FIRST, ghost, is_poly=True))
    assert keys(again(FIRST), changed) == [(1.0, 2.0, 60)]
    assert keys(again(replace(ghost, offset_s=2.1)), changed) == []


def test_one_voice_corrected_the_chord_loses_only_the_same_key_and_doubles_nothing() -> None:
    changed = edit.retune(NO_CORRECTIONS, FIRST, FOUND, midi=48)
    poly = again(note(1.0, 2.1, 48), note(1.0, 2.1, 60), note(1.0, 2.1, 64), is_poly=True)
    assert keys(poly, changed) == [(1.0, 2.0, 48), (1.0, 2.1, 64)]


def test_another_a4_renames_what_is_kept_and_finds_what_was_removed() -> None:
    changed = edit.retune(NO_CORRECTIONS, FIRST, FOUND, midi=72)
    low_a4 = A4_HZ * 2.0 ** (-1.0 / 12.0)
    renamed = replace(FIRST, midi=61, offset_s=2.01)
    lower = analysis(renamed, is_poly=True, a4_hz=low_a4)
    (tuned,) = shown(replace(lower, is_poly=False), changed)
    assert (tuned.midi, round(tuned.cents, 6)) == (73, 12.0)
    moved = edit.move(changed, [tuned], replace(lower, is_poly=False), semitones=-1)
    assert [n.midi for n in moved.kept] == [72]


def test_edits_after_another_analysis_leave_the_other_found_notes() -> None:
    added = edit.add(NO_CORRECTIONS, FOUND, onset_s=6.0, offset_s=7.0, midi=55)
    other = again(note(6.02, 6.9, 55), THIRD)
    moved = edit.move(added, list(added.kept), other, semitones=1)
    assert keys(other, moved) == [(4.0, 5.0, 67), (6.0, 7.0, 56)]  # what had given way stays away
