# SPDX-License-Identifier: MIT
"""A ring buffer between one thread that writes and one that reads, without a lock."""

from __future__ import annotations

import numpy as np

from desktop_app.domain.frames import Float32Array


class SpscRing:
    """Single producer, single consumer; never blocks and never grows.

    The counters are Python integers that only grow: each has one writer, and replacing an attribute is
    atomic, so neither side can see a half-written value, and they cannot overflow.

    Parameters
    ----------
    capacity
        Samples that can wait at once; at least 1.

    Attributes
    ----------
    n_lost : int
        Samples that found no room.
    n_overruns : int
        Blocks that found too little room.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1, not {capacity}")
        self._buffer: Float32Array = np.zeros(capacity, np.float32)
        self._capacity = capacity
        self._n_written = 0
        self._n_read = 0
        self.n_lost = 0
        self.n_overruns = 0

    @property
    def n_written(self) -> int:
        """Samples accepted since the beginning."""
        return self._n_written

    @property
    def n_read(self) -> int:
        """Samples read or forgotten since the beginning."""
        return self._n_read

    @property
    def n_available(self) -> int:
        """Samples that wait to be read."""
        return self._n_written - self._n_read

    @property
    def n_free(self) -> int:
        """Samples that fit now."""
        return self._capacity - self.n_available

    def write(self, block: Float32Array) -> int:
        """Copy samples, shape (n,), into the ring; the producer alone may call it.

        Returns
        -------
        int
            How many were accepted: the first ones. What is left out is counted as lost, because only the
            consumer may give up samples that already wait.
        """
        n_block = int(block.shape[0])
        n = min(n_block, self.n_free)
        start = self._n_written % self._capacity
        n_first = min(n, self._capacity - start)
        self._buffer[start : start + n_first] = block[:n_first]
        self._buffer[: n - n_first] = block[n_first:n]
        self._n_written += n  # only now can the consumer see them
        if n < n_block:
            self.n_lost += n_block - n
            self.n_overruns += 1
        return n

    def take_back(self, n_written: int) -> Float32Array | None:
        """Give up all samples but the first ``n_written`` since the beginning; for the producer alone.

        They must be farther ahead than the consumer reads at once or twice, for it may be reading now.

        Returns
        -------
        ndarray or None
            What was given up, shape (n,); None when the consumer has read some of it.
        """
        n = max(0, self._n_written - n_written)
        places = np.arange(n_written, n_written + n) % self._capacity
        given_up: Float32Array = self._buffer[places]
        self._n_written -= n
        return given_up if self._n_read <= self._n_written else None

    def read_into(self, out: Float32Array) -> int:
        """Move up to ``out.shape[0]`` samples into ``out``; returns how many. For the consumer alone."""
        n = max(0, min(int(out.shape[0]), self.n_available))
        start = self._n_read % self._capacity
        n_first = min(n, self._capacity - start)
        out[:n_first] = self._buffer[start : start + n_first]
        out[n_first:n] = self._buffer[: n - n_first]
        self._n_read += n  # only now may the producer overwrite them
        return n

    def read(self) -> Float32Array:
        """All samples that wait, shape (n,), as a copy. For the consumer alone."""
        out = np.empty(self.n_available, np.float32)
        self.read_into(out)
        return out

    def clear(self) -> None:
        """Forget what waits. For the consumer alone."""
        self._n_read = self._n_written
