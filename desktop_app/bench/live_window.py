# SPDX-License-Identifier: MIT
"""Listens with the whole window, in a process of its own; :mod:`desktop_app.bench.live` starts it.

Arguments: seconds, ``microphone`` or ``array``, a WAV file for the array. With the array it is known when
each note's first sample arrived, hence how long it took until the panel showed the note.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QGraphicsView, QWidget

from desktop_app.bench.live import GAP_S, HELD_S, START_S, notes
from desktop_app.bench.live_analysis import array_capture
from desktop_app.bench.sounds import onset_sample
from desktop_app.domain.pitch import note_name
from desktop_app.pipeline.live import LiveSession
from desktop_app.realtime.array_capture import ArrayCapture
from desktop_app.ui.program import Program
from desktop_app.ui.services import Services
from desktop_app.ui.views.note_display import NoteDisplay

SETTLE_S = 3.0
TIME_LIMIT_S = 90.0


class Watcher(QObject):
    """Counts how often the pictures are painted, and notes when the note display was painted with what."""

    def __init__(self, pictures: Sequence[QWidget], display: NoteDisplay) -> None:
        super().__init__()
        self.n_paints = dict.fromkeys(map(id, pictures), 0)
        self.shown: list[tuple[float, str]] = []
        self._display = display
        for widget in (*pictures, display):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look on; nothing is filtered."""
        if event.type() == QEvent.Type.Paint:
            if watched is self._display:
                text = self._display.text()
                # Runs when this round of painting is over and flushed to the screen.
                QTimer.singleShot(0, lambda: self.shown.append((time.monotonic(), text)))
            elif id(watched) in self.n_paints:
                self.n_paints[id(watched)] += 1
        return False


class Measurement:
    """Waits until the program is ready, listens, measures, prints and closes the window."""

    def __init__(self, seconds: float, capture: ArrayCapture | None) -> None:
        self._seconds, self._capture = seconds, capture
        self._program = Program(services=Services(make_session=self._make_session))
        self._controller = self._program.controller
        self._controller.became_ready.connect(lambda: self._controller.live.toggle_listening())
        self._controller.live.changed.connect(self._wait_until_running)
        window = self._program.window
        views = [view.viewport() for view in window.views.findChildren(QGraphicsView)]
        self._watcher = Watcher([view for view in views if view is not None], window.heard.note)
        self._is_waiting = True
        self._started_s = self._cpu_s = 0.0
        self.result: dict[str, Any] | None = None

    def run(self) -> int:
        """The program's exit status, 1 where nothing was measured."""
        QTimer.singleShot(int(1000 * (TIME_LIMIT_S + self._seconds)), self._program.quit)
        status, _ = self._program.run()
        return status if self.result else 1

    def _make_session(self, device: Any, make_engine: Any) -> LiveSession:
        if self._capture is None:
            return LiveSession(device, make_engine)
        capture = self._capture
        return LiveSession(device, make_engine, capture_factory=lambda _device: capture)

    def _wait_until_running(self) -> None:
        live = self._controller.live
        if self._is_waiting and live.is_listening and not live.is_preparing:
            self._is_waiting = False
            QTimer.singleShot(int(1000 * SETTLE_S), self._begin)

    def _begin(self) -> None:
        self._watcher.n_paints = dict.fromkeys(self._watcher.n_paints, 0)
        self._started_s, self._cpu_s = time.monotonic(), time.process_time()
        QTimer.singleShot(int(1000 * self._seconds), self._end)

    def _end(self) -> None:
        cpu_s, elapsed_s = time.process_time() - self._cpu_s, time.monotonic() - self._started_s
        window, status = self._program.window, self._controller.live.status
        expected, delays_ms = self._latencies_ms()
        self.result = {
            "cpu_percent": 100.0 * cpu_s / elapsed_s,
            "frames_per_s": max(self._watcher.n_paints.values()) / elapsed_s,
            "paints": list(self._watcher.n_paints.values()),
            "n_dropped": status.n_dropped_blocks,
            "size": [window.width(), window.height()],
            "n_notes": expected,
            "latencies_ms": delays_ms,
        }
        print(json.dumps(self.result), flush=True)
        self._program.quit()

    def _latencies_ms(self) -> tuple[int, list[float]]:
        """How many notes began in the measured time, and the delay of those shown before the next began."""
        if self._capture is None:
            return 0, []
        sr, step_s, n_expected, delays_ms = self._capture.sr, HELD_S + GAP_S, 0, []
        for i, midi in enumerate(notes(self._seconds + TIME_LIMIT_S)):
            onset = onset_sample(i, sr, held_s=HELD_S, gap_s=GAP_S, start_s=START_S)
            arrived_s = self._capture.started_at_s + onset / sr
            if not self._started_s <= arrived_s < self._started_s + self._seconds - step_s:
                continue
            n_expected += 1
            name = note_name(midi).replace("#", "♯")
            times = [at for at, text in self._watcher.shown if text == name and 0 <= at - arrived_s < step_s]
            delays_ms += [round(1000.0 * (times[0] - arrived_s), 1)] if times else []
        return n_expected, delays_ms


def main(argv: list[str]) -> int:
    """Measure and print one line of JSON."""
    seconds, source, wav_path = float(argv[0]), argv[1], argv[2]
    return Measurement(seconds, array_capture(wav_path) if source == "array" else None).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
