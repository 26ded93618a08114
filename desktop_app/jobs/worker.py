# SPDX-License-Identifier: MIT
"""What runs in a job process: one task after another, under the eye of a watchdog.

Imports neither Qt nor NumPy itself; the tasks import what they need. A worker sends
``(kind, job_id, value)`` tuples and is given ``(job_id, label, task, args)`` tuples.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any, Final

from desktop_app.domain.errors import AudioFileError, RightInTuneError

Progress = Callable[[float | None], None]

MEMORY_EXIT: Final = 86
_WATCH_INTERVAL_S: Final = 0.2
_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_log = logging.getLogger(__name__)


def worker_main(connection: Connection, memory_limit_mb: float) -> None:
    """Run tasks until the other end closes.

    Parameters
    ----------
    connection
        To the pool.
    memory_limit_mb
        Resident memory at which the process ends itself with :data:`MEMORY_EXIT`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    # The matrices here are small: on a busy machine a BLAS that shares them out is twenty times slower.
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    _silence_libraries()
    threading.Thread(target=_watch, args=(memory_limit_mb,), name="watchdog", daemon=True).start()
    try:
        while True:
            _run(connection, *connection.recv())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the pool is gone


def _run(
    connection: Connection, job_id: int, label: str, task: Callable[..., Any], args: tuple[Any, ...]
) -> None:
    def progress(fraction: float | None) -> None:
        connection.send(("progress", job_id, fraction))

    connection.send(("started", job_id, None))
    try:
        connection.send(("done", job_id, task(*args, progress)))
    except RightInTuneError as error:
        connection.send(("failed", job_id, error))
    except MemoryError:
        connection.send(
            ("failed", job_id, AudioFileError("limit", f"{label} needs more memory than there is."))
        )
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # noqa: BLE001 - a process's top
        _log.exception("a job failed")
        sentence = f"{label} met a fault of this program ({type(error).__name__})."
        connection.send(("failed", job_id, AudioFileError("unreadable", sentence)))


def _watch(memory_limit_mb: float) -> None:
    """End the process when its parent has died or its memory has grown too large."""
    import psutil

    parent = multiprocessing.parent_process()
    assert parent is not None
    this = psutil.Process()
    while not wait([parent.sentinel], timeout=_WATCH_INTERVAL_S):
        if this.memory_info().rss > memory_limit_mb * 1e6:
            os._exit(MEMORY_EXIT)
    os._exit(1)


def _silence_libraries() -> None:
    """Python keeps stderr; what C libraries print about damaged files is for nobody's eyes."""
    try:
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    except OSError:
        sys.stderr = None  # started without one, as a windowed program may be
