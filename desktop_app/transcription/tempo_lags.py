# SPDX-License-Identifier: MIT
"""Which period the attacks of a recording repeat with, and how regularly, along its time."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

Float64Array = NDArray[np.float64]

SLOWEST_BPM: Final = 40.0
FASTEST_BPM: Final = 230.0
_STEP: Final = 1.015
_WINDOW_S: Final = 10.0
_EVERY_S: Final = 1.0
_LONGEST_LAG_S: Final = 8.0
_SMOOTH_FRAMES: Final = 1.5
_LOCAL_FRAMES: Final = 40.0
_USED_SHARE: Final = 0.75
# How the octave of the tempo is told: repetition after so many beats, in all bands and in the bass, and the
# tempo itself in octaves from 110 bpm (squared, plain). Fitted to pieces with known beats.
_BEATS: Final = (0.5, 1.0, 2.0, 4.0)
_WEIGHTS_ALL: Final = (0.7, 8.9, 1.3, 1.2)
_WEIGHTS_LOW: Final = (-0.2, -2.1, 1.1, 4.2)
_WEIGHT_SQUARED: Final = -2.4
_WEIGHT_PLAIN: Final = 0.6
_TYPICAL_BPM: Final = 110.0
_ONE_BEAT: Final = 1
_TWO_BEATS: Final = 2
_NEAR_STEPS: Final = 3
_STEP_COST: Final = 0.3
_LEAP_COST: Final = 6.0


def tempi_bpm() -> Float64Array:
    """The tempi that are compared, shape (n_tempi,)."""
    return np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), np.log(_STEP)))


def prepared(curve: Float32Array) -> Float64Array:
    """The curve smoothed by 15 ms, above its mean of the neighbouring second; same shape."""
    smooth = _smoothed(curve.astype(np.float64), _SMOOTH_FRAMES)
    return np.maximum(smooth - _smoothed(smooth, _LOCAL_FRAMES), 0.0)


def _smoothed(values: Float64Array, sigma: float) -> Float64Array:
    reach = int(np.ceil(4.0 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(values, reach)
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")


def tempo_features(curves: Float64Array, hop_s: float) -> Float64Array:
    """Repetition after 1/2, 1, 2 and 4 beats of each tempo.

    Parameters
    ----------
    curves : ndarray, shape (2, n_frames)
        Of all bands and of the bass, as :func:`prepared`.

    Returns
    -------
    ndarray, shape (n_windows, 8, n_tempi)
        Autocorrelation of windows of 10 s that start each second, at most 1: four rows of all bands, four of
        the bass.
    """
    n_frames = curves.shape[1]
    size = min(round(_WINDOW_S / hop_s), n_frames)
    starts = range(0, n_frames - size + 1, round(_EVERY_S / hop_s))
    n_lags = round(_LONGEST_LAG_S / hop_s) + 1
    lags = np.multiply.outer(_BEATS, 60.0 / tempi_bpm() / hop_s).ravel()
    features = np.empty((len(starts), 2 * len(_BEATS), lags.size // len(_BEATS)))
    for i, start in enumerate(starts):
        rows = [_at(_autocorrelation(curve[start : start + size], n_lags), lags) for curve in curves]
        features[i] = np.concatenate(rows).reshape(features.shape[1:])
    return features


def _at(values: Float64Array, positions: Float64Array) -> Float64Array:
    return np.interp(positions, np.arange(values.size), values, right=0.0)


def _autocorrelation(values: Float64Array, n_lags: int) -> Float64Array:
    """Of the values about their mean, 1 at lag 0, shape (n_lags,); 0 where too few values overlap."""
    centred = values - values.mean()
    spectrum = np.fft.rfft(centred, 2 * centred.size)
    products = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[: centred.size]
    overlap = 1.0 - np.arange(centred.size) / centred.size
    told = np.zeros(n_lags)
    n_used = min(n_lags, int(_USED_SHARE * centred.size))
    told[:n_used] = products[:n_used] / overlap[:n_used] / max(products[0], 1e-12)
    return told


def tempo_scores(features: Float64Array) -> Float64Array:
    """Log-odds of each tempo in each window, shape (n_windows, n_tempi)."""
    octaves = np.log2(tempi_bpm() / _TYPICAL_BPM)
    weights = np.array([*_WEIGHTS_ALL, *_WEIGHTS_LOW])
    prior = _WEIGHT_SQUARED * octaves**2 + _WEIGHT_PLAIN * octaves
    return np.asarray(np.einsum("f,wft->wt", weights, features) + prior)


def tempo_path(scores: Float64Array) -> NDArray[np.int64]:
    """Index of the tempo of each window: the best sequence that seldom leaps, shape (n_windows,)."""
    apart = np.abs(np.subtract.outer(np.arange(scores.shape[1]), np.arange(scores.shape[1])))
    cost = np.minimum(_STEP_COST * apart, _LEAP_COST)
    total = scores[0]
    came_from = np.zeros(scores.shape, np.int64)
    for i in range(1, scores.shape[0]):
        arrivals = total[None, :] - cost
        came_from[i] = arrivals.argmax(axis=1)
        total = arrivals.max(axis=1) + scores[i]
    path = np.empty(scores.shape[0], np.int64)
    path[-1] = int(total.argmax())
    for i in range(scores.shape[0] - 1, 0, -1):
        path[i - 1] = came_from[i, path[i]]
    return path


def local_periods(curves: Float64Array, hop_s: float) -> tuple[Float64Array, float, float]:
    """The period of the beat along the recording.

    Parameters
    ----------
    curves : ndarray, shape (2, n_frames)
        Of all bands and of the bass, as :func:`prepared`.

    Returns
    -------
    periods : ndarray, shape (n_frames,)
        Frames from a beat to the next.
    sureness
        Probability of this tempo against all others, 0 … 1.
    regularity
        How well the attacks repeat after one beat or two, at most 1.
    """
    features = tempo_features(curves, hop_s)
    scores = tempo_scores(features)
    path = tempo_path(scores)
    windows = np.arange(path.size)
    repeats = np.maximum(features[windows, _ONE_BEAT, path], features[windows, _TWO_BEATS, path])
    periods = 60.0 / tempi_bpm()[path] / hop_s
    centres = (windows * _EVERY_S + min(_WINDOW_S, curves.shape[1] * hop_s) / 2.0) / hop_s
    along = np.interp(np.arange(curves.shape[1]), centres, periods)
    return along, _sureness(scores, path), float(repeats.mean())


def _sureness(scores: Float64Array, path: NDArray[np.int64]) -> float:
    """Probability of the tempi near the path, mean over the windows."""
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    near = np.abs(np.arange(scores.shape[1]) - path[:, None]) <= _NEAR_STEPS
    return float((likely * near).sum(axis=1).mean())
