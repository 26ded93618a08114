# SPDX-License-Identifier: MIT
"""Where the beats and the first downbeat of an export are: as the user says, as found, or as usual."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.domain.score import GridNote, Instrument, Metre
from desktop_app.transcription.quantise import Beats

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
        Beats a minute as the user wants them; None for those found, or 120.
    first_beat_s
        A moment at which a bar begins; None: the first note begins one, or leads to it.
    """
    start_s = notes[0].onset_s if first_beat_s is None else first_beat_s
    times_s = _found(tempo, bpm)
    if not times_s:
        period_s = 60.0 / (bpm or (tempo.bpm if tempo else USUAL_BPM))
        times_s = (start_s, start_s + period_s)
    counted = Beats(times_s)
    first = math.floor(counted.at(start_s) + (1.0 - _PICKUP if first_beat_s is None else 0.5))
    return Beats(times_s, metre.beat_quarters, first)


def quarter_bpm_of(tempo: TempoVerdict | None, metre: Metre, bpm: float | None) -> float | None:
    """Quarter notes a minute; None where nobody knows."""
    told = bpm or (tempo.bpm if tempo else None)
    return None if told is None else told * float(metre.beat_quarters)


def _found(tempo: TempoVerdict | None, bpm: float | None) -> tuple[float, ...]:
    if tempo is None or len(tempo.beats_s) < 2:
        return ()
    return tempo.beats_s if bpm is None or abs(bpm / tempo.bpm - 1.0) <= _SAME_TEMPO else ()


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
