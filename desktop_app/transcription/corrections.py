# SPDX-License-Identifier: MIT
"""Corrected notes over whatever an analysis found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from desktop_app.domain.corrections import Corrections
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import nearest_note
from desktop_app.transcription.corrections_time import TimedNotes

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
    of_one, of_several = corrections.removed, corrections.removed_poly
    gone = {places[one] for one in map(identity, (*of_one, *of_several)) if one in places}
    foreign = [[note for note in notes if identity(note) not in places] for notes in (of_one, of_several)]
    timed = TimedNotes(found)
    if foreign[0] or foreign[1]:
        gone |= _replaced(timed, *foreign, is_poly=is_poly)
    if corrections.kept:
        beside = {identity(note) for note in corrections.beside}
        gone |= {place for place in _doubled(timed, corrections.kept) if identity(found[place]) not in beside}
    return gone


def identity(note: Note) -> Identity:
    """What tells a note from the others of an analysis, whatever A4 names it."""
    return note.onset_s, note.offset_s, note.f0_hz


def in_order(notes: Iterable[Note]) -> list[Note]:
    """By onset, then by key."""
    return sorted(notes, key=lambda note: (note.onset_s, note.midi, note.offset_s))


def _replaced(
    timed: TimedNotes, of_one: Sequence[Note], of_several: Sequence[Note], *, is_poly: bool
) -> set[int]:
    """Places of the found notes that stand for removed ones, which are of one voice or of several."""
    removed = [*of_one, *of_several]
    pairs = timed.together(removed)
    n_any_key = 0 if is_poly else len(of_one)
    pairs = pairs[(pairs.semitones < _SAME_KEY_SEMITONES) | (pairs.other < n_any_key)]
    covers: dict[int, list[Note]] = {}
    for place, other in zip(pairs.place.tolist(), pairs.other.tolist(), strict=True):
        covers.setdefault(place, []).append(removed[other])
    return {place for place, over in covers.items() if _stand_for(over, timed.notes[place])}


def _doubled(timed: TimedNotes, kept: Sequence[Note]) -> list[int]:
    """Places of the found notes of which more than half lies in a kept one of the same key."""
    pairs = timed.together(kept)
    pairs = pairs[(pairs.semitones < _SAME_KEY_SEMITONES) & (pairs.share > _COVERED)]
    places: list[int] = pairs.place.tolist()
    return places


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


def _named(note: Note, a4_hz: float) -> Note:
    """The note as another A4 names it."""
    midi, cents = nearest_note(note.f0_hz, a4_hz)
    if midi == note.midi and abs(cents - note.cents) < _SAME_CENTS:
        return note
    return replace(note, midi=midi, cents=cents)
