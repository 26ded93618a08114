# SPDX-License-Identifier: MIT
"""Candidates for the pitch of each frame, and what is to be seen of each: the evidence that a ranker weighs.

The highest peaks of two classic scores (:mod:`desktop_app.dsp.pitch_kernels`) nearly always hold the right
pitch; what they lack is the choice among octaves and other multiples. So each candidate is described in
terms of its own frequency, whatever that is: the levels at its harmonics and between them, now and shortly
before, and the scores of its multiples. A ranker of such descriptions need not learn each pitch anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.pitch_kernels import GRID_HZ, GRID_MIDI, GRID_STEP
from desktop_app.dsp.pitch_windows import Window, windows

_N_NOW: Final = 6
_N_RISING: Final = 4
_N_STEADY: Final = 2
N_CANDIDATES: Final = _N_NOW + _N_RISING + _N_STEADY
HISTORY: Final = 32
_PERIODICITY_WEIGHT: Final = 0.15
_OCTAVE_BONUS: Final = 0.015
_RISE_FRAMES: Final = 15
_STEADY_FRAMES: Final = tuple(range(0, 21, 3))
_DECADES: Final = 6.0  # range of the levels below the strongest bin of the frame, in powers of ten
_HARMONICS: Final = tuple(float(h) for h in range(1, 17))
_BETWEEN: Final = (0.25, 1 / 3, 0.5, 2 / 3, 0.75, 4 / 3, 1.5, 5 / 3, 2.5, 3.5)
_POSITIONS: Final = np.array(_HARMONICS + _BETWEEN)
_PAST_POSITIONS: Final = np.array((1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.5, 1.5))
_PAST_FRAMES: Final = (3, 6, 12, 25)
_RELATIVES_SEMITONES: Final = (-24.0, -19.0, -12.0, 12.0, 19.0, 24.0)
_SCORE_FRAMES: Final = (1, 2, 4, 8, 16, 32)
N_FEATURES: Final = (
    2 * _POSITIONS.size
    + len(_PAST_FRAMES) * _PAST_POSITIONS.size
    + 7
    + 2 * len(_RELATIVES_SEMITONES)
    + len(_SCORE_FRAMES)
    + 2
)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The candidates of some frames.

    Attributes
    ----------
    total : ndarray, shape (n_frames, n_grid), float32
        Weighted score of the whole grid.
    index : ndarray, shape (n_frames, N_CANDIDATES), intp
        Places on the grid: the highest peaks of ``total``, of the score of what has risen lately, and of
        the mean over some time; some may be the same.
    features : ndarray, shape (n_frames, N_CANDIDATES, N_FEATURES), float32
        Their descriptions, roughly between -1 and 1.
    """

    total: Float32Array
    index: NDArray[np.intp]
    features: Float32Array


class CandidateFinder:
    """Finds and describes candidates in a stream of spectra; any cutting gives the same answers."""

    def __init__(self, sr: int) -> None:
        self._long, self._short = windows(sr)
        self._bias = (_OCTAVE_BONUS * (GRID_MIDI - 60.0) / 12.0).astype(np.float32)
        self._places = _bins(self._long, sr, 0), _bins(self._short, sr, 0), _bins(self._short, sr, 1)
        self.reset()

    def reset(self) -> None:
        """Forget the previous frames."""
        self._past_long = _silence(self._long.n_fft // 2 + 1)
        self._past_short = _silence(self._short.n_fft // 2 + 1)
        self._past_total: Float32Array = np.full((HISTORY, GRID_MIDI.size), -1.0, np.float32)

    def process(self, long: Float32Array, short: Float32Array) -> Candidates:
        """Candidates of the frames that follow those of the previous call.

        Parameters
        ----------
        long, short : ndarray, shape (n_frames, n_bins), float32
            Magnitudes through the two windows.
        """
        long = np.concatenate((self._past_long, long))
        short = np.concatenate((self._past_short, short))
        periodicity, harmonicity, of_rise = self._scores(long, short)
        now = _PERIODICITY_WEIGHT * periodicity + (1.0 - _PERIODICITY_WEIGHT) * harmonicity + self._bias
        total = np.concatenate((self._past_total, now))
        rising = of_rise + self._bias
        steady = _mean_of_past(total)
        index = np.concatenate(
            (_peaks(now, _N_NOW), _peaks(rising, _N_RISING), _peaks(steady, _N_STEADY)), axis=1
        )
        self._past_long, self._past_short, self._past_total = (a[-HISTORY:] for a in (long, short, total))
        parts = [
            *self._levels(index, long[HISTORY:], short),
            *_relations(index, (periodicity, harmonicity, rising, steady), total),
        ]
        return Candidates(now, index, np.concatenate(parts, axis=2, dtype=np.float32))

    def _scores(self, long: Float32Array, short: Float32Array) -> tuple[Float32Array, ...]:
        """Periodicity, harmonicity, and harmonicity of what has risen, each shape (n_frames, n_grid)."""
        n_frames = long.shape[0] - HISTORY
        periodicity, fits = [], []
        for window, magnitudes in ((self._long, long), (self._short, short)):
            now = magnitudes[HISTORY:]
            periodicity.append(window.periodic(now))
            # Both at once: with few frames, reading the kernel is what takes time.
            fits.append(window.fit(np.concatenate((now, _rise(magnitudes)))))
        harmonicity = self._mixed(*fits)
        return self._mixed(*periodicity), harmonicity[:n_frames], harmonicity[n_frames:]

    def _mixed(self, of_long: Float32Array, of_short: Float32Array) -> Float32Array:
        mixed = np.zeros((of_long.shape[0], GRID_MIDI.size), np.float32)
        mixed[:, self._long.candidates] = of_long
        mixed[:, self._short.candidates] += of_short
        return mixed

    def _levels(self, index: NDArray[np.intp], long: Float32Array, short: Float32Array) -> list[Float32Array]:
        """Levels at multiples of the candidates, -1 … 1 of the range, relative to the frame's highest."""
        of_long, of_short, of_past = (places[index] for places in self._places)
        n_frames = index.shape[0]
        log_long, log_short = (np.log10(magnitudes + np.float32(1e-10)) for magnitudes in (long, short))
        top_short = log_short[HISTORY:].max(axis=1)[:, None, None]
        parts = [
            _scaled(_gather(log_long, of_long), log_long.max(axis=1)[:, None, None]),
            _scaled(_gather(log_short[HISTORY:], of_short), top_short),
        ]
        for lag in _PAST_FRAMES:
            earlier = log_short[HISTORY - lag : HISTORY - lag + n_frames]
            parts.append(_scaled(_gather(earlier, of_past), top_short))
        return parts


def _silence(n_bins: int) -> Float32Array:
    return np.zeros((HISTORY, n_bins), np.float32)


def _rise(magnitudes: Float32Array) -> Float32Array:
    """How far each bin is above its neighbourhood some time ago; the first ``HISTORY`` frames are past."""
    n_frames = magnitudes.shape[0] - HISTORY
    past = magnitudes[HISTORY - _RISE_FRAMES : HISTORY - _RISE_FRAMES + n_frames]
    highest = past.copy()
    np.maximum(highest[:, 1:], past[:, :-1], out=highest[:, 1:])
    np.maximum(highest[:, :-1], past[:, 1:], out=highest[:, :-1])
    np.subtract(magnitudes[HISTORY:], highest, out=highest)
    return np.maximum(highest, 0.0, out=highest)


def _mean_of_past(total: Float32Array) -> Float32Array:
    """Mean of some recent frames; always the same sum, so that the cutting of the stream is not heard."""
    n_frames = total.shape[0] - HISTORY
    mean = np.zeros((n_frames, total.shape[1]), np.float32)
    for lag in _STEADY_FRAMES:
        mean += total[HISTORY - lag : HISTORY - lag + n_frames]
    mean *= np.float32(1.0 / len(_STEADY_FRAMES))
    return mean


def _scaled(levels: Float32Array, top: Float32Array) -> Float32Array:
    below = (levels - top) / np.float32(0.5 * _DECADES)
    return np.asarray(np.minimum(np.maximum(below, -1.0), 1.0), np.float32)


def _gather(spectra: Float32Array, places: NDArray[np.int32]) -> Float32Array:
    """Values of each row at its own places, shape (n_frames, n_candidates, n_places)."""
    n_frames, n_bins = spectra.shape
    rows = (np.arange(n_frames, dtype=np.int32) * n_bins)[:, None, None]
    return np.asarray(spectra.ravel().take(places + rows), np.float32)


@cache
def _bins(window: Window, _sr: int, is_past: int) -> NDArray[np.int32]:
    """Nearest bins of the multiples of every candidate; the lowest bin, which is empty, for those outside."""
    position_hz = GRID_HZ[:, None] * (_PAST_POSITIONS if is_past else _POSITIONS)
    inside = position_hz < window.fmax_hz
    return np.where(inside, np.rint(position_hz / window.bin_hz), 0).astype(np.int32)


def _peaks(score: Float32Array, n_peaks: int) -> NDArray[np.intp]:
    """Places of the highest local maxima, the highest first, shape (n_frames, n_peaks)."""
    middle = score[:, 1:-1]
    is_peak = middle >= score[:, :-2]
    is_peak &= middle > score[:, 2:]
    height = np.where(is_peak, middle, middle - np.float32(100.0))
    rows = np.arange(score.shape[0])
    found = np.empty((score.shape[0], n_peaks), np.intp)
    for i in range(n_peaks):
        found[:, i] = height.argmax(axis=1)
        height[rows, found[:, i]] = -1000.0
    return found + 1


def _relations(
    index: NDArray[np.intp], scores: tuple[Float32Array, ...], total: Float32Array
) -> list[Float32Array]:
    """Scores of the candidates, of their multiples, and of themselves in earlier frames."""
    periodicity, harmonicity, rising, steady = scores
    n_frames, n_grid = periodicity.shape
    rows = np.arange(n_frames)[:, None]
    top = total.max(axis=1, keepdims=True)
    top_rising = rising.max(axis=1, keepdims=True)
    of_rise = rising[rows, index]
    now = [
        periodicity[rows, index],
        harmonicity[rows, index],
        total[HISTORY:][rows, index] - top[HISTORY:],
        of_rise,
        of_rise - top_rising,
        np.broadcast_to(top_rising, of_rise.shape),
        steady[rows, index] - steady.max(axis=1, keepdims=True),
    ]
    steps = np.rint(np.array(_RELATIVES_SEMITONES) / GRID_STEP).astype(np.intp)
    others = np.minimum(np.maximum(index[:, :, None] + steps, 0), n_grid - 1)
    related = [score[rows[:, :, None], others] for score in (periodicity, harmonicity)]
    before = [
        total[rows + HISTORY - lag, index] - top[HISTORY - lag : HISTORY - lag + n_frames]
        for lag in _SCORE_FRAMES
    ]
    place = (GRID_MIDI[index] - 64.0) / 44.0
    return [np.stack(now, axis=2), *related, np.stack(before, axis=2), np.stack((place, place**2), axis=2)]
