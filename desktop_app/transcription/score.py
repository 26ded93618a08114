# SPDX-License-Identifier: MIT
"""From notes on a grid to staves, bars and voices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from desktop_app.domain.pitch import NOTE_NAMES
from desktop_app.domain.score import Bar, Clef, GridNote, Instrument, Metre, Part, Score, Staff, Symbol
from desktop_app.transcription.score_instruments import clefs_of
from desktop_app.transcription.score_rhythm import levels_of, pieces
from desktop_app.transcription.score_voices import Chord, lengthened, voices_of

if TYPE_CHECKING:
    from desktop_app.domain.analysis import KeyVerdict

_MINOR_THIRD: Final = 3
_MIDDLE_C: Final = 60


def fifths_of(key: KeyVerdict) -> int:
    """Sharps of a key, flats negative: -5 … 6."""
    tonic = NOTE_NAMES.index(key.tonic) + (_MINOR_THIRD if key.mode == "minor" else 0)
    return (7 * tonic + 5) % 12 - 5


def make_score(
    parts: Sequence[tuple[Instrument, Sequence[GridNote]]],
    *,
    title: str,
    metre: Metre,
    quarter_bpm: float | None,
    key: tuple[int, bool] | None,
    transposition: int = 0,
    clef: Clef | None = None,
    is_poly: bool = False,
) -> Score:
    """Write notes down.

    Parameters
    ----------
    parts
        Instruments and their notes in order of onset; one note at least.
    title, metre, quarter_bpm, transposition
        As :class:`Score` keeps them.
    key
        Sharps of the key that sounds, and whether it is minor; None where it is not known.
    clef
        Of all parts, one staff each; None for what suits the instrument.
    is_poly
        Whether the ends of notes are known so badly that short gaps are no rests.
    """
    frames = _bar_frames([note for _, notes in parts for note in notes], metre)
    layout = _Layout(metre, frames, transposition, clef, is_poly)
    fifths, is_minor = key or (None, False)
    return Score(
        title=title,
        metre=metre,
        quarter_bpm=quarter_bpm,
        fifths=fifths,
        is_minor=is_minor,
        transposition=transposition,
        parts=tuple(_part(instrument, notes, layout) for instrument, notes in parts),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """A bar without its notes; ``lead`` is what a pickup lacks at its start."""

    number: int
    onset: Fraction
    end: Fraction
    lead: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What all staves share."""

    metre: Metre
    frames: Sequence[_Frame]
    transposition: int
    clef: Clef | None
    is_poly: bool


def _bar_frames(notes: Sequence[GridNote], metre: Metre) -> list[_Frame]:
    bar = metre.bar_quarters
    first, last = min(note.onset for note in notes), max(note.end for note in notes)
    frames, start = [], first // bar * bar
    if start == -bar:
        pickup = _pickup_start(first, [note.onset for note in notes if note.onset < 0])
        if pickup > start:
            frames, start = [_Frame(0, pickup, Fraction(0), bar + pickup)], Fraction(0)
    while start < last:
        number = frames[-1].number + 1 if frames else max(0, int(start // bar)) + 1
        frames.append(_Frame(number, start, start + bar))
        start += bar
    return frames


def _pickup_start(first: Fraction, onsets: Sequence[Fraction]) -> Fraction:
    """An eighth or a quarter before the first note at most, so that the pickup is no odd length."""
    parts = 2 if all(8 % onset.denominator == 0 for onset in onsets) else 1
    return Fraction(first * parts // 1, parts)


def _part(instrument: Instrument, notes: Sequence[GridNote], layout: _Layout) -> Part:
    written = [note.midi + layout.transposition for note in notes]
    clefs = (layout.clef,) if layout.clef else clefs_of(instrument.family, written)
    if len(clefs) == 1:
        hands = [list(notes)]
    else:
        high = [note for note, midi in zip(notes, written, strict=True) if midi >= _MIDDLE_C]
        low = [note for note, midi in zip(notes, written, strict=True) if midi < _MIDDLE_C]
        hands = [high, low]
    return Part(
        instrument, tuple(_staff(clef, hand, layout) for clef, hand in zip(clefs, hands, strict=True))
    )


def _staff(clef: Clef, notes: Sequence[GridNote], layout: _Layout) -> Staff:
    if layout.is_poly:
        notes = lengthened(notes, layout.metre.beat_quarters)
    return Staff(clef, tuple(_bars(voices_of(notes), layout.frames, layout.metre)))


def _bars(voices: Sequence[Sequence[Chord]], frames: Sequence[_Frame], metre: Metre) -> Iterator[Bar]:
    levels = levels_of(metre)
    for frame in frames:
        inside = [_within(voice, frame) for voice in voices]
        heard = [voice for voice in inside if voice] or [[]]
        written = tuple(tuple(_symbols(voice, frame, levels)) for voice in heard)
        yield Bar(frame.number, frame.onset, frame.end - frame.onset, written)


def _within(voice: Sequence[Chord], frame: _Frame) -> list[Chord]:
    return [chord for chord in voice if chord.onset < frame.end and chord.end > frame.onset]


def _symbols(voice: Sequence[Chord], frame: _Frame, levels: Sequence[Fraction]) -> Iterator[Symbol]:
    at = frame.onset
    for chord in voice:
        start, end = max(chord.onset, frame.onset), min(chord.end, frame.end)
        yield from _rests(at, start, frame, levels)
        for piece_start, piece_end in _cut(start, end, frame, levels, is_rest=False):
            yield Symbol(
                piece_start - frame.onset,
                piece_end - piece_start,
                chord.midis,
                is_tied=piece_end < chord.end,
                was_tied=piece_start > chord.onset,
            )
        at = end
    yield from _rests(at, frame.end, frame, levels)


def _rests(start: Fraction, end: Fraction, frame: _Frame, levels: Sequence[Fraction]) -> Iterator[Symbol]:
    if (start, end) == (frame.onset, frame.end) and not frame.lead:
        yield Symbol(Fraction(0), end - start)
    elif start < end:
        for piece_start, piece_end in _cut(start, end, frame, levels, is_rest=True):
            yield Symbol(piece_start - frame.onset, piece_end - piece_start)


def _cut(
    start: Fraction, end: Fraction, frame: _Frame, levels: Sequence[Fraction], *, is_rest: bool
) -> list[tuple[Fraction, Fraction]]:
    shift = frame.lead - frame.onset
    found = pieces(start + shift, end + shift, levels, is_rest=is_rest)
    return [(piece_start - shift, piece_end - shift) for piece_start, piece_end in found]
