# SPDX-License-Identifier: MIT
"""WAV, FLAC, OGG, MP3 and the like through libsndfile, from the first sample to the last."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from desktop_app.domain.errors import AudioFileError
from desktop_app.domain.frames import Float32Array
from desktop_app.io.audio_file_header import is_known_container
from desktop_app.io.audio_file_text import shown_name

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


def open_sound(path: str) -> soundfile.SoundFile:
    """Open a file by its content.

    Raises
    ------
    AudioFileError
        When libsndfile does not know it or finds it damaged.
    """
    try:
        with open(path, "rb") as file:
            # By descriptor libsndfile does not see the name, whose suffix it would believe where the
            # content has no header.
            source = os.dup(file.fileno()) if os.name == "posix" else path
        return ForwardSoundFile(source, closefd=True)
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: named .raw, where the name is seen
        raise _unreadable(path) from error
    except OSError as error:
        raise AudioFileError("unreadable", f"{shown_name(path)} cannot be read: {error.strerror}.") from error


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
