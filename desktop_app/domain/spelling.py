# SPDX-License-Identifier: MIT
"""How keys are called on paper: letters, accidentals and key signatures."""

from __future__ import annotations

from typing import Final, NamedTuple

# The letters along the line of fifths; C is at place 0, sharps are to the right.
_LETTERS: Final = "FCGDAEB"
# Twelve neighbours on that line name all keys. In major they begin with the lowered sixth, in minor one
# further, because its leading note is the major key's raised fifth.
_FLAT_SIDE_MAJOR: Final = 4
_FLAT_SIDE_MINOR: Final = 3
# From F flat to B sharp nothing is doubled.
_FIRST, _LAST = -8, 12


class Spelling(NamedTuple):
    """A written pitch: its letter, sharps (flats negative), and its octave, 4 from middle C up."""

    letter: str
    alter: int
    octave: int


def written_fifths(fifths: int | None, transposition: int) -> int:
    """Sharps of the signature (flats negative) of a part that is written higher than it sounds.

    Parameters
    ----------
    fifths
        Sharps of the key that sounds; None where it is not known, which is written as C major sounds.
    transposition
        In semitones.
    """
    raised = (fifths or 0) + 7 * transposition
    return raised if -6 <= raised <= 6 else (raised + 5) % 12 - 5


def spelled(midi: int, fifths: int, *, is_major: bool = False) -> Spelling:
    """Name a key as a signature of so many sharps wants it, without double accidentals."""
    first = fifths - (_FLAT_SIDE_MAJOR if is_major else _FLAT_SIDE_MINOR)
    first = min(max(first, _FIRST), _LAST - 11)
    place = first + (7 * midi - first) % 12
    alter = (place + 1) // 7
    return Spelling(_LETTERS[(place + 1) % 7], alter, (midi - alter) // 12 - 1)
