# SPDX-License-Identifier: MIT
"""Sound files as the user handles them: found in folders, copied whole."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from desktop_app.domain.errors import RightInTuneError


def sound_files_in(folders: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Sound files in folders, and the names of the folders without any."""
    from desktop_app.io.audio_file_search import audio_files_in

    files: list[Path] = []
    empty = []
    for folder in folders:
        found = [Path(path) for path in audio_files_in(str(folder))]
        files += found
        if not found:
            empty.append(folder.name)
    return files, empty


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file; one of the target's name is replaced only when all is written.

    Raises
    ------
    RightInTuneError
        When the copy cannot be written.
    """
    part = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(source, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RightInTuneError(f"“{target.name}” could not be written: {error.strerror}.") from error
