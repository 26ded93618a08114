# SPDX-License-Identifier: MIT
"""Where the notes of a score stand on the program's own staff; lengths in staff spaces, downwards."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from desktop_app.domain.score import Chord, Score, Staff

# Letters from C0 that the lowest line stands for; the octave signs of clefs change what is written there.
_BOTTOM_LINE: Final = {"treble": 30, "treble_8vb": 23, "alto": 24, "tenor": 22, "bass": 18, "bass_8vb": 11}
_LOWEST_SIGN: Final = {"treble": (3, 1), "alto": (2, 0), "tenor": (2, 1), "bass": (1, -1)}  # sharps, flats
_LETTER_OF_FIFTHS: Final = (0, 4, 1, 5, 2, 6, 3)  # C G D A E B F: letters counted from C
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
    """Notes on one stem.

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
    """

    x: float
    onset: float
    end: float
    notes: tuple[PlacedNote, ...]
    power: int
    n_dots: int
    is_up: bool


@dataclass(frozen=True, slots=True)
class PlacedStaff:
    """Five lines; ``bottom`` is the lowest one's place."""

    bottom: float
    clef: str
    chords: tuple[PlacedChord, ...]


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


def written_fifths(score: Score) -> int:
    """Sharps of the key as it is written, flats negative; none where the key is not known."""
    if score.fifths is None:
        return 0
    fifths = score.fifths + 7 * score.transposition
    return (fifths + 5) % 12 - 5 if abs(fifths) > 6 else fifths


def spelled(midi: int, fifths: int) -> tuple[int, int]:
    """Letter counted from C0, and alteration, of a key in a key signature.

    Of the names that a key may have, the one nearest to the tonic on the line of fifths, as Temperley's
    rules prefer (The Cognition of Basic Musical Structures, 2001, chapter 5).
    """
    low = fifths - (3 if fifths >= 0 else 2)
    place = low + (midi * 7 - low) % 12
    letter, alter = _LETTER_OF_FIFTHS[place % 7], (place + 1) // 7
    return (midi - alter - (0, 2, 4, 5, 7, 9, 11)[letter]) // 12 * 7 - 7 + letter, alter


def key_steps(fifths: int, clef: str) -> tuple[int, ...]:
    """Where the signs of the key stand, in half spaces above the lowest line."""
    letters = (3, 0, 4, 1, 5, 2, 6) if fifths > 0 else (6, 2, 5, 1, 4, 0, 3)
    low = _LOWEST_SIGN[clef.removesuffix("_8vb")][fifths < 0]
    bottom = _BOTTOM_LINE[clef] % 7
    return tuple((letter - bottom - low) % 7 + low for letter in letters[: abs(fifths)])


def layout_score(score: Score, width: float) -> ScoreLayout:
    """Place everything on lines of ``width`` staff spaces; a score without notes has no lines."""
    fifths = written_fifths(score)
    staves = [staff for part in score.parts for staff in part.staves]
    chords = [chord for staff in staves for voice in staff.voices for chord in voice]
    if not chords:
        return ScoreLayout((), fifths, width, 0.0)
    bars = _bars(score, chords)
    lead = _CLEF_WIDTH + _KEY_WIDTH * abs(fifths)
    systems, top = [], _SYSTEM_GAP
    for first, last in _lines(bars, width - lead - _RIGHT):
        has_metre = not systems
        left = lead + (_METRE_WIDTH if has_metre else 0.0)
        room = width - left - _RIGHT
        is_last = last == len(bars)
        columns, bar_lines = _columns(bars[first:last], left, room, stretch=not is_last)
        placed = []
        for staff in staves:
            on_staff = _place(staff, score, fifths, columns)
            above, below = _extent(on_staff)
            placed.append(PlacedStaff(top + above + 4.0, staff.clef, on_staff))
            top += above + 4.0 + below
        systems.append(System(tuple(placed), bar_lines, bars[first].number, has_metre))
        top += _SYSTEM_GAP
    return ScoreLayout(tuple(systems), fifths, width, top - _SYSTEM_GAP)


@dataclass(frozen=True, slots=True)
class _Bar:
    number: int
    onsets: tuple[Fraction, ...]
    widths: tuple[float, ...]

    @property
    def width(self) -> float:
        return _BAR_LEAD + sum(self.widths)


def _bars(score: Score, chords: Sequence[Chord]) -> list[_Bar]:
    length = score.metre.bar_quarters
    first = math.floor(min(chord.onset for chord in chords) / length)
    last = math.ceil(max(chord.end for chord in chords) / length)
    altered = {chord.onset: 0.0 for chord in chords}
    bars = []
    for number in range(first, max(last, first + 1)):
        start, end = number * length, (number + 1) * length
        onsets = sorted(onset for onset in altered if start <= onset < end)
        ends = [*onsets[1:], end]
        widths = tuple(_room(stop - onset) for onset, stop in zip(onsets, ends, strict=True))
        bars.append(_Bar(number + 1, tuple(onsets), widths or (3.0,)))
    return bars


def _room(quarters: Fraction) -> float:
    """Space after a note: half as much again for twice the length, and room for an accidental."""
    return 2.6 + 1.5 * math.log2(1.0 + 4.0 * min(float(quarters), 4.0))


def _lines(bars: Sequence[_Bar], width: float) -> Iterator[tuple[int, int]]:
    """Which bars stand on each line; the first has the metre, too."""
    first, used = 0, _METRE_WIDTH
    for i, bar in enumerate(bars):
        if i > first and used + bar.width > width:
            yield first, i
            first, used = i, 0.0
        used += bar.width
    yield first, len(bars)


def _columns(
    bars: Sequence[_Bar], left: float, room: float, *, stretch: bool
) -> tuple[dict[Fraction, float], tuple[float, ...]]:
    """Where each onset stands, and the bar lines; a full line reaches the right border."""
    total = sum(bar.width for bar in bars)
    scale = room / total if stretch or total > room else min(room / total, 1.25)
    columns, lines, x = {}, [], left
    for bar in bars:
        x += _BAR_LEAD * scale
        for onset, width in zip(bar.onsets, bar.widths, strict=False):
            columns[onset] = x
            x += width * scale
        x = x if bar.onsets else x + 3.0 * scale
        lines.append(x)
    return columns, tuple(lines)


def _extent(chords: Sequence[PlacedChord]) -> tuple[float, float]:
    """Room that a staff needs over its highest and under its lowest line."""
    above, below = _ABOVE, _BELOW
    for chord in chords:
        high, low = (0.5 * pick(note.step for note in chord.notes) for pick in (max, min))
        above = max(above, high - 4.0 + (_STEM if chord.is_up else 1.2))
        below = max(below, (1.2 if chord.is_up else _STEM) - low)
    return above, below


def _place(
    staff: Staff, score: Score, fifths: int, columns: dict[Fraction, float]
) -> tuple[PlacedChord, ...]:
    bottom = _BOTTOM_LINE[staff.clef]
    signs = _Signs(fifths, score.metre.bar_quarters)
    voices = [(chord, number) for number, voice in enumerate(staff.voices) for chord in voice]
    placed = []
    for chord, number in sorted(voices, key=lambda item: item[0].onset):
        if chord.onset not in columns:
            continue
        notes = []
        for midi in chord.midis:
            letter, alter = spelled(midi + score.transposition, fifths)
            notes.append(PlacedNote(letter - bottom, signs.needed(chord.onset, letter, alter)))
        power, n_dots = _value(chord.end - chord.onset)
        middle = sum(note.step for note in notes) / len(notes)
        is_up = middle < 4 if len(staff.voices) == 1 else number == 0
        placed.append(
            PlacedChord(
                columns[chord.onset],
                float(chord.onset),
                float(chord.end),
                tuple(notes),
                power,
                n_dots,
                is_up,
            )
        )
    return tuple(placed)


def _value(quarters: Fraction) -> tuple[int, int]:
    """The longest note value that is no longer; thirds look like the value above them."""
    exact = quarters * Fraction(3, 2) if quarters.denominator % 3 == 0 else quarters
    for length, power, dots in _VALUES:
        if length <= exact:
            return power, dots
    return 6, 0


class _Signs:
    """Which accidentals hold: those of the key, and those written before in the bar."""

    def __init__(self, fifths: int, bar_quarters: Fraction) -> None:
        order = (3, 0, 4, 1, 5, 2, 6) if fifths > 0 else (6, 2, 5, 1, 4, 0, 3)
        self._key = dict.fromkeys(order[: abs(fifths)], 1 if fifths > 0 else -1)
        self._bar_quarters, self._bar = bar_quarters, -1
        self._written: dict[int, int] = {}

    def needed(self, onset: Fraction, letter: int, alter: int) -> int | None:
        """The accidental that has to be written; None when the one meant holds already."""
        bar = math.floor(onset / self._bar_quarters)
        if bar != self._bar:
            self._bar, self._written = bar, {}
        holds = self._written.get(letter, self._key.get(letter % 7, 0))
        if holds == alter:
            return None
        self._written[letter] = alter
        return alter


