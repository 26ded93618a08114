# SPDX-License-Identifier: MIT
"""Sounds found by walking folders, in an order that is the same on every machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import CorpusError

AUDIO_SUFFIXES: Final = frozenset({".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff"})


def walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """The folder and all below it, each with the sorted names of its files; hidden ones left out.

    Raises
    ------
    CorpusError
        When one of the folders may not be read: its sounds would be left out without a word.
    """
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield Path(place), sorted(name for name in names if not name.startswith("."))


def iter_audio(folder: Path) -> Iterator[Path]:
    """The audio files in the folder and below."""
    for place, names in walk(folder):
        yield from (place / name for name in names if Path(name).suffix.lower() in AUDIO_SUFFIXES)


def subfolders(folder: Path) -> list[Path]:
    """The folders in a folder, sorted; hidden ones left out.

    Raises
    ------
    CorpusError
        When the folder may not be read.
    """
    try:
        return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError as error:
        raise CorpusError(f"{folder} could not be read.") from error


def _refuse(error: OSError) -> None:
    raise CorpusError(f"{error.filename} could not be read.") from error
