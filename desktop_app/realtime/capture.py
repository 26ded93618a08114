# SPDX-License-Identifier: MIT
"""Recording from a microphone: the callback copies and counts, everything else happens elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from desktop_app.domain.errors import AudioDeviceError
from desktop_app.domain.frames import Float32Array
from desktop_app.realtime import devices
from desktop_app.realtime.devices import Device
from desktop_app.realtime.ring import SpscRing

FALLBACK_RATES = (48_000, 44_100, 16_000)
RING_S = 10.0
MAX_BLOCK_S = 1.0


class SoundInput(Protocol):
    """What a live session reads from: a microphone, or an array in its place."""

    @property
    def sr(self) -> int:
        """Sample rate in Hz; valid once started."""
        ...

    @property
    def device_name(self) -> str:
        """What to call it."""
        ...

    @property
    def n_dropped(self) -> int:
        """Blocks that were lost so far."""
        ...

    @property
    def seconds_since_callback(self) -> float:
        """Seconds since the device last delivered anything, or since the start."""
        ...

    def start(self) -> None:
        """Open it and begin."""
        ...

    def read(self) -> Float32Array:
        """Everything that has come since the last call, shape (n,)."""
        ...

    def stop(self, timeout_s: float = 1.0) -> bool:
        """Close it; returns whether that was done in time."""
        ...


class Capture:
    """A microphone as a mono stream at its native rate where it has one.

    Parameters
    ----------
    device
        None for the system's default.
    """

    def __init__(self, device: Device | None = None) -> None:
        self._device = device
        self._stream: Any = None
        self._name = device.name if device else ""
        self._sr = 0
        self._ring = SpscRing(1)
        self._scratch: Float32Array = np.zeros(0, np.float32)
        self._n_flagged = 0
        self._last_callback_s = time.monotonic()

    @property
    def sr(self) -> int:
        """Sample rate in Hz; 0 before the start."""
        return self._sr

    @property
    def device_name(self) -> str:
        """Name of the device; of the one chosen by the system once started."""
        return self._name

    @property
    def n_dropped(self) -> int:
        """Blocks lost so far: those that PortAudio reports and those that nobody read in time."""
        return self._n_flagged + self._ring.n_overruns

    @property
    def seconds_since_callback(self) -> float:
        """Seconds since the device last delivered a block, or since the start; the watchdog reads it."""
        return time.monotonic() - self._last_callback_s

    def start(self) -> None:
        """Open the device and begin; may take long, so not for the user interface's thread.

        Raises
        ------
        AudioDeviceError
            When there is no device or it refuses every format.
        """
        device = devices.resolve(self._device, "input")
        self._name = device.name
        devices.hold()
        try:
            self._stream = self._open(device)
        except AudioDeviceError:
            devices.release()
            raise

    def read(self) -> Float32Array:
        """Everything that has come since the last call, shape (n,); still works after the stop."""
        return self._ring.read()

    def stop(self, timeout_s: float = 1.0) -> bool:
        """Close the device; returns whether that was done in time. What was recorded stays readable."""
        stream, self._stream = self._stream, None
        return stream is None or devices.close_stream(stream, timeout_s, drain=False)

    def _open(self, device: Device) -> Any:
        sd = devices.portaudio()
        reason = "it refuses every sample rate"
        for sr, channels in _formats(device):
            self._prepare(sr)
            try:
                stream = sd.InputStream(
                    device=device.index,
                    samplerate=sr,
                    channels=channels,
                    dtype="float32",
                    latency=devices.latency_s(device, "input"),
                    callback=self._on_mono if channels == 1 else self._on_stereo,
                )
            except sd.PortAudioError as error:
                reason = str(error.args[0])
                continue
            try:
                stream.start()
            except sd.PortAudioError as error:
                reason = str(error.args[0])
                stream.close(ignore_errors=True)
                continue
            return stream
        raise AudioDeviceError(f"The microphone “{device.name}” cannot be opened: {reason}.")

    def _prepare(self, sr: int) -> None:
        self._sr = sr
        self._ring = SpscRing(int(RING_S * sr))
        self._scratch = np.zeros(int(MAX_BLOCK_S * sr), np.float32)
        self._n_flagged = 0
        self._last_callback_s = time.monotonic()

    def _on_mono(self, indata: Float32Array, _frames: int, _time: object, status: Any) -> None:
        self._ring.write(indata[:, 0])
        self._count(status)

    def _on_stereo(self, indata: Float32Array, frames: int, _time: object, status: Any) -> None:
        mono = self._scratch[:frames]
        # The mean, since the microphone may be on either channel.
        np.add(indata[:, 0], indata[:, 1], out=mono)
        np.multiply(mono, np.float32(0.5), out=mono)
        self._ring.write(mono)
        self._count(status)

    def _count(self, status: Any) -> None:
        self._last_callback_s = time.monotonic()
        if status.input_overflow:
            self._n_flagged += 1


def _formats(device: Device) -> Iterator[tuple[int, int]]:
    rates = dict.fromkeys((device.default_sr, *FALLBACK_RATES))  # the native rate first, none twice
    for sr in rates:
        for channels in (1, 2):
            if channels <= device.max_channels:
                yield sr, channels
