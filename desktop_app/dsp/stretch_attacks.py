# SPDX-License-Identifier: MIT
"""Where sounds begin sharply: places that must stay sharp when the sound is stretched."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

MIN_DISTANCE_S: Final = 0.04
_FRAME_S: Final = 0.012
_RISE_FRAMES: Final = 3
_RISE_DB: Final = 8.0
_BELOW_LOUDEST_DB: Final = 45.0
_N_BANDS: Final = 15
_PEAK_S: Final = 0.025
_SEARCH_S: Final = 0.015
_STEP_S: Final = 0.0005
_STEPS: Final = 4
_SILENCE: Final = 1e-9
_FLOOR: Final = 1e-4


def find_attacks(y: Float32Array, sr: int) -> list[int]:
    """Frames at which the level rises by far in most bands within 9 ms.

    Parameters
    ----------
    y : ndarray, shape (n,), float32
        Mono.
    sr
        Rate in Hz.

    Returns
    -------
    list of int
        In order, at least 40 ms apart.
    """
    n_frame = 1 << round(np.log2(_FRAME_S * sr))
    hop = n_frame // 4
    if y.size < n_frame:
        return []
    power = _band_powers(y, n_frame, hop)
    rise_db = _mean_rises_db(power, n_frame)
    total_db = 10.0 * np.log10(power.sum(axis=1) + _SILENCE * n_frame)
    found: list[int] = []
    for i in _peaks(rise_db, round(_PEAK_S * sr / hop)):
        around_db = total_db[max(0, i - _RISE_FRAMES) : i + _RISE_FRAMES + 1].max()
        if around_db < total_db.max() - _BELOW_LOUDEST_DB:
            continue
        frame = _steepest(y, (i - _RISE_FRAMES // 2) * hop - n_frame // 2, sr)
        is_inside = n_frame <= frame < y.size - n_frame  # the ends have a step of their own
        if is_inside and (not found or frame - found[-1] >= MIN_DISTANCE_S * sr):
            found.append(frame)
    return found


def _band_powers(y: Float32Array, n_frame: int, hop: int) -> NDArray[np.float32]:
    """Shape (n_frames, n_bands); frame ``i`` is centred on ``i * hop - n_frame / 2``."""
    window = np.hanning(n_frame).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(y, n_frame, mode="symmetric"), n_frame)[::hop]
    n_bins = n_frame // 2 + 1
    edges = np.unique(np.round(np.geomspace(1, n_bins - 1, _N_BANDS + 1)).astype(int))[:-1]
    powers = [
        np.add.reduceat(np.abs(np.fft.rfft(frames[i : i + 1024] * window)) ** 2, edges, axis=1)
        for i in range(0, frames.shape[0], 1024)
    ]
    return np.concatenate(powers).astype(np.float32)


def _mean_rises_db(power: NDArray[np.float32], n_frame: int) -> NDArray[np.float64]:
    level_db = 10.0 * np.log10(power.astype(np.float64) + _SILENCE * n_frame)
    rises = np.zeros(level_db.shape[0])
    rises[_RISE_FRAMES:] = np.maximum(level_db[_RISE_FRAMES:] - level_db[:-_RISE_FRAMES], 0.0).mean(axis=1)
    return rises


def _peaks(rise_db: NDArray[np.float64], reach: int) -> list[int]:
    above = np.flatnonzero(rise_db > _RISE_DB)
    return [int(i) for i in above if rise_db[i] >= rise_db[max(0, i - reach) : i + reach + 1].max()]


def _steepest(y: Float32Array, near: int, sr: int) -> int:
    """The frame around which the level rises most within 2 ms."""
    step = max(1, round(_STEP_S * sr))
    start = max(0, near - round(_SEARCH_S * sr))
    piece = y[start : near + round(_SEARCH_S * sr)].astype(np.float64)
    if piece.size < 4 * _STEPS * step:
        return max(0, near)
    energy = np.add.reduceat(piece**2, np.arange(0, piece.size, step))
    sums = np.convolve(energy, np.ones(_STEPS), "valid")
    level_db = 10.0 * np.log10(sums + _FLOOR * sums.max() + _SILENCE)
    rise = int(np.argmax(level_db[_STEPS:] - level_db[:-_STEPS]))
    return start + (rise + _STEPS) * step
