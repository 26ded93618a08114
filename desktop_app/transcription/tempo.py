# SPDX-License-Identifier: MIT
"""Tempo and beats of a recording, from the curve of its attacks; None where nothing is regular."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import TempoVerdict
from desktop_app.domain.frames import Float32Array
from desktop_app.transcription.tempo_beats import beat_frames
from desktop_app.transcription.tempo_curve import ALL, LOW
from desktop_app.transcription.tempo_lags import local_periods, prepared

SHORTEST_S: Final = 5.0
FEWEST_ATTACKS: Final = 6
FEWEST_BEATS: Final = 5
LEAST_CONFIDENCE: Final = 0.5
_ATTACK_DB: Final = 2.0
_LATE_S: Final = 0.007
_SPAN_BEATS: Final = 8
_MIDDLE_REGULARITY: Final = 0.27
_STEEPNESS: Final = 20.0


def told_tempo(curves: Float32Array, hop_s: float) -> TempoVerdict | None:
    """The median tempo and the beats.

    Parameters
    ----------
    curves : ndarray, shape (2, n_frames), float32
        What :class:`desktop_app.transcription.tempo_curve.OnsetCurve` gathered.
    hop_s
        Seconds between frames.

    Returns
    -------
    TempoVerdict or None
        None for what is short, has few attacks, or no regular beat: single notes, speech, noise, rubato.
    """
    if curves.shape[1] * hop_s < SHORTEST_S or _n_attacks(curves[ALL]) < FEWEST_ATTACKS:
        return None
    smooth = np.stack([prepared(curves[ALL]), prepared(curves[LOW])])
    periods, sureness, regularity = local_periods(smooth, hop_s)
    confidence = sureness / (1.0 + math.exp(-_STEEPNESS * (regularity - _MIDDLE_REGULARITY)))
    if confidence < LEAST_CONFIDENCE:
        return None
    beats = beat_frames(smooth[ALL], periods)
    if beats.size < FEWEST_BEATS:
        return None
    beats_s = beats.astype(np.float64) * hop_s - _LATE_S
    return TempoVerdict(_median_bpm(beats_s), confidence, tuple(float(beat_s) for beat_s in beats_s))


def _median_bpm(beats_s: NDArray[np.float64]) -> float:
    """Median over spans of eight beats, because a single beat is known to 10 ms only."""
    span = min(_SPAN_BEATS, beats_s.size - 1)
    return 60.0 * span / float(np.median(beats_s[span:] - beats_s[:-span]))


def _n_attacks(curve: Float32Array) -> int:
    """Peaks of the curve that stand out."""
    inner = curve[1:-1]
    is_peak = (inner > curve[:-2]) & (inner >= curve[2:]) & (inner > _ATTACK_DB)
    return int(np.count_nonzero(is_peak))
