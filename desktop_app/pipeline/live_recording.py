# SPDX-License-Identifier: MIT
"""The take of a live session: asked for by the user's thread, written by the live one."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import AudioDeviceError, ExportError
from desktop_app.domain.frames import Float32Array
from desktop_app.io.wav_recorder import WARN_LEFT_S, WavRecorder

CLOSE_TIMEOUT_S: Final = 1.0


class TakeRecording:
    """At most one take at a time; every method may be called from any thread.

    A take that is asked for before the device is open begins with the first sound. One that had to end
    by itself (the device went, the disk filled up) is still told by the next :meth:`stop`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sr = 0
        self._is_over = False
        self._wanted: Path | None = None
        self._recorder: WavRecorder | None = None
        self._finished: Path | None = None
        self._failure = ""

    def start(self, path: Path) -> None:
        """Record into a new file from now on.

        Raises
        ------
        AudioDeviceError
            When the session is over.
        ExportError
            When a take is running already or the file cannot be made.
        """
        with self._lock:
            if self._is_over:
                raise AudioDeviceError("Nothing can be recorded because the microphone is closed.")
            if self._wanted or self._recorder:
                raise ExportError("A take is being recorded already.")
            self._finished, self._failure = None, ""
            if self._sr:
                self._recorder = WavRecorder(path, self._sr)
            else:
                self._wanted = path

    def begin(self, sr: int) -> None:
        """The device is open at ``sr`` Hz; a take that was asked for begins."""
        with self._lock:
            self._sr = sr
            if self._wanted is None:
                return
            try:
                self._recorder = WavRecorder(self._wanted, sr)
            except ExportError as error:  # listening goes on without the take
                self._failure = str(error)
            self._wanted = None  # not before: there is a take at every moment

    def append(self, block: Float32Array) -> None:
        """Write samples, shape (n,), where a take is running."""
        with self._lock:
            if self._recorder is None:
                return
            self._recorder.append(block)
            if self._recorder.stop_reason is not None:
                self._failure = self._recorder.stop_reason
                self._finish(0.0)

    def stop(self) -> Path | None:
        """End the take; its file is complete and can be opened. None where there was none."""
        with self._lock:
            self._wanted = None
            self._finish(0.0)
            finished, self._finished = self._finished, None
            return finished

    def end(self) -> None:
        """The session is over; a running take ends and is kept."""
        with self._lock:
            self._is_over = True
            self._wanted = None
            self._finish(CLOSE_TIMEOUT_S)

    @property
    def path(self) -> Path | None:
        """The running take, or the one that begins with the first sound."""
        wanted = self._wanted  # first: whoever takes it away has made the recorder before
        recorder = self._recorder
        return recorder.path if recorder else wanted

    @property
    def recorded_s(self) -> float:
        """Length of the running take in seconds."""
        recorder = self._recorder
        return recorder.recorded_s if recorder else 0.0

    @property
    def disk_left_s(self) -> float | None:
        """Seconds that still fit on the disk; None while nothing is recorded."""
        recorder = self._recorder
        return recorder.disk_left_s if recorder else None

    @property
    def message(self) -> str:
        """Why the last take ended by itself or soon will; empty when all is well."""
        left_s = self.disk_left_s
        if self._failure or left_s is None or left_s > WARN_LEFT_S:
            return self._failure
        return f"The disk has room for {max(1, round(left_s / 60.0))} more minutes of recording."

    def _finish(self, timeout_s: float) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        recorder.close(timeout_s)
        if recorder.recorded_s > 0.0:
            self._finished = recorder.path
        else:  # nothing came; an empty take would only be in the way
            with contextlib.suppress(OSError):
                recorder.path.unlink()
