# SPDX-License-Identifier: MIT
"""A loudspeaker that plays what a ring holds and knows what of it is heard now."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np

from desktop_app.domain.errors import AudioDeviceError
from desktop_app.domain.frames import Float32Array
from desktop_app.realtime import devices
from desktop_app.realtime.devices import Device
from desktop_app.realtime.ring import SpscRing

FADE_S: Final = 0.005
RING_S: Final = 0.35
"""What waits: little, so that changes are heard soon, and enough for a busy computer."""


class _Anchor(NamedTuple):
    """Ties a block of frames to the moment at which it is heard."""

    first_frame: int
    n_frames: int
    heard_at_s: float
    earliest_frame: float


class _Overlay:
    """A sound that is added once; the callback alone moves ``at``."""

    def __init__(self, samples: Float32Array) -> None:
        self.samples = samples
        self.at = 0


class Output:
    """Opens a loudspeaker; silent until :attr:`is_sounding`.

    Each start, stop and change of volume is a ramp of at most 5 ms, so that nothing clicks.

    Parameters
    ----------
    device
        None for the system's default.
    sr
        The wished sample rate in Hz; see :attr:`sr` for what the device took.
    channels
        1 or 2; likewise.

    Attributes
    ----------
    sr, channels : int
        What the device took.
    ring : SpscRing
        Interleaved samples that wait to be played; frame ``n`` is the n-th that was ever put into it.
    is_sounding : bool
        Whether it plays; what waits stays where it is otherwise.
    is_ending : bool
        Whether nothing will follow what is in the ring; then running dry is no gap.
    volume : float
        0 … 1.
    n_gaps : int
        How often nothing waited although it should have.
    n_late : int
        How often the device told that it was served too late.

    Raises
    ------
    AudioDeviceError
        When there is no device or it refuses every format.
    """

    def __init__(self, device: Device | None, sr: int, channels: int) -> None:
        self.is_sounding = False
        self.is_ending = False
        self.volume = 1.0
        self.n_gaps = 0
        self.n_late = 0
        self._gain = 0.0
        self._overlay: _Overlay | None = None
        self._next_overlay: _Overlay | None = None
        self._was_silent = True
        self._is_flushing = False
        self._is_flushed = False
        self._anchor = _Anchor(0, 0, 0.0, 0)
        self._last_callback_s = time.monotonic()
        found = devices.resolve(device, "output")
        self.device_name = found.name
        devices.hold()
        try:
            self._stream = self._open(found, sr, channels)
        except AudioDeviceError:
            devices.release()
            raise

    @property
    def seconds_since_callback(self) -> float:
        """Seconds since the device last asked for sound."""
        return time.monotonic() - self._last_callback_s

    @property
    def is_at_rest(self) -> bool:
        """Whether it has fallen silent, so that nothing of what waits is taken."""
        return not self.is_sounding and self._gain == 0.0

    @property
    def heard_frame(self) -> float:
        """The frame that is heard now: by stream time less the output's latency."""
        return self._heard_frame(time.monotonic())

    @property
    def next_frame(self) -> int:
        """The first frame that the device was not given yet."""
        return self.ring.n_read // self.channels

    @property
    def end_frame(self) -> int:
        """The frame that is put into the ring next."""
        return self.ring.n_written // self.channels

    @property
    def is_drained(self) -> bool:
        """Whether everything that was put into the ring has been heard."""
        anchor = self._anchor
        is_heard = time.monotonic() >= anchor.heard_at_s + anchor.n_frames / self.sr
        return self.ring.n_available <= 0 and is_heard

    @property
    def is_overlaid(self) -> bool:
        """Whether something that was given to :meth:`overlay` still sounds."""
        return self._overlay is not None or self._next_overlay is not None

    def overlay(self, samples: Float32Array) -> None:
        """Add a sound, shape (n,), once to what is played, also while that is silent; the last one ends."""
        self._next_overlay = _Overlay(samples)

    def begin_flush(self, timeout_s: float) -> bool:
        """Fall silent and forget what waits; returns whether the device did so in time.

        The ring may be filled with other sound then; it plays after :meth:`end_flush`.
        """
        self._is_flushed = False
        self._is_flushing = True
        end_s = time.monotonic() + timeout_s
        while not self._is_flushed and time.monotonic() < end_s:
            time.sleep(0.002)
        return self._is_flushed

    def end_flush(self) -> None:
        """Go on with what waits now."""
        self._is_flushing = False

    def close(self, timeout_s: float = 1.0, *, drain: bool = True) -> bool:
        """Fade out and close the device; returns whether that was done in time.

        Parameters
        ----------
        timeout_s
            How long to wait for the device.
        drain
            False for one that does not answer: nothing is played to its end then.
        """
        self.is_sounding = False
        end_s = time.monotonic() + 0.1
        while drain and self._gain > 0.0 and time.monotonic() < end_s:
            time.sleep(0.002)
        return devices.close_stream(self._stream, timeout_s, drain=drain)

    def _open(self, device: Device, sr: int, channels: int) -> Any:
        sd = devices.portaudio()
        reason = "it refuses every sample rate"
        for self.sr, self.channels in _formats(device, sr, channels):
            self.ring = SpscRing(int(RING_S * self.sr) * self.channels)
            self._n_fade = max(1, int(FADE_S * self.sr))
            self._ramp: Float32Array = (np.arange(1, self._n_fade + 1) / self._n_fade).astype(np.float32)
            try:
                stream = sd.OutputStream(
                    device=device.index,
                    samplerate=self.sr,
                    channels=self.channels,
                    dtype="float32",
                    latency=devices.latency_s(device, "output"),
                    callback=self._callback,
                )
            except sd.PortAudioError as error:
                reason = str(error.args[0])
                continue
            self._latency_s = float(stream.latency)
            try:
                stream.start()
            except sd.PortAudioError as error:
                reason = str(error.args[0])
                stream.close(ignore_errors=True)
                continue
            return stream
        raise AudioDeviceError(f"The loudspeaker “{device.name}” cannot be opened: {reason}.")

    def _callback(self, outdata: Float32Array, frames: int, times: Any, status: Any) -> None:
        now_s = self._last_callback_s = time.monotonic()
        self.n_late += bool(status.output_underflow)
        first_frame = self.next_frame
        is_moving = self.is_sounding and not self._is_flushing
        n_wanted = frames if is_moving else min(frames, math.ceil(self._gain * self._n_fade))
        samples = outdata.reshape(-1)
        n_got = self.ring.read_into(samples[: n_wanted * self.channels]) // self.channels
        samples[n_got * self.channels :] = 0.0
        self._apply_gain(outdata[:n_got], self.volume if is_moving else 0.0)
        if n_got < n_wanted:
            self._gain = 0.0  # what follows the gap fades in
            self.n_gaps += is_moving and not self.is_ending
        if n_got:
            self._remember(first_frame, n_got, now_s, self._delay_s(times))
        self._was_silent = n_got == 0
        self._add_overlay(outdata)
        if self._is_flushing and not self._is_flushed and self._gain == 0.0:
            self.ring.clear()
            self._anchor = _Anchor(self.next_frame, 0, 0.0, self.next_frame)
            self._is_flushed = True

    def _add_overlay(self, out: Float32Array) -> None:
        n_out = out.shape[0]
        following, overlay = self._next_overlay, self._overlay
        if following is not None:
            self._overlay, self._next_overlay = following, None
            if overlay is not None:  # fades within this block
                rest = overlay.samples[overlay.at : overlay.at + min(n_out, self._n_fade)]
                out[: rest.shape[0]] += (self.volume * rest * self._ramp[::-1][: rest.shape[0]])[:, None]
            overlay = following
        if overlay is None:
            return
        part = overlay.samples[overlay.at : overlay.at + n_out]
        out[: part.shape[0]] += (np.float32(self.volume) * part)[:, None]
        overlay.at += n_out
        if overlay.at >= overlay.samples.shape[0]:
            self._overlay = None

    def _apply_gain(self, out: Float32Array, target: float) -> None:
        missing = target - self._gain
        n_ramp = min(int(out.shape[0]), math.ceil(abs(missing) * self._n_fade))
        if n_ramp:
            ramp = self._gain + np.sign(missing) * self._ramp[:n_ramp]
            ramp = np.clip(ramp, min(self._gain, target), max(self._gain, target))
            out[:n_ramp] *= ramp[:, None]
            self._gain = float(ramp[-1])
        out[n_ramp:] *= np.float32(self._gain)

    def _heard_frame(self, now_s: float) -> float:
        anchor = self._anchor
        frame = anchor.first_frame + min(anchor.n_frames, (now_s - anchor.heard_at_s) * self.sr)
        return max(anchor.earliest_frame, frame)

    def _remember(self, first_frame: int, n_got: int, now_s: float, delay_s: float) -> None:
        # The position never steps back: not by the latency after a silence, when all before it was heard,
        # and not when the device corrects its times.
        earliest = first_frame if self._was_silent else self._heard_frame(now_s)
        self._anchor = _Anchor(first_frame, n_got, now_s + delay_s, earliest)

    def _delay_s(self, times: Any) -> float:
        delay_s = float(times.outputBufferDacTime - times.currentTime)
        return delay_s if delay_s > 0.0 else self._latency_s  # some drivers leave the times at 0


def _formats(device: Device, sr: int, channels: int) -> Iterator[tuple[int, int]]:
    for rate in dict.fromkeys((sr, device.default_sr, 48_000, 44_100)):
        for count in dict.fromkeys((channels, 2, 1)):
            if count <= device.max_channels:
                yield rate, count
