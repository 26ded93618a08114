# SPDX-License-Identifier: MIT
"""The recording of a project: what tells it from others, and where it is now."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, Final

from desktop_app.domain.errors import ProjectError
from desktop_app.domain.project import AudioReference, Project
from desktop_app.io.audio_file_text import shown_name

PIECE_BYTES: Final = 2**20
_MAX_NAME: Final = 120


def audio_reference(path: Path) -> AudioReference:
    """What tells a recording from others; reads all of it.

    Raises
    ------
    ProjectError
        When it cannot be read.
    """
    path = path.absolute()
    try:
        size_bytes, digest = _content(path)
    except OSError as error:
        raise ProjectError(f"{shown_name(path)} cannot be read: {error.strerror}.") from error
    return AudioReference(str(path), size_bytes, digest)


def find_audio(project: Project, project_path: Path, near: Path | None = None) -> Path | None:
    """Where the recording of a project is now.

    Parameters
    ----------
    project
        The project.
    project_path
        Its file.
    near
        Where to look besides: a folder, or a file in it.

    Returns
    -------
    Path or None
        A file with the same content: where it was, in the same place relative to the project, under its name
        or, beside the project or in the folder ``near``, under any; else one under its name whose content is
        another (:func:`has_changed`); else None.
    """
    likely = [path for path in _likely(project.audio, project_path, near) if _is_file(path)]
    folders = [project_path.absolute().parent, *([_folder(near)] if near else [])]
    others = (path for folder in folders for path in _of_size(folder, project.audio.size_bytes))
    for path in (*likely, *others):
        if not has_changed(project, path):
            return path
    return likely[0] if likely else None


def has_changed(project: Project, path: Path) -> bool:
    """Whether a file's content is not that of the project's recording; reads all of it the first time."""
    with contextlib.suppress(OSError):
        if path.stat().st_size == project.audio.size_bytes:
            return _content(path)[1] != project.audio.sha256
    return True


def file_name(audio: AudioReference) -> str:
    """The recording's own name, without any folder, fit for a file."""
    name = PureWindowsPath(PurePosixPath(audio.path).name).name
    kept = "".join("_" if c in '<>:"|?*' or not c.isprintable() else c for c in name).strip(" .")
    stem, suffix = os.path.splitext(kept)
    return (stem[:_MAX_NAME] + suffix[:10]) or "recording"


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file in pieces."""
    while piece := file.read(PIECE_BYTES):
        yield piece


def _likely(audio: AudioReference, project_path: Path, near: Path | None) -> list[Path]:
    folder = project_path.absolute().parent
    name = file_name(audio)
    paths = [Path(audio.path)]
    if audio.relative:
        paths.append(Path(os.path.normpath(folder / audio.relative)))
    paths.append(folder / name)
    if near is not None:
        paths.append(_folder(near) / name)
    return list(dict.fromkeys(paths))


def _folder(near: Path) -> Path:
    return near if near.is_dir() else near.parent


def _of_size(folder: Path, size_bytes: int) -> Iterator[Path]:
    """Files of a folder that could be the recording under another name."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_size == size_bytes:
                    yield path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _content(path: Path) -> tuple[int, str]:
    """Size and hash of a file."""
    stat = path.stat()
    return stat.st_size, _sha256(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256(path: Path, size_bytes: int, changed_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in pieces(file):
            digest.update(piece)
    return digest.hexdigest()
