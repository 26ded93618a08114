# SPDX-License-Identifier: MIT
"""Decoded copies, beside the pictures, of files that the player cannot read itself: M4A and AAC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.io.wav_format import float_header

if TYPE_CHECKING:
    from desktop_app.domain.frames import Float32Array
    from desktop_app.io.audio_file import AudioInfo

_NAME: Final = "playable.wav"
_FORMATS: Final = ("M4A", "AAC")


def playable_path(path: Path, folder: Path) -> Path:
    """What to play for a file whose pictures are in ``folder``: the copy where there is one."""
    copy = folder / _NAME
    return copy if copy.is_file() else path


def with_playable_copy(
    blocks: Iterable[Float32Array], info: AudioInfo, folder: Path
) -> Iterator[Float32Array]:
    """Pass blocks of shape (n, channels) on and, where the player needs it, write them to a float WAV file.

    Parameters
    ----------
    blocks
        The decoded file, float32.
    info
        Tells format, rate and channels.
    folder
        Where the copy goes; it must exist once the first block comes.

    Raises
    ------
    OSError
        When the copy cannot be written.
    """
    if info.format not in _FORMATS:
        yield from blocks
        return
    with (folder / _NAME).open("wb") as file:
        n_frames = 0
        file.write(float_header(info.sr, info.channels, 0))
        for block in blocks:
            file.write(block.astype("<f4").tobytes())
            n_frames += block.shape[0]
            yield block
        file.seek(0)
        file.write(float_header(info.sr, info.channels, n_frames))
