# SPDX-License-Identifier: MIT
"""Which notes sound together, for thousands of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.note import Note

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Notes that sound together with others; all arrays have shape (n_pairs,).

    Attributes
    ----------
    place, other
        Places of a note and of another in their lists.
    share
        How much of the note's time the other sounds, 0 … 1.
    semitones
        Distance of their pitches.
    """

    place: Places
    other: Places
    share: Floats
    semitones: Floats

    def __getitem__(self, which: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.place[which], self.other[which], self.share[which], self.semitones[which])


class TimedNotes:
    """A list of notes that finds those of a stretch of time.

    Attributes
    ----------
    notes
        As they were given, in any order.
    """

    def __init__(self, notes: Sequence[Note]) -> None:
        self.notes = notes
        onset_s, offset_s, f0_hz = _columns(notes)
        self._order = np.argsort(onset_s, kind="stable")
        self._onset_s, self._offset_s = onset_s[self._order], offset_s[self._order]
        self._octaves = np.log2(f0_hz[self._order])
        self._latest_s = np.maximum.accumulate(self._offset_s)

    def together(self, others: Sequence[Note]) -> Pairs:
        """All pairs of one of these notes and one of the others that sound at the same time."""
        onset_s, offset_s, f0_hz = _columns(others)
        first = np.searchsorted(self._latest_s, onset_s, side="right")
        last = np.searchsorted(self._onset_s, offset_s, side="left")
        count = np.maximum(last - first, 0)
        other = np.repeat(np.arange(len(others)), count)
        row = np.arange(other.size) + np.repeat(first - np.cumsum(count) + count, count)
        start_s, stop_s = self._onset_s[row], self._offset_s[row]
        shared_s = np.minimum(stop_s, offset_s[other]) - np.maximum(start_s, onset_s[other])
        semitones = 12.0 * np.abs(self._octaves[row] - np.log2(f0_hz)[other])
        pairs = Pairs(self._order[row], other, shared_s / np.maximum(stop_s - start_s, 1e-9), semitones)
        return pairs[shared_s > 0.0]


def _columns(notes: Sequence[Note]) -> tuple[Floats, Floats, Floats]:
    return (
        np.array([note.onset_s for note in notes]),
        np.array([note.offset_s for note in notes]),
        np.array([note.f0_hz for note in notes]),
    )
