# SPDX-License-Identifier: MIT
"""From a grid pitch to within a cent: the exact positions of the first harmonics in the spectrum."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

_N_HARMONICS: Final = 10
_MAX_DEVIATION: Final = 2.0 ** (0.6 / 12.0) - 1.0


def refine_f0(f0_hz: Float32Array, magnitudes: Float32Array, bin_hz: float, is_hann: bool) -> Float32Array:
    """Weighted mean of harmonic frequencies over their numbers.

    The position of a harmonic follows from the ratio of the two highest bins, which is exact for a Hann
    window [1]_, else from a parabola through the logarithms. Weights are the inverse variances of those
    positions.

    Parameters
    ----------
    f0_hz : ndarray, shape (n,), float32
        Pitch to within half a semitone.
    magnitudes : ndarray, shape (n, n_bins), float32
        Magnitude spectra of windowed frames.
    bin_hz
        Distance of the bins in Hz.
    is_hann
        Whether the window is Hann's, as long as the transform; else it is any smooth window half as long.

    Returns
    -------
    ndarray, shape (n,), float32
        ``f0_hz`` itself where no harmonic is found near.

    References
    ----------
    .. [1] T. Grandke, "Interpolation algorithms for discrete Fourier transforms of weighted signals",
       IEEE Trans. Instrum. Meas. 32, 1983.
    """
    number = np.arange(1, _N_HARMONICS + 1)
    expected = f0_hz[:, None] * number / bin_hz
    inside = expected < magnitudes.shape[1] - 3
    peak = _highest_near(np.where(inside, expected, 3.0), magnitudes)
    position, height = _interpolate(peak, magnitudes, is_hann)
    deviation = position / np.maximum(expected, 1e-9) - 1.0
    weight = np.where(inside & (np.abs(deviation) < _MAX_DEVIATION), (height * number) ** 2, 0.0)
    total = weight.sum(axis=1)
    shift = (weight * deviation).sum(axis=1) / np.maximum(total, 1e-20)
    return np.asarray(f0_hz * (1.0 + shift), np.float32)


def _highest_near(position: NDArray[np.float64], magnitudes: Float32Array) -> NDArray[np.intp]:
    """Bin of the highest magnitude within one bin of each position, shape (n, n_harmonics)."""
    rows = np.arange(position.shape[0])[:, None, None]
    nearest = np.minimum(np.maximum(np.rint(position).astype(np.intp), 3), magnitudes.shape[1] - 4)
    first = nearest - 1
    best = magnitudes[rows, first[:, :, None] + np.arange(3)].argmax(axis=2)
    return np.asarray(first + best, np.intp)


def _interpolate(
    peak: NDArray[np.intp], magnitudes: Float32Array, is_hann: bool
) -> tuple[NDArray[np.float64], Float32Array]:
    """Position in bins and height of the peaks; both shape (n, n_harmonics)."""
    rows = np.arange(peak.shape[0])[:, None]
    left, height, right = (magnitudes[rows, peak + step] + 1e-9 for step in (-1, 0, 1))
    if is_hann:
        up = right > left
        ratio = np.where(up, right / height, height / left)
        return peak - ~up + (2.0 * ratio - 1.0) / (ratio + 1.0), height
    left, middle, right = np.log(left), np.log(height), np.log(right)
    curve = np.minimum(left - 2.0 * middle + right, -1e-9)
    return peak + np.minimum(np.maximum(0.5 * (left - right) / curve, -1.0), 1.0), height
