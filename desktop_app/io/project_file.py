# SPDX-License-Identifier: MIT
"""Archives of project files: written whole or not at all, read within limits."""

from __future__ import annotations

import contextlib
import os
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from desktop_app.domain.errors import ProjectError
from desktop_app.io.audio_file_text import shown_name

MAX_TEXT_BYTES: Final = 32 * 2**20
_STALE_S: Final = 3600.0  # what a killed program was writing this long ago is nobody's any more
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression that Python cannot read
    RuntimeError,  # a password
    ValueError,
)


def write_archive(path: Path, fill: Callable[[zipfile.ZipFile], None]) -> None:
    """Write an archive through a temporary file beside it; till it is whole, the old one stays.

    Parameters
    ----------
    path
        The file; it may be there, and its folder must.
    fill
        Adds the members.

    Raises
    ------
    ProjectError
        When it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _remove_stale(path)
        with temporary.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                fill(archive)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise ProjectError(f"{shown_name(path)} cannot be saved: {error.strerror}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_text(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    """Add a text in pieces, between which other threads have their turn."""
    info = zipfile.ZipInfo(name)  # without a date: a clock that is wrong must not matter
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w") as member:
        held: list[str] = []
        for piece in pieces:
            held.append(piece)
            if len(held) == 64:
                member.write("".join(held).encode())
                held.clear()
        member.write("".join(held).encode())


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open an archive for reading.

    Raises
    ------
    ProjectError
        When it cannot be read or is none.
    """
    try:
        with path.open("rb") as file:
            is_archive = file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
        if is_archive:
            return zipfile.ZipFile(path)
    except OSError as error:
        raise ProjectError(f"{shown_name(path)} cannot be read: {error.strerror}.") from error
    except _DAMAGE as error:
        raise damaged(path) from error
    raise no_project(path)


def read_text(archive: zipfile.ZipFile, path: Path, name: str) -> bytes:
    """The bytes of a text.

    Raises
    ------
    ProjectError
        When it is missing, too large or damaged.
    """
    if name not in archive.namelist():
        raise no_project(path)
    try:
        with archive.open(name) as member:
            content = member.read(MAX_TEXT_BYTES + 1)
    except (*_DAMAGE, OSError) as error:
        raise damaged(path) from error
    if len(content) > MAX_TEXT_BYTES:
        raise damaged(path)
    return content


def copy_out(archive: zipfile.ZipFile, path: Path, name: str, write: Callable[[bytes], Any]) -> None:
    """Hand over a member that was stored as it is, piece by piece.

    Raises
    ------
    ProjectError
        When it is missing, damaged, or would grow by unpacking.
    """
    info = next((info for info in archive.infolist() if info.filename == name), None)
    if info is None or info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
        raise damaged(path)
    try:
        member = archive.open(info)
    except (*_DAMAGE, OSError) as error:
        raise damaged(path) from error
    with member:
        while True:
            try:
                piece = member.read(2**20)
            except (*_DAMAGE, OSError) as error:
                raise damaged(path) from error
            if not piece:
                return
            write(piece)


def damaged(path: Path) -> ProjectError:
    """For a project that holds what it should not."""
    return ProjectError(f"{shown_name(path)} is damaged and cannot be opened.")


def no_project(path: Path) -> ProjectError:
    """For a file that is something else."""
    return ProjectError(f"{shown_name(path)} is not a project of Right In Tune.")


def _remove_stale(path: Path) -> None:
    oldest = time.time() - _STALE_S
    prefix = f".{path.name}."
    for other in path.parent.iterdir():
        if other.name.startswith(prefix) and other.suffix == ".tmp":
            with contextlib.suppress(OSError):
                if other.stat().st_mtime < oldest:
                    other.unlink()


def _sync_folder(folder: Path) -> None:
    """Let the new name be on the disk too, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
