# SPDX-License-Identifier: MIT
"""Where notes and signs of the key stand on a staff, and which accidentals are written."""

from __future__ import annotations

from typing import Final

from desktop_app.domain.spelling import Spelling

# Letters from C0 that the lowest line stands for; the octave signs of clefs change what is written there.
BOTTOM_LINE: Final = {"treble": 30, "treble_8vb": 23, "alto": 24, "tenor": 22, "bass": 18, "bass_8vb": 11}
_LOWEST_SIGN: Final = {"treble": (3, 1), "alto": (2, 0), "tenor": (2, 1), "bass": (1, -1)}  # sharps, flats
_LETTERS: Final = "CDEFGAB"


def step_of(spelling: Spelling, clef: str) -> int:
    """Half spaces above the lowest line."""
    return 7 * spelling.octave + _LETTERS.index(spelling.letter) - BOTTOM_LINE[clef]


def key_steps(fifths: int, clef: str) -> tuple[int, ...]:
    """Where the signs of the key stand, in half spaces above the lowest line."""
    letters = (3, 0, 4, 1, 5, 2, 6) if fifths > 0 else (6, 2, 5, 1, 4, 0, 3)
    low = _LOWEST_SIGN[clef.removesuffix("_8vb")][fifths < 0]
    bottom = BOTTOM_LINE[clef] % 7
    return tuple((letter - bottom - low) % 7 + low for letter in letters[: abs(fifths)])


class Signs:
    """Which accidentals hold in a bar: those of the key, and those written before."""

    def __init__(self, fifths: int) -> None:
        order = (3, 0, 4, 1, 5, 2, 6) if fifths > 0 else (6, 2, 5, 1, 4, 0, 3)
        self._key = dict.fromkeys(order[: abs(fifths)], 1 if fifths > 0 else -1)
        self._written: dict[tuple[str, int], int] = {}

    def begin_bar(self) -> None:
        """Only those of the key hold."""
        self._written = {}

    def needed(self, spelling: Spelling) -> int | None:
        """The accidental that has to be written; None when the one meant holds already."""
        place = (spelling.letter, spelling.octave)
        holds = self._written.get(place, self._key.get(_LETTERS.index(spelling.letter), 0))
        self._written[place] = spelling.alter
        return None if holds == spelling.alter else spelling.alter
