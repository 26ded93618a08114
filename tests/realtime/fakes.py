# SPDX-License-Identifier: MIT
"""Stand-ins for the parts that a test does not want."""

from __future__ import annotations

import time

import numpy as np

from desktop_app.domain.frames import Event, Float32Array, FrameBlock
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.realtime.array_capture import ArrayCapture


def tone(sr: int, duration_s: float, f0_hz: float = 440.0, amplitude: float = 0.5) -> Float32Array:
    t = np.arange(round(sr * duration_s)) / sr
    return (amplitude * np.sin(2.0 * np.pi * f0_hz * t)).astype(np.float32)


class StubEngine:
    """Keeps what it is given and answers each block with one empty frame block."""

    spec = DEFAULT_SPEC
    model_id = ""

    def __init__(self, delay_s: float = 0.0) -> None:
        self.blocks: list[Float32Array] = []
        self.is_flushed = False
        self._delay_s = delay_s

    @property
    def n_samples(self) -> int:
        return sum(block.shape[0] for block in self.blocks)

    def reset(self) -> None:
        self.blocks.clear()

    def push(self, block: Float32Array) -> list[Event]:
        time.sleep(self._delay_s)
        self.blocks.append(block)
        nothing = np.zeros(0, np.float32)
        empty = np.zeros((0, 0), np.float32)
        return [FrameBlock(len(self.blocks) - 1, empty, empty, *[nothing] * 8)]

    def flush(self) -> list[Event]:
        self.is_flushed = True
        return []


class SteadyCapture(ArrayCapture):
    """A microphone that stays connected after its sound is over."""

    seconds_since_callback = 0.0


def wait_until(condition: object, timeout_s: float = 10.0) -> None:
    """Ask every 10 ms until ``condition()`` is true; fail when it never is."""
    assert callable(condition)
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s, "it did not come true in time"
        time.sleep(0.01)
