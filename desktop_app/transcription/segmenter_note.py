# SPDX-License-Identifier: MIT
"""The note that is being heard: what is known of it so far, and its final values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.note import Candidate, Note
from desktop_app.domain.pitch import midi_to_hz, nearest_note
from desktop_app.transcription.candidates import candidates_around

_VELOCITY_RANGE_DB: Final = (-60.0, -6.0)
STEADY_FRAMES: Final = 8
STEADY_SEMITONES: Final = 0.4
_CENTRE_FRAMES: Final = 20
_SETTLING_FRAMES: Final = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; ``midi`` is fractional and nan where unvoiced."""

    index: int
    onset_prob: float
    sounding_prob: float
    midi: float
    voiced_prob: float
    rms_db: float
    octave_below_prob: float
    octave_above_prob: float


@dataclass(slots=True)
class OpenNote:
    """A note that has not ended, with its voiced frames.

    Attributes
    ----------
    onset_frame
        Where it began.
    frames
        Its voiced frames from where its pitch has settled.
    is_told
        Whether its start was told.
    has_settled
        Whether its pitch was steady for some frames.
    peak_db
        Its greatest level.
    """

    onset_frame: int
    frames: list[Frame] = field(default_factory=list)
    is_told: bool = False
    has_settled: bool = False
    peak_db: float = -120.0

    @property
    def last_voiced(self) -> int:
        """Its newest voiced frame."""
        return self.frames[-1].index

    def add(self, frame: Frame) -> None:
        """Take in a voiced frame."""
        self.frames.append(frame)
        newest = [one.midi for one in self.frames[-STEADY_FRAMES:]]
        if len(newest) == STEADY_FRAMES and not self.has_settled:
            self.has_settled = spread(newest) <= STEADY_SEMITONES
        self.peak_db = max(self.peak_db, frame.rms_db)

    def follow(self, run: Sequence[Frame]) -> None:
        """Take in a run of frames."""
        for frame in run:
            self.add(frame)

    def hear_again(self, run: Sequence[Frame]) -> None:
        """Forget the pitch heard so far; the note is what the run says."""
        self.frames.clear()
        self.follow(run)

    def age(self, frame: Frame) -> int:
        """Frames from its beginning to a frame."""
        return frame.index - self.onset_frame

    def centre(self) -> float:
        """Median pitch of the last frames, as a fractional MIDI number."""
        recent = sorted(frame.midi for frame in self.frames[-_CENTRE_FRAMES:])
        return recent[len(recent) // 2]

    def to_note(self, offset_frame: int, hop_s: float, a4_hz: float) -> Note:
        """The note with the values known now; its first frames count only where there are few others."""
        within = [frame for frame in self.frames if frame.index < offset_frame] or self.frames[:1]
        settled = within[_SETTLING_FRAMES:] or within
        midi = np.array([frame.midi for frame in settled])
        median = float(np.median(midi))
        steady = np.abs(midi - median) <= 0.5
        f0_hz = midi_to_hz(float(np.median(midi[steady])) if steady.any() else median, a4_hz)
        number, cents = nearest_note(f0_hz, a4_hz)
        return Note(
            onset_s=self.onset_frame * hop_s,
            offset_s=max(offset_frame, self.onset_frame + 1) * hop_s,
            midi=number,
            f0_hz=f0_hz,
            cents=cents,
            velocity=velocity_of(self.peak_db),
            confidence=float(np.mean([frame.voiced_prob for frame in settled]) * steady.mean()),
            candidates=_candidates(settled, np.rint((midi - median) / 12.0), number, f0_hz),
        )


def _candidates(
    frames: Sequence[Frame], octaves: NDArray[np.float64], midi: int, f0_hz: float
) -> tuple[Candidate, ...]:
    """The note's own pitch and its octaves; ``octaves`` tells in which of them each frame was heard."""
    told = np.array([(one.voiced_prob, one.octave_below_prob, one.octave_above_prob) for one in frames])
    strengths = {-1: 0.0, 0: 0.0, 1: 0.0}
    for octave in set(octaves.tolist()):
        voiced, below, above = told[octaves == octave].sum(axis=0).tolist()
        for place, prob in ((octave - 1, below), (octave, voiced - below - above), (octave + 1, above)):
            if place in strengths:
                strengths[place] += prob / len(frames)
    by_semitones = {12 * octave: strength for octave, strength in strengths.items()}
    return candidates_around(midi, f0_hz, by_semitones)


def spread(values: Sequence[float]) -> float:
    """Greatest less least."""
    return max(values) - min(values)


def is_octave(semitones: float) -> bool:
    """Whether a step is one or more octaves, within half a semitone."""
    octaves = round(semitones / 12.0)
    return octaves != 0 and abs(semitones - 12.0 * octaves) < 0.5


def velocity_of(level_db: float, range_db: tuple[float, float] = _VELOCITY_RANGE_DB) -> int:
    """MIDI velocity 1 … 127 of a level in dBFS, linear in dB between the levels of 1 and 127."""
    low, high = range_db
    return round(1.0 + 126.0 * min(1.0, max(0.0, (level_db - low) / (high - low))))
