# SPDX-License-Identifier: MIT
"""Level, clipping and dead silence of the sound that comes in."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array

PEAK_HOLD_S: Final = 1.5
CLIP_LEVEL: Final = 0.999
SILENT_ZERO_S: Final = 2.0
FLOOR_DB: Final = -120.0


class LevelMeter:
    """Follows a stream block by block; every time is counted in samples, not on a clock.

    Parameters
    ----------
    sr
        Sample rate in Hz.

    Attributes
    ----------
    n_seen : int
        Samples so far.
    rms_db, peak_db : float
        Of the newest block, dBFS, at least -120.
    peak_hold_db : float
        The greatest peak of the last 1.5 s.
    is_clipping : bool
        Whether a sample reached 0.999 in the last 1.5 s.
    is_silent_zero : bool
        Whether nothing but exact zeros has come for 2 s, as no real microphone delivers.
    """

    def __init__(self, sr: int) -> None:
        self._sr = sr
        self.n_seen = 0
        self._held_at = 0
        self._clipped_at: int | None = None
        self._n_zeros = 0
        self.rms_db = self.peak_db = self.peak_hold_db = FLOOR_DB
        self.is_clipping = False
        self.is_silent_zero = False

    def push(self, block: Float32Array) -> None:
        """Take in samples, shape (n,)."""
        if not block.shape[0]:
            return
        self.n_seen += int(block.shape[0])
        peak = float(np.max(np.abs(block)))
        self.rms_db = _to_db(math.sqrt(float(np.mean(np.square(block, dtype=np.float64)))))
        self.peak_db = _to_db(peak)
        self._hold(peak)
        self._n_zeros = self._n_zeros + int(block.shape[0]) if peak == 0.0 else 0
        self.is_silent_zero = self._n_zeros >= SILENT_ZERO_S * self._sr

    def _hold(self, peak: float) -> None:
        n_hold = PEAK_HOLD_S * self._sr
        if self.peak_db >= self.peak_hold_db or self.n_seen - self._held_at > n_hold:
            self.peak_hold_db = self.peak_db
            self._held_at = self.n_seen
        if peak >= CLIP_LEVEL:
            self._clipped_at = self.n_seen
        self.is_clipping = self._clipped_at is not None and self.n_seen - self._clipped_at <= n_hold


def _to_db(amplitude: float) -> float:
    return max(FLOOR_DB, 20.0 * math.log10(amplitude)) if amplitude > 0.0 else FLOOR_DB
