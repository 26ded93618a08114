# SPDX-License-Identifier: MIT
"""The log, what happens on an unforeseen error, and time stamps of the start."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
import queue
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

TRACE_VARIABLE = "RIGHT_IN_TUNE_TRACE_START"
UNFORESEEN = "Something went wrong inside the program. Your recordings are safe; the log has the details."

_log = logging.getLogger("desktop_app")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def trace_start(what: str) -> None:
    """Print ``start-trace <what> <unix time>`` on stderr when the environment asks for it."""
    if os.environ.get(TRACE_VARIABLE):
        print(f"start-trace {what} {time.time():.6f}", file=sys.stderr, flush=True)  # noqa: T201


class Diagnostics:
    """Everything that is installed into the process to learn of errors; :meth:`close` takes it out again.

    ``problems`` receives one sentence for each unforeseen error, from any thread.
    """

    def __init__(self, log_file: Path) -> None:
        self.problems: queue.SimpleQueue[str] = queue.SimpleQueue()
        log_file.parent.mkdir(parents=True, exist_ok=True)
        self._handler = logging.handlers.RotatingFileHandler(
            log_file, maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
        )
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._faults: TextIO = log_file.with_suffix(".crash").open("a", encoding="utf-8")
        self._had_faulthandler = faulthandler.is_enabled()
        self._old_hooks = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Start to listen."""
        root = logging.getLogger()
        root.addHandler(self._handler)
        _log.setLevel(logging.INFO)
        if not self._had_faulthandler:
            faulthandler.enable(self._faults)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(self._on_qt_message)

    def close(self) -> None:
        """Put everything back."""
        qInstallMessageHandler(None)
        sys.excepthook, threading.excepthook = self._old_hooks
        if not self._had_faulthandler:
            faulthandler.disable()
        self._faults.close()
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _log.error("unforeseen error", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        self.problems.put(UNFORESEEN)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    def _on_qt_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
