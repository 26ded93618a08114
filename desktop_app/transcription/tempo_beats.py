# SPDX-License-Identifier: MIT
"""Beats: the sequence of attacks that keeps a given period best."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Float64Array = NDArray[np.float64]

_TIGHTNESS: Final = 100.0
_SHORTEST: Final = 0.6
_LONGEST: Final = 1.7
_WEAK: Final = 0.3


def beat_frames(strength: Float64Array, periods: Float64Array) -> NDArray[np.int64]:
    """Frames of the beats, by dynamic programming [1]_.

    Parameters
    ----------
    strength : ndarray, shape (n_frames,)
        How strongly something begins at each frame, not negative.
    periods : ndarray, shape (n_frames,)
        Expected frames from a beat to the next.

    Returns
    -------
    ndarray, shape (n_beats,), int64
        Without weak beats at the start and end; empty where there is no strength.

    References
    ----------
    .. [1] D. P. W. Ellis, "Beat tracking by dynamic programming", Journal of New Music Research 36(1), 2007.
    """
    scale = float(strength.std())
    if scale <= 0.0:
        return np.zeros(0, np.int64)
    total, before = _best_sequences(strength / scale, periods)
    beats = [_best_end(total, periods)]
    while before[beats[-1]] >= 0:
        beats.append(int(before[beats[-1]]))
    return _without_weak_ends(np.array(beats[::-1], np.int64), strength)


def _best_sequences(strength: Float64Array, periods: Float64Array) -> tuple[Float64Array, NDArray[np.int64]]:
    """Score of the best sequence that ends at each frame, and its beat before (-1: none)."""
    n_frames = strength.size
    total, before = strength.copy(), np.full(n_frames, -1, np.int64)
    start = 0
    while start < n_frames:
        # All predecessors of so many frames are known: they are taken together.
        shortest, longest = int(_SHORTEST * periods[start]), int(_LONGEST * periods[start])
        stop = min(start + shortest, n_frames)
        steps = np.arange(shortest, longest + 1)
        cost = _TIGHTNESS * np.log(steps / periods[start]) ** 2
        earlier = np.arange(start, stop)[:, None] - steps
        gains = np.where(earlier >= 0, total[np.maximum(earlier, 0)], -np.inf) - cost
        best = gains.argmax(axis=1)
        rows = np.arange(stop - start)
        gain = gains[rows, best]
        gains_more = gain > 0.0
        total[start:stop] += np.where(gains_more, gain, 0.0)
        before[start:stop] = np.where(gains_more, earlier[rows, best], -1)
        start = stop
    return total, before


def _best_end(total: Float64Array, periods: Float64Array) -> int:
    start = max(0, total.size - int(periods[-1]))
    return start + int(total[start:].argmax())


def _without_weak_ends(beats: NDArray[np.int64], strength: Float64Array) -> NDArray[np.int64]:
    reached = beat_strengths(strength, beats)
    strong = np.flatnonzero(reached > _WEAK * np.median(reached))
    return beats[strong[0] : strong[-1] + 1] if strong.size else beats[:0]


def beat_strengths(strength: Float64Array, beats: NDArray[np.int64]) -> Float64Array:
    """The strongest value within 30 ms of each beat, shape (n_beats,)."""
    near = beats[:, None] + np.arange(-3, 4)
    return np.asarray(strength[np.clip(near, 0, strength.size - 1)].max(axis=1))
