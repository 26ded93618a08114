# SPDX-License-Identifier: MIT
"""Bars, voices, readable lengths, instruments and clefs."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import pytest
from export_sounds import analysis_of, midis, note
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.analysis import FamilyVerdict, KeyVerdict
from desktop_app.domain.labels import FAMILIES
from desktop_app.domain.score import GridNote, Metre, Score
from desktop_app.transcription.score import fifths_of, make_score
from desktop_app.transcription.score_instruments import clefs_of, instrument_of, parts_of
from desktop_app.transcription.score_rhythm import levels_of, pieces
from desktop_app.transcription.score_voices import lengthened, voices_of

H, Q, T = F(1, 2), F(1, 4), F(1, 3)
READABLE = {F(2) ** p for p in range(-3, 3)} | {3 * F(2) ** p for p in range(-3, 2)} | {T, 2 * T, T / 2}


def grid(onset: float | F, end: float | F, midi: int = 60) -> GridNote:
    return GridNote(F(onset), F(end), midi, 80)


def score_of(*notes: GridNote, metre: Metre = Metre(), family: str | None = "reed") -> Score:  # noqa: B008
    part = (instrument_of(family, [note(0, 1, one.midi) for one in notes]), notes)
    return make_score([part], title="t", metre=metre, quarter_bpm=None, key=None)


@pytest.mark.parametrize(
    ("metre", "start", "end", "lengths"),
    [
        ((4, 4), 0, 4, [4]),
        ((4, 4), 0, 3, [3]),
        ((4, 4), 0, F(3, 2), [F(3, 2)]),
        ((4, 4), 0, F(7, 4), [1, F(3, 4)]),
        ((4, 4), 0, F(5, 2), [2, H]),
        ((4, 4), H, F(3, 2), [1]),  # a syncopation that everyone reads
        ((4, 4), F(3, 2), F(5, 2), [H, H]),  # the middle of the bar is seen
        ((4, 4), 1, 3, [2]),
        ((4, 4), F(7, 2), 4, [H]),
        ((4, 4), Q, 1, [F(3, 4)]),
        ((4, 4), Q, F(3, 2), [F(3, 4), H]),
        ((4, 4), F(3, 4), F(5, 4), [Q, Q]),
        ((4, 4), T, 2, [2 * T, 1]),
        ((4, 4), 0, F(4, 3), [1, T]),
        ((4, 4), 2 * T, F(7, 3), [T, 1, T]),
        ((3, 4), 0, 3, [3]),
        ((3, 4), H, 3, [H, 2]),
        ((6, 8), 0, 3, [3]),
        ((6, 8), 0, 2, [F(3, 2), H]),
        ((6, 8), 1, 3, [H, F(3, 2)]),
        ((6, 8), H, F(3, 2), [1]),
        ((5, 4), 0, 5, [4, 1]),
        ((9, 8), 0, F(9, 2), [3, F(3, 2)]),
    ],
)
def test_lengths_show_the_beats(metre: tuple[int, int], start: F, end: F, lengths: list[F]) -> None:
    cut = pieces(F(start), F(end), levels_of(Metre(*metre)))
    assert [piece_end - piece_start for piece_start, piece_end in cut] == lengths


@pytest.mark.parametrize(
    ("metre", "start", "end", "lengths"),
    [
        ((4, 4), 1, 4, [1, 2]),
        ((4, 4), 1, 3, [1, 1]),
        ((4, 4), H, F(3, 2), [H, H]),
        ((4, 4), 0, F(3, 2), [1, H]),
        ((6, 8), F(3, 2), 3, [F(3, 2)]),
        ((6, 8), H, 3, [1, F(3, 2)]),
        ((4, 4), T, 2, [2 * T, 1]),
    ],
)
def test_rests_show_every_beat(metre: tuple[int, int], start: F, end: F, lengths: list[F]) -> None:
    cut = pieces(F(start), F(end), levels_of(Metre(*metre)), is_rest=True)
    assert [piece_end - piece_start for piece_start, piece_end in cut] == lengths


@settings(max_examples=300, deadline=None)
@given(
    metre=st.sampled_from(((4, 4), (3, 4), (6, 8), (5, 4), (7, 8), (12, 8), (2, 2), (3, 8))),
    places=st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True),
    parts=st.sampled_from((8, 12)),
    is_rest=st.booleans(),
)
def test_any_stretch_is_cut_into_readable_ones(
    metre: tuple[int, int], places: list[int], parts: int, is_rest: bool
) -> None:
    bar = Metre(*metre).bar_quarters
    step = F(1, 8) if parts == 8 else T
    start, end = (min(step * place, bar) for place in sorted(places))
    if start == end:
        return
    cut = pieces(start, end, levels_of(Metre(*metre)), is_rest=is_rest)
    assert (cut[0][0], cut[-1][1]) == (start, end)
    assert all(one[1] == other[0] for one, other in pairwise(cut))
    assert all(piece_end - piece_start in READABLE for piece_start, piece_end in cut)


@settings(max_examples=200, deadline=None)
@given(
    told=st.lists(st.tuples(st.integers(-6, 40), st.integers(1, 20), midis), min_size=1, max_size=12),
    metre=st.sampled_from(((4, 4), (3, 4), (6, 8))),
    family=st.sampled_from((None, *FAMILIES)),
)
def test_every_voice_fills_every_bar(
    told: list[tuple[int, int, int]], metre: tuple[int, int], family: str | None
) -> None:
    by_place = {(onset, midi): (onset, length) for onset, length, midi in told}
    notes = sorted(
        (grid(F(onset, 4), F(onset + length, 4), midi) for (onset, midi), (_, length) in by_place.items()),
        key=lambda one: (one.onset, one.midi),
    )
    score = score_of(*notes, metre=Metre(*metre), family=family)
    for staff in score.parts[0].staves:
        assert all(one.onset + one.duration == other.onset for one, other in pairwise(staff.bars))
        for bar in staff.bars:
            for voice in bar.voices:
                ends = [symbol.onset + symbol.duration for symbol in voice]
                assert [symbol.onset for symbol in voice] == [0, *ends[:-1]]
                assert ends[-1] == bar.duration
    heard = {
        (bar.onset + symbol.onset, midi)
        for staff in score.parts[0].staves
        for bar in staff.bars
        for voice in bar.voices
        for symbol in voice
        if not symbol.was_tied
        for midi in symbol.midis
    }
    assert heard == {(one.onset, one.midi) for one in notes}


def test_a_note_over_the_barline_is_tied() -> None:
    (staff,) = score_of(grid(3, 5)).parts[0].staves
    first, second = (bar.voices[0] for bar in staff.bars)
    assert [one.midis for one in first] == [(), (), (60,)]
    assert (first[-1].is_tied, first[-1].was_tied) == (True, False)
    assert (second[0].duration, second[0].is_tied, second[0].was_tied) == (1, False, True)


def test_a_pickup_is_a_short_bar_without_a_number() -> None:
    (staff,) = score_of(grid(-H, 0), grid(0, 4)).parts[0].staves
    assert [(bar.number, bar.onset, bar.duration) for bar in staff.bars] == [(0, -H, H), (1, 0, 4)]
    (late,) = score_of(grid(9, 10)).parts[0].staves
    assert [(bar.number, bar.onset) for bar in late.bars] == [(3, 8)]


def test_what_sounds_together_is_in_two_voices_the_higher_one_first() -> None:
    voices = voices_of([grid(0, 4, 48), grid(0, 1, 72), grid(1, 2, 74), grid(2, 4, 76)])
    assert [[chord.midis for chord in voice] for voice in voices] == [[(72,), (74,), (76,)], [(48,)]]


def test_a_third_voice_cuts_short_what_ends_first() -> None:
    voices = voices_of([grid(0, 4, 48), grid(1, 3, 60), grid(2, 4, 72)])
    told = sorted((chord.onset, chord.end, chord.midis) for voice in voices for chord in voice)
    assert told == [(0, 4, (48,)), (1, 2, (60,)), (2, 4, (72,))]


def test_where_ends_are_not_known_notes_last_until_the_next_one() -> None:
    heard = [
        grid(0, Q, 60),
        grid(1, F(3, 2), 62),
        grid(F(5, 2), F(11, 4), 64),
        grid(4, 6, 65),
        grid(5, F(21, 4), 67),
    ]
    told = [(one.onset, one.end) for one in lengthened(heard, F(1))]
    assert told == [(0, 1), (1, F(5, 2)), (F(5, 2), 3), (4, 6), (5, 6)]


def test_notes_of_about_one_length_are_one_chord() -> None:
    ((chord,),) = voices_of([grid(0, 2, 48), grid(0, F(3, 2), 52), grid(0, 2, 55)])
    assert (chord.midis, chord.end) == ((48, 52, 55), 2)


@pytest.mark.parametrize(
    ("family", "keys", "clefs"),
    [
        ("guitar", [52, 64], ("treble_8vb",)),
        ("bass", [28, 40], ("bass_8vb",)),
        ("flute", [72, 84], ("treble",)),
        ("string", [40, 50], ("bass",)),
        ("string", [67, 76], ("treble",)),
        ("keyboard", [40, 45, 72, 76], ("treble", "bass")),
        ("keyboard", [64, 72, 76], ("treble",)),
        ("keyboard", [36, 43, 48], ("bass",)),
        ("keyboard", [57, 60, 62], ("treble",)),
        ("organ", [36, 84], ("treble", "bass")),
        ("reed", [46, 50, 72, 76], ("treble",)),
        (None, [36, 84], ("treble", "bass")),
    ],
)
def test_clefs(family: str | None, keys: list[int], clefs: tuple[str, ...]) -> None:
    assert clefs_of(family, keys) == clefs


def test_every_family_has_a_program_and_the_unknown_is_a_piano() -> None:
    high = {family: instrument_of(family, [note(0, 1, 72)]) for family in FAMILIES}
    assert len({instrument.program for instrument in high.values()}) == len(FAMILIES)
    assert instrument_of(None, []).program == instrument_of("keyboard", []).program == 0
    assert instrument_of("string", [note(0, 1, 43)]).name == "Cello"
    assert instrument_of("brass", [note(0, 1, 43)]).name == "Trombone"


def verdict(label: str, state: str) -> FamilyVerdict:
    return FamilyVerdict(label, state, 0.6, {}, 0.1)  # type: ignore[arg-type]


def test_who_plays_which_notes() -> None:
    tune = [note(i, 1, 60 + i, family="reed") for i in range(6)]
    other = [note(6 + i, 1, 40, family="bass") for i in range(4)]
    slip = [note(10, 1, 70, family="vocal")]
    named = [(one.family, len(notes)) for one, notes in parts_of(analysis_of([*tune, *other, *slip]))]
    assert named == [("reed", 7), ("bass", 4)]
    heard = analysis_of([*tune, note(9, 1, 50)], family=verdict("string", "maybe"))
    assert [(one.family, len(notes)) for one, notes in parts_of(heard)] == [("string", 1), ("reed", 6)]
    assert [one.family for one, _ in parts_of(heard, "guitar")] == ["guitar"]
    unknown = analysis_of([note(0, 1, 60)], family=verdict("string", "cannot_tell"))
    assert [one.name for one, _ in parts_of(unknown)] == ["Piano"]


@pytest.mark.parametrize(
    ("tonic", "mode", "fifths"),
    [("C", "major", 0), ("G", "major", 1), ("F", "major", -1), ("F#", "major", 6), ("C#", "major", -5),
     ("A", "minor", 0), ("E", "minor", 1), ("D", "minor", -1), ("A#", "minor", -5), ("D#", "minor", 6)],
)  # fmt: skip
def test_sharps_of_a_key(tonic: str, mode: str, fifths: int) -> None:
    assert fifths_of(KeyVerdict(tonic, mode, 0.9)) == fifths  # type: ignore[arg-type]
