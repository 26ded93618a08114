# SPDX-License-Identifier: MIT
"""From blocks of any size to complete frames on one grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.domain.frames import Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Samples that hold some consecutive complete frames.

    Attributes
    ----------
    start_frame, n_frames
        The frames; frame ``i`` is centred on sample ``i * hop_length`` of the stream.
    samples : ndarray, shape (lookback + (n_frames - 1) * hop_length + lookahead,), float32
        From ``lookback`` samples before the first centre to ``lookahead`` after the last.
    """

    start_frame: int
    n_frames: int
    samples: Float32Array


class Framer:
    """Collects samples until frames are complete, whatever the size of the blocks.

    Parameters
    ----------
    hop_length
        Samples between two centres.
    lookback, lookahead
        Samples that a frame needs before and after its centre; before the start there are zeros.
    """

    def __init__(self, hop_length: int, lookback: int, lookahead: int) -> None:
        self._hop = hop_length
        self._lookback = lookback
        self._lookahead = lookahead
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._held: Float32Array = np.zeros(self._lookback, np.float32)
        self._next_frame = 0
        self._n_samples = 0

    @property
    def n_samples(self) -> int:
        """Samples pushed so far."""
        return self._n_samples

    def push(self, block: Float32Array) -> Segment | None:
        """Add samples, shape (n,); returns the frames that are now complete, if any."""
        self._n_samples += block.shape[0]
        return self._take(block)

    def flush(self) -> Segment | None:
        """The frames whose centre lies within the stream and that still wait for samples; zeros follow."""
        n_missing = -(-self._n_samples // self._hop) - self._next_frame
        if n_missing <= 0:
            return None
        n_needed = self._lookback + (n_missing - 1) * self._hop + self._lookahead
        return self._take(np.zeros(max(0, n_needed - self._held.shape[0]), np.float32))

    def _take(self, block: Float32Array) -> Segment | None:
        held = np.concatenate((self._held, block))
        n_frames = (held.shape[0] - self._lookback - self._lookahead) // self._hop + 1
        if n_frames <= 0:
            self._held = held
            return None
        n_used = self._lookback + (n_frames - 1) * self._hop + self._lookahead
        segment = Segment(self._next_frame, n_frames, held[:n_used])
        self._held = held[n_frames * self._hop :].copy()
        self._next_frame += n_frames
        return segment
