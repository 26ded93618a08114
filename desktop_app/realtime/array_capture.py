# SPDX-License-Identifier: MIT
"""An array in the place of a microphone, for measurements and tests."""

from __future__ import annotations

import time

from desktop_app.domain.frames import Float32Array


class ArrayCapture:
    """Delivers an array at real-time pace; when it is over, the device counts as gone.

    Parameters
    ----------
    samples : ndarray, shape (n,), float32
    sr
        Sample rate in Hz.
    block_s
        Samples come in blocks of this length, as from a device.
    speed
        How many seconds of sound come in one second.
    """

    n_dropped = 0
    device_name = "array"

    def __init__(self, samples: Float32Array, sr: int, *, block_s: float = 0.01, speed: float = 1.0) -> None:
        self._samples = samples
        self._block = max(1, round(block_s * sr))
        self._speed = speed
        self._n_read = 0
        self._duration_s = int(samples.shape[0]) / sr / speed
        self._sr = sr
        self.started_at_s = time.monotonic()

    @property
    def sr(self) -> int:
        """Sample rate in Hz."""
        return self._sr

    @property
    def seconds_since_callback(self) -> float:
        """Seconds since the last block was due; grows once the array is over."""
        return max(0.0, time.monotonic() - self.started_at_s - self._duration_s)

    def start(self) -> None:
        """Sound begins now."""
        self.started_at_s = time.monotonic()

    def read(self) -> Float32Array:
        """The samples that are due since the last call, shape (n,)."""
        elapsed_s = (time.monotonic() - self.started_at_s) * self._speed
        n_whole_blocks = int(elapsed_s * self._sr) // self._block
        n_due = min(n_whole_blocks * self._block, int(self._samples.shape[0]))
        if elapsed_s >= self._duration_s * self._speed:
            n_due = int(self._samples.shape[0])  # the last block may be short
        block = self._samples[self._n_read : n_due]
        self._n_read = max(self._n_read, n_due)
        return block

    def stop(self, timeout_s: float = 1.0) -> bool:
        """Nothing more comes."""
        self._samples = self._samples[: self._n_read]
        return True
