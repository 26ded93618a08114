# SPDX-License-Identifier: MIT
"""Attacks in a stream of mel levels: spectral flux with an adaptive threshold."""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec

_LAG: Final = 3
_RANGE_DB: Final = 50.0
_LOWEST_DB: Final = -80.0
_PEAK_FALL_DB: Final = 0.1
_THRESHOLD_DB: Final = 1.6
_MEDIAN_FACTOR: Final = 2.0
_MEDIAN_FRAMES: Final = 20
_PAUSE_FRAMES: Final = 5


class OnsetDetector:
    """Declares attacks, causally and without look-ahead; any cutting of the stream gives the same answers.

    The flux is the mean rise of the mel levels over three frames, where each band is compared with the
    loudest of its neighbourhood, so that vibrato is no attack [1]_. An attack is declared on the frame after
    a peak of the flux that stands above a threshold and above the recent median.

    Parameters
    ----------
    spec
        Number of mel bands.

    References
    ----------
    .. [1] S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013.
    """

    def __init__(self, spec: FeatureSpec = DEFAULT_SPEC) -> None:
        self._n_mels = spec.n_mels
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._history: Float32Array = np.full((self._n_mels, _LAG), _LOWEST_DB, np.float32)
        self._peak_db = _LOWEST_DB
        self._fluxes: deque[float] = deque(maxlen=_MEDIAN_FRAMES)
        self._before, self._last = 0.0, 0.0
        self._since_onset = _PAUSE_FRAMES

    def process(self, mel_db: Float32Array) -> NDArray[np.bool_]:
        """Frames at which an attack is declared.

        Parameters
        ----------
        mel_db : ndarray, shape (n_mels, n_frames), float32
            The frames that follow those of the previous call.

        Returns
        -------
        ndarray, shape (n_frames,), bool
        """
        is_onset = np.zeros(mel_db.shape[1], np.bool_)
        for i, flux in enumerate(self._flux(mel_db)):
            is_onset[i] = self._step(float(flux))
        return is_onset

    def _flux(self, mel_db: Float32Array) -> Float32Array:
        """Mean rise in dB of each frame, shape (n_frames,)."""
        n_frames = mel_db.shape[1]
        levels = np.concatenate((self._history, mel_db), axis=1)
        self._history = levels[:, n_frames:]
        floor = self._floors_db(mel_db)
        past = _widen(levels[:, :n_frames])
        rise = np.maximum(mel_db, floor) - np.maximum(past, floor)
        return np.asarray(np.maximum(rise, 0.0).mean(axis=0), np.float32)

    def _floors_db(self, mel_db: Float32Array) -> Float32Array:
        """Level below which nothing counts: a fixed range below the decaying peak, shape (n_frames,)."""
        floors = np.empty(mel_db.shape[1], np.float32)
        for i, top in enumerate(mel_db.max(axis=0, initial=_LOWEST_DB)):
            self._peak_db = max(float(top), self._peak_db - _PEAK_FALL_DB)
            floors[i] = max(self._peak_db - _RANGE_DB, _LOWEST_DB)
        return floors

    def _step(self, flux: float) -> bool:
        is_peak = self._last > _THRESHOLD_DB and self._last >= self._before and flux < self._last
        if is_peak and self._fluxes:  # most frames never need the median
            is_peak = self._last > _THRESHOLD_DB + _MEDIAN_FACTOR * median(self._fluxes)
        self._since_onset += 1
        is_onset = is_peak and self._since_onset > _PAUSE_FRAMES
        if is_onset:
            self._since_onset = 0
        self._fluxes.append(flux)
        self._before, self._last = self._last, flux
        return is_onset


def _widen(levels: Float32Array) -> Float32Array:
    """Maximum over each band and its two neighbours, same shape."""
    widened = levels.copy()
    np.maximum(widened[1:], levels[:-1], out=widened[1:])
    np.maximum(widened[:-1], levels[1:], out=widened[:-1])
    return widened
