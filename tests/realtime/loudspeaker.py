# SPDX-License-Identifier: MIT
"""A loudspeaker without a device, as fast as the sound comes, that keeps what it was given."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fakes import wait_until

from desktop_app.realtime import devices
from desktop_app.realtime.output import Output

FRAMES = 480
NO_LIMIT = 1 << 60


class Refused(Exception):
    pass


class Loudspeaker:
    """Stands in for ``sounddevice``; pulls blocks of 10 ms whenever they wait.

    The silence between pausing or seeking and the next sound is not kept.

    Attributes
    ----------
    n_allowed
        How many frames it takes before it hangs.
    n_given
        How many frames of sound it took.
    only_sr
        The only rate that it takes; None for any.
    """

    PortAudioError = Refused

    def __init__(self) -> None:
        self.n_allowed = NO_LIMIT
        self.n_given = 0
        self.only_sr: int | None = None
        self.blocks: list[np.ndarray] = []
        self.output: Output | None = None
        self.n_opened = 0
        self._is_open = False

    def query_devices(self, index: int | None = None, kind: str | None = None) -> Any:
        info = {"name": "fake", "hostapi": 0, "index": 0, "default_samplerate": 48_000.0}
        info |= {"max_input_channels": 0, "max_output_channels": 2, "default_high_output_latency": 0.1}
        other = {**info, "name": "other", "index": 1}
        return info if kind else [info, other][index] if index is not None else [info, other]

    def query_hostapis(self) -> Any:
        return [{"name": "fake"}]

    def OutputStream(self, *, samplerate: int, callback: Any, **_: Any) -> Any:
        if self.only_sr not in (None, samplerate):
            raise Refused("Invalid sample rate")
        self.output = callback.__self__
        self.n_opened += 1
        self._is_open = True
        thread = threading.Thread(target=self._pull, args=(self.output, callback))

        def close(**_: object) -> None:
            self._is_open = False
            if thread.is_alive():
                thread.join()

        quiet = lambda **_: None  # noqa: E731
        return SimpleNamespace(latency=0.0, start=thread.start, stop=quiet, abort=quiet, close=close)

    @property
    def heard(self) -> np.ndarray:
        """All that was given from the first sound on, shape (n, channels)."""
        heard = np.concatenate(self.blocks) if self.blocks else np.zeros((0, 1), np.float32)
        sounds = np.flatnonzero(np.abs(heard).max(axis=1))
        return heard[sounds[0] :] if sounds.size else heard[:0]

    def hear(self, n: int) -> np.ndarray:
        """Wait for so many frames from the first sound on; shape (n, channels)."""
        wait_until(lambda: sum(map(len, self.blocks)) >= n and self.heard.shape[0] >= n)
        return self.heard[:n]

    def stop_at(self, n: int) -> None:
        """Wait until ``n`` frames from the beginning, a multiple of 480, were heard; then take nothing."""
        self.n_allowed = n
        wait_until(lambda: self.n_given >= n)
        time.sleep(0.03)

    def go_on(self) -> None:
        """Take what comes again."""
        self.n_allowed = NO_LIMIT

    def _pull(self, output: Output, callback: Any) -> None:
        times = SimpleNamespace(outputBufferDacTime=0.0, currentTime=0.0)
        status = SimpleNamespace(output_underflow=False)
        while self._is_open:
            is_idle = not output.is_sounding or output._is_flushing or output.is_ending
            is_waiting = is_idle or output.ring.n_available >= FRAMES * output.channels
            if not is_waiting or self.n_given >= self.n_allowed:
                time.sleep(0.0005)
                continue
            block = np.full((FRAMES, output.channels), np.nan, np.float32)
            callback(block, FRAMES, times, status)
            assert np.isfinite(block).all()
            if block.any() or (output.is_sounding and not output._is_flushing):
                self.blocks.append(block)
                self.n_given += FRAMES
            else:
                time.sleep(0.0005)


@pytest.fixture
def loudspeaker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loudspeaker]:
    """The only device that this process has."""
    speaker = Loudspeaker()
    monkeypatch.setattr(devices, "portaudio", lambda: speaker)
    yield speaker
    assert devices._n_holders == 0
