# SPDX-License-Identifier: MIT
"""Where the recordings of projects are: on the disk, or inside a project, unpacked while they are needed."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import ProjectError
from desktop_app.domain.project import Project

_UNUSED_S: Final = 30 * 24 * 3600.0


def find_sound(
    project: Project, source: Path, sounds: Path, *, found_in: Path | None, inside: Path | None
) -> Path | None:
    """The recording of a project; None where it is not found.

    Parameters
    ----------
    project, source
        The project, and the file that it was read from.
    sounds
        The folder for recordings that lie in projects.
    found_in
        Where to look besides the places that the project tells.
    inside
        Another project file that may hold it.

    Raises
    ------
    ProjectError
        When it lies in the project and cannot be taken out.
    """
    from desktop_app.io.project import find_audio

    if project.audio.is_embedded:
        return _unpacked(source, sounds)
    found = find_audio(project, source, found_in)
    if found is None and inside is not None:
        with contextlib.suppress(ProjectError):
            found = _unpacked(inside, sounds)
    return found


def remove_unused_sounds(sounds: Path) -> None:
    """Delete what was unpacked a month ago and not been used since; the projects still hold it."""
    oldest = time.time() - _UNUSED_S
    for folder in sounds.glob("*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder)


def _unpacked(path: Path, sounds: Path) -> Path:
    from desktop_app.io.project import extract_audio

    sound = extract_audio(path, sounds)
    with contextlib.suppress(OSError):
        os.utime(sound.parent)
    return sound
