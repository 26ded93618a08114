# SPDX-License-Identifier: MIT
"""What the player reads from, by frames at the output's rate: the recording and its rendered stretches."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Final, Protocol

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.listening import Clip
from desktop_app.realtime.file_source import FileSource, with_channels

CHUNK_FRAMES: Final = 8192
KEPT_S: Final = 4.0
MAX_KEPT_BYTES: Final = 64_000_000
"""Three minutes of stereo at 44.1 kHz; what is longer is read from the file at each pass."""
_MARGIN_S: Final = 0.05
"""What a resampler needs around a piece for it to be the same as in the whole."""


class Sound(Protocol):
    """Frames that can be read from any place."""

    @property
    def first(self) -> int:
        """The first frame there is; at most 0."""
        ...

    @property
    def n_frames(self) -> int:
        """The frame at which the stretch ends that it stands for; there may be more behind it."""
        ...

    def read(self, start: int, n: int) -> Float32Array:
        """``n`` frames from ``start``, shape (n, channels); zeros where there is nothing."""
        ...


class Recording:
    """A sound file at the output's rate that holds what was read last, so that a loop is decoded once.

    Parameters
    ----------
    source
        Used by nobody else from now on.
    sr, channels
        Of the output.
    """

    first = 0

    def __init__(self, source: FileSource, sr: int, channels: int) -> None:
        source.set_format(sr, channels)
        self._source = source
        self.sr, self.channels = sr, channels
        self._n_frames: int = round(source.duration_s * sr)
        self._chunks: OrderedDict[int, Float32Array] = OrderedDict()
        self._waiting: Float32Array = np.zeros((0, channels), np.float32)
        self._next = -1  # the chunk that the source comes to; none before the first seek
        self.keep(0)

    @property
    def n_frames(self) -> int:
        """Length in frames: as the file declares, or less once its end was met before."""
        return self._n_frames

    def keep(self, n_frames: int) -> None:
        """Hold a passage of that length from now on, unless it is too long."""
        is_short = 4 * self.channels * n_frames < MAX_KEPT_BYTES
        n_kept = KEPT_S * self.sr + (n_frames if is_short else 0)
        self._max_chunks = math.ceil(n_kept / CHUNK_FRAMES)
        self._forget()

    def read(self, start: int, n: int) -> Float32Array:
        """``n`` frames from ``start``, shape (n, channels); zeros outside of the recording.

        Raises
        ------
        AudioFileError
            When the file is damaged there.
        """
        out = np.zeros((n, self.channels), np.float32)
        at, end = max(0, start), min(start + n, self._n_frames)
        while at < end:
            index, offset = divmod(at, CHUNK_FRAMES)
            part = self._chunk(index)[offset : offset + end - at]
            if not part.shape[0]:
                break
            out[at - start : at - start + part.shape[0]] = part
            at += part.shape[0]
        return out

    def _chunk(self, index: int) -> Float32Array:
        chunk = self._chunks.get(index)
        if chunk is None:
            if index != self._next:
                self._go_to(index * CHUNK_FRAMES)
            self._next = -1  # nowhere, should reading fail
            chunk = self._chunks[index] = self._advance(CHUNK_FRAMES)
            if chunk.shape[0] == CHUNK_FRAMES:
                self._next = index + 1
            else:
                self._n_frames = min(self._n_frames, index * CHUNK_FRAMES + chunk.shape[0])
            self._forget()
        self._chunks.move_to_end(index)
        return chunk

    def _go_to(self, frame: int) -> None:
        """Let the source come to a frame of the output's rate, with a run-up for the resampler."""
        unit_in, unit_out = _units(self._source.sr, self.sr)
        margin = 0 if unit_in == unit_out else round(_MARGIN_S * self.sr)
        units = max(0, frame - margin) // unit_out
        self._source.seek(units * unit_in / self._source.sr)
        self._waiting = self._waiting[:0]
        self._advance(frame - units * unit_out)

    def _advance(self, n: int) -> Float32Array:
        blocks = [self._waiting]
        n_there = self._waiting.shape[0]
        while n_there < n and not self._source.is_exhausted:
            blocks.append(self._source.read(CHUNK_FRAMES / self.sr).reshape(-1, self.channels))
            n_there += blocks[-1].shape[0]
        joined = np.concatenate(blocks)
        self._waiting = joined[n:]
        return joined[:n]

    def _forget(self) -> None:
        while len(self._chunks) > self._max_chunks:
            self._chunks.popitem(last=False)


class ClipSound:
    """A rendered stretch at the output's rate; frame 0 is the stretch's beginning.

    Parameters
    ----------
    clip
        May be memory-mapped; only what is asked for is read.
    sr, channels
        Of the output.
    """

    def __init__(self, clip: Clip, sr: int, channels: int) -> None:
        self._clip, self._sr, self._channels = clip, sr, channels
        stretch = clip.stretch
        self.first = -(clip.n_lead * sr // clip.sr)
        self.n_frames = round((stretch.end_s - stretch.start_s) / stretch.speed * sr)

    def read(self, start: int, n: int) -> Float32Array:
        """``n`` frames from ``start``, shape (n, channels); zeros outside of the clip and its margins."""
        unit_in, unit_out = _units(self._clip.sr, self._sr)
        if unit_in == unit_out:
            return self._read_as_it_is(start, n)
        import soxr

        margin = round(_MARGIN_S * self._sr)
        from_unit, to_unit = (start - margin) // unit_out, -(-(start + n + margin) // unit_out)
        wider = self._read_as_it_is(from_unit * unit_in, (to_unit - from_unit) * unit_in)
        offset = start - from_unit * unit_out
        found = soxr.resample(wider, self._clip.sr, self._sr)[offset : offset + n]
        return np.asarray(found, np.float32)

    def _read_as_it_is(self, start: int, n: int) -> Float32Array:
        samples = self._clip.samples
        at = start + self._clip.n_lead
        from_, to = min(max(0, at), samples.shape[0]), max(0, min(at + n, samples.shape[0]))
        out = np.zeros((n, self._channels), np.float32)
        if to > from_:
            out[from_ - at : to - at] = with_channels(samples[from_:to], self._channels)
        return out


def _units(from_sr: int, to_sr: int) -> tuple[int, int]:
    """The fewest frames at both rates that last equally long."""
    common = math.gcd(from_sr, to_sr)
    return from_sr // common, to_sr // common
