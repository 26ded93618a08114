# SPDX-License-Identifier: MIT
"""Tasks for the tests of the job pool: good ones, and ones that misbehave in every way."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable

from desktop_app.domain.errors import AudioFileError, ModelError

Progress = Callable[[float | None], None]


def echo(value: object, progress: Progress) -> object:
    progress(0.5)
    return value


def process_id(progress: Progress) -> int:
    return os.getpid()


def sleep(seconds: float, progress: Progress) -> float:
    time.sleep(seconds)
    return seconds


def report_and_sleep(n: int, seconds: float, progress: Progress) -> int:
    for i in range(n):
        time.sleep(seconds)
        progress(i / n)
    return n


def refuse(progress: Progress) -> None:
    raise AudioFileError("missing", "There is no file “x”.")


def lack_model(progress: Progress) -> None:
    raise ModelError("There is no model.")


def fail(progress: Progress) -> None:
    raise ZeroDivisionError("a fault")


def exit_at_once(progress: Progress) -> None:
    os._exit(0)


def crash(progress: Progress) -> None:
    ctypes.string_at(0)


def write_to_c_stderr(progress: Progress) -> None:
    os.write(2, b"noise from a C library")
    sys.stderr.write("words from Python\n")


def eat_memory(progress: Progress) -> None:
    held = []
    while True:
        held.append(b"x" * 10_000_000)
        time.sleep(0.01)


def unsendable(progress: Progress) -> object:
    return lambda: None


def thread_settings(progress: Progress) -> list[str | None]:
    return [os.environ.get(name) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")]


def imported(progress: Progress) -> list[str]:
    heavy = ("numpy", "PySide6", "pyqtgraph", "tensorflow", "librosa", "scipy", "sklearn")
    return [name for name in heavy if name in sys.modules]
