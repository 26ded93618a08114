# SPDX-License-Identifier: MIT
"""Starts and ends the program with its window."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

NO_DISPLAY = (
    "There is no display to open a window on: start the program in a desktop session, or give it a virtual "
    "one with “xvfb-run right-in-tune”; “right-in-tune analyse FILE” needs no display."
)


def run(files: Sequence[str]) -> int:
    """Open the window, with files if there are any, and run until it is closed.

    Parameters
    ----------
    files
        Sound files and folders.

    Returns
    -------
    int
        Exit status: 0, or 1 where there is no display.
    """
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)  # noqa: T201
        return 1
    from desktop_app.ui.program import Program

    program = Program([Path(name) for name in files])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: program.quit_soon())
    status, is_clean = program.run()
    if not is_clean:  # a sound driver hangs in a thread that Python would wait for
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def has_display() -> bool:
    """Whether a window can be opened; only Linux and its kin can be without."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
