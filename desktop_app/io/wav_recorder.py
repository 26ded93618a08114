# SPDX-License-Identifier: MIT
"""A recording that is on the disk from its first block and survives the death of the program."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from desktop_app.domain.errors import ExportError
from desktop_app.domain.frames import Float32Array
from desktop_app.io.wav_format import SAMPLE_BYTES, float_header

if sys.platform != "win32":
    import fcntl

SYNC_INTERVAL_S: Final = 1.0
RESERVE_BYTES: Final = 200 * 2**20
WARN_LEFT_S: Final = 600.0


def free_bytes(path: Path) -> int:
    """Bytes that can still be written beside ``path``."""
    return shutil.disk_usage(path.parent).free


class WavRecorder:
    """Appends mono blocks to a float WAV file.

    Blocks go to the operating system at once, unbuffered, so that a killed program loses none that was
    appended; a thread renews the header and forces everything to the disk each second, so that a slow disk
    holds nobody up and a power cut costs about a second.

    Parameters
    ----------
    path
        A new file.
    sr
        Sample rate in Hz.
    reserve_bytes
        Recording stops before the disk has less than this.
    disk_free
        Tells the free bytes for the path.

    Attributes
    ----------
    stop_reason : str or None
        One sentence once nothing is written any more although nobody asked for that.

    Raises
    ------
    ExportError
        When the file cannot be made or the disk is full already.
    """

    def __init__(
        self,
        path: Path,
        sr: int,
        *,
        reserve_bytes: int = RESERVE_BYTES,
        disk_free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.path = path
        self.sr = sr
        self.stop_reason: str | None = None
        self._n_frames = 0
        self._reserve_bytes = reserve_bytes
        self._disk_free = disk_free
        self._header_lock = threading.Lock()
        self._closing = threading.Event()
        self._open_files()
        self._syncer = threading.Thread(target=self._keep_synced, name="recorder", daemon=True)
        self._syncer.start()

    @property
    def recorded_s(self) -> float:
        """Seconds on the disk."""
        return self._n_frames / self.sr

    @property
    def disk_left_s(self) -> float:
        """Seconds that still fit, by the last look at the disk (each second)."""
        return max(0.0, (self._free_bytes - self._reserve_bytes) / (SAMPLE_BYTES * self.sr))

    def append(self, block: Float32Array) -> None:
        """Write samples, shape (n,); never while :meth:`close` runs.

        Once stopped or closed, nothing is written any more.
        """
        if self.stop_reason is not None or self._closing.is_set() or not block.shape[0]:
            return
        rest = memoryview(block.astype("<f4", copy=False).tobytes())
        try:
            while rest:
                rest = rest[self._data.write(rest) :]
        except OSError as error:
            self.stop_reason = _refusal(error)
            return
        self._n_frames += block.shape[0]

    def close(self, timeout_s: float = 1.0) -> bool:
        """Finish the file: its header is complete at once, the disk is given ``timeout_s`` to confirm.

        Returns
        -------
        bool
            Whether it did; if not, it goes on in the background.
        """
        if not self._closing.is_set():
            self._write_header()  # before the syncer may close the file
            self._closing.set()
        self._syncer.join(timeout_s)
        return not self._syncer.is_alive()

    def _open_files(self) -> None:
        try:
            self._look_at_disk()
            if self.stop_reason is not None:
                raise ExportError("The disk is too full to record: make room, then try again.")
            self._data = self.path.open("xb", buffering=0)
            self._data.write(float_header(self.sr, 1, 0))
            self._head = self.path.open("r+b", buffering=0)
        except OSError as error:
            raise ExportError(f"The take “{self.path}” cannot be written: {error.strerror}.") from error
        lock(self._data)

    def _keep_synced(self) -> None:
        try:
            while not self._closing.wait(SYNC_INTERVAL_S):
                self._look_at_disk()
                self._write_header()
                os.fsync(self._head.fileno())
        except OSError as error:
            self.stop_reason = _refusal(error)
        self._closing.wait()
        with contextlib.suppress(OSError):  # the header is written; more cannot be done
            os.fsync(self._head.fileno())
        self._head.close()
        self._data.close()

    def _look_at_disk(self) -> None:
        self._free_bytes = self._disk_free(self.path)
        if self._free_bytes <= self._reserve_bytes:
            self.stop_reason = "The recording was stopped because the disk is nearly full; it is kept."

    def _write_header(self) -> None:
        with self._header_lock:  # an older count never follows a newer one
            self._head.seek(0)
            self._head.write(float_header(self.sr, 1, self._n_frames))


def lock(file: BinaryIO) -> bool:
    """Mark the file as being recorded until it is closed or the program ends; False where it is already.

    Windows has no such advisory lock, and needs none there: repairing a running take does no harm.
    """
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a network disk without locks
            return True
    return True


def _refusal(error: OSError) -> str:
    return f"The recording was stopped because the disk refused it: {error.strerror}; it is kept."
