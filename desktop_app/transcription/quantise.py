# SPDX-License-Identifier: MIT
"""Notes on a grid of beats, for export only: the times that are kept never change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from desktop_app.domain.score import GridNote, Metre

if TYPE_CHECKING:
    from desktop_app.domain.note import Note

# Parts of a quarter note that may be asked for; MIXED chooses sixteenths or triplets for each quarter.
MIXED: Final = 12
GRIDS: Final = (1, 2, 3, 4, 8, MIXED)
_PACE_BEATS: Final = 8
# Onsets that are no further apart than this belong to one chord.
_CHORD_S: Final = 0.035
# Triplets must fit this much better than sixteenths, which are commoner.
_TRIPLET_COST: Final = 0.6
# A rest shorter than this part of the way from a note to the next is a breath, not a rest.
_BREATH: Final = 0.34
# A note that reaches less than this part of its length into the next one is legato, not a second voice.
_OVERLAP: Final = 0.3
# The end of a note moves this part of its length to fall on a quarter or an eighth.
_END_ROOM: Final = 0.15
_END_SPACINGS: Final = (Fraction(1), Fraction(1, 2))
_TIE_ROOM: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Beats:
    """Where the quarter notes are: a steady tempo, or the beats that were found.

    Attributes
    ----------
    times_s
        Two or more times in seconds, increasing; before and after them, beats go on
        at the pace of the nearest eight.
    quarters
        How many quarter notes lie between two of them.
    first
        Which of them is the first downbeat; may lie outside the list.
    bpm
        Beats a minute, as a score states them; None where nobody knows.
    """

    times_s: tuple[float, ...]
    quarters: Fraction = Fraction(1)
    first: int = 0
    bpm: float | None = None

    @property
    def quarter_bpm(self) -> float | None:
        """Quarter notes a minute."""
        return None if self.bpm is None else self.bpm * float(self.quarters)

    def at(self, time_s: float) -> float:
        """The place of a moment in quarter notes from the first downbeat."""
        times, last = self.times_s, len(self.times_s) - 1
        if times[0] <= time_s < times[last]:
            i = bisect_right(times, time_s) - 1
            place = i + (time_s - times[i]) / (times[i + 1] - times[i])
        else:
            near = 0 if time_s < times[0] else last
            n_beats = min(_PACE_BEATS, last)
            start = near if near == 0 else last - n_beats
            place = near + (time_s - times[near]) * n_beats / (times[start + n_beats] - times[start])
        return (place - self.first) * float(self.quarters)


def quantise(notes: Sequence[Note], beats: Beats, grid: int, metre: Metre) -> tuple[GridNote, ...]:
    """The notes on the nearest places of a grid, in order of onset.

    Notes that begin together stay together, the order of onsets stays, no note is empty, and short gaps and
    overlaps between a note and the next are closed. Of notes of one key at one place, the longest is left.

    Parameters
    ----------
    notes
        In any order.
    beats
        Where the beats are.
    grid
        One of :data:`GRIDS`: parts of a quarter note.
    metre
        Triplets are left out of compound metres, which have thirds already.
    """
    if not notes:
        return ()
    chords = _chords(sorted(notes, key=lambda note: (note.onset_s, note.midi)))
    places = [beats.at(sum(note.onset_s for note in chord) / len(chord)) for chord in chords]
    steps = _Steps(places, 4 if grid == MIXED and metre.is_compound else grid)
    onsets = [steps.nearest(place) for place in places]
    found: dict[tuple[Fraction, int], GridNote] = {}
    for i, (chord, onset) in enumerate(zip(chords, onsets, strict=True)):
        later = next((j for j in range(i + 1, len(chords)) if onsets[j] > onset), None)
        for note in chord:
            end = max(steps.ending(onset, beats.at(note.offset_s)), steps.after(onset))
            if later is not None:
                end = _joined(note, end, onsets[later], chords[later][0].onset_s)
            known = found.get((onset, note.midi))
            if known is None or known.end < end:
                found[onset, note.midi] = GridNote(onset, end, note.midi, note.velocity)
    return _without_overlaps(sorted(found.values(), key=lambda note: (note.onset, note.midi)))


def _chords(notes: Sequence[Note]) -> list[list[Note]]:
    chords = [[notes[0]]]
    for note in notes[1:]:
        first = chords[-1][0]
        if note.onset_s - first.onset_s <= _CHORD_S and all(note.midi != other.midi for other in chords[-1]):
            chords[-1].append(note)
        else:
            chords.append([note])
    return chords


def _joined(note: Note, end: Fraction, next_onset: Fraction, next_onset_s: float) -> Fraction:
    """Where a note ends when the next one is near."""
    way_s = max(next_onset_s - note.onset_s, 1e-9)
    if end < next_onset:
        return next_onset if next_onset_s - note.offset_s <= _BREATH * way_s else end
    over_s = note.offset_s - next_onset_s
    return next_onset if over_s <= _OVERLAP * way_s else end


def _without_overlaps(notes: Sequence[GridNote]) -> tuple[GridNote, ...]:
    """A key ends where it is struck again."""
    following: dict[int, Fraction] = {}
    kept = []
    for note in reversed(notes):
        end = min(note.end, following.get(note.midi, note.end))
        following[note.midi] = note.onset
        kept.append(GridNote(note.onset, end, note.midi, note.velocity))
    return tuple(reversed(kept))


class _Steps:
    """The places of the grid, quarter by quarter."""

    def __init__(self, places: Sequence[float], grid: int) -> None:
        self._usual = 4 if grid == MIXED else grid
        self._parts: dict[int, int] = {}
        if grid == MIXED:
            by_quarter: dict[int, list[float]] = {}
            for place in places:
                by_quarter.setdefault(int(np.floor(place)), []).append(place % 1.0)
            self._parts = {quarter: _fitting(inside) for quarter, inside in by_quarter.items()}

    def nearest(self, place: float) -> Fraction:
        """The place of the grid that is nearest."""
        quarter = int(np.floor(place))
        parts = self._parts.get(quarter, self._usual)
        return quarter + Fraction(int(np.floor((place - quarter) * parts + 0.5)), parts)

    def ending(self, onset: Fraction, place: float) -> Fraction:
        """The strongest place that is about as near as the ear asks for; else the nearest."""
        room = _END_ROOM * (place - float(onset))
        for spacing in _END_SPACINGS:
            strong = spacing * int(np.floor(place / float(spacing) + 0.5))
            is_near = abs(float(strong) - place) <= room
            if is_near and strong > onset and self._has(strong):
                return strong
        return self.nearest(place)

    def after(self, onset: Fraction) -> Fraction:
        """The next place of the grid."""
        return onset + Fraction(1, self._parts_at(onset))

    def _has(self, place: Fraction) -> bool:
        return self._parts_at(place) % place.denominator == 0

    def _parts_at(self, place: Fraction) -> int:
        return self._parts.get(int(place // 1), self._usual)


def _fitting(inside: Sequence[float]) -> int:
    """Parts of a quarter that fit some onsets in it: 4, 3, or 8 where 4 cannot keep them apart."""
    errors = {parts: _error(inside, parts) for parts in (4, 3)}
    best = 3 if errors[3] + _TIE_ROOM < _TRIPLET_COST * errors[4] and len(inside) > 1 else 4
    ordered = sorted(inside)
    is_crowded = any(round(a * best) == round(b * best) for a, b in pairwise(ordered))
    return 8 if is_crowded else best


def _error(inside: Sequence[float], parts: int) -> float:
    return float(np.mean([abs(place * parts - round(place * parts)) / parts for place in inside]))
