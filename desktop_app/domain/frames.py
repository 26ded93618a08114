# SPDX-License-Identifier: MIT
"""What the analysis engine emits: events on one frame grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.note import Note

Float32Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FrameBlock:
    """Consecutive analysis frames; frame ``i`` is centred on ``i * hop_s`` seconds. Never changed once made.

    Attributes
    ----------
    start_frame
        Index of the first frame.
    mel_db : ndarray, shape (n_mels, n_frames), float32
        Mel band levels in dB; 0 dB is a full-scale sine in the middle of a band.
    mfcc : ndarray, shape (n_mfcc, n_frames), float32
    f0_hz : ndarray, shape (n_frames,), float32
        Fundamental frequency, nan where unvoiced.
    voiced_prob : ndarray, shape (n_frames,), float32
        0 … 1.
    rms_db, peak_db : ndarray, shape (n_frames,), float32
        Level of the frame's hop, dBFS, at least -120.
    onset_prob, sounding_prob : ndarray, shape (n_frames,), float32
        Probability of an attack, and that a note is held, 0 … 1; both tell of a moment some frames earlier
        (:data:`desktop_app.dsp.onsets_network.DELAY_FRAMES`).
    octave_below_prob, octave_above_prob : ndarray, shape (n_frames,), float32
        Probability that the pitch is the octave below or above ``f0_hz`` instead, 0 … 1.
    """

    start_frame: int
    mel_db: Float32Array
    mfcc: Float32Array
    f0_hz: Float32Array
    voiced_prob: Float32Array
    rms_db: Float32Array
    peak_db: Float32Array
    onset_prob: Float32Array
    sounding_prob: Float32Array
    octave_below_prob: Float32Array
    octave_above_prob: Float32Array

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return int(self.f0_hz.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the classifier said of one window of sound.

    Attributes
    ----------
    start_s, end_s
        The window, in seconds.
    at_onset
        Whether the window starts at the onset of a sound (then it tells more).
    family : ndarray, shape (11,), float32
        Probabilities of the families, given that it is an instrument; sums to 1.
    not_an_instrument
        Probability that it is no instrument, 0 … 1.
    source : ndarray, shape (3,), float32
        Probabilities of acoustic, electronic, synthetic; sums to 1.
    """

    start_s: float
    end_s: float
    at_onset: bool
    family: Float32Array
    not_an_instrument: float
    source: Float32Array


@dataclass(frozen=True, slots=True)
class NoteStarted:
    """A note has begun; its values may still change until it ends."""

    note: Note


@dataclass(frozen=True, slots=True)
class NoteEnded:
    """A note is over; its values are final."""

    note: Note


Event = FrameBlock | Scores | NoteStarted | NoteEnded
