# SPDX-License-Identifier: MIT
"""The last seconds of live sound, for the same views that show files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike, NDArray

from desktop_app.domain.frames import Event, Float32Array, FrameBlock
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.pipeline.sources import (
    MEL_DB_RANGE,
    MFCC_RANGE,
    ImageTile,
    PitchTile,
    WaveTile,
    to_levels,
)

WAVE_STEP = 80


class _SlidingRows:
    """The newest rows of an endless table; old ones are dropped in large steps, so appending is cheap."""

    def __init__(self, n_kept: int, width: int, dtype: DTypeLike) -> None:
        self._n_kept = n_kept
        self._rows = np.zeros((2 * n_kept, width), dtype)
        self.first = 0
        self._n_held = 0

    @property
    def end(self) -> int:
        """Index of the row after the newest."""
        return self.first + self._n_held

    def append(self, rows: NDArray[np.generic]) -> None:
        """Add rows of shape (n, width)."""
        n_stay = min(self._n_held, self._n_kept)
        if rows.shape[0] >= self._n_kept:  # nothing of what is held will be needed
            self.first, self._n_held = self.end + rows.shape[0] - self._n_kept, 0
            rows = rows[rows.shape[0] - self._n_kept :]
        elif self._n_held + rows.shape[0] > self._rows.shape[0]:
            self._rows[:n_stay] = self._rows[self._n_held - n_stay : self._n_held].copy()
            self.first += self._n_held - n_stay
            self._n_held = n_stay
        self._rows[self._n_held : self._n_held + rows.shape[0]] = rows
        self._n_held += rows.shape[0]

    def between(self, first: int, last: int) -> tuple[int, int, NDArray[np.generic]]:
        """Rows ``first … last - 1`` as far as they are held, and where they begin and end."""
        first = min(max(first, self.first), self.end)
        last = min(max(last, first), self.end)
        return first, last, self._rows[first - self.first : last - self.first]


class LiveHistory:
    """Holds the newest ``keep_s`` seconds; a :class:`~desktop_app.pipeline.sources.ViewSource`.

    To be used from one thread (the one that draws).
    """

    def __init__(self, keep_s: float = 60.0, spec: FeatureSpec = DEFAULT_SPEC) -> None:
        self._spec, self._keep_s = spec, keep_s
        self.clear()

    def clear(self) -> None:
        """Forget everything and start again at 0 s."""
        n_frames = int(self._keep_s / self._spec.hop_s)
        n_steps = int(self._keep_s * self._spec.sr / WAVE_STEP)
        self._mel = _SlidingRows(n_frames, self._spec.n_mels, np.uint8)
        self._mfcc = _SlidingRows(n_frames, self._spec.n_mfcc - 1, np.uint8)
        self._pitch = _SlidingRows(n_frames, 2, np.float32)
        self._wave = _SlidingRows(n_steps, 2, np.float32)
        self._samples: Float32Array = np.zeros(0, np.float32)
        self._n_samples = 0

    @property
    def duration_s(self) -> float:
        """Time of the newest sample in seconds."""
        return self._n_samples / self._spec.sr

    @property
    def oldest_s(self) -> float:
        """Time of the oldest frame that is held, in seconds."""
        return self._mel.first * self._spec.hop_s

    def append(self, events: Sequence[Event], samples: Float32Array) -> None:
        """Add events and mono samples at the analysis rate, shape (n,)."""
        self._append_samples(samples)
        for event in events:
            if isinstance(event, FrameBlock):
                self._mel.append(to_levels(event.mel_db, MEL_DB_RANGE).T)
                self._mfcc.append(to_levels(event.mfcc[1:], MFCC_RANGE).T)
                self._pitch.append(np.stack((event.f0_hz, event.voiced_prob), axis=1))

    def waveform(self, start_s: float, end_s: float, n_columns: int) -> WaveTile:
        """Least and greatest sample of each column."""
        step_s = WAVE_STEP / self._spec.sr
        first, last, rows = self._rows(self._wave, step_s, start_s, end_s)
        n_pooled = max(1, -(-(last - first) // max(1, 2 * n_columns)))
        first, rows = _aligned(first, rows, n_pooled)
        grouped = rows.reshape(-1, n_pooled, 2)
        low, high = grouped[:, :, 0].min(axis=1), grouped[:, :, 1].max(axis=1)
        return WaveTile(first * step_s, (first + rows.shape[0]) * step_s, low, high)

    def mel(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        """Mel levels."""
        return self._image(self._mel, start_s, end_s, n_columns)

    def mfcc(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        """MFCC from coefficient 1."""
        return self._image(self._mfcc, start_s, end_s, n_columns)

    def pitch(self, start_s: float, end_s: float, n_columns: int) -> PitchTile:
        """Pitch line, every n-th value where there are too many."""
        hop_s = self._spec.hop_s
        first, last, rows = self._rows(self._pitch, hop_s, start_s, end_s)
        step = max(1, -(-(last - first) // max(1, 2 * n_columns)))
        times_s = (np.arange(first, last, step) * hop_s).astype(np.float32)
        values = rows[::step].astype(np.float32)
        return PitchTile(times_s, values[:, 0], values[:, 1])

    def _image(self, table: _SlidingRows, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        hop_s = self._spec.hop_s
        first, last, rows = self._rows(table, hop_s, start_s, end_s)
        n_pooled = max(1, -(-(last - first) // max(1, 2 * n_columns)))
        first, rows = _aligned(first, rows, n_pooled)
        if n_pooled > 1:
            rows = rows.reshape(-1, n_pooled, rows.shape[1]).mean(axis=1, dtype=np.float32).astype(np.uint8)
        end = first + rows.shape[0] * n_pooled
        return ImageTile((first - 0.5) * hop_s, (end - 0.5) * hop_s, np.ascontiguousarray(rows.T))

    @staticmethod
    def _rows(
        table: _SlidingRows, step_s: float, start_s: float, end_s: float
    ) -> tuple[int, int, NDArray[np.generic]]:
        return table.between(int(np.floor(start_s / step_s)), int(np.ceil(end_s / step_s)) + 1)

    def _append_samples(self, samples: Float32Array) -> None:
        self._n_samples += samples.shape[0]
        joined = np.concatenate((self._samples, samples))
        n_steps = joined.shape[0] // WAVE_STEP
        self._samples = joined[n_steps * WAVE_STEP :]
        if n_steps:
            steps = joined[: n_steps * WAVE_STEP].reshape(-1, WAVE_STEP)
            self._wave.append(np.stack((steps.min(axis=1), steps.max(axis=1)), axis=1))


def _aligned(first: int, rows: NDArray[np.generic], n_pooled: int) -> tuple[int, NDArray[np.generic]]:
    """Whole groups on a grid that does not move with the newest row, so that pooled pictures stand still."""
    n_skip = -first % n_pooled
    n_groups = max(0, rows.shape[0] - n_skip) // n_pooled
    return first + n_skip, rows[n_skip : n_skip + n_groups * n_pooled]
