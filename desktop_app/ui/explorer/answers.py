# SPDX-License-Identifier: MIT
"""What a model answers about the sounds of a corpus, and which of the answers are mistakes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import FamilyVerdict
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.io.corpora.entry import Entry
from desktop_app.io.corpora.irmas import FAMILY_OF
from desktop_app.ui.views.labels import state_words

_NO_INSTRUMENT: Final = 0.5  # above this probability, it is more likely no instrument than any


@dataclass(frozen=True, slots=True)
class Answer:
    """What one model says of one sound.

    Attributes
    ----------
    label
        The most probable class.
    names, probabilities
        All classes that the model knows, and how probable each is (0 … 1); those of the bundled models are
        the families, given that it is an instrument, and that it is none.
    words
        How sure it is, in words; may be empty.
    is_right
        Whether the corpus says the same; None where the model does not know what the corpus speaks of.
    part
        What the sound was in the training, such as ``learnt`` or ``unseen bank``; empty where unknown.
    """

    label: str
    names: tuple[str, ...]
    probabilities: tuple[float, ...]
    words: str
    is_right: bool | None
    part: str = ""


class Answers(Protocol):
    """The answers of one model."""

    def get(self, number: int) -> Answer | None:
        """The answer about a sound, by its number in the index."""

    def mistakes(self) -> NDArray[np.int32]:
        """The numbers of the sounds that it is wrong about, rising."""

    def judged(self) -> NDArray[np.int32]:
        """The numbers of the sounds that it is right or wrong about, rising."""


class AnalysedSounds:
    """The answers about sounds that were analysed while the window is open."""

    def __init__(self) -> None:
        self._answers: dict[int, Answer] = {}
        self._judged: dict[bool, set[int]] = {True: set(), False: set()}  # right, and wrong

    def put(self, number: int, entry: Entry, verdict: FamilyVerdict | None) -> None:
        """Keep what a model says, if it says anything."""
        if verdict is None:
            return
        told = {**verdict.probabilities, NOT_AN_INSTRUMENT: verdict.not_an_instrument}
        is_instrument = verdict.not_an_instrument <= _NO_INSTRUMENT
        label = verdict.label if is_instrument else NOT_AN_INSTRUMENT
        truth = truth_among(entry, tuple(told))
        self._answers[number] = Answer(
            label,
            tuple(told),
            tuple(told.values()),
            state_words(verdict.state) if is_instrument else "",
            label in truth if truth else None,
        )
        if truth:
            self._judged[label in truth].add(number)

    def get(self, number: int) -> Answer | None:
        """See :class:`Answers`."""
        return self._answers.get(number)

    def mistakes(self) -> NDArray[np.int32]:
        """See :class:`Answers`."""
        return _sorted(self._judged[False])

    def judged(self) -> NDArray[np.int32]:
        """See :class:`Answers`."""
        return _sorted(self._judged[True] | self._judged[False])

    def numbers(self) -> NDArray[np.int32]:
        """The numbers of all sounds that there is an answer to, rising."""
        return _sorted(self._answers)


def _sorted(numbers: Collection[int]) -> NDArray[np.int32]:
    return np.sort(np.fromiter(numbers, np.int32, len(numbers)))


def truth_among(entry: Entry, names: tuple[str, ...]) -> frozenset[str]:
    """What the corpus says of a sound in the words of a model; empty where the model has no word for it."""
    said = {*entry.labels, *(FAMILY_OF.get(label, "") for label in entry.labels), entry.family}
    return frozenset(name for name in names if name in said)


def next_mistake(mistakes: NDArray[np.int32], shown: NDArray[np.int32], number: int, step: int) -> int | None:
    """The nearest mistake among the sounds shown, after (``step`` 1) or before (-1) a number; then around.

    Parameters
    ----------
    mistakes, shown : ndarray, int32
        Numbers of sounds, rising.
    """
    among = np.intersect1d(mistakes, shown, assume_unique=True)
    if not among.size:
        return None
    if step > 0:
        place = int(np.searchsorted(among, number, side="right"))
    else:
        place = int(np.searchsorted(among, number, side="left")) - 1
    return int(among[place % among.size])
