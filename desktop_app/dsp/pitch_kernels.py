# SPDX-License-Identifier: MIT
"""Matrices that turn spectra into scores on a logarithmic grid of candidate pitches.

Two kinds are used, because their octave errors point in opposite directions [3]_:

* *periodicity*: the autocorrelation of the windowed frame, divided by that of the window [1]_, evaluated at
  the period of each candidate. It is a cosine transform of the power spectrum, so the lag need not be a whole
  number of samples;
* *harmonicity*: how well the square root of the magnitude spectrum fits a comb with peaks on the first and the
  prime harmonics and valleys between them [2]_.

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
GRID_MIDI: Final[NDArray[np.float64]] = np.arange(20.0, 109.5 + GRID_STEP / 2, GRID_STEP)
GRID_HZ: Final[NDArray[np.float64]] = 440.0 * 2.0 ** ((GRID_MIDI - 69.0) / 12.0)
_HARMONICS: Final = (1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def hann(n: int) -> Float32Array:
    """Periodic Hann window, shape (n,), whose sum is 2, so that a sine of amplitude 1 has magnitude 1."""
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n) / n)
    return (window * (2.0 / window.sum())).astype(np.float32)


def harmonicity_kernel(
    f0_hz: NDArray[np.float64], bins_hz: NDArray[np.float64], fmax_hz: float
) -> Float32Array:
    """Comb of each candidate, shape (n_candidates, n_bins); the positive part of each row has norm 1."""
    ratio = bins_hz[None, :] / f0_hz[:, None]
    cosine = np.cos(2.0 * np.pi * ratio)
    kernel = np.zeros_like(ratio)
    for harmonic in _HARMONICS:
        distance = np.abs(ratio - harmonic)
        kernel += np.where(distance < 0.25, cosine, np.where(distance < 0.75, 0.5 * cosine, 0.0))
    kernel *= np.maximum(bins_hz, bins_hz[1]) ** -0.5
    kernel[:, (bins_hz > fmax_hz) | (bins_hz == 0.0)] = 0.0
    kernel /= np.linalg.norm(np.maximum(kernel, 0.0), axis=1, keepdims=True)
    return kernel.astype(np.float32)


def periodicity_kernel(
    f0_hz: NDArray[np.float64], bins_hz: NDArray[np.float64], window: Float32Array
) -> Float32Array:
    """Cosines at the period of each candidate, shape (n_candidates, n_bins), for power spectra of sum 1."""
    phase = 2.0 * np.pi * bins_hz[None, :] / f0_hz[:, None]
    response = np.abs(np.fft.rfft(window.astype(np.float64), 2 * (bins_hz.size - 1))) ** 2
    of_window = np.cos(phase) @ response / response.sum()
    return (np.cos(phase) / of_window[:, None]).astype(np.float32)
