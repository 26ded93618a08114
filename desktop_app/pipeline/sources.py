# SPDX-License-Identifier: MIT
"""What the views draw from: the same questions for live sound and for files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class ImageTile:
    """Part of a spectrogram-like picture.

    Attributes
    ----------
    start_s, end_s
        Time that the columns span (column edges).
    levels : ndarray, shape (n_rows, n_columns), uint8
        0 … 255 over the range ``low … high`` of the physical value; row 0 is the lowest band.
    """

    start_s: float
    end_s: float
    levels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class WaveTile:
    """Part of a waveform: the least and greatest sample of each column, each shape (n_columns,)."""

    start_s: float
    end_s: float
    low: Float32Array
    high: Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class PitchTile:
    """Part of the pitch line; nan where unvoiced. All shapes (n,)."""

    times_s: Float32Array
    f0_hz: Float32Array
    voiced_prob: Float32Array


MEL_DB_RANGE = (-90.0, 0.0)
MFCC_RANGE = (-60.0, 60.0)


class ViewSource(Protocol):
    """Bounded detail of any stretch of time, cheap enough for the GUI thread (≤ 2 ms a call)."""

    @property
    def duration_s(self) -> float:
        """Time of the newest sample in seconds."""
        ...

    def waveform(self, start_s: float, end_s: float, n_columns: int) -> WaveTile:
        """At most about ``n_columns`` columns."""
        ...

    def mel(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        """Mel levels over ``MEL_DB_RANGE``; at most about ``2 * n_columns`` columns."""
        ...

    def mfcc(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        """MFCC 1 … n over ``MFCC_RANGE`` (coefficient 0, the level, is left out)."""
        ...

    def pitch(self, start_s: float, end_s: float, n_columns: int) -> PitchTile:
        """Pitch line, decimated to about ``n_columns`` values."""
        ...


def to_levels(values: Float32Array, value_range: tuple[float, float]) -> NDArray[np.uint8]:
    """Quantise to 0 … 255 over a fixed range."""
    low, high = value_range
    levels: NDArray[np.uint8] = np.clip((values - low) * (255.0 / (high - low)) + 0.5, 0.0, 255.0).astype(
        np.uint8
    )
    return levels


def from_levels(levels: NDArray[np.uint8], value_range: tuple[float, float]) -> Float32Array:
    """Inverse of :func:`to_levels`, within half a step."""
    low, high = value_range
    return (levels * ((high - low) / 255.0) + low).astype(np.float32)
