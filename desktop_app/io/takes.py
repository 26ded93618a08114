# SPDX-License-Identifier: MIT
"""Where recordings live, how they are named, and how they come back after a crash."""

from __future__ import annotations

import contextlib
import os
import struct
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import platformdirs

from desktop_app.domain.errors import ExportError
from desktop_app.io.wav_format import LARGEST_SIZE, WavLayout, clamp, outer_header, read_layout
from desktop_app.io.wav_recorder import lock

HOME_VARIABLE = "RIGHT_IN_TUNE_HOME"


def takes_folder() -> Path:
    """The folder of the recordings, made where it is missing: ``Right In Tune`` in the user's music folder.

    The environment variable ``RIGHT_IN_TUNE_HOME`` puts it into the folder ``takes`` below itself.

    Raises
    ------
    ExportError
        When it cannot be made.
    """
    home = os.environ.get(HOME_VARIABLE)
    folder = Path(home) / "takes" if home else platformdirs.user_music_path() / "Right In Tune"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"The folder for takes, “{folder}”, cannot be made: {error.strerror}.") from error
    return folder


def new_take_path(folder: Path | None = None, *, now: datetime | None = None) -> Path:
    """A path that is free, named after the time: ``Take 2026-11-21 14-05-33.wav``.

    Parameters
    ----------
    folder
        None for :func:`takes_folder`.
    now
        None for the present local time.
    """
    folder = takes_folder() if folder is None else folder
    stem = f"Take {now or datetime.now():%Y-%m-%d %H-%M-%S}"
    path, n_tries = folder / f"{stem}.wav", 1
    while path.exists():
        n_tries += 1
        path = folder / f"{stem} ({n_tries}).wav"
    return path


def list_takes(folder: Path | None = None) -> list[Path]:
    """The takes that hold something, newest first; files without a single sample are left out."""
    folder = takes_folder() if folder is None else folder
    sized = [(path, path.stat()) for path in folder.glob("*.wav") if path.is_file()]
    kept = [(stat.st_mtime, path) for path, stat in sized if stat.st_size > 0 and _has_samples(path)]
    return [path for _, path in sorted(kept, reverse=True)]


def recover_takes(folder: Path | None = None) -> list[Path]:
    """Repair every take that a crash left short; returns those that were repaired.

    Takes that are being recorded at this moment are left alone, and one that cannot be repaired does not
    keep the others from it.
    """
    folder = takes_folder() if folder is None else folder
    repaired = []
    for path in sorted(folder.glob("*.wav")):
        with contextlib.suppress(OSError):
            if repair_wav(path):
                repaired.append(path)
    return repaired


def repair_wav(path: Path) -> bool:
    """Make the header of a WAV file say how much the file really holds.

    Nothing is cut off or moved: only sizes are rewritten. A file without a complete header, an empty one
    included, holds nothing that could be read and stays as it is.

    Parameters
    ----------
    path
        Any WAV file whose header counts too few samples (a recording that was cut off) or too many
        (a copy that was).

    Returns
    -------
    bool
        Whether it needed repair and was repaired.

    Raises
    ------
    OSError
        When the file cannot be read or written.
    """
    with path.open("r+b") as file:
        if not lock(file):
            return False
        layout = read_layout(file)
        if layout is None:
            return False
        file_bytes = file.seek(0, os.SEEK_END)
        data_bytes = _present_data_bytes(layout, file_bytes)
        if not _is_wrong(layout, data_bytes):
            return False
        _rewrite_sizes(file, layout, data_bytes)
    return True


def _has_samples(path: Path) -> bool:
    with contextlib.suppress(OSError), path.open("rb") as file:
        layout = read_layout(file)
        return layout is None or path.stat().st_size > layout.data_at
    return False


def _present_data_bytes(layout: WavLayout, file_bytes: int) -> int:
    data_bytes = (file_bytes - layout.data_at) // layout.frame_bytes * layout.frame_bytes
    if not layout.has_room:  # 32 bits must do
        data_bytes = min(
            data_bytes, (LARGEST_SIZE - layout.data_at) // layout.frame_bytes * layout.frame_bytes
        )
    return data_bytes


def _is_wrong(layout: WavLayout, data_bytes: int) -> bool:
    present_end = layout.data_at + data_bytes
    if layout.data_end > present_end:
        return True
    # Chunks may follow the samples; then the outer chunk reaches beyond them, and all is well.
    is_last_chunk = layout.riff_end <= layout.data_end + 1
    return is_last_chunk and layout.data_end < present_end


def _rewrite_sizes(file: BinaryIO, layout: WavLayout, data_bytes: int) -> None:
    n_frames = data_bytes // layout.frame_bytes
    file_bytes = layout.data_at + data_bytes
    prefix = outer_header(file_bytes, data_bytes, n_frames)
    file.seek(0)
    file.write(prefix if layout.has_room else prefix[:12])
    if layout.fact_at:
        file.seek(layout.fact_at)
        file.write(struct.pack("<I", clamp(n_frames)))
    file.seek(layout.data_at - 4)
    file.write(struct.pack("<I", data_bytes if file_bytes - 8 < LARGEST_SIZE else LARGEST_SIZE))
    file.flush()
    os.fsync(file.fileno())
