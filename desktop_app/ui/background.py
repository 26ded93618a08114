# SPDX-License-Identifier: MIT
"""Short work that would stop the window for more than an instant: opening devices, listing folders.

Long work runs in the job process instead (``desktop_app.jobs``).
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from desktop_app.domain.errors import RightInTuneError

_log = logging.getLogger(__name__)
_numbers = itertools.count(1)

Then = Callable[[Any], None]
Failed = Callable[[RightInTuneError], None]


class Background:
    """Runs functions on threads of their own and hands their results to the GUI thread.

    Results wait until :meth:`poll` is called, so that nothing of Qt is touched from another thread.
    The threads are daemons, because a sound driver that hangs must not keep the program from ending.
    """

    def __init__(self) -> None:
        self._results: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._threads: set[threading.Thread] = set()

    def submit(self, work: Callable[[], Any], then: Then | None = None, failed: Failed | None = None) -> None:
        """Run ``work``; later, on the GUI thread, ``then(result)`` or ``failed(error)``."""
        name = f"background-{next(_numbers)}"
        thread = threading.Thread(target=self._run, args=(work, then, failed), name=name, daemon=True)
        self._threads.add(thread)
        thread.start()

    def poll(self) -> None:
        """Hand over what is done."""
        self._threads = {thread for thread in self._threads if thread.is_alive()}
        while True:
            try:
                deliver = self._results.get_nowait()
            except queue.Empty:
                return
            deliver()

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing waits to be handed over."""
        return self._results.empty() and not any(thread.is_alive() for thread in self._threads)

    def close(self, timeout_s: float = 2.0) -> bool:
        """Wait for what runs and drop its results; False when something had to be abandoned."""
        until = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self, work: Callable[[], Any], then: Then | None, failed: Failed | None) -> None:
        try:
            result = work()
        except RightInTuneError as error:
            problem = error  # the name bound by "except" is gone when the result is handed over
            _log.warning("%s", problem)
            if failed is not None:
                self._results.put(lambda: failed(problem))
        except Exception:  # noqa: BLE001 (the top of a thread)
            _log.exception("background work failed")
            message = RightInTuneError("Something went wrong inside the program; the log has the details.")
            if failed is not None:
                self._results.put(lambda: failed(message))
        else:
            if then is not None:
                self._results.put(lambda: then(result))
