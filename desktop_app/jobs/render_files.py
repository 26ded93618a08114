# SPDX-License-Identifier: MIT
"""Writing rendered sound to files that are there as a whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from desktop_app.domain.errors import ExportError

if TYPE_CHECKING:
    from desktop_app.domain.frames import Float32Array

_FULL_SCALE: Final = 0.999
_COPY_BYTES: Final = 1 << 20


def write_wav(file: BinaryIO, blocks: Iterable[Float32Array], sr: int, channels: int) -> None:
    """Write blocks of shape (n, channels) as 32-bit float."""
    from desktop_app.io.wav_format import float_header

    n_frames = 0
    file.write(float_header(sr, channels, 0))
    for block in blocks:
        file.write(block.astype("<f4").tobytes())
        n_frames += block.shape[0]
    file.seek(0)
    file.write(float_header(sr, channels, n_frames))


def write_flac(file: BinaryIO, blocks: Iterable[Float32Array], sr: int, channels: int) -> None:
    """Write blocks of shape (n, channels) with 24 bits.

    All is softer where a peak would not fit: FLAC has no samples beyond full scale.

    Raises
    ------
    OSError
        When the disk is full.
    """
    import numpy as np
    import soundfile

    peak = 0.0
    with tempfile.TemporaryFile() as floats:
        for block in blocks:
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            floats.write(block.tobytes())
        floats.seek(0)
        gain = np.float32(min(1.0, _FULL_SCALE / max(peak, _FULL_SCALE)))
        n_frames = 0
        with (
            _sound_errors(),
            soundfile.SoundFile(
                file.fileno(), "w", sr, channels, "PCM_24", format="FLAC", closefd=False
            ) as flac,
        ):
            while raw := floats.read(_COPY_BYTES):
                block = np.frombuffer(raw, np.float32).reshape(-1, channels)
                flac.write(block * gain)
                n_frames += block.shape[0]


@contextmanager
def _sound_errors() -> Iterator[None]:
    """What libsndfile says of a full disk, as the system would."""
    import soundfile

    try:
        yield
    except (soundfile.LibsndfileError, AssertionError) as error:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error


@contextmanager
def whole_file(path: Path, name: str) -> Iterator[BinaryIO]:
    """Open a file beside its place, and put it there at the end.

    Parameters
    ----------
    path
        Its folder is made.
    name
        As the subject of an error's sentence.

    Raises
    ------
    ExportError
        When it cannot be written; what was there before stays.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise ExportError(f"{name} cannot be written: {error.strerror}.") from error
    finally:
        temporary.unlink(missing_ok=True)
