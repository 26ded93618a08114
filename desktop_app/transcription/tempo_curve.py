# SPDX-License-Identifier: MIT
"""How strongly something begins at each moment: the curve that beats are found in."""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array

ALL: Final = 0
LOW: Final = 1
_N_LOW_BANDS: Final = 7
_LAG: Final = 3
_RANGE_DB: Final = 50.0
_LOWEST_DB: Final = -80.0
_PEAK_FALL_DB: Final = 0.05


class OnsetCurve:
    """Mean rise of the mel levels, of all bands and of the bass; any cutting of the stream gives the same.

    Each band is compared with the loudest of its neighbourhood three frames before, so that vibrato does not
    count [1]_; nor does what lies 50 dB below the recent peak. An hour takes 2.9 MB.

    References
    ----------
    .. [1] S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013.
    """

    def __init__(self) -> None:
        self._past: Float32Array | None = None
        self._peak_db = _LOWEST_DB
        self._parts: list[Float32Array] = []

    def add(self, mel_db: Float32Array) -> None:
        """Append frames.

        Parameters
        ----------
        mel_db : ndarray, shape (n_mels, n_frames), float32
            Levels of the frames that follow those before.
        """
        if mel_db.shape[1] == 0:
            return
        if self._past is None:  # what sounds from the first frame on did not begin there
            self._past = np.repeat(mel_db[:, :1], _LAG, axis=1)
        levels = np.concatenate((self._past, mel_db), axis=1)
        self._past = levels[:, -_LAG:]
        floor = self._floors_db(mel_db)
        before = np.maximum(_widened(levels[:, :-_LAG]), floor)
        rise = np.maximum(np.maximum(mel_db, floor) - before, np.float32(0.0))
        self._parts.append(np.stack([rise.mean(axis=0), rise[:_N_LOW_BANDS].mean(axis=0)]))

    def values(self) -> Float32Array:
        """Mean rise in dB of every frame so far, shape (2, n_frames), float32: rows ``ALL`` and ``LOW``."""
        return np.concatenate(self._parts, axis=1) if self._parts else np.zeros((2, 0), np.float32)

    def _floors_db(self, mel_db: Float32Array) -> Float32Array:
        """Level below which nothing counts, shape (n_frames,): a range below the slowly falling peak."""
        fallen = _PEAK_FALL_DB * np.arange(1, mel_db.shape[1] + 1)
        tops = np.maximum.accumulate(np.maximum(mel_db.max(axis=0) + fallen, self._peak_db)) - fallen
        self._peak_db = float(tops[-1])
        return np.asarray(np.maximum(tops - _RANGE_DB, _LOWEST_DB), np.float32)


def _widened(levels: Float32Array) -> Float32Array:
    """Maximum over each band and its two neighbours, same shape."""
    widened = levels.copy()
    np.maximum(widened[1:], levels[:-1], out=widened[1:])
    np.maximum(widened[:-1], levels[1:], out=widened[:-1])
    return widened
