# SPDX-License-Identifier: MIT
"""Plays a loop at half speed beside the whole window; :mod:`desktop_app.bench.playback` starts it.

Arguments: a WAV file, seconds, and how many keys are pressed after them. The window listens live meanwhile,
so that all its views are drawn. The player's methods are called on the window's thread, as keys call them.
"""

from __future__ import annotations

import json
import random
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import soundfile
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGraphicsView

from desktop_app.bench.live_window import SETTLE_S, TIME_LIMIT_S, Watcher
from desktop_app.bench.playback import clip_of
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.listening import Stretch
from desktop_app.realtime import player_feeder
from desktop_app.realtime.output import Output
from desktop_app.realtime.player import Player
from desktop_app.ui.program import Program

LOOP = Stretch(2.0, 6.0, 0.5)
KEY_EVERY_S = 0.4
KEYS = ("pause", "play", "seek")


class WatchedOutput(Output):
    """Keeps when each callback was done, how loud its end was, and how much had been played."""

    last: WatchedOutput

    def __init__(self, *arguments: Any) -> None:
        self.callbacks: list[tuple[float, float, int]] = []
        WatchedOutput.last = self
        super().__init__(*arguments)

    def _callback(self, outdata: Float32Array, frames: int, times: Any, status: Any) -> None:
        super()._callback(outdata, frames, times, status)
        self.callbacks.append((time.monotonic(), self._gain, self.next_frame))


class Measurement:
    """Waits until the program listens, plays, presses keys, prints and closes the window."""

    def __init__(self, wav_path: Path, seconds: float, n_keys: int) -> None:
        self._seconds, self._n_keys = seconds, n_keys
        y, sr = soundfile.read(wav_path, dtype="float32", always_2d=True)
        self._player = Player(wav_path)
        self._player.set_loop((LOOP.start_s, LOOP.end_s))
        self._player.set_tempo(LOOP.speed, LOOP.semitones)
        self._player.add_clip(clip_of(y, sr, LOOP))
        self._program = Program()
        controller = self._program.controller
        controller.became_ready.connect(controller.live.toggle_listening)
        controller.live.changed.connect(self._wait_until_running)
        window = self._program.window
        views = [view.viewport() for view in window.views.findChildren(QGraphicsView)]
        self._watcher = Watcher([view for view in views if view is not None], window.heard.note)
        self._is_waiting = True
        self._begun_s = 0.0
        self._pressed: list[tuple[str, float]] = []
        self.result: dict[str, Any] | None = None

    def run(self) -> int:
        """The program's exit status, 1 where nothing was measured."""
        limit_s = TIME_LIMIT_S + self._seconds + self._n_keys
        QTimer.singleShot(int(1000 * limit_s), self._program.quit)
        status, _ = self._program.run()
        self._player.close()
        self._player.wait_closed()
        return status if self.result else 1

    def _wait_until_running(self) -> None:
        live = self._program.controller.live
        if self._is_waiting and live.is_listening and not live.is_preparing:
            self._is_waiting = False
            self._player.play()
            QTimer.singleShot(int(1000 * SETTLE_S), self._begin)

    def _begin(self) -> None:
        self._watcher.n_paints = dict.fromkeys(self._watcher.n_paints, 0)
        self._begun_s = time.monotonic()
        self._n_before = (self._player.n_gaps, self._player.n_late)
        QTimer.singleShot(int(1000 * self._seconds), self._press_keys)

    def _press_keys(self) -> None:
        elapsed_s = time.monotonic() - self._begun_s
        player = self._player
        self.result = {
            "n_gaps": player.n_gaps - self._n_before[0],
            "n_late": player.n_late - self._n_before[1],
            "n_passes": player.n_repeats,
            "speed": player.speed,
            "error": player.error,
            "frames_per_s": max(self._watcher.n_paints.values()) / elapsed_s,
        }
        self._press()

    def _press(self) -> None:
        """Pause, play and seek in turn, at uneven intervals."""
        if len(self._pressed) == self._n_keys:
            self._end()
            return
        key = KEYS[len(self._pressed) % len(KEYS)]
        self._pressed.append((key, time.monotonic()))
        if key == "seek":
            self._player.seek(random.uniform(LOOP.start_s, LOOP.end_s - 1.0))
        else:
            getattr(self._player, key)()
        QTimer.singleShot(int(1000 * random.uniform(KEY_EVERY_S, 2.0 * KEY_EVERY_S)), self._press)

    def _end(self) -> None:
        assert self.result is not None
        callbacks, keys = WatchedOutput.last.callbacks, self._pressed
        delays = {
            key: _delays_ms([(at_s, _acted_s(callbacks, key, at_s)) for name, at_s in keys if name == key])
            for key in KEYS
        }
        arrived = _delays_ms([(at_s, _arrived_s(callbacks, at_s)) for name, at_s in keys if name == "seek"])
        times_s = [done_s for done_s, _, _ in callbacks]
        intervals_ms = sorted(1000.0 * (later_s - one_s) for one_s, later_s in pairwise(times_s))
        between = {"median": intervals_ms[len(intervals_ms) // 2], "longest": intervals_ms[-1]}
        self.result |= {"keys_ms": delays, "arrived_ms": arrived, "n_keys": len(keys)}
        self.result["callback_every_ms"] = between
        print(json.dumps(self.result), flush=True)
        self._program.quit()


def _delays_ms(pairs: list[tuple[float, float | None]]) -> list[float]:
    return [round(1000.0 * (done_s - at_s), 2) for at_s, done_s in pairs if done_s is not None]


def _acted_s(callbacks: list[tuple[float, float, int]], key: str, at_s: float) -> float | None:
    """When a callback first did what the key asked for."""
    later = [callback for callback in callbacks if callback[0] >= at_s and callback[0] < at_s + KEY_EVERY_S]
    if key == "play":
        return next((done_s for done_s, gain, _ in later if gain > 0.0), None)
    return next((done_s for done_s, gain, _ in later if gain < 1.0), None)


def _arrived_s(callbacks: list[tuple[float, float, int]], at_s: float) -> float | None:
    """When the sound of the new place began after a seek."""
    silent_s = next((done_s for done_s, gain, _ in callbacks if done_s >= at_s and gain == 0.0), None)
    if silent_s is None:
        return None
    return next((done_s for done_s, gain, _ in callbacks if done_s > silent_s and gain > 0.0), None)


def main(argv: list[str]) -> int:
    """Measure and print one line of JSON."""
    vars(player_feeder)["Output"] = WatchedOutput
    return Measurement(Path(argv[0]), float(argv[1]), int(argv[2])).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
