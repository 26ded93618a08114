# SPDX-License-Identifier: MIT
"""From a grid pitch to within a cent: the exact positions of the first harmonics in the spectrum."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

_N_HARMONICS: Final = 6
_MAX_DEVIATION: Final = 2.0 ** (0.6 / 12.0) - 1.0


def refine_f0(
    f0_hz: Float32Array, magnitudes: Float32Array, bin_hz: float, oversampling: int
) -> Float32Array:
    """Weighted mean of harmonic frequencies over their numbers.

    The position of each harmonic follows from the ratio of the two bins around its peak, which is exact for a
    Hann window [1]_. Weights are the inverse variances of those positions.

    Parameters
    ----------
    f0_hz : ndarray, shape (n,), float32
        Pitch to within half a semitone.
    magnitudes : ndarray, shape (n, n_bins), float32
        Magnitude spectra of Hann-windowed frames.
    bin_hz
        Distance of the bins in Hz.
    oversampling
        Length of the transform over that of the window: 1 or 2.

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
    position, height = _interpolate(peak, magnitudes, oversampling)
    deviation = position / np.maximum(expected, 1e-9) - 1.0
    weight = np.where(inside & (np.abs(deviation) < _MAX_DEVIATION), (height * number) ** 2, 0.0)
    total = weight.sum(axis=1)
    shift = (weight * deviation).sum(axis=1) / np.maximum(total, 1e-20)
    return (f0_hz * (1.0 + shift)).astype(np.float32)


def _highest_near(position: NDArray[np.float64], magnitudes: Float32Array) -> NDArray[np.intp]:
    """Bin of the highest magnitude within one bin of each position, shape (n, n_harmonics)."""
    rows = np.arange(position.shape[0])[:, None, None]
    near = np.rint(position).astype(np.intp)[:, :, None] + np.arange(-1, 2)
    near = np.clip(near, 2, magnitudes.shape[1] - 3)
    best = magnitudes[rows, near].argmax(axis=2)
    return np.take_along_axis(near, best[:, :, None], axis=2)[:, :, 0]


def _interpolate(
    peak: NDArray[np.intp], magnitudes: Float32Array, oversampling: int
) -> tuple[NDArray[np.float64], Float32Array]:
    """Exact position in bins and height of the peaks; both shape (n, n_harmonics)."""
    rows = np.arange(peak.shape[0])[:, None]
    left, right = magnitudes[rows, peak - 1], magnitudes[rows, peak + 1]
    height = magnitudes[rows, peak]
    if oversampling == 2:  # the neighbours of the peak are one bin of the plain transform apart
        low, high, start = left, right, peak - 1.0
    else:
        up = right > left
        low, high = np.where(up, height, left), np.where(up, right, height)
        start = np.where(up, peak, peak - 1.0)
    ratio = high / np.maximum(low, 1e-12)
    return start + oversampling * (2.0 * ratio - 1.0) / (ratio + 1.0), height
