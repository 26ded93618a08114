# SPDX-License-Identifier: MIT
"""Conversion to the analysis rate; block by block equals all at once exactly."""

from __future__ import annotations

import numpy as np
import soxr

from desktop_app.domain.frames import Float32Array


class StreamResampler:
    """Mono resampler with push and flush; passes through when the rates are equal.

    Parameters
    ----------
    from_sr, to_sr
        Rates in Hz.
    """

    def __init__(self, from_sr: int, to_sr: int) -> None:
        self._stream = None if from_sr == to_sr else soxr.ResampleStream(from_sr, to_sr, 1, dtype="float32")

    def push(self, block: Float32Array) -> Float32Array:
        """Resampled samples that are ready, shape (m,); ``block`` has shape (n,)."""
        return self._run(block, last=False)

    def flush(self) -> Float32Array:
        """The rest; the stream is over."""
        return self._run(np.zeros(0, np.float32), last=True)

    def _run(self, block: Float32Array, *, last: bool) -> Float32Array:
        if self._stream is None:
            return block
        return np.asarray(self._stream.resample_chunk(block, last=last), np.float32)


def resample(y: Float32Array, from_sr: int, to_sr: int) -> Float32Array:
    """A whole mono signal at another rate, shape (m,)."""
    return y if from_sr == to_sr else np.asarray(soxr.resample(y, from_sr, to_sr), np.float32)
