# SPDX-License-Identifier: MIT
"""The result of analysing one recording."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import NoteThresholds

State = Literal["sure", "maybe", "cannot_tell"]
REFUSED: Final = 0.5
"""From this probability on, *not an instrument* is why it cannot be told."""


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

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be told because it is more likely no instrument."""
        return self.state == "cannot_tell" and self.not_an_instrument >= REFUSED


@dataclass(frozen=True, slots=True)
class SourceVerdict:
    """Acoustic, electronic or synthetic."""

    label: str
    probabilities: dict[str, float]


@dataclass(frozen=True, slots=True)
class PitchVerdict:
    """The main note of a recording of a single note; no note is named outside the piano's range."""

    midi: int | None
    name: str | None
    f0_hz: float
    cents: float | None
    confidence: float


@dataclass(frozen=True, slots=True)
class TempoVerdict:
    """How fast the music goes: the median tempo and the times of the beats in seconds."""

    bpm: float
    confidence: float
    beats_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class KeyVerdict:
    """Which key: ``tonic`` with sharps, such as ``"F#"``."""

    tonic: str
    mode: Literal["major", "minor"]
    confidence: float

    @property
    def name(self) -> str:
        """Such as ``"A minor"``."""
        return f"{self.tonic} {self.mode}"


@dataclass(frozen=True, slots=True)
class FamilySpan:
    """A stretch of time with one family; ``label`` is None where it cannot be told.

    ``probabilities`` are per family, given that it is an instrument.
    """

    start_s: float
    end_s: float
    label: str | None
    confidence: float
    state: State = "cannot_tell"
    probabilities: dict[str, float] = field(default_factory=dict)
    not_an_instrument: float = 0.0

    @property
    def verdict(self) -> FamilyVerdict:
        """The same as a verdict, which names the most probable family always."""
        label = self.label or max(self.probabilities, key=self.probabilities.__getitem__, default="")
        return FamilyVerdict(label, self.state, self.confidence, self.probabilities, self.not_an_instrument)


@dataclass(frozen=True, slots=True, eq=False)
class F0Track:
    """Fundamental frequency, one value a hop; nan where unvoiced. Both arrays have shape (n_frames,)."""

    hop_s: float
    f0_hz: Float32Array
    voiced_prob: Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class MonoEvidence:
    """What the notes of one voice are formed from, one value a hop.

    Attributes
    ----------
    hop_s
        Seconds between frames.
    f0_hz : ndarray, shape (n_frames,), float32
        nan where unvoiced.
    voiced_prob, onset_prob, sounding_prob : ndarray, shape (n_frames,), float32
        As in :class:`desktop_app.domain.frames.FrameBlock`.
    rms_db : ndarray, shape (n_frames,), float32
        Level in dBFS.
    octave_below_prob, octave_above_prob : ndarray, shape (n_frames,), float32
        As in :class:`desktop_app.domain.frames.FrameBlock`.
    """

    hop_s: float
    f0_hz: Float32Array
    voiced_prob: Float32Array
    onset_prob: Float32Array
    sounding_prob: Float32Array
    rms_db: Float32Array
    octave_below_prob: Float32Array
    octave_above_prob: Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class PolyEvidence:
    """What the notes of several voices are formed from; bytes stand for probabilities, 255 for 1.

    Attributes
    ----------
    hop_s
        Seconds between frames.
    onset_prob, note_prob : ndarray, shape (88, n_frames), uint8
        Of MIDI 21 … 108: an attack at the frame, the note held.
    bend_cents : ndarray, shape (88, n_frames), int8
        Deviation of the sounding pitch from the note.
    rms_db : ndarray, shape (n_frames,), float32
        Level in dBFS.
    """

    hop_s: float
    onset_prob: NDArray[np.uint8]
    note_prob: NDArray[np.uint8]
    bend_cents: NDArray[np.int8]
    rms_db: Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything that is known of one recording. ``family`` and ``source`` are None when nothing sounds.

    ``evidence`` is what the notes were formed from, under ``thresholds``: others give other notes without
    another analysis. ``tempo`` and ``key`` are None when they cannot be told.
    """

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
    tempo: TempoVerdict | None = None
    key: KeyVerdict | None = None
    evidence: MonoEvidence | PolyEvidence | None = None
    thresholds: NoteThresholds | None = None
    is_poly: bool = False
    warnings: tuple[str, ...] = field(default=())
