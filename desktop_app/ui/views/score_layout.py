# SPDX-License-Identifier: MIT
"""Where the notes of a score stand on the program's own staff; lengths in staff spaces, downwards."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from desktop_app.domain.score import Bar, Score, Staff, Symbol
from desktop_app.domain.spelling import Spelling, spelled, written_fifths
from desktop_app.ui.views.score_spelling import Signs, step_of

_ABOVE: Final = 2.4  # least room over and under the lines of a staff
_BELOW: Final = 2.0
_STEM: Final = 3.9
_SYSTEM_GAP: Final = 1.2
_CLEF_WIDTH: Final = 4.2
_METRE_WIDTH: Final = 3.0
_KEY_WIDTH: Final = 1.1
_BAR_LEAD: Final = 1.6
_RIGHT: Final = 0.8
_VALUES: Final = tuple(
    (Fraction(4, 2**power) * factor, power, dots)
    for power in range(7)
    for dots, factor in ((1, Fraction(3, 2)), (0, Fraction(1)))
)


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A note head.

    Attributes
    ----------
    step
        Half spaces above the lowest line.
    accidental
        -2 … 2 where one is written before it; None for none. 0 is a natural.
    """

    step: int
    accidental: int | None


@dataclass(frozen=True, slots=True)
class PlacedChord:
    """Notes on one stem, or a rest, which has none.

    Attributes
    ----------
    x
        Middle of the heads.
    onset, end
        In quarter notes.
    power, n_dots
        0 whole, 1 half, 2 quarter …, and its dots.
    is_up
        Whether the stem goes up.
    tied_to
        Where the tie to the next head ends; None where there is none.
    is_third
        Whether it is one of a triplet.
    """

    x: float
    onset: float
    end: float
    notes: tuple[PlacedNote, ...]
    power: int
    n_dots: int
    is_up: bool
    tied_to: float | None = None
    is_third: bool = False


@dataclass(frozen=True, slots=True)
class PlacedStaff:
    """Five lines.

    Attributes
    ----------
    bottom
        Place of the lowest line.
    clef, chords
        What stands on them.
    triplets
        Where a 3 is written: from the left, and up from the lowest line.
    """

    bottom: float
    clef: str
    chords: tuple[PlacedChord, ...]
    triplets: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class System:
    """One line of music.

    Attributes
    ----------
    staves
        From the top.
    bar_lines
        Places of the lines that end bars.
    first_bar
        Number of its first bar; 0 is a pickup.
    has_metre
        Whether the metre is written at its start.
    """

    staves: tuple[PlacedStaff, ...]
    bar_lines: tuple[float, ...]
    first_bar: int
    has_metre: bool


@dataclass(frozen=True, slots=True)
class ScoreLayout:
    """All of it; ``fifths`` is the written key."""

    systems: tuple[System, ...]
    fifths: int
    width: float
    height: float


def layout_score(score: Score, width: float) -> ScoreLayout:
    """Place everything on lines of ``width`` staff spaces."""
    fifths = written_fifths(score.fifths, score.transposition)
    is_major = score.fifths is not None and not score.is_minor

    def spell(midi: int) -> Spelling:
        return spelled(midi + score.transposition, fifths, is_major=is_major)

    staves = [staff for part in score.parts for staff in part.staves]
    bars = [_measured(group) for group in zip(*(staff.bars for staff in staves), strict=True)]
    lead = _CLEF_WIDTH + _KEY_WIDTH * abs(fifths)
    systems: list[System] = []
    top = _SYSTEM_GAP
    for first, last in _lines(bars, width - lead - _RIGHT):
        left = lead + (0.0 if systems else _METRE_WIDTH)
        places = _Places(bars[first:last], left, width - left - _RIGHT, is_full=last < len(bars))
        placed = []
        for staff in staves:
            chords = _place(staff, slice(first, last), spell, Signs(fifths), places)
            above, below = _extent(chords)
            placed.append(PlacedStaff(top + above + 4.0, staff.clef, chords, _triplets(chords)))
            top += above + 4.0 + below
        lines = places.bar_lines
        systems.append(System(tuple(placed), lines, staves[0].bars[first].number, not systems))
        top += _SYSTEM_GAP
    return ScoreLayout(tuple(systems), fifths, width, top)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A bar with the moments at which something begins in it, and the room after each."""

    onsets: tuple[Fraction, ...]
    widths: tuple[float, ...]

    @property
    def width(self) -> float:
        return _BAR_LEAD + sum(self.widths)


def _measured(bars: Sequence[Bar]) -> _Measured:
    start, end = bars[0].onset, bars[0].onset + bars[0].duration
    begun = {start + symbol.onset for bar in bars for voice in bar.voices for symbol in voice}
    onsets = sorted(begun)
    ends = [*onsets[1:], end]
    return _Measured(tuple(onsets), tuple(_room(b - a) for a, b in zip(onsets, ends, strict=True)))


def _room(quarters: Fraction) -> float:
    """Space after a note: more for longer ones, but less than twice for twice the length."""
    return 2.6 + 1.5 * math.log2(1.0 + 4.0 * min(float(quarters), 4.0))


def _lines(bars: Sequence[_Measured], width: float) -> Iterator[tuple[int, int]]:
    """Which bars stand on each line; the first has the metre, too."""
    first, used = 0, _METRE_WIDTH
    for i, bar in enumerate(bars):
        if i > first and used + bar.width > width:
            yield first, i
            first, used = i, 0.0
        used += bar.width
    yield first, len(bars)


class _Places:
    """Where the moments of one line stand; a full line reaches the right border."""

    def __init__(self, bars: Sequence[_Measured], left: float, room: float, *, is_full: bool) -> None:
        total = sum(bar.width for bar in bars)
        scale = room / total if is_full or total > room else min(room / total, 1.25)
        self.columns: dict[Fraction, float] = {}
        lines, x = [], left
        for bar in bars:
            x += _BAR_LEAD * scale
            for onset, width in zip(bar.onsets, bar.widths, strict=True):
                self.columns[onset] = x
                x += width * scale
            lines.append(x)
        self.bar_lines = tuple(lines)

    def middle_of(self, number: int, x: float) -> float:
        """The middle of a bar of the line whose first moment stands at ``x``."""
        return 0.5 * (x - 0.5 * _BAR_LEAD + self.bar_lines[number])


def _extent(chords: Sequence[PlacedChord]) -> tuple[float, float]:
    """Room that a staff needs over its highest and under its lowest line."""
    above, below = _ABOVE, _BELOW
    for chord in chords:
        if not chord.notes:
            continue
        high, low = (0.5 * pick(note.step for note in chord.notes) for pick in (max, min))
        above = max(above, high - 4.0 + (_STEM if chord.is_up else 1.2) + (1.2 if chord.is_third else 0.0))
        below = max(below, (1.2 if chord.is_up else _STEM) - low)
    return above, below


def _place(
    staff: Staff, bars: slice, spell: Callable[[int], Spelling], signs: Signs, places: _Places
) -> tuple[PlacedChord, ...]:
    """The chords and rests of one staff on one line."""
    placed = []
    for number, bar in enumerate(staff.bars[bars]):
        signs.begin_bar()
        symbols = [(symbol, voice) for voice, symbols in enumerate(bar.voices) for symbol in symbols]
        for symbol, voice in sorted(symbols, key=lambda item: item[0].onset):
            if not symbol.midis and (voice or (bar.duration == symbol.duration and len(bar.voices) > 1)):
                continue  # the upper voice's rests are enough
            notes = [spell(midi) for midi in symbol.midis]
            heads = tuple(
                PlacedNote(
                    step_of(note, staff.clef),
                    None if symbol.was_tied else signs.needed(note),
                )
                for note in notes
            )
            is_up = _is_up(heads) if len(bar.voices) == 1 else voice == 0
            placed.append(_placed(symbol, bar, heads, is_up, number, places))
    return tuple(placed)


def _placed(
    symbol: Symbol, bar: Bar, heads: tuple[PlacedNote, ...], is_up: bool, number: int, places: _Places
) -> PlacedChord:
    onset = bar.onset + symbol.onset
    end = onset + symbol.duration
    power, n_dots = _value(symbol.duration)
    x = places.columns[onset]
    if not heads and symbol.duration == bar.duration:
        power, n_dots, x = 0, 0, places.middle_of(number, x)
    tied_to = places.columns.get(end, places.bar_lines[-1]) if symbol.is_tied else None
    is_third = symbol.duration.denominator % 3 == 0
    return PlacedChord(x, float(onset), float(end), heads, power, n_dots, is_up, tied_to, is_third)


def _triplets(chords: Sequence[PlacedChord]) -> tuple[tuple[float, float], ...]:
    """A 3 over the middle of each group whose thirds make a whole."""
    places, group = [], list[PlacedChord]()
    for chord in chords:
        group = [*group, chord] if chord.is_third else []
        if group and _is_whole(chord.end - group[0].onset):
            places.append((0.5 * (group[0].x + chord.x), max(_top_of(one) for one in group) + 0.9))
            group = []
    return tuple(places)


def _is_whole(quarters: float) -> bool:
    return abs(4.0 * quarters - round(4.0 * quarters)) < 0.01


def _top_of(chord: PlacedChord) -> float:
    """The highest place that a chord takes, at least the highest line."""
    highest = max((0.5 * note.step for note in chord.notes), default=0.0)
    return max(4.0, highest + (_STEM if chord.is_up and chord.notes else 0.5))


def _is_up(heads: Sequence[PlacedNote]) -> bool:
    return sum(head.step - 4 for head in heads) < 0


def _value(quarters: Fraction) -> tuple[int, int]:
    """The longest note value that is no longer; triplets look like the value above them."""
    exact = quarters * Fraction(3, 2) if quarters.denominator % 3 == 0 else quarters
    for length, power, dots in _VALUES:
        if length <= exact:
            return power, dots
    return 6, 0
