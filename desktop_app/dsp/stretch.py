# SPDX-License-Identifier: MIT
"""Slower or faster without another pitch, and higher or lower without another speed.

python-stretch (Signalsmith Stretch) does it where it is installed; it is given whole stretches, since it
tears the sound where it is called piece by piece. It tells the result in time already: a click at ``t``
comes at ``t / speed``. On platforms without its wheel librosa's phase vocoder takes its place.

Both are imported inside the functions: they belong in the job process.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import soxr

from desktop_app.domain.frames import Float32Array

BLOCK_S: Final = 0.12
INTERVAL_S: Final = 0.03
_SEED: Final = 1


def stretch(samples: Float32Array, sr: int, speed: float, semitones: float = 0.0) -> Float32Array:
    """A sound at another speed and height.

    Parameters
    ----------
    samples : ndarray, shape (n_frames, channels), float32
        The first and last 0.1 s are better where more is around: give margins.
    sr
        Rate in Hz.
    speed
        1 as it is, 0.5 half as fast.
    semitones
        How much higher; cents are fractions.

    Returns
    -------
    ndarray, shape (round(n_frames / speed), channels), float32
        What was at frame ``i`` is at ``i / speed``.
    """
    n = round(samples.shape[0] / speed)
    if speed == 1.0 and semitones == 0.0:
        return samples.copy()
    if samples.shape[0] == 0:
        return np.zeros((0, samples.shape[1]), np.float32)
    try:
        from python_stretch.Signalsmith import Stretch
    except ImportError:
        return _of_length(_by_librosa(samples, speed, semitones), n)
    engine = Stretch(_SEED)
    engine.configure(samples.shape[1], round(BLOCK_S * sr), round(INTERVAL_S * sr))
    engine.setTransposeSemitones(semitones)
    engine.timeFactor = speed
    return _of_length(np.asarray(engine.process(np.ascontiguousarray(samples.T))).T, n)


def _by_librosa(samples: Float32Array, speed: float, semitones: float) -> Float32Array:
    """Stretched so far that resampling gives both height and speed."""
    from librosa.effects import time_stretch

    ratio = 2.0 ** (semitones / 12.0)
    y = np.asarray(time_stretch(np.ascontiguousarray(samples.T), rate=speed / ratio)).T
    if semitones == 0.0:
        return y
    return np.asarray(soxr.resample(np.ascontiguousarray(y), ratio, 1.0), np.float32)


def _of_length(y: Float32Array, n: int) -> Float32Array:
    """Exactly ``n`` frames; the last frame's worth of rounding is silence."""
    missing = max(0, n - y.shape[0])
    return np.ascontiguousarray(np.pad(y[:n], ((0, missing), (0, 0))), np.float32)
