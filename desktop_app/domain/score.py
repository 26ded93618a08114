# SPDX-License-Identifier: MIT
"""Notes as they are written down: instruments, metre, and notes on a grid of beats."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Clef = Literal["treble", "treble_8vb", "alto", "tenor", "bass", "bass_8vb"]


@dataclass(frozen=True, slots=True)
class Metre:
    """Such as 3/4; in n/8, where n is a multiple of three, a beat is a dotted quarter."""

    beats_per_bar: int = 4
    beat_unit: int = 4

    @property
    def bar_quarters(self) -> Fraction:
        """Length of a bar in quarter notes."""
        return Fraction(4 * self.beats_per_bar, self.beat_unit)

    @property
    def is_compound(self) -> bool:
        """Whether three eighths make one beat."""
        return self.beat_unit >= 8 and self.beats_per_bar % 3 == 0

    @property
    def beat_quarters(self) -> Fraction:
        """Length of a beat, as it is tapped, in quarter notes."""
        return Fraction(4, self.beat_unit) * (3 if self.is_compound else 1)


@dataclass(frozen=True, slots=True)
class Instrument:
    """Who is to play.

    Attributes
    ----------
    family
        One of :data:`desktop_app.domain.labels.FAMILIES`; None where it is not known.
    name
        As it stands before the staff.
    program
        General MIDI program, counted from 0.
    """

    family: str | None
    name: str
    program: int


@dataclass(frozen=True, slots=True)
class GridNote:
    """A note on the grid; times in quarter notes from the first downbeat, negative in a pickup."""

    onset: Fraction
    end: Fraction
    midi: int
    velocity: int

    @property
    def duration(self) -> Fraction:
        """Length in quarter notes."""
        return self.end - self.onset


@dataclass(frozen=True, slots=True)
class Symbol:
    """One written note, chord or rest, that needs no more than a dot or a triplet's three.

    Attributes
    ----------
    onset, duration
        In quarter notes, from the start of the bar.
    midis
        The keys that sound, from low to high; empty for a rest.
    is_tied
        Whether it goes on in the next symbol of the voice.
    was_tied
        Whether it goes on from the symbol before.
    """

    onset: Fraction
    duration: Fraction
    midis: tuple[int, ...] = ()
    is_tied: bool = False
    was_tied: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a staff.

    Attributes
    ----------
    number
        From 1 at the first downbeat; a pickup is 0.
    onset, duration
        In quarter notes from the first downbeat; a pickup is shorter than the others.
    voices
        One at least, the higher one first; each fills the bar.
    """

    number: int
    onset: Fraction
    duration: Fraction
    voices: tuple[tuple[Symbol, ...], ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """One staff; all staves of a score have the same bars."""

    clef: Clef
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one instrument plays, as it sounds; two staves are joined by a brace."""

    instrument: Instrument
    staves: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Everything that is written down.

    Attributes
    ----------
    title
        Stands above it.
    metre
        Of all bars.
    quarter_bpm
        Tempo in quarter notes a minute; None where it is not known.
    fifths
        Sharps of the key that sounds, flats negative; None where the key is not known.
    is_minor
        Mode of the key.
    transposition
        Semitones that the notes are written higher than they sound.
    parts
        One at least.
    """

    title: str
    metre: Metre
    quarter_bpm: float | None
    fifths: int | None
    is_minor: bool
    transposition: int
    parts: tuple[Part, ...]
