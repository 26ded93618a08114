# SPDX-License-Identifier: MIT
"""Writing a result so that there is either the whole file or the old one."""

from __future__ import annotations

import os
from pathlib import Path

from desktop_app.domain.errors import ExportError
from desktop_app.io.audio_file_text import shown_name


def write_whole(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file through a temporary one beside it.

    Parameters
    ----------
    path
        The file; its folder must exist.
    content
        All of it.
    overwrite
        Whether a file that is there may be replaced.

    Raises
    ------
    ExportError
        When it is there already or cannot be written.
    """
    if not overwrite and path.exists():
        raise ExportError(f"{shown_name(path)} is there already and was left as it is.")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ExportError(f"{shown_name(path)} cannot be written: {error.strerror}.") from error
