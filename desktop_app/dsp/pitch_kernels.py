# SPDX-License-Identifier: MIT
"""Matrices that turn spectra into scores on a logarithmic grid of candidate pitches.

Two kinds are used, because their octave errors point in opposite directions [3]_:

* *periodicity*: the autocorrelation of the windowed frame, divided by that of the window [1]_, evaluated at
  the period of each candidate. It is a cosine transform of the power spectrum, so the lag need not be a whole
  number of samples;
* *harmonicity*: how well the compressed magnitude spectrum fits a comb with narrow peaks on the harmonics,
  those of prime number full, the others half, and valleys between them of the same total weight [2]_.

References
----------
.. [1] P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio
   of a sampled sound", Proc. Inst. Phonetic Sciences 17, 1993.
.. [2] A. Camacho and J. G. Harris, "A sawtooth waveform inspired pitch estimator for speech and music",
   J. Acoust. Soc. Am. 124(3), 2008.
.. [3] G. Peeters, "Music pitch representation by periodicity measures based on combined temporal and spectral
   representations", ICASSP 2006.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

GRID_STEP: Final = 0.25
GRID_MIDI: Final[NDArray[np.float64]] = np.arange(19.0, 119.0 + GRID_STEP / 2, GRID_STEP)
GRID_HZ: Final[NDArray[np.float64]] = 440.0 * 2.0 ** ((GRID_MIDI - 69.0) / 12.0)
_N_HARMONICS: Final = 24
_FULL_HARMONICS: Final = (1, 2, 3, 5, 7, 11, 13, 17, 19, 23)
_PEAK_HALF_WIDTH_HZ: Final = 60.0
_PEAK_HALF_WIDTH_PER_HARMONIC: Final = 0.01  # more than half a grid step


def skewed_hann(n_rise: int, n_fall: int) -> Float32Array:
    """Half a Hann window up and half a one down, shape (n_rise + n_fall,).

    It is scaled so that a sine of amplitude 1 has magnitude 1.
    The longer the rise, the longer the memory; the place of the peak is the moment that the window looks at.
    """
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(n_rise) / n_rise)
    fall = 0.5 + 0.5 * np.cos(np.pi * np.arange(n_fall) / n_fall)
    window = np.concatenate((rise, fall))
    return np.asarray(window * (2.0 / window.sum()), np.float32)


def harmonicity_kernel(
    f0_hz: NDArray[np.float64], bins_hz: NDArray[np.float64], fmax_hz: float
) -> Float32Array:
    """Comb of each candidate, shape (n_candidates, n_bins); the peaks of each row have norm 1."""
    ratio = bins_hz[None, :] / f0_hz[:, None]
    cosine = np.cos(2.0 * np.pi * ratio)
    peaks, valleys = np.zeros_like(ratio), np.zeros_like(ratio)
    for harmonic in range(1, _N_HARMONICS + 1):
        weight = 1.0 if harmonic in _FULL_HARMONICS else 0.5
        distance = np.abs(ratio - harmonic)
        width = _PEAK_HALF_WIDTH_HZ / f0_hz + _PEAK_HALF_WIDTH_PER_HARMONIC * harmonic
        width = np.minimum(width, 0.25)[:, None]
        peaks += np.where(distance < width, weight * np.cos(0.5 * np.pi * distance / width), 0.0)
        valleys -= np.where((distance > 0.25) & (distance < 0.75), 0.5 * weight * cosine, 0.0)
    envelope = np.maximum(bins_hz, bins_hz[1]) ** -0.5 * ((bins_hz > 0.0) & (bins_hz <= fmax_hz))
    peaks, valleys = peaks * envelope, valleys * envelope
    valleys *= peaks.sum(axis=1, keepdims=True) / valleys.sum(axis=1, keepdims=True)
    kernel = (peaks - valleys) / np.linalg.norm(peaks, axis=1, keepdims=True)
    return np.asarray(kernel, np.float32)


def periodicity_kernel(
    f0_hz: NDArray[np.float64], bins_hz: NDArray[np.float64], window: Float32Array
) -> Float32Array:
    """Cosines at the period of each candidate, shape (n_candidates, n_bins), for power spectra of sum 1."""
    phase = 2.0 * np.pi * bins_hz[None, :] / f0_hz[:, None]
    response = np.abs(np.fft.rfft(window.astype(np.float64), 2 * (bins_hz.size - 1))) ** 2
    of_window = np.cos(phase) @ response / response.sum()
    return np.asarray(np.cos(phase) / of_window[:, None], np.float32)
