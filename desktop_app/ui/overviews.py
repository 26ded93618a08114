# SPDX-License-Identifier: MIT
"""The folders with the pictures of analysed recordings; they belong to this run of the program."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import deque
from pathlib import Path

from desktop_app.ui.background import Background
from desktop_app.ui.library import Entry

MAX_KEPT = 32
_FOLDER = "overviews"


class OverviewStore:
    """Gives each entry a folder and deletes those that are no longer needed.

    Parameters
    ----------
    background
        Deletes, since that can take a while.
    cache
        The user's folder for what can be made again.
    """

    def __init__(self, background: Background, cache: Path) -> None:
        self._background = background
        self._folder = cache / _FOLDER / str(os.getpid())
        self._numbers = itertools.count(1)
        self._kept: deque[Entry] = deque()

    def make(self, entry: Entry) -> Path:
        """A new folder for an entry, which loses its old one."""
        self.drop(entry)
        entry.folder = self._folder / str(next(self._numbers))
        self._kept.append(entry)
        return entry.folder

    def drop(self, entry: Entry) -> None:
        """Delete the folder of an entry, if it has one."""
        if entry in self._kept:
            self._kept.remove(entry)
        folder, entry.folder = entry.folder, None
        if folder is not None:
            self._background.submit(lambda: shutil.rmtree(folder, ignore_errors=True))

    def limit(self, spared: Entry | None) -> None:
        """Drop the oldest where there are too many, but not one entry: it is analysed again when opened."""
        droppable = [entry for entry in self._kept if entry is not spared and not entry.is_pending]
        for entry in droppable[: max(0, len(self._kept) - MAX_KEPT)]:
            self.drop(entry)

    def close(self) -> None:
        """Delete everything."""
        shutil.rmtree(self._folder, ignore_errors=True)


def remove_stale_overviews(cache: Path) -> None:
    """Delete the folders that a program which is no longer running has left behind."""
    import psutil

    for folder in (cache / _FOLDER).glob("*"):
        if folder.name.isdigit() and not psutil.pid_exists(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)
