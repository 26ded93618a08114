# SPDX-License-Identifier: MIT
"""Any notes written as MusicXML are read back by music21 as they lie on the grid, and verovio draws them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from export_read import heard_in, read, render
from export_sounds import analysis_of, families, melodies, steady, textures
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.note import Note
from desktop_app.domain.score import GridNote, Metre
from desktop_app.jobs.export import TRANSPOSITIONS, ExportOptions, exported, score_of
from desktop_app.transcription.quantise import MIXED, quantise
from desktop_app.transcription.quantise_beats import beats_of
from desktop_app.transcription.score_instruments import parts_of

METRES = ((4, 4), (3, 4), (2, 4), (6, 8), (5, 4), (2, 2), (9, 8), (4, 8), (7, 8))
metres = st.sampled_from(METRES)
transpositions = st.sampled_from(sorted(TRANSPOSITIONS.values()))


def on_grid(analysis: Analysis, options: ExportOptions) -> list[tuple[GridNote, ...]]:
    beats = beats_of(analysis.notes, analysis.tempo, options.metre, options.tempo_bpm, options.first_beat_s)
    parts = parts_of(analysis, options.family)
    return [quantise(notes, beats, options.grid or MIXED, options.metre) for _, notes in parts]


def first_bar(analysis: Analysis, options: ExportOptions) -> Fraction:
    return score_of(analysis, options).parts[0].staves[0].bars[0].onset


def as_read(notes: Sequence[GridNote], start: Fraction) -> list[tuple[Fraction, Fraction, int]]:
    return sorted((one.onset - start, one.duration, one.midi) for one in notes)


def places(heard: Sequence[tuple[Fraction, Fraction, int]]) -> list[tuple[Fraction, int]]:
    return sorted((onset, midi) for onset, _, midi in heard)


@settings(max_examples=100, deadline=None)
@given(
    notes=melodies(8),
    bpm=st.floats(50.0, 180.0),
    family=families,
    transposition=transpositions,
    metre=metres,
    grid=st.sampled_from((None, 2, 3, 4)),
    pickup_s=st.sampled_from((None, 0.0, 0.7)),
)
def test_a_melody_is_read_back_exactly(
    notes: list[Note],
    bpm: float,
    family: str | None,
    transposition: int,
    metre: tuple[int, int],
    grid: int | None,
    pickup_s: float | None,
) -> None:
    analysis = analysis_of(notes, tempo=steady(bpm))
    first_s = None if pickup_s is None else notes[0].onset_s + pickup_s
    options = ExportOptions("musicxml", None, *metre, first_s, grid, family, transposition)
    content = exported(analysis, options)
    (placed,) = on_grid(analysis, options)
    score = read(content)
    if all(one.end <= later.onset for one, later in pairwise(placed)):
        assert heard_in(score.parts) == as_read(placed, first_bar(analysis, options))
    else:  # two notes that came together on a coarse grid are a chord, which ends at once
        wanted = as_read(placed, first_bar(analysis, options))
        assert places(heard_in(score.parts)) == places(wanted)
    assert Metre(*metre).bar_quarters == Fraction(
        score.parts[0].getTimeSignatures()[0].barDuration.quarterLength
    )
    assert "<svg" in render(content)


@settings(max_examples=100, deadline=None)
@given(notes=textures(10), bpm=st.floats(50.0, 180.0), metre=metres, is_poly=st.booleans())
def test_what_sounds_together_keeps_its_places(
    notes: list[Note], bpm: float, metre: tuple[int, int], is_poly: bool
) -> None:
    analysis = analysis_of(notes, tempo=steady(bpm), is_poly=is_poly)
    options = ExportOptions("musicxml", None, *metre)
    content = exported(analysis, options)
    score, start = read(content), first_bar(analysis, options)
    placed = on_grid(analysis, options)
    names = [instrument.name for instrument, _ in parts_of(analysis)]
    for name, part in zip(names, placed, strict=True):
        heard = heard_in([one for one in score.parts if one.partName == name])
        assert places(heard) == places(as_read(part, start))
        assert all(length > 0 for _, length, _ in heard)
    assert "<svg" in render(content)
