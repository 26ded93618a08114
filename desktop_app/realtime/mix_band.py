# SPDX-License-Identifier: MIT
"""A band of the recording: a filter that lets some frequencies pass.

Minimum phase: nothing sounds before an attack, and the sound comes when it came without the filter, but for
a few milliseconds at the lowest edges. So nothing has to be delayed to match.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

FILTER_S: Final = 0.1
EDGE_OCTAVES: Final = 0.5
STOP_DB: Final = -72.0
LOWEST_HZ: Final = 20.0
_HIGHEST_OF_NYQUIST: Final = 0.9
_OVERSAMPLING: Final = 8


def n_taps(sr: int) -> int:
    """Length of the filter in frames: so many frames of the past each frame depends on, itself included."""
    return round(FILTER_S * sr)


def in_band(recording: Float32Array, n: int, band_hz: tuple[float, float] | None, sr: int) -> Float32Array:
    """The last ``n`` frames of ``recording``, filtered.

    Parameters
    ----------
    recording : ndarray, shape (n_taps(sr) - 1 + n, channels), float32
        The frames and what precedes them.
    n
        How many.
    band_hz
        Lowest and highest frequency that pass; None for all.
    sr
        Rate in Hz.

    Returns
    -------
    ndarray, shape (n, channels), float32
    """
    if band_hz is None or n == 0:
        return recording[recording.shape[0] - n :]
    size = _fft_size(recording.shape[0])
    spectrum = np.fft.rfft(recording, size, axis=0) * _response(band_hz, sr, size)[:, None]
    whole = np.fft.irfft(spectrum, size, axis=0)
    return whole[recording.shape[0] - n : recording.shape[0]].astype(np.float32)


@lru_cache(maxsize=8)
def taps(band_hz: tuple[float, float], sr: int) -> NDArray[np.float64]:
    """The filter's impulse response, shape (n_taps(sr),).

    The magnitude falls from 1 at each edge to :data:`STOP_DB` within half an octave; the phase is the least
    that it can have, from the folded cepstrum (Oppenheim and Schafer, Discrete-Time Signal Processing, 13).
    """
    size = _fft_size(_OVERSAMPLING * n_taps(sr))
    f_hz = np.arange(size // 2 + 1, dtype=np.float64) * (sr / size)
    level_db = _level_db(f_hz, band_hz, sr)
    cepstrum = np.fft.irfft(level_db * (np.log(10.0) / 20.0), size)
    fold = np.zeros(size)
    fold[0] = fold[size // 2] = 1.0
    fold[1 : size // 2] = 2.0
    response = np.fft.irfft(np.exp(np.fft.rfft(cepstrum * fold)), size)[: n_taps(sr)]
    n_end = response.size // 4
    response[-n_end:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, n_end + 1) / n_end)
    return response


def _level_db(f_hz: NDArray[np.float64], band_hz: tuple[float, float], sr: int) -> NDArray[np.float64]:
    low_hz, high_hz = band_hz
    octaves = np.log2(np.maximum(f_hz, 1e-3))
    outside = np.zeros(f_hz.size)
    if low_hz > LOWEST_HZ:
        outside = np.maximum(outside, np.log2(low_hz) - octaves)
    if high_hz < _HIGHEST_OF_NYQUIST * sr / 2.0:
        outside = np.maximum(outside, octaves - np.log2(high_hz))
    return STOP_DB * (0.5 - 0.5 * np.cos(np.pi * np.minimum(outside / EDGE_OCTAVES, 1.0)))


@lru_cache(maxsize=8)
def _response(band_hz: tuple[float, float], sr: int, size: int) -> NDArray[np.complex64]:
    return np.fft.rfft(taps(band_hz, sr), size).astype(np.complex64)


def _fft_size(n: int) -> int:
    """An even length without large prime factors, at least ``n``."""
    eighth = 1 << max(0, (n - 1).bit_length() - 3)
    return max(2, -(-n // eighth) * eighth)
