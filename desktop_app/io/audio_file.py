# SPDX-License-Identifier: MIT
"""Reading audio files block by block: WAV, FLAC, OGG and MP3 by content, M4A and AAC through FFmpeg.

A file is told from its first bytes, never from its name. Whatever is wrong with it becomes an
:class:`AudioFileError` of one sentence. libsndfile can hang or crash on hostile files, so the program
calls this module in a job process only, under limits of time and memory.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.domain.errors import AudioFileError
from desktop_app.domain.frames import Float32Array
from desktop_app.io.audio_file_ffmpeg import ffmpeg_demuxer, ffmpeg_probe, ffmpeg_read
from desktop_app.io.audio_file_header import find_wav_data
from desktop_app.io.audio_file_text import duration_text, shown_name

MAX_DURATION_S: Final = 6 * 3600.0
MAX_CHANNELS: Final = 64
SR_RANGE_HZ: Final = (1_000, 1_000_000)
# A block never holds more values than this, so that 64 channels at 192 kHz stay within 16 MB.
_MAX_BLOCK_VALUES: Final = 1 << 22
# Full scale is 1; anything beyond this (Inf too) is not sound but damage, and its square would overflow.
_MAX_ABS_SAMPLE: Final = 1e6
# libsndfile says this, or more, when a stream does not tell its length.
_UNKNOWN_FRAMES: Final = 1 << 60


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a file says of itself.

    Attributes
    ----------
    path
        As it was given.
    sr
        Sample rate in Hz.
    channels
        Number of channels.
    n_frames, duration_s
        Samples per channel that the file really has room for, and their length in seconds; None when
        the format does not tell.
    format
        ``"WAV"``, ``"FLAC"``, ``"OGG"``, ``"MP3"``, ``"M4A"`` and so on.
    warnings
        Sentences for the user about a file that is read all the same.
    """

    path: str
    sr: int
    channels: int
    n_frames: int | None
    duration_s: float | None
    format: str
    warnings: tuple[str, ...] = ()


def probe(path: str | os.PathLike[str]) -> AudioInfo:
    """Open a file, check it, and say what it is.

    Raises
    ------
    AudioFileError
        When it cannot be read as audio.
    """
    name = os.fspath(path)
    _check_is_file(name)
    demuxer = ffmpeg_demuxer(name)
    if demuxer is not None:
        sr, channels, duration_s = ffmpeg_probe(name, demuxer)
        n_frames = None if duration_s is None else round(duration_s * sr)
        info = AudioInfo(name, sr, channels, n_frames, duration_s, "M4A" if demuxer == "mov" else "AAC")
    else:
        info = _probe_sound(name)
    _check_info(info)
    return info


def read_blocks(path: str | os.PathLike[str], block_s: float = 5.0) -> Iterator[Float32Array]:
    """Decode a file from its start to its end.

    Parameters
    ----------
    path
        The file.
    block_s
        Longest block in seconds.

    Yields
    ------
    ndarray, shape (n, channels), float32
        Samples, full scale ±1; NaN and Inf are 0. A file that is damaged further on ends there.

    Raises
    ------
    AudioFileError
        When it cannot be read as audio, holds no samples, or is longer than :data:`MAX_DURATION_S`.
    """
    info = probe(path)
    n_block = max(1, min(int(block_s * info.sr), _MAX_BLOCK_VALUES // info.channels))
    blocks = _decode(info, n_block)
    n_read = 0
    try:
        for block in blocks:
            n_read += block.shape[0]
            if n_read > MAX_DURATION_S * info.sr:
                raise _too_long(info.path)
            yield _without_damage(block)
    finally:
        blocks.close()
    if n_read == 0:
        raise _no_samples(info.path)


def _probe_sound(path: str) -> AudioInfo:
    from desktop_app.io.audio_file_sndfile import open_sound

    with open_sound(path) as sound:
        sr, channels, audio_format = sound.samplerate, sound.channels, sound.format
        n_frames = sound.frames if 0 <= sound.frames < _UNKNOWN_FRAMES else None
    duration_s = None if n_frames is None or sr <= 0 else n_frames / sr
    warnings = _wav_warnings(path, duration_s) if duration_s else ()
    return AudioInfo(path, sr, channels, n_frames, duration_s, audio_format, warnings)


def _wav_warnings(path: str, duration_s: float) -> tuple[str, ...]:
    data = find_wav_data(path)
    if data is None or data.declared is None:
        return ()
    if data.is_unfinished:
        return (
            f"{shown_name(path)} was never finished: its header promises nothing, but all of it was read.",
        )
    if data.declared > data.available > 0:
        return (short_file_sentence(path, duration_s * data.declared / data.available, duration_s),)
    return ()


def _decode(info: AudioInfo, n_block: int) -> Generator[Float32Array]:
    demuxer = ffmpeg_demuxer(info.path)
    if demuxer is not None:
        return ffmpeg_read(info.path, demuxer, info.channels, n_block)
    from desktop_app.io.audio_file_sndfile import read_sound

    return read_sound(info.path, n_block)


def short_file_sentence(path: str, promised_s: float, found_s: float) -> str:
    """The warning about a file that ends before its header says."""
    return (
        f"{shown_name(path)} ends early: its header promises {duration_text(promised_s)}, "
        f"but only {duration_text(found_s)} could be read."
    )


def _without_damage(block: Float32Array) -> Float32Array:
    damaged = ~(np.abs(block) <= _MAX_ABS_SAMPLE)  # NaN compares false
    if damaged.any():
        block = np.where(damaged, np.float32(0.0), block)
    return block


def _check_is_file(path: str) -> None:
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioFileError("missing", f"There is no file {shown_name(path)}.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        raise AudioFileError("unreadable", f"{shown_name(path)} cannot be opened.") from error
    if stat.S_ISDIR(status.st_mode):
        raise AudioFileError("not_audio", f"{shown_name(path)} is a folder, not an audio file.")
    if not stat.S_ISREG(status.st_mode):
        raise AudioFileError("not_audio", f"{shown_name(path)} is not an ordinary file.")
    if status.st_size == 0:
        raise AudioFileError("not_audio", f"{shown_name(path)} is empty.")
    if not os.access(path, os.R_OK):
        raise AudioFileError("unreadable", f"{shown_name(path)} may not be read: its permissions forbid it.")


def _check_info(info: AudioInfo) -> None:
    if info.n_frames == 0:
        raise _no_samples(info.path)
    low, high = SR_RANGE_HZ
    if not low <= info.sr <= high or not 1 <= info.channels <= MAX_CHANNELS:
        raise AudioFileError(
            "unreadable",
            f"{shown_name(info.path)} claims {info.channels} channels at {info.sr} Hz: that cannot be right.",
        )
    if info.duration_s is not None and info.duration_s > MAX_DURATION_S:
        raise _too_long(info.path)


def _no_samples(path: str) -> AudioFileError:
    return AudioFileError("unreadable", f"{shown_name(path)} holds no sound: it has 0 samples.")


def _too_long(path: str) -> AudioFileError:
    limit = f"{MAX_DURATION_S / 3600.0:.0f} hours"
    return AudioFileError("too_long", f"{shown_name(path)} is longer than {limit}: cut it into parts.")
