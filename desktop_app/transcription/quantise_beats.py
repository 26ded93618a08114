# SPDX-License-Identifier: MIT
"""Where the beats and the first downbeat of an export are: as the user says, as found, or as usual."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.domain.score import GridNote, Instrument, Metre
from desktop_app.transcription.quantise import Beats
from desktop_app.transcription.quantise_tempo import tempo_of_notes

if TYPE_CHECKING:
    from desktop_app.domain.analysis import TempoVerdict

USUAL_BPM: Final = 120.0
# Found beats are followed when the user asks for about the tempo that was found.
_SAME_TEMPO: Final = 0.04
# A first note this part of a beat or later leads to the next one.
_PICKUP: Final = 0.45


def beats_of(
    notes: Sequence[Note],
    tempo: TempoVerdict | None,
    metre: Metre,
    bpm: float | None = None,
    first_beat_s: float | None = None,
) -> Beats:
    """The beats under some notes.

    Parameters
    ----------
    notes
        In order of onset, one at least.
    tempo
        What was found.
    metre
        Tells what a beat is.
    bpm
        Beats a minute as the user wants them; None for those found in the sound or, else, under the notes.
    first_beat_s
        A moment at which a bar begins; None: the first note begins one, or leads to it.
    """
    start_s = notes[0].onset_s if first_beat_s is None else first_beat_s
    told = bpm or (tempo.bpm if tempo else None)
    times_s = _found(tempo, bpm, start_s)
    if not times_s:
        played = tempo_of_notes(notes, is_compound=metre.is_compound, bpm=told)
        kept_bpm, beat_s = played or (told or USUAL_BPM, start_s)
        origin_s = beat_s if first_beat_s is None else first_beat_s
        times_s = (origin_s, origin_s + 60.0 / kept_bpm)
        told = told or (kept_bpm if played else None)
    place = Beats(times_s).at(start_s)
    first = math.floor(place + (1.0 - _PICKUP if first_beat_s is None else 0.5))
    return Beats(times_s, metre.beat_quarters, first, told)


def _found(tempo: TempoVerdict | None, bpm: float | None, start_s: float) -> tuple[float, ...]:
    """The beats that were found, halved or doubled where the user counts so; empty for another tempo."""
    if tempo is None or len(tempo.beats_s) < 2:
        return ()
    times_s = tempo.beats_s
    ratio = 1.0 if bpm is None else bpm / tempo.bpm
    if _is_about(ratio, 1.0):
        return times_s
    if _is_about(ratio, 2.0):
        between = [(one_s + other_s) / 2.0 for one_s, other_s in pairwise(times_s)]
        return tuple(sorted([*times_s, *between]))
    if _is_about(ratio, 0.5) and len(times_s) > 3:
        nearest = min(range(len(times_s)), key=lambda i: abs(times_s[i] - start_s))
        return times_s[nearest % 2 :: 2]
    return ()


def _is_about(ratio: float, wanted: float) -> bool:
    return abs(ratio / wanted - 1.0) <= _SAME_TEMPO


def sounding_on_grid(
    parts: Sequence[tuple[Instrument, Sequence[GridNote]]], metre: Metre, quarter_bpm: float | None
) -> list[tuple[Instrument, list[Note]]]:
    """Notes on a grid as they sound at a steady tempo; the first bar that has notes begins at 0 s."""
    quarter_s = 60.0 / (quarter_bpm or USUAL_BPM)
    first = min(note.onset for _, notes in parts for note in notes)
    start = first // metre.bar_quarters * metre.bar_quarters
    return [
        (
            instrument,
            [
                Note(
                    onset_s=float(note.onset - start) * quarter_s,
                    offset_s=float(note.end - start) * quarter_s,
                    midi=note.midi,
                    f0_hz=midi_to_hz(note.midi),
                    cents=0.0,
                    velocity=note.velocity,
                    confidence=1.0,
                    family=instrument.family,
                )
                for note in notes
            ],
        )
        for instrument, notes in parts
    ]
