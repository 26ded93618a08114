# SPDX-License-Identifier: MIT
"""Correcting notes by hand: each function takes corrections and returns others.

Where nothing changes, it returns the very same object. ``found`` is always the analysis as it was made,
without corrections. Notes are given as :func:`desktop_app.transcription.corrections.with_corrections` shows
them; one that is no longer there is not changed. Corrected notes stay within the recording and the piano's
keys and last 20 ms at least.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.corrections import Corrections
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Candidate, Note
from desktop_app.domain.pitch import hz_to_midi, midi_to_hz, nearest_note
from desktop_app.transcription.corrections import gone_places, identity, in_order

MIN_NOTE_S: Final = 0.02
_VELOCITY: Final = 80
_EDGE_SEMITONES: Final = 0.499  # of the outermost keys


def exchange(
    corrections: Corrections, old: Sequence[Note], new: Sequence[Note], found: Analysis
) -> Corrections:
    """Any notes in place of any others, in one step, on which all other edits are built.

    The new ones are taken as they are, only marked as corrected: see to it that they are within the
    recording and the keys, and last :data:`MIN_NOTE_S`. What is in both lists stays as it is.
    """
    old, new = _differing(old, new)
    gone = gone_places(found.notes, corrections, is_poly=found.is_poly)
    shown = {identity(note) for place, note in enumerate(found.notes) if place not in gone}
    kept = {identity(note): note for note in corrections.kept}
    taken = [kept.pop(identity(note), None) for note in old if note.is_corrected]
    replaced = [note for note in old if not note.is_corrected]
    is_stale = None in taken or any(identity(note) not in shown for note in replaced)
    if is_stale or not (old or new):
        return corrections
    for note in new:
        kept[identity(note)] = replace(note, is_corrected=True)
    changed = replace(
        corrections,
        kept=tuple(in_order(kept.values())),
        **_removed(corrections, found, replaced),
    )
    return _settled(changed, gone, replaced, found)


def retune(
    corrections: Corrections,
    note: Note,
    found: Analysis,
    *,
    midi: int | None = None,
    f0_hz: float | None = None,
) -> Corrections:
    """Another key, or another frequency, for one note.

    The frequency of another key is that of the note's candidate there; else the deviation in cents stays
    where it moves by octaves, and is 0 where not.
    """
    if f0_hz is not None:
        tuned = _at_frequency(note, f0_hz, found.a4_hz)
    elif midi is not None:
        tuned = _at_key(note, midi, found.a4_hz)
    else:
        return corrections
    return exchange(corrections, [note], [tuned], found)


def move(
    corrections: Corrections,
    notes: Sequence[Note],
    found: Analysis,
    *,
    by_s: float = 0.0,
    semitones: int = 0,
) -> Corrections:
    """Move notes in time, by keys, or both; together, so that none leaves the recording or the keys."""
    if not notes:
        return corrections
    by_s = _limited(
        by_s, -min(note.onset_s for note in notes), found.duration_s - max(note.offset_s for note in notes)
    )
    semitones = round(
        _limited(
            semitones,
            MIDI_MIN - min(note.midi for note in notes),
            MIDI_MAX - max(note.midi for note in notes),
        )
    )
    moved = [_moved(note, by_s, semitones, found) for note in notes]
    return exchange(corrections, notes, moved, found)


def resize(
    corrections: Corrections,
    note: Note,
    found: Analysis,
    *,
    onset_s: float | None = None,
    offset_s: float | None = None,
) -> Corrections:
    """Another beginning or end, in seconds; the other end stays where it is."""
    start_s, end_s = note.onset_s, note.offset_s
    if onset_s is not None:
        latest_s = (end_s if offset_s is None else found.duration_s) - MIN_NOTE_S
        start_s = min(max(onset_s, 0.0), max(latest_s, 0.0))
    if offset_s is not None:
        end_s = min(max(offset_s, start_s + MIN_NOTE_S), found.duration_s)
    return exchange(corrections, [note], [replace(note, onset_s=start_s, offset_s=end_s)], found)


def split(corrections: Corrections, note: Note, found: Analysis, at_s: float) -> Corrections:
    """Two notes in place of one; nothing happens where one of them would be too short."""
    if not note.onset_s + MIN_NOTE_S <= at_s <= note.offset_s - MIN_NOTE_S:
        return corrections
    return exchange(corrections, [note], [replace(note, offset_s=at_s), replace(note, onset_s=at_s)], found)


def merge(corrections: Corrections, notes: Sequence[Note], found: Analysis) -> Corrections:
    """One note in place of several, from the first beginning to the last end; the longest gives the rest."""
    if len(notes) < 2:
        return corrections
    whole = replace(
        max(notes, key=lambda note: note.duration_s),
        onset_s=min(note.onset_s for note in notes),
        offset_s=max(note.offset_s for note in notes),
        velocity=max(note.velocity for note in notes),
    )
    return exchange(corrections, notes, [whole], found)


def delete(corrections: Corrections, notes: Sequence[Note], found: Analysis) -> Corrections:
    """Notes that are not wanted."""
    return exchange(corrections, notes, [], found)


def add(
    corrections: Corrections,
    found: Analysis,
    *,
    onset_s: float,
    offset_s: float,
    midi: int,
    velocity: int = _VELOCITY,
    family: str | None = None,
) -> Corrections:
    """A note that was not found, exactly in tune."""
    start_s = _limited(onset_s, 0.0, found.duration_s - MIN_NOTE_S)
    end_s = min(max(offset_s, start_s + MIN_NOTE_S), found.duration_s)
    key = min(max(midi, MIDI_MIN), MIDI_MAX)
    note = Note(start_s, end_s, key, midi_to_hz(key, found.a4_hz), 0.0, velocity, 1.0, family)
    return exchange(corrections, [], [note], found)


def next_candidate(note: Note, step: int, a4_hz: float) -> Candidate | None:
    """The candidate pitch above (``step`` 1) or below (-1) the note's own; None where there is none.

    Its ``midi`` is named by ``a4_hz``.
    """
    named = [replace(one, midi=nearest_note(one.f0_hz, a4_hz)[0]) for one in note.candidates]
    beyond = [one for one in named if (one.midi - note.midi) * step > 0 and MIDI_MIN <= one.midi <= MIDI_MAX]
    return min(beyond, key=lambda one: abs(one.midi - note.midi), default=None)


def _moved(note: Note, by_s: float, semitones: int, found: Analysis) -> Note:
    tuned = _at_key(note, note.midi + semitones, found.a4_hz)
    if not by_s:
        return tuned
    return replace(
        tuned, onset_s=max(0.0, note.onset_s + by_s), offset_s=min(found.duration_s, note.offset_s + by_s)
    )


def _at_key(note: Note, midi: int, a4_hz: float) -> Note:
    midi = min(max(midi, MIDI_MIN), MIDI_MAX)
    if midi == note.midi:
        return note
    known = [one.f0_hz for one in note.candidates if nearest_note(one.f0_hz, a4_hz)[0] == midi]
    octaves, rest = divmod(midi - note.midi, 12)
    unknown = note.f0_hz * 2.0**octaves if rest == 0 else midi_to_hz(midi, a4_hz)
    f0_hz = known[0] if known else unknown
    return replace(note, midi=midi, f0_hz=f0_hz, cents=100.0 * (hz_to_midi(f0_hz, a4_hz) - midi))


def _at_frequency(note: Note, f0_hz: float, a4_hz: float) -> Note:
    lowest = midi_to_hz(MIDI_MIN - _EDGE_SEMITONES, a4_hz)
    highest = midi_to_hz(MIDI_MAX + _EDGE_SEMITONES, a4_hz)
    f0_hz = min(max(f0_hz, lowest), highest)
    midi, cents = nearest_note(f0_hz, a4_hz)
    return replace(note, midi=midi, f0_hz=f0_hz, cents=cents)


def _limited(value: float, low: float, high: float) -> float:
    """Between two limits, and never beyond 0 on the way there: what lies outside already may stay."""
    return min(max(value, min(low, 0.0)), max(high, 0.0))


def _differing(old: Sequence[Note], new: Sequence[Note]) -> tuple[list[Note], list[Note]]:
    both = set(old) & set(new)
    return [note for note in old if note not in both], [note for note in new if note not in both]


def _settled(
    corrections: Corrections, gone: set[int], replaced: Sequence[Note], found: Analysis
) -> Corrections:
    """Let no found note go or come back but those that were replaced."""
    now_gone = gone_places(found.notes, corrections, is_poly=found.is_poly)
    own = {identity(note) for note in replaced}
    lost = [found.notes[place] for place in sorted(now_gone - gone)]
    stay = [note for note in lost if identity(note) not in own]
    back = [found.notes[place] for place in sorted(gone - now_gone)]
    if not stay and not back:
        return corrections
    beside = (*corrections.beside, *stay)
    return replace(corrections, beside=beside, **_removed(corrections, found, back))


def _removed(corrections: Corrections, found: Analysis, more: Iterable[Note]) -> dict[str, tuple[Note, ...]]:
    """The removed notes and more of them, as the field that they belong to."""
    name = "removed_poly" if found.is_poly else "removed"
    return {name: (*getattr(corrections, name), *more)}
