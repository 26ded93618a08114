# SPDX-License-Identifier: MIT
"""Messages and progress on stderr."""

from __future__ import annotations

import sys

from desktop_app.io.audio_file_text import shown_name


class Messages:
    """Writes to stderr: a line that is written over on a terminal, else a line for each file done.

    Parameters
    ----------
    n_files
        How many there are in all.
    progress
        True, False, or None for when stderr is a terminal.
    """

    def __init__(self, n_files: int, progress: bool | None) -> None:
        self._n_files = n_files
        self._is_terminal = sys.stderr.isatty()
        self._is_wanted = self._is_terminal if progress is None else progress
        self._n_done = 0

    def working(self, path: str, fraction: float | None) -> None:
        """A file has got so far."""
        if self._is_wanted and self._is_terminal:
            part = "" if fraction is None else f" {100.0 * fraction:.0f} %"
            self._overwrite(f"{self._n_done + 1}/{self._n_files} {shown_name(path)}{part}")

    def finished(self, path: str) -> None:
        """A file is over, well or not."""
        self._n_done += 1
        if self._is_wanted and not self._is_terminal:
            self._write(f"{self._n_done}/{self._n_files} {shown_name(path)}\n")

    def say(self, sentence: str) -> None:
        """Something the user should know."""
        self.clear()
        self._write(f"right-in-tune: {sentence}\n")

    def clear(self) -> None:
        """Take the progress line away."""
        if self._is_wanted and self._is_terminal:
            self._overwrite("")

    def _overwrite(self, text: str) -> None:
        self._write(f"\r\x1b[K{text}")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
