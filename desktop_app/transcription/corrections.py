# SPDX-License-Identifier: MIT
"""Corrected notes over whatever an analysis found."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from desktop_app.domain.corrections import Corrections
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import nearest_note

_COVERED: Final = 0.5  # a found note of which more is covered is the one that was there
_SAME_ONSET_S: Final = 0.05  # one that begins where that began …
_SAME_ONSET_COVERED: Final = 0.2  # … may have been found longer now
_SAME_KEY_SEMITONES: Final = 0.7
_SAME_CENTS: Final = 1e-6

Identity = tuple[float, float, float]


def with_corrections(
    found: Sequence[Note], corrections: Corrections, *, is_poly: bool, a4_hz: float
) -> tuple[Note, ...]:
    """The notes that were found, less what the user removed, with what he wants kept; in order of onset.

    A removed note takes away the very note it was. Where that was not found, because the thresholds, the
    model or the way to tell notes are others, it takes away what stands for it now: a note of which more than
    half lies in the time of removed ones, or a fifth where both begin together. Both must have the same key,
    whatever its name, unless both were found as one voice.

    A found note of which more than half lies in the time of a kept one of the same key gives way to it,
    except where the user saw both.

    Parameters
    ----------
    found
        The notes of an analysis.
    corrections
        What the user has changed.
    is_poly
        Whether the notes were found as several voices.
    a4_hz
        Reference pitch of the analysis in Hz, by which the kept notes are named; outside the piano's keys
        they are left out, as found ones are.
    """
    gone = gone_places(found, corrections, is_poly=is_poly)
    left = [note for place, note in enumerate(found) if place not in gone]
    named = (_named(note, a4_hz) for note in corrections.kept)
    return tuple(in_order([*left, *(note for note in named if MIDI_MIN <= note.midi <= MIDI_MAX)]))


def gone_places(found: Sequence[Note], corrections: Corrections, *, is_poly: bool) -> set[int]:
    """Which of the found notes are not shown, by their places, as :func:`with_corrections` tells."""
    places = {identity(note): place for place, note in enumerate(found)}
    gone: set[int] = set()
    foreign: list[tuple[Note, bool]] = []  # removed notes that were not found, and whether any key will do
    for removed, any_key in ((corrections.removed, not is_poly), (corrections.removed_poly, False)):
        for note in removed:
            place = places.get(identity(note))
            if place is None:
                foreign.append((note, any_key))
            else:
                gone.add(place)
    by_time = _ByTime(found)
    beside = {identity(note) for note in corrections.beside}
    gone |= _covered_by_removed(by_time, foreign)
    gone |= {
        place for place in _covered_by_kept(by_time, corrections.kept) if identity(found[place]) not in beside
    }
    return gone


def identity(note: Note) -> Identity:
    """What tells a note from the others of an analysis, whatever A4 names it."""
    return note.onset_s, note.offset_s, note.f0_hz


def in_order(notes: Iterable[Note]) -> list[Note]:
    """By onset, then by key."""
    return sorted(notes, key=lambda note: (note.onset_s, note.midi, note.offset_s))


class _ByTime:
    """Finds the notes of a stretch of time."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self.notes = notes
        self._order = sorted(range(len(notes)), key=[note.onset_s for note in notes].__getitem__)
        self._onsets_s = [notes[place].onset_s for place in self._order]
        self._latest_s = list(accumulate((notes[place].offset_s for place in self._order), max))

    def places(self, like: Note) -> Iterator[int]:
        """Places of the notes that sound while another does."""
        first = bisect_right(self._latest_s, like.onset_s)
        last = bisect_left(self._onsets_s, like.offset_s)
        for place in self._order[first:last]:
            if self.notes[place].offset_s > like.onset_s:
                yield place


def _covered_by_removed(by_time: _ByTime, removed: Iterable[tuple[Note, bool]]) -> set[int]:
    covers: dict[int, list[Note]] = {}
    for note, any_key in removed:
        for place in by_time.places(note):
            if any_key or _is_same_key(note, by_time.notes[place]):
                covers.setdefault(place, []).append(note)
    return {place for place, over in covers.items() if _stand_for(over, by_time.notes[place])}


def _covered_by_kept(by_time: _ByTime, kept: Iterable[Note]) -> Iterator[int]:
    for note in kept:
        for place in by_time.places(note):
            found = by_time.notes[place]
            if _share(found, [note]) > _COVERED and _is_same_key(note, found):
                yield place


def _stand_for(removed: Sequence[Note], found: Note) -> bool:
    """Whether the found note is what the removed ones were."""
    share = _share(found, removed)
    begin_together = any(abs(note.onset_s - found.onset_s) <= _SAME_ONSET_S for note in removed)
    return share > _COVERED or (begin_together and share >= _SAME_ONSET_COVERED)


def _share(note: Note, covers: Sequence[Note]) -> float:
    """How much of a note's time lies in that of others, 0 … 1."""
    covered_s, end_s = 0.0, note.onset_s
    for cover in sorted(covers, key=lambda cover: cover.onset_s):
        stop_s = min(cover.offset_s, note.offset_s)
        covered_s += max(0.0, stop_s - max(cover.onset_s, end_s))
        end_s = max(end_s, stop_s)
    return covered_s / max(1e-9, note.duration_s)


def _is_same_key(one: Note, other: Note) -> bool:
    return abs(12.0 * math.log2(one.f0_hz / other.f0_hz)) < _SAME_KEY_SEMITONES


def _named(note: Note, a4_hz: float) -> Note:
    """The note as another A4 names it."""
    midi, cents = nearest_note(note.f0_hz, a4_hz)
    if midi == note.midi and abs(cents - note.cents) < _SAME_CENTS:
        return note
    return replace(note, midi=midi, cents=cents)
