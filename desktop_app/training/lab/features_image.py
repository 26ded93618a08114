# SPDX-License-Identifier: MIT
"""Pictures of arrays as a plot would show them, but made by NumPy alone: no axes, no plotting library.

Every pixel shows the mean of the cells under it, so that a cell narrower than a pixel is not lost.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.spec import FeatureSpec

UInt8Array = NDArray[np.uint8]
LOWEST_SHOWN_HZ: Final = 30.0
_N_COLOURS: Final = 256
# From low to high; the lightness rises evenly, so that the picture reads the same in grey.
_ANCHORS: Final = (
    (66, 4, 82),
    (70, 38, 116),
    (61, 72, 137),
    (49, 102, 142),
    (37, 131, 142),
    (33, 160, 134),
    (70, 187, 112),
    (140, 211, 73),
    (250, 230, 38),
)


def picture(values: Float32Array, size: int) -> UInt8Array:
    """A plot of an array, its first row at the bottom.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n_frames), float32
    size
        Height and width in pixels.

    Returns
    -------
    ndarray, shape (size, size, 3), uint8
        The least of the values has the first colour, the largest the last.
    """
    return _coloured(_overlaps(values.shape[0], size)[::-1] @ values @ _overlaps(values.shape[1], size).T)


def spectrogram_picture(power_db: Float32Array, size: int, spec: FeatureSpec) -> UInt8Array:
    """A spectrogram with time to the right and the logarithm of frequency upwards from 30 Hz.

    Parameters
    ----------
    power_db : ndarray, shape (n_frames, n_bins), float32

    Returns
    -------
    ndarray, shape (size, size, 3), uint8
    """
    rows = _log_frequency_overlaps(spec, size)[::-1] @ power_db.T
    return _coloured(rows @ _overlaps(power_db.shape[0], size).T)


def _coloured(values: NDArray[np.floating[Any]]) -> UInt8Array:
    low, high = float(values.min()), float(values.max())
    scale = (_N_COLOURS - 1) / (high - low) if high > low else 0.0
    colours: UInt8Array = colour_table()[np.round((values - low) * scale).astype(np.uint8)]
    return colours


@cache
def colour_table() -> UInt8Array:
    """Violet over blue and green to yellow, shape (256, 3)."""
    at = np.linspace(0.0, 1.0, _N_COLOURS)
    anchors_at = np.linspace(0.0, 1.0, len(_ANCHORS))
    channels = [np.interp(at, anchors_at, channel) for channel in np.array(_ANCHORS).T]
    return np.round(np.stack(channels, axis=1)).astype(np.uint8)


@cache
def _overlaps(n_cells: int, n_pixels: int) -> Float32Array:
    """How much of each pixel each of equally wide cells fills, shape (n_pixels, n_cells)."""
    return _shares(np.linspace(0.0, 1.0, n_cells + 1), np.linspace(0.0, 1.0, n_pixels + 1))


@cache
def _log_frequency_overlaps(spec: FeatureSpec, n_pixels: int) -> Float32Array:
    """The same for the bins of a spectrum under pixels that are equally high in octaves."""
    cells_hz = (np.arange(spec.n_bins + 1) - 0.5) * (spec.sr / spec.n_fft)
    return _shares(cells_hz, np.geomspace(LOWEST_SHOWN_HZ, spec.sr / 2.0, n_pixels + 1))


def _shares(cells: NDArray[np.floating[Any]], pixels: NDArray[np.floating[Any]]) -> Float32Array:
    low = np.maximum(cells[:-1], pixels[:-1, None])
    high = np.minimum(cells[1:], pixels[1:, None])
    return (np.maximum(high - low, 0.0) / np.diff(pixels)[:, None]).astype(np.float32)
