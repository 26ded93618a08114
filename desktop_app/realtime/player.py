# SPDX-License-Identifier: MIT
"""Playing a file: a feeding thread reads ahead, the device's callback only copies."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import AudioDeviceError, RightInTuneError
from desktop_app.realtime.devices import Device
from desktop_app.realtime.file_source import FileSource
from desktop_app.realtime.output import Output

CHUNK_S: Final = 0.1
POLL_S: Final = 0.02
IDLE_CLOSE_S: Final = 2.0
LOST_S: Final = 1.0
FLUSH_TIMEOUT_S: Final = 0.5

_log = logging.getLogger(__name__)


class Player:
    """Plays one file. Every method returns at once: files and devices are touched on a thread of its own.

    The device is opened on the first :meth:`play` and given back two seconds after a pause or the end, so
    that devices can be rescanned and a resumed passage still starts without delay.

    Parameters
    ----------
    path
        A file that libsndfile reads.
    device
        None for the system's default.
    """

    def __init__(self, path: Path, device: Device | None = None) -> None:
        self._path = Path(path)
        self._device = device
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_closing = False
        self._wants_play = False
        self._seek_to_s: float | None = None
        self._base_s = 0.0  # position in the file at which the output's count began
        self._duration_s = 0.0
        self._volume = 1.0
        self._at_end = False
        self._error = ""
        self._is_broken = False
        self._output: Output | None = None
        self._idle_since_s = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="player", daemon=False)
        self._thread.start()

    @property
    def position_s(self) -> float:
        """What is heard now, in seconds of the file; at once the new place after :meth:`seek`."""
        with self._lock:
            if self._seek_to_s is not None:
                return self._seek_to_s
            heard_s = self._output.heard_s if self._output else 0.0
            return min(self._duration_s, self._base_s + heard_s)

    @property
    def duration_s(self) -> float:
        """Length of the file in seconds; 0 until it was opened, some milliseconds after the start."""
        return self._duration_s

    @property
    def is_playing(self) -> bool:
        """Whether it plays or is about to."""
        return self._wants_play

    @property
    def at_end(self) -> bool:
        """Whether it played to the end; playing again begins at the start."""
        return self._at_end

    @property
    def n_gaps(self) -> int:
        """How often reading did not keep up with the device that is open now."""
        return self._output.n_gaps if self._output else 0

    @property
    def error(self) -> str:
        """One plain sentence when file or device failed, else empty; :meth:`play` tries again."""
        return self._error

    @property
    def volume(self) -> float:
        """0 … 1."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = min(1.0, max(0.0, volume))
        self._wake.set()

    def play(self) -> None:
        """Play from the present position; from the start when it is at the end."""
        with self._lock:
            if self._is_broken:
                return
            self._error = ""
            if self._at_end and self._seek_to_s is None:
                self._seek_to_s = 0.0
            self._at_end = False
            self._wants_play = True
        self._wake.set()

    def pause(self) -> None:
        """Fade out and stay at the present position."""
        self._wants_play = False
        self._wake.set()

    def seek(self, position_s: float) -> None:
        """Go to a position in seconds; playing goes on from there."""
        with self._lock:
            self._seek_to_s = max(0.0, min(position_s, self._duration_s or position_s))
            self._at_end = False
        self._wake.set()

    def close(self) -> None:
        """Stop and give the device back, in the background; see :meth:`wait_closed`."""
        self._wants_play = False
        self._is_closing = True
        self._wake.set()

    def wait_closed(self, timeout_s: float = 2.0) -> bool:
        """Wait for the end of :meth:`close`; returns whether it came in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            source = FileSource(self._path)
        except RightInTuneError as error:
            self._break(str(error))
            return
        self._duration_s = source.duration_s
        try:
            while not self._is_closing:
                self._step_or_tell(source)
                self._wake.wait(POLL_S if self._output else None)
                self._wake.clear()
        except Exception:  # noqa: BLE001 (the top of the thread)
            _log.exception("player")
            self._break("Playing stopped because of a fault in the program.")
        finally:
            self._close_output()
            source.close()

    def _step_or_tell(self, source: FileSource) -> None:
        try:
            self._step(source)
        except RightInTuneError as error:
            self._close_output()
            self._fail(str(error))

    def _step(self, source: FileSource) -> None:
        if self._seek_to_s is not None:
            self._do_seek(source)
        if self._wants_play and self._output is None:
            self._open_output(source)
        output = self._output
        if output is None:
            return
        _fill(output, source)
        output.volume = self._volume
        output.is_sounding = self._wants_play
        self._look_after(output, source)

    def _do_seek(self, source: FileSource) -> None:
        target_s = self._seek_to_s
        output = self._output
        if output and not output.begin_flush(FLUSH_TIMEOUT_S):
            self._close_output()  # the device does not answer; the next one begins at the new place
            output = None
        if target_s is None:
            return
        reached_s = source.seek(target_s)
        if output:
            output.is_ending = False
            _fill(output, source)
            output.end_flush()
        with self._lock:
            self._base_s = reached_s
            if self._seek_to_s == target_s:  # else it was asked for another place meanwhile
                self._seek_to_s = None

    def _open_output(self, source: FileSource) -> None:
        output = Output(self._device, source.sr, min(2, source.channels))
        source.set_format(output.sr, output.channels)
        source.seek(self._base_s)
        with self._lock:
            self._output = output

    def _look_after(self, output: Output, source: FileSource) -> None:
        now_s = time.monotonic()
        if self._wants_play:
            self._idle_since_s = now_s
        if output.seconds_since_callback > LOST_S:
            raise AudioDeviceError(f"The loudspeaker “{output.device_name}” is gone: choose another one.")
        if self._wants_play and source.is_exhausted and output.is_drained:
            with self._lock:
                self._at_end = self._seek_to_s is None
                self._wants_play = not self._at_end
        elif now_s - self._idle_since_s > IDLE_CLOSE_S:
            self._close_output()

    def _close_output(self) -> None:
        output = self._output
        if output is None:
            return
        output.is_sounding = False
        with self._lock:
            self._base_s = min(self._duration_s, self._base_s + output.heard_s)
            self._output = None
        output.close()

    def _break(self, message: str) -> None:
        with self._lock:
            self._is_broken = True
            self._fail(message)

    def _fail(self, message: str) -> None:
        self._error = message
        self._wants_play = False


def _fill(output: Output, source: FileSource) -> None:
    # Blocks of 0.1 s and a margin for what a resampler holds back.
    n_room = int(2 * CHUNK_S * output.sr) * output.channels
    while output.ring.n_free >= n_room and not source.is_exhausted:
        output.ring.write(source.read(CHUNK_S))
    output.is_ending = source.is_exhausted
