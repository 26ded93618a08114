# SPDX-License-Identifier: MIT
"""WAV, FLAC, OGG, MP3 and the like through libsndfile, from the first sample to the last."""

from __future__ import annotations

import io
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import soundfile

from desktop_app.domain.errors import AudioFileError
from desktop_app.domain.frames import Float32Array
from desktop_app.io.audio_file_header import WavData, find_wav_data, is_known_container
from desktop_app.io.audio_file_text import shown_name

if TYPE_CHECKING:
    from typing_extensions import Buffer

# libsndfile gives nothing of a read in which it met damage, so that reads are short.
_PIECE_FRAMES: Final = 4096


class ForwardSoundFile(soundfile.SoundFile):  # type: ignore[misc]
    """A file that is read forwards only.

    soundfile seeks to where it is after each read of a file that can be sought in; within an MP3 that
    empties the decoder's bit reservoir, so that each read begins with wrong samples.
    """

    def seekable(self) -> bool:
        """False: nothing is to seek."""
        return False


class _FinishedWav(io.FileIO):
    """A WAV file whose writer was stopped, with the size of the samples put into its header."""

    def __init__(self, path: str, data: WavData) -> None:
        super().__init__(path, "rb")
        self._field = slice(data.size_offset, data.size_offset + 4)
        self._size = min(data.available, 0xFFFFFFFE).to_bytes(4, "little")

    def readinto(self, buffer: Buffer) -> int:
        """As that of any file."""
        start = self.tell()
        view = memoryview(buffer).cast("B")
        n_read = super().readinto(view)
        for position in range(max(start, self._field.start), min(start + n_read, self._field.stop)):
            view[position - start] = self._size[position - self._field.start]
        return n_read


@contextmanager
def open_sound(path: str) -> Iterator[soundfile.SoundFile]:
    """Open a file by its content; closed at the end of the ``with`` block.

    Raises
    ------
    AudioFileError
        When libsndfile does not know it or finds it damaged.
    """
    with _open_file(path) as file, _open_decoder(path, file) as sound:
        yield sound


def _open_file(path: str) -> io.FileIO:
    try:
        data = find_wav_data(path)
        return _FinishedWav(path, data) if data is not None and data.is_unfinished else io.FileIO(path, "rb")
    except OSError as error:
        raise AudioFileError("unreadable", f"{shown_name(path)} cannot be read: {error.strerror}.") from error


def _open_decoder(path: str, file: io.FileIO) -> soundfile.SoundFile:
    try:
        if isinstance(file, _FinishedWav):
            return ForwardSoundFile(file)
        # By descriptor libsndfile does not see the name, whose suffix it would believe where the content
        # has no header. Elsewhere a descriptor means something else to each library.
        return ForwardSoundFile(file.fileno() if os.name == "posix" else path, closefd=False)
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: named .raw, where the name is seen
        raise _unreadable(path) from error


def read_sound(path: str, n_block: int) -> Generator[Float32Array]:
    """Blocks of shape (at most ``n_block``, channels), float32; ends early where the file is damaged."""
    n_piece = min(n_block, _PIECE_FRAMES)
    with open_sound(path) as sound:
        pieces = _pieces(sound, n_piece)
        while block := list(islice(pieces, n_block // n_piece)):
            yield np.concatenate(block)


def _pieces(sound: soundfile.SoundFile, n_piece: int) -> Iterator[Float32Array]:
    while True:
        try:
            piece = sound.read(n_piece, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            return  # damaged from here on: what came before is kept
        if piece.shape[0] == 0:
            return
        yield piece


def _unreadable(path: str) -> AudioFileError:
    if is_known_container(path):
        return AudioFileError("unreadable", f"{shown_name(path)} is damaged or cut off and cannot be read.")
    suffix = Path(path).suffix.lower()
    named = f", although its name ends in {suffix}" if suffix else ""
    return AudioFileError("not_audio", f"{shown_name(path)} is not an audio file of a known kind{named}.")
