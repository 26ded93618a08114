# SPDX-License-Identifier: MIT
"""How keys are spelled, and which signs stand where on a staff."""

from __future__ import annotations

from typing import Final

from desktop_app.domain.score import Score

# Letters from C0 that the lowest line stands for; the octave signs of clefs change what is written there.
BOTTOM_LINE: Final = {"treble": 30, "treble_8vb": 23, "alto": 24, "tenor": 22, "bass": 18, "bass_8vb": 11}
_LOWEST_SIGN: Final = {"treble": (3, 1), "alto": (2, 0), "tenor": (2, 1), "bass": (1, -1)}  # sharps, flats
_LETTER_OF_FIFTHS: Final = (0, 4, 1, 5, 2, 6, 3)  # C G D A E B F: letters counted from C


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
    bottom = BOTTOM_LINE[clef] % 7
    return tuple((letter - bottom - low) % 7 + low for letter in letters[: abs(fifths)])


class Signs:
    """Which accidentals hold in a bar: those of the key, and those written before."""

    def __init__(self, fifths: int) -> None:
        order = (3, 0, 4, 1, 5, 2, 6) if fifths > 0 else (6, 2, 5, 1, 4, 0, 3)
        self._key = dict.fromkeys(order[: abs(fifths)], 1 if fifths > 0 else -1)
        self._written: dict[int, int] = {}

    def needed(self, letter: int, alter: int) -> int | None:
        """The accidental that has to be written; None when the one meant holds already."""
        holds = self._written.get(letter, self._key.get(letter % 7, 0))
        self._written[letter] = alter
        return None if holds == alter else alter
