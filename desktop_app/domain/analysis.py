# SPDX-License-Identifier: MIT
"""The result of analysing one recording."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.note import Note

State = Literal["sure", "maybe", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class FamilyVerdict:
    """Which family, and how far to trust it.

    ``label`` is always the most probable family; ``state`` says how far to trust it.
    ``probabilities`` are per family, given that it is an instrument.
    """

    label: str
    state: State
    confidence: float
    probabilities: dict[str, float]
    not_an_instrument: float


@dataclass(frozen=True, slots=True)
class SourceVerdict:
    """Acoustic, electronic or synthetic."""

    label: str
    probabilities: dict[str, float]


@dataclass(frozen=True, slots=True)
class PitchVerdict:
    """The main note of a recording of a single note."""

    midi: int
    name: str
    f0_hz: float
    cents: float
    confidence: float


@dataclass(frozen=True, slots=True)
class FamilySpan:
    """A stretch of time with one family; ``label`` is None where it cannot be told."""

    start_s: float
    end_s: float
    label: str | None
    confidence: float
    state: State = "cannot_tell"
    probabilities: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class F0Track:
    """Fundamental frequency, one value a hop; nan where unvoiced. Both arrays have shape (n_frames,)."""

    hop_s: float
    f0_hz: Float32Array
    voiced_prob: Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything that is known of one recording. ``family`` and ``source`` are None when nothing sounds."""

    path: str
    sr: int
    channels: int
    duration_s: float
    model_id: str
    family: FamilyVerdict | None
    source: SourceVerdict | None
    pitch: PitchVerdict | None
    notes: tuple[Note, ...]
    family_track: tuple[FamilySpan, ...]
    f0: F0Track
    a4_hz: float = 440.0
    warnings: tuple[str, ...] = field(default=())
