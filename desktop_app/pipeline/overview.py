# SPDX-License-Identifier: MIT
"""Pictures of a whole recording on disk, at several resolutions: written once, read by memory map.

A folder holds raw little-endian arrays. Level 0 has full detail (a mel column each 10 ms, a waveform
pair each 4 ms); each further level pools ``POOL`` columns of the one before, so that any stretch of time
is drawn from a bounded number of columns and an hour of sound needs no memory to speak of.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import RightInTuneError
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

POOL = 4
N_LEVELS = 6
WAVE_STEP = 64
_META = "meta.json"


class _Pyramid:
    """Rows appended to level 0, pooled by ``POOL`` into the levels above."""

    def __init__(self, folder: Path, name: str, *, is_wave: bool) -> None:
        self._files: list[BinaryIO] = [(folder / f"{name}_{k}.raw").open("wb") for k in range(N_LEVELS)]
        self._pending: list[NDArray[np.generic] | None] = [None] * N_LEVELS
        self._pool = _pool_wave if is_wave else _pool_image

    def append(self, rows: NDArray[np.generic], level: int = 0) -> None:
        """Add rows of shape (n, width) to a level and, pooled, to those above."""
        self._files[level].write(np.ascontiguousarray(rows).tobytes())
        if level + 1 == N_LEVELS:
            return
        held = self._pending[level]
        joined = rows if held is None else np.concatenate((held, rows))
        n_groups = joined.shape[0] // POOL
        self._pending[level] = joined[n_groups * POOL :]
        if n_groups:
            self.append(self._pool(joined[: n_groups * POOL]), level + 1)

    def close(self) -> None:
        """Pool what is left and close the files."""
        for level in range(N_LEVELS - 1):
            held = self._pending[level]
            self._pending[level] = None
            if held is not None and held.shape[0]:
                padded = np.concatenate((held, np.repeat(held[-1:], POOL - held.shape[0], axis=0)))
                self.append(self._pool(padded), level + 1)
        for file in self._files:
            file.close()


def _pool_image(rows: NDArray[np.generic]) -> NDArray[np.generic]:
    grouped = rows.reshape(-1, POOL, rows.shape[1])
    pooled: NDArray[np.generic] = grouped.mean(axis=1, dtype=np.float32).astype(rows.dtype)
    return pooled


def _pool_wave(rows: NDArray[np.generic]) -> NDArray[np.generic]:
    grouped = rows.reshape(-1, POOL, 2)
    return np.stack((grouped[:, :, 0].min(axis=1), grouped[:, :, 1].max(axis=1)), axis=1)


class OverviewWriter:
    """Writes the pictures of one recording while it is being analysed.

    Parameters
    ----------
    folder
        Is made; belongs to this recording alone.
    """

    def __init__(self, folder: Path, spec: FeatureSpec = DEFAULT_SPEC) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._spec = folder, spec
        self._wave = _Pyramid(folder, "wave", is_wave=True)
        self._mel = _Pyramid(folder, "mel", is_wave=False)
        self._mfcc = _Pyramid(folder, "mfcc", is_wave=False)
        self._pitch = (folder / "pitch.raw").open("wb")
        self._samples: NDArray[np.int16] = np.zeros(0, np.int16)
        self._n_samples = 0

    def append(self, samples: Float32Array, events: Sequence[Event]) -> None:
        """Add mono samples at the analysis rate, shape (n,), and the events that they led to."""
        self._n_samples += samples.shape[0]
        self._append_samples((np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16))
        for event in events:
            if isinstance(event, FrameBlock):
                self._mel.append(to_levels(event.mel_db, MEL_DB_RANGE).T)
                self._mfcc.append(to_levels(event.mfcc[1:], MFCC_RANGE).T)
                pitch = np.stack((event.f0_hz, event.voiced_prob), axis=1)
                self._pitch.write(pitch.astype(np.float32).tobytes())

    def close(self) -> None:
        """Finish all files; only then can the folder be read."""
        if self._samples.shape[0]:
            self._append_samples(np.repeat(self._samples[-1:], WAVE_STEP - self._samples.shape[0]))
        for pyramid in (self._wave, self._mel, self._mfcc):
            pyramid.close()
        self._pitch.close()
        meta = {"n_samples": self._n_samples, "feature_spec": self._spec.as_dict()}
        (self._folder / _META).write_text(json.dumps(meta), encoding="utf-8")

    def _append_samples(self, samples: NDArray[np.int16]) -> None:
        joined = np.concatenate((self._samples, samples))
        n_steps = joined.shape[0] // WAVE_STEP
        self._samples = joined[n_steps * WAVE_STEP :]
        if n_steps:
            steps = joined[: n_steps * WAVE_STEP].reshape(-1, WAVE_STEP)
            self._wave.append(np.stack((steps.min(axis=1), steps.max(axis=1)), axis=1))


class Overview:
    """Reads the pictures of a recording; a :class:`~desktop_app.pipeline.sources.ViewSource`.

    Raises
    ------
    RightInTuneError
        When the folder holds no finished overview.
    """

    def __init__(self, folder: Path) -> None:
        try:
            meta = json.loads((folder / _META).read_text(encoding="utf-8"))
            self._spec = FeatureSpec(**meta["feature_spec"])
            self._n_samples = int(meta["n_samples"])
            self._mel = _levels(folder, "mel", np.uint8, self._spec.n_mels)
            self._mfcc = _levels(folder, "mfcc", np.uint8, self._spec.n_mfcc - 1)
            self._wave = _levels(folder, "wave", np.int16, 2)
            self._pitch = _map(folder / "pitch.raw", np.float32, 2)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RightInTuneError("The pictures of this recording could not be read.") from error

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return self._n_samples / self._spec.sr

    def waveform(self, start_s: float, end_s: float, n_columns: int) -> WaveTile:
        """Least and greatest sample of each column."""
        first, last, step_s, rows = self._pick(
            self._wave, WAVE_STEP / self._spec.sr, start_s, end_s, n_columns
        )
        scaled = rows.astype(np.float32) / 32768.0
        return WaveTile(first * step_s, last * step_s, scaled[:, 0], scaled[:, 1])

    def mel(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        """Mel levels."""
        return self._image(self._mel, start_s, end_s, n_columns)

    def mfcc(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        """MFCC from coefficient 1."""
        return self._image(self._mfcc, start_s, end_s, n_columns)

    def pitch(self, start_s: float, end_s: float, n_columns: int) -> PitchTile:
        """Pitch line, every n-th value where there are too many."""
        hop_s = self._spec.hop_s
        first, last = _span(start_s, end_s, hop_s, self._pitch.shape[0])
        step = max(1, -(-(last - first) // max(1, 2 * n_columns)))
        rows = np.asarray(self._pitch[first:last:step])
        times_s = ((first + step * np.arange(rows.shape[0])) * hop_s).astype(np.float32)
        return PitchTile(times_s, rows[:, 0].copy(), rows[:, 1].copy())

    def _image(
        self, levels: list[NDArray[np.generic]], start_s: float, end_s: float, n_columns: int
    ) -> ImageTile:
        hop_s = self._spec.hop_s
        # A frame is centred on its time, so its column reaches half a hop to both sides.
        first, last, step_s, rows = self._pick(levels, hop_s, start_s, end_s, n_columns)
        columns = np.ascontiguousarray(rows.T).astype(np.uint8, copy=False)
        return ImageTile(first * step_s - hop_s / 2, last * step_s - hop_s / 2, columns)

    @staticmethod
    def _pick(
        levels: list[NDArray[np.generic]], step_s: float, start_s: float, end_s: float, n_columns: int
    ) -> tuple[int, int, float, NDArray[np.generic]]:
        """The finest level that needs at most about twice the columns asked for."""
        level = 0
        while level + 1 < len(levels) and (end_s - start_s) / step_s > 2 * max(1, n_columns):
            level, step_s = level + 1, step_s * POOL
        first, last = _span(start_s, end_s, step_s, levels[level].shape[0])
        return first, last, step_s, np.asarray(levels[level][first:last])


def _span(start_s: float, end_s: float, step_s: float, n_rows: int) -> tuple[int, int]:
    first = min(max(int(np.floor(start_s / step_s)), 0), n_rows)
    return first, min(max(int(np.ceil(end_s / step_s)) + 1, first), n_rows)


def _levels(folder: Path, name: str, dtype: type[np.generic], width: int) -> list[NDArray[np.generic]]:
    return [_map(folder / f"{name}_{k}.raw", dtype, width) for k in range(N_LEVELS)]


def _map(path: Path, dtype: type[np.generic], width: int) -> NDArray[np.generic]:
    if path.stat().st_size == 0:  # an empty file cannot be mapped
        return np.zeros((0, width), dtype)
    return np.memmap(path, dtype, mode="r").reshape(-1, width)
