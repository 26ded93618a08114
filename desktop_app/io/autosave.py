# SPDX-License-Identifier: MIT
"""What is kept of unsaved work until it is saved, and found again after a crash.

Each running program has a folder of its own, and beside it a lock file that it holds; a folder whose lock
nobody holds was left behind. Each autosave is a project file without the recording, with the member
``autosave.json`` besides, which tells the project file that it belongs to.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from desktop_app.domain.errors import ProjectError
from desktop_app.domain.project import Project
from desktop_app.io.audio_file_text import shown_name
from desktop_app.io.project import SUFFIX, get_project, put_project
from desktop_app.io.project_file import damaged, open_archive, read_text, write_archive, write_text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_SESSION: Final = "session-"
_QUARANTINE: Final = "damaged"
_BELONGS: Final = "autosave.json"


class AutosaveSession:
    """The autosaves of this run of the program.

    Parameters
    ----------
    folder
        Where all autosaves are; made where it is missing.

    Raises
    ------
    ProjectError
        When it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"{_SESSION}{os.getpid()}-{uuid.uuid4().hex[:8]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock_file = _lock_path(self._folder).open("a+b")
        except OSError as error:
            sentence = f"Unsaved work cannot be kept in {shown_name(folder)}: {error.strerror}."
            raise ProjectError(sentence) from error
        _lock(self._lock_file)  # before there is a folder that others could see

    def write(self, key: str, project: Project, project_path: Path | None) -> None:
        """Keep the work on one recording in place of what was kept before.

        Parameters
        ----------
        key
            What tells the recording from the others of this run, such as its path.
        project
            The work.
        project_path
            The project file that it belongs to, if there is one.

        Raises
        ------
        ProjectError
            When it cannot be written.
        """
        belongs = json.dumps({"project_path": None if project_path is None else str(project_path)})
        audio = replace(project.audio, relative="", is_embedded=False)

        def fill(archive: zipfile.ZipFile) -> None:
            put_project(archive, replace(project, audio=audio))
            write_text(archive, _BELONGS, [belongs])

        path = self._path(key)
        with contextlib.suppress(OSError):  # then writing says why
            path.parent.mkdir(exist_ok=True)
        write_archive(path, fill)

    def remove(self, key: str) -> None:
        """The work on a recording is safe elsewhere, or not wanted."""
        with contextlib.suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def close(self) -> None:
        """The program ends; what was not removed is found at the next start. May be called again."""
        self._lock_file.close()
        _remove_if_empty(self._folder)

    def _path(self, key: str) -> Path:
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{digest[:24]}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class Left:
    """Work on one recording that a crash left behind.

    Attributes
    ----------
    path
        The autosave.
    saved_at
        When, in local time.
    project
        The work.
    project_path
        The project file that it belongs to, if there is one.
    """

    path: Path
    saved_at: datetime
    project: Project
    project_path: Path | None

    def discard(self) -> None:
        """Delete it: it is restored and safe, or not wanted."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
        _remove_if_empty(self.path.parent)


def left_behind(folder: Path) -> tuple[list[Left], list[str]]:
    """What earlier runs left, newest first, and a sentence about each autosave that is damaged.

    Damaged ones are moved into a folder beside the others, never deleted, and do not keep the others back.
    Those of programs that still run are left alone.
    """
    found: list[Left] = []
    problems: list[str] = []
    for session in _left_sessions(folder):
        for path in sorted(session.glob(f"*{SUFFIX}")):
            try:
                found.append(_read(path))
            except ProjectError as error:
                problems.append(_quarantine(path, folder, error))
        _remove_if_empty(session)
    return sorted(found, key=lambda left: left.saved_at, reverse=True), problems


def _read(path: Path) -> Left:
    with open_archive(path) as archive:
        project = get_project(archive, path)
        belongs = read_text(archive, path, _BELONGS)
    try:
        told = json.loads(belongs)["project_path"]
        saved_at = datetime.fromtimestamp(path.stat().st_mtime)
    except (ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        raise damaged(path) from error
    return Left(path, saved_at, project, Path(told) if isinstance(told, str) and told else None)


def _quarantine(path: Path, folder: Path, error: ProjectError) -> str:
    """Move an autosave out of the way; tells what happened."""
    target = folder / _QUARANTINE / f"{path.stem}-{uuid.uuid4().hex[:8]}{SUFFIX}"
    try:
        target.parent.mkdir(exist_ok=True)
        os.replace(path, target)
    except OSError:
        return str(error)
    kept = f"it was kept as {shown_name(target)} in {shown_name(target.parent)}"
    return f"Unsaved work is damaged and could not be restored; {kept}."


def _left_sessions(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        for session in sorted(folder.glob(f"{_SESSION}*/")):
            if not _is_running(session):
                yield session


def _is_running(session: Path) -> bool:
    try:
        with _lock_path(session).open("a+b") as file:
            return not _lock(file)
    except OSError:
        return False


def _lock_path(session: Path) -> Path:
    return session.with_name(session.name + ".lock")


def _lock(file: BinaryIO) -> bool:
    """Hold a file until it is closed or the program ends; False where another does."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a network disk without locks
        return True
    return True


def _remove_if_empty(session: Path) -> None:
    if any(session.glob(f"*{SUFFIX}")):
        return
    shutil.rmtree(session, ignore_errors=True)
    with contextlib.suppress(OSError):
        _lock_path(session).unlink(missing_ok=True)
