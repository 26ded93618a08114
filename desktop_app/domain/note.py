# SPDX-License-Identifier: MIT
"""One note as heard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pitch that a note may have instead; ``strength`` is 0 … 1, comparable within one note."""

    midi: int
    f0_hz: float
    strength: float


@dataclass(frozen=True, slots=True)
class Note:
    """One note.

    Attributes
    ----------
    onset_s, offset_s
        Seconds from the start of the recording.
    midi
        MIDI note number, 60 = C4, under the A4 of the analysis.
    f0_hz
        Median fundamental frequency in Hz.
    cents
        Deviation of ``f0_hz`` from ``midi``, -50 … 50.
    velocity
        1 … 127, from the level.
    confidence
        0 … 1.
    family, family_confidence
        Instrument family, or None where it is not known.
    candidates
        The pitches that it may have, its own among them, from low to high; empty where none are known.
    is_corrected
        Whether the user has changed or added it.
    """

    onset_s: float
    offset_s: float
    midi: int
    f0_hz: float
    cents: float
    velocity: int
    confidence: float
    family: str | None = None
    family_confidence: float | None = None
    candidates: tuple[Candidate, ...] = ()
    is_corrected: bool = False

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.offset_s - self.onset_s
