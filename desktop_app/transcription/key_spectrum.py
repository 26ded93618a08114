# SPDX-License-Identifier: MIT
"""Which keys of the piano sound, half a second at a time: what the musical key is told from."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import A4_HZ, hz_to_midi

LOWEST_MIDI: Final = 24  # a C, so that twelve columns are one octave
N_SEMITONES: Final = 72
_N_FFT: Final = 8192
_HOP: Final = 4096
_RANGE: Final = 0.01
_QUIETEST: Final = 1e-4


class KeySpectrum:
    """Strength of each semitone from C1 to B6 in windows of half a second; any cutting gives the same.

    Peaks of the spectrum are placed between bins by a parabola and count by the root of their amplitude, less
    where they lie between two semitones. An hour takes 4 MB.

    Parameters
    ----------
    sr
        Sample rate in Hz.
    a4_hz
        Reference pitch in Hz.
    """

    def __init__(self, sr: int, a4_hz: float = A4_HZ) -> None:
        self._sr = sr
        self._a4_hz = a4_hz
        self._window = np.asarray(np.hanning(_N_FFT) * (4.0 / _N_FFT), np.float32)
        self._waiting: Float32Array = np.zeros(0, np.float32)
        self._rows: list[Float32Array] = []

    def add(self, samples: Float32Array) -> None:
        """Append mono samples of shape (n,), float32."""
        waiting = np.concatenate((self._waiting, samples))
        n_done = max(0, (waiting.size - _N_FFT) // _HOP + 1)
        for i in range(n_done):
            self._rows.append(self._semitones(waiting[i * _HOP : i * _HOP + _N_FFT]))
        self._waiting = waiting[n_done * _HOP :]

    def values(self) -> Float32Array:
        """Strengths so far, shape (n_windows, N_SEMITONES), float32; the last half window is left out."""
        return np.stack(self._rows) if self._rows else np.zeros((0, N_SEMITONES), np.float32)

    def _semitones(self, samples: Float32Array) -> Float32Array:
        amplitude = np.abs(np.fft.rfft(samples * self._window))
        strongest = float(amplitude.max())
        strengths = np.zeros(N_SEMITONES, np.float32)
        if strongest < _QUIETEST:
            return strengths
        inner = amplitude[1:-1]
        is_peak = (inner > amplitude[:-2]) & (inner >= amplitude[2:]) & (inner > _RANGE * strongest)
        peaks = np.flatnonzero(is_peak) + 1
        midi = hz_to_midi(_between_bins(amplitude, peaks) * (self._sr / _N_FFT), self._a4_hz)
        nearest = np.round(midi)
        weight = np.sqrt(amplitude[peaks]) * np.cos(np.pi * (midi - nearest)) ** 2
        index = nearest.astype(np.int64) - LOWEST_MIDI
        inside = (index >= 0) & (index < N_SEMITONES)
        np.add.at(strengths, index[inside], weight[inside].astype(np.float32))
        return strengths


def _between_bins(amplitude: NDArray[np.floating], peaks: NDArray[np.intp]) -> NDArray[np.float64]:
    """Where the peaks lie, in bins, by a parabola through the logarithms of three values."""
    left, middle, right = (np.log(amplitude[peaks + step] + 1e-12) for step in (-1, 0, 1))
    return np.asarray(peaks + 0.5 * (left - right) / (left - 2.0 * middle + right - 1e-12), np.float64)
