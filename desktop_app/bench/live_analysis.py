# SPDX-License-Identifier: MIT
"""Listens without a window, in a process of its own; :mod:`desktop_app.bench.live` starts it.

Arguments: seconds, ``microphone`` or ``array``, a WAV file for the array.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

from desktop_app.pipeline.engine import make_engine
from desktop_app.pipeline.live import LiveSession
from desktop_app.realtime.array_capture import ArrayCapture

POLL_S = 1.0 / 30.0


def array_capture(wav_path: str) -> ArrayCapture:
    """The file in the place of a microphone."""
    import soundfile

    y, sr = soundfile.read(wav_path, dtype="float32")
    return ArrayCapture(y, sr)


def measure(session: LiveSession, seconds: float) -> dict[str, Any]:
    """Processor time of the analysis and of this process, in per cent of one core, and what was lost."""
    session.start()
    while session.status.state == "preparing":
        time.sleep(POLL_S)
    _listen(session, 1.0)
    started_s, cpu_s, thread_s = time.perf_counter(), time.process_time(), _live_thread_s()
    n_events = _listen(session, seconds)
    thread_s, cpu_s = _live_thread_s() - thread_s, time.process_time() - cpu_s
    elapsed_s = time.perf_counter() - started_s
    status = session.status
    session.stop()
    if status.state != "running":
        raise RuntimeError(f"the session is {status.state}: {status.message}")
    return {
        "thread_percent": 100.0 * thread_s / elapsed_s,
        "cpu_percent": 100.0 * cpu_s / elapsed_s,
        "n_dropped": status.n_dropped_blocks,
        "n_events": n_events,
        "sr": status.sr,
    }


def _live_thread_s() -> float:
    """Processor time of the thread that analyses, in seconds; of the process where it cannot be told."""
    live = next(thread for thread in threading.enumerate() if thread.name == "live")
    if sys.platform == "linux" and live.ident is not None:
        return time.clock_gettime(time.pthread_getcpuclockid(live.ident))
    return time.process_time()


def _listen(session: LiveSession, seconds: float) -> int:
    ends_at_s, n_events = time.perf_counter() + seconds, 0
    while time.perf_counter() < ends_at_s:
        time.sleep(POLL_S)
        n_events += len(session.poll())
        session.take_samples()
    return n_events


def main(argv: list[str]) -> int:
    """Measure and print one line of JSON."""
    seconds, source, wav_path = float(argv[0]), argv[1], argv[2]
    if source == "array":
        capture = array_capture(wav_path)
        session = LiveSession(None, make_engine, capture_factory=lambda _device: capture)
    else:
        session = LiveSession(None, make_engine)
    print(json.dumps(measure(session, seconds)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
