# SPDX-License-Identifier: MIT
"""What a user may move: the thresholds with which notes are formed from the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class NoteThresholds:
    """How much evidence makes a note.

    Attributes
    ----------
    onset_prob
        Least probability of an attack, 0 … 1.
    sounding_prob
        Least probability that a note is held, 0 … 1.
    min_duration_s
        Shorter notes are left out.
    """

    onset_prob: float
    sounding_prob: float
    min_duration_s: float


MONO_THRESHOLDS: Final = NoteThresholds(onset_prob=0.5, sounding_prob=0.5, min_duration_s=0.05)
POLY_THRESHOLDS: Final = NoteThresholds(onset_prob=0.35, sounding_prob=0.35, min_duration_s=0.06)
