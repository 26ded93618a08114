# SPDX-License-Identifier: MIT
"""Projects: a zip of ``project.json`` and, if wished, the recording.

``project.json`` is an object with ``schema`` (``right-in-tune/project/1``), ``program`` (the version that
wrote it) and ``project``, which has the fields of :class:`desktop_app.domain.project.Project`. The recording,
where it is inside, is the member ``audio``, stored as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from desktop_app import __version__
from desktop_app.domain.errors import ProjectError
from desktop_app.domain.note import Note
from desktop_app.domain.project import AudioReference, Project
from desktop_app.io.audio_file_text import shown_name
from desktop_app.io.project_audio import audio_reference, file_name, find_audio, has_changed, pieces
from desktop_app.io.project_file import (
    copy_out,
    damaged,
    no_project,
    open_archive,
    read_text,
    write_archive,
    write_text,
)
from desktop_app.io.project_plain import from_plain, json_pieces, to_plain

__all__ = [
    "SUFFIX",
    "AudioReference",
    "Project",
    "audio_reference",
    "extract_audio",
    "find_audio",
    "has_changed",
    "load_project",
    "save_project",
]

SUFFIX: Final = ".rit"
VERSION: Final = 1
_SCHEMA: Final = "right-in-tune/project/"
_TEXT: Final = "project.json"
_AUDIO: Final = "audio"
_F0_RANGE_HZ: Final = (1.0, 50_000.0)
_A4_RANGE_HZ: Final = (200.0, 900.0)

Told = dict[str, Any]
# From each older version to the next.
MIGRATIONS: Final[Mapping[int, Callable[[Told], Told]]] = {}


def save_project(path: Path, project: Project, *, embed: bool) -> None:
    """Write a project file; the old one stays until the new one is on the disk.

    Parameters
    ----------
    path
        The file; it may be there.
    project
        What it is to hold; where the recording was relative to ``path`` is filled in.
    embed
        Whether the recording is put into it.

    Raises
    ------
    ProjectError
        When the file cannot be written or the recording cannot be read.
    """
    relative = _relative(project.audio.path, path)

    def fill(archive: zipfile.ZipFile) -> None:
        audio = replace(project.audio, relative=relative, is_embedded=embed)
        if embed:
            audio = _put_audio(archive, audio)
        put_project(archive, replace(project, audio=audio))

    write_archive(path, fill)


def load_project(path: Path) -> Project:
    """Read a project file.

    Raises
    ------
    ProjectError
        When it cannot be read, is no project, is damaged, or was made by a newer version.
    """
    with open_archive(path) as archive:
        return get_project(archive, path)


def extract_audio(path: Path, folder: Path) -> Path:
    """Take the recording out of a project.

    Parameters
    ----------
    path
        The project file.
    folder
        Where to put it, in a folder of its own named after its content; made where it is missing.

    Returns
    -------
    Path
        The recording under its own name.

    Raises
    ------
    ProjectError
        When the project cannot be read, holds no recording or another one than it says, or the recording
        cannot be written.
    """
    with open_archive(path) as archive:
        project = get_project(archive, path)
        audio = project.audio
        target = folder / audio.sha256[:16] / file_name(audio)
        if not target.is_file() or has_changed(project, target):
            try:
                _take_audio(archive, path, audio, target)
            except OSError as error:
                raise ProjectError(f"{shown_name(target)} cannot be written: {error.strerror}.") from error
    return target


def put_project(archive: zipfile.ZipFile, project: Project) -> None:
    """Add a project to an archive."""
    told = {"schema": f"{_SCHEMA}{VERSION}", "program": __version__, "project": to_plain(project)}
    write_text(archive, _TEXT, json_pieces(told))


def get_project(archive: zipfile.ZipFile, path: Path) -> Project:
    """The project of an archive; ``path`` is for the sentences.

    Raises
    ------
    ProjectError
        As :func:`load_project`.
    """
    content = read_text(archive, path, _TEXT)
    try:
        told = json.loads(content, object_hook=_as_it_is)
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    try:
        project = from_plain(Project, migrated(told, path).get("project"))
        _check(project)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise damaged(path) from error
    return project


def _as_it_is(told: Told) -> Told:
    """Called for each object that is read, so that other threads have their turn meanwhile."""
    return told


def migrated(
    told: Any,
    path: Path,
    *,
    version: int = VERSION,
    steps: Mapping[int, Callable[[Told], Told]] = MIGRATIONS,
) -> Told:
    """What a project of an older version would be in this one.

    Raises
    ------
    ProjectError
        When it is of a newer version, or no project.
    """
    schema = told.get("schema") if isinstance(told, dict) else None
    match = re.fullmatch(rf"{_SCHEMA}([0-9]{{1,6}})", schema) if isinstance(schema, str) else None
    if match is None:
        raise no_project(path)
    made = int(match[1])
    if made > version:
        raise ProjectError(f"{shown_name(path)} was made by a newer version of Right In Tune.")
    for step in range(made, version):
        told = steps[step](told)
    result: Told = told
    return result


def _check(project: Project) -> None:
    """Refuse what would break the program further on."""
    corrections = project.corrections
    groups = (
        project.notes,
        corrections.kept,
        corrections.removed,
        corrections.removed_poly,
        corrections.beside,
    )
    is_fine = _A4_RANGE_HZ[0] <= project.a4_hz <= _A4_RANGE_HZ[1]
    is_fine &= re.fullmatch("[0-9a-f]{64}", project.audio.sha256) is not None
    if not is_fine or not all(_is_note(note) for group in groups for note in group):
        raise ValueError("a value out of its range")


def _is_note(note: Note) -> bool:
    pitches = [note.f0_hz, *(one.f0_hz for one in note.candidates)]
    return (
        0.0 <= note.onset_s <= note.offset_s
        and 0 <= note.midi <= 127
        and all(_F0_RANGE_HZ[0] <= f0_hz <= _F0_RANGE_HZ[1] for f0_hz in pitches)
    )


def _relative(audio_path: str, project_path: Path) -> str:
    try:
        return Path(os.path.relpath(audio_path, project_path.absolute().parent)).as_posix()
    except ValueError:  # on another drive
        return ""


def _put_audio(archive: zipfile.ZipFile, audio: AudioReference) -> AudioReference:
    """Store the recording; tells what was stored."""
    digest, size_bytes = hashlib.sha256(), 0
    member = zipfile.ZipInfo(_AUDIO)
    member.compress_type = zipfile.ZIP_STORED
    with _opened(Path(audio.path)) as source, archive.open(member, "w", force_zip64=True) as target:
        for piece in pieces(source):
            target.write(piece)
            digest.update(piece)
            size_bytes += len(piece)
    return replace(audio, size_bytes=size_bytes, sha256=digest.hexdigest())


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ProjectError(f"{shown_name(path)} cannot be read: {error.strerror}.") from error


def _take_audio(archive: zipfile.ZipFile, path: Path, audio: AudioReference, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{os.getpid()}.tmp")
    digest = hashlib.sha256()
    try:
        with temporary.open("wb") as file:

            def write(piece: bytes) -> None:
                file.write(piece)
                digest.update(piece)

            copy_out(archive, path, _AUDIO, write)
        if digest.hexdigest() != audio.sha256:
            raise damaged(path)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
