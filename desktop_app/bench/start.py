# SPDX-License-Identifier: MIT
"""How long until the window can be seen and until it is ready, beside a bare window of the same libraries."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping

import psutil

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.bench.surroundings import virtual_screen

N_RUNS = 5
TIME_LIMIT_S = 60.0
_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph as pg
class Plot(pg.PlotWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, tell)  # when this round of painting is over
def tell():
    print(f"start-trace visible {time.time():.6f}", file=sys.stderr, flush=True)
application = QApplication(sys.argv)
window = QMainWindow()
window.resize(1400, 900)
window.setCentralWidget(Plot())
window.show()
application.exec()
"""


def run(n_runs: int = N_RUNS) -> Report:
    """Start both programs in turn, each in a fresh process; the first pair only warms the disk's cache."""
    bare, visible, ready, has_tensorflow = [], [], [], False
    with virtual_screen() as screen, tempfile.TemporaryDirectory() as home:
        environment = {**screen, "RIGHT_IN_TUNE_HOME": home, "RIGHT_IN_TUNE_TRACE_START": "1"}
        for i in range(n_runs + 1):
            bare_times, _ = _start([sys.executable, "-c", _BARE], environment, "visible")
            own_times, libraries = _start([sys.executable, "-m", "desktop_app"], environment, "ready")
            has_tensorflow = has_tensorflow or any("tensorflow" in path for path in libraries)
            if i > 0:
                bare.append(bare_times["visible"])
                visible.append(own_times["visible"])
                ready.append(own_times["ready"] - own_times["visible"])
    reference_s, visible_s = statistics.median(bare), statistics.median(visible)
    return Report(
        "start",
        [
            Figure("window visible", rounded(visible_s), "s", "bare window", rounded(reference_s)),
            Figure("window visible, against the bare one", rounded(visible_s / reference_s), "×", target=1.5),
            Figure("ready after that", rounded(statistics.median(ready)), "s", target=3.0),
            Figure("TensorFlow loaded", float(has_tensorflow), "", target=0.0),
        ],
        {"bare_s": bare, "visible_s": visible, "ready_after_visible_s": ready},
    )


def _start(
    command: list[str], environment: Mapping[str, str], last: str
) -> tuple[dict[str, float], set[str]]:
    """Seconds from the start to each stamp, and the libraries then in the process and its children."""
    started_s = time.time()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    patience = threading.Timer(TIME_LIMIT_S, process.kill)
    patience.start()
    times: dict[str, float] = {}
    try:
        assert process.stderr is not None
        while last not in times:
            line = process.stderr.readline()
            if not line:
                raise RuntimeError(f"{' '.join(command[:3])} ended before it was {last}")
            if line.startswith("start-trace"):
                _, what, at_s = line.split()
                times.setdefault(what, float(at_s) - started_s)
        return times, _libraries(process.pid)
    finally:
        process.terminate()
        process.communicate()
        patience.cancel()


def _libraries(pid: int) -> set[str]:
    process = psutil.Process(pid)
    found: set[str] = set()
    for one in [process, *process.children(recursive=True)]:
        found |= {os.path.basename(area.path) for area in one.memory_maps()}
    return found
