# SPDX-License-Identifier: MIT
"""Listening to a microphone: one thread that records, analyses and publishes."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import numpy as np

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import Event, Float32Array
from desktop_app.dsp.resample import StreamResampler
from desktop_app.pipeline.live_level import FLOOR_DB, LevelMeter
from desktop_app.pipeline.live_recording import TakeRecording
from desktop_app.realtime.capture import Capture, SoundInput
from desktop_app.realtime.devices import Device

if TYPE_CHECKING:  # its models are loaded by whoever makes the engine
    from desktop_app.pipeline.engine import AnalysisEngine

LiveState = Literal["preparing", "running", "lost", "failed", "stopped"]
_Item = TypeVar("_Item")

POLL_S: Final = 0.038
LOST_S: Final = 1.0
FIRST_BLOCK_S: Final = 5.0
"""A Bluetooth microphone or a monitor of PulseAudio may take seconds before its first block."""
N_LOST_LOOKS: Final = 5
MAX_EVENTS: Final = 4000
MAX_PIECE: Final = 1600
"""Samples that are analysed at once, at most 0.1 s at 16 kHz: then the recording has its turn again."""

_log = logging.getLogger(__name__)
_FAULT: Final = "Listening stopped because of a fault in the program; what was recorded is kept."
_NO_SOUND: Final = "No sound is reaching us: "
_REASONS: Final = {
    "darwin": "allow this program the microphone in System Settings, Privacy & Security.",
    "win32": "allow desktop apps the microphone in Settings, Privacy & security.",
}
_OTHER_REASON: Final = "the input is muted or nothing is connected to it; see the system's sound settings."


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """How a live session stands; a snapshot.

    Attributes
    ----------
    state
        ``preparing`` (model and device), ``running``, ``lost`` (the device went), ``failed`` or ``stopped``.
    message
        One plain sentence where there is something to say, else empty.
    device_name, sr
        What is open, and its real rate in Hz (0 before it is).
    rms_db, peak_db, peak_hold_db
        Level of the newest block and the greatest peak of the last 1.5 s, dBFS, at least -120.
    is_clipping
        Whether the input was overloaded in the last 1.5 s.
    n_dropped_blocks
        Blocks that were lost since the start.
    is_silent_zero
        Whether only exact zeros have come for 2 s.
    recording_path
        The running take. It becomes None without :meth:`LiveSession.stop_recording` when the take had to
        end (device lost, disk full); that method still tells which one it was.
    recorded_s
        Length of the running take in seconds.
    disk_left_s
        Seconds of recording that the disk still holds; None while nothing is recorded.
    """

    state: LiveState = "preparing"
    message: str = ""
    device_name: str = ""
    sr: int = 0
    rms_db: float = FLOOR_DB
    peak_db: float = FLOOR_DB
    peak_hold_db: float = FLOOR_DB
    is_clipping: bool = False
    n_dropped_blocks: int = 0
    is_silent_zero: bool = False
    recording_path: Path | None = None
    recorded_s: float = 0.0
    disk_left_s: float | None = None


class LiveSession:
    """Records and analyses a microphone until it is stopped; each object serves once.

    Whatever happens, a running take is finished and kept. All methods return at once but :meth:`stop`.

    Parameters
    ----------
    device
        None for the system's default.
    make_engine
        Makes a warm engine; called on the session's thread, before the device is opened, because loading
        a model would hold up the first blocks.
    capture_factory
        Makes the input from ``device``.
    """

    def __init__(
        self,
        device: Device | None,
        make_engine: Callable[[], AnalysisEngine],
        *,
        capture_factory: Callable[[Device | None], SoundInput] = Capture,
    ) -> None:
        self._capture = capture_factory(device)
        self._make_engine = make_engine
        self._recording = TakeRecording()
        self._waiting: Float32Array = np.zeros(0, np.float32)  # resampled, not yet analysed
        self._events: deque[Event] = deque(maxlen=MAX_EVENTS)
        self._samples: deque[Float32Array] = deque(maxlen=MAX_EVENTS)
        self._status = LiveStatus(device_name=self._capture.device_name)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=False)

    @property
    def status(self) -> LiveStatus:
        """How things stand now."""
        return replace(
            self._status,
            recording_path=self._recording.path,
            recorded_s=self._recording.recorded_s,
            disk_left_s=self._recording.disk_left_s,
        )

    def start(self) -> None:
        """Begin; opening and warming up happen on the session's thread."""
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """End the session and wait for it at most ``timeout_s``; the last events can be polled afterwards.

        Returns
        -------
        bool
            Whether it has ended; if not, it will by itself.
        """
        self._stopping.set()
        if self._thread.ident is None:  # never started
            self._status = replace(self._status, state="stopped")
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def start_recording(self, path: Path) -> None:
        """Record into a new file, from the next block on, or from the first once the device is open.

        Raises
        ------
        AudioDeviceError
            When the session is over.
        ExportError
            When a take is running already or the file cannot be made.
        """
        self._recording.start(path)

    def stop_recording(self) -> Path | None:
        """End the take and tell its file, which can be opened now; None where nothing was recorded."""
        return self._recording.stop()

    def poll(self) -> list[Event]:
        """Events since the last call; the newest 4000 where nobody asked for long."""
        return _drain(self._events)

    def take_samples(self) -> Float32Array:
        """Samples at the engine's rate that were analysed since the last call, shape (n,)."""
        return np.concatenate([np.zeros(0, np.float32), *_drain(self._samples)])

    def _run(self) -> None:
        state: LiveState = "failed"
        message = _FAULT
        try:
            state, message = self._listen()
        except RightInTuneError as error:
            message = str(error)
        except Exception:  # noqa: BLE001 (the top of the thread)
            _log.exception("live session")
        finally:
            self._recording.end()
            self._capture.stop()
            self._status = replace(self._status, state=state, message=message)

    def _listen(self) -> tuple[LiveState, str]:
        engine = self._make_engine()
        engine.reset()
        if self._stopping.is_set():
            return "stopped", ""
        self._capture.start()
        resampler = StreamResampler(self._capture.sr, engine.spec.sr)
        level = LevelMeter(self._capture.sr)
        self._recording.begin(self._capture.sr)
        state = self._follow(engine, resampler, level)
        self._capture.stop()
        self._take_in(resampler, level)
        self._recording.end()  # the rest may take a while
        self._queue(resampler.flush())
        while self._waiting.shape[0]:
            self._analyse_next(engine)
        self._events.extend(engine.flush())
        return state, self._message(state, level)

    def _follow(self, engine: AnalysisEngine, resampler: StreamResampler, level: LevelMeter) -> LiveState:
        n_quiet_looks = 0
        while not self._stopping.wait(0.0 if self._waiting.shape[0] >= MAX_PIECE else POLL_S):
            self._take_in(resampler, level)
            if self._waiting.shape[0]:
                self._analyse_next(engine)
            self._publish(level)
            # Several looks, since after the computer slept this thread may wake before the device does.
            allowed_s = LOST_S if level.n_seen else FIRST_BLOCK_S
            n_quiet_looks = n_quiet_looks + 1 if self._capture.seconds_since_callback > allowed_s else 0
            if n_quiet_looks >= N_LOST_LOOKS:
                return "lost"
        return "stopped"

    def _take_in(self, resampler: StreamResampler, level: LevelMeter) -> None:
        block = self._capture.read()
        if not block.shape[0]:
            return
        if not np.isfinite(block).all():  # a broken driver must not poison the filters for good
            block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        self._recording.append(block)
        level.push(block)
        self._queue(resampler.push(block))

    def _queue(self, samples: Float32Array) -> None:
        self._waiting = np.concatenate((self._waiting, samples))

    def _analyse_next(self, engine: AnalysisEngine) -> None:
        piece, self._waiting = self._waiting[:MAX_PIECE], self._waiting[MAX_PIECE:]
        events = engine.push(piece)
        self._samples.append(piece)
        self._events.extend(events)

    def _publish(self, level: LevelMeter) -> None:
        self._status = LiveStatus(
            state="running",
            message=self._message("running", level),
            device_name=self._capture.device_name,
            sr=self._capture.sr,
            rms_db=level.rms_db,
            peak_db=level.peak_db,
            peak_hold_db=level.peak_hold_db,
            is_clipping=level.is_clipping,
            n_dropped_blocks=self._capture.n_dropped,
            is_silent_zero=level.is_silent_zero,
        )

    def _message(self, state: LiveState, level: LevelMeter) -> str:
        if state == "lost":
            return f"The microphone “{self._capture.device_name}” is gone; what was recorded is kept."
        if self._recording.message:
            return self._recording.message
        if state == "running" and level.is_silent_zero:
            return _NO_SOUND + _REASONS.get(sys.platform, _OTHER_REASON)
        return ""


def _drain(queue: deque[_Item]) -> list[_Item]:
    """Everything in the queue, while another thread may add to it."""
    items = []
    with contextlib.suppress(IndexError):
        while True:
            items.append(queue.popleft())
    return items
