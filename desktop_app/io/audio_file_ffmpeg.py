# SPDX-License-Identifier: MIT
"""M4A and AAC through the FFmpeg that is installed on the computer, as float32 over a pipe.

The demuxer is fixed from the file's content and only local files may be opened, so that a file
cannot make FFmpeg fetch anything else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Generator
from typing import Final, Literal

import numpy as np

from desktop_app.domain.errors import AudioFileError
from desktop_app.domain.frames import Float32Array
from desktop_app.io.audio_file_header import first_bytes, is_adts, is_mp4
from desktop_app.io.audio_file_text import shown_name

Demuxer = Literal["mov", "aac"]
_PROBE_TIMEOUT_S: Final = 30.0


def ffmpeg_demuxer(path: str) -> Demuxer | None:
    """FFmpeg's reader for a file of a format that libsndfile does not read, else None."""
    head = first_bytes(path)
    if is_mp4(head):
        return "mov"
    return "aac" if is_adts(head) else None


def ffmpeg_probe(path: str, demuxer: Demuxer) -> tuple[int, int, float | None]:
    """Sample rate in Hz, channels and, when known, length in seconds of the first sound track.

    Raises
    ------
    AudioFileError
        When FFmpeg is not installed or finds no sound.
    """
    wanted = ["-select_streams", "a:0", "-show_entries", "stream=sample_rate,channels,duration"]
    command = [_tool("ffprobe", path), *_input(path, demuxer), *wanted, "-of", "json"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_TIMEOUT_S, check=True
        )
        stream = json.loads(done.stdout)["streams"][0]
        # ADTS frames carry no length: FFmpeg only guesses one from the bit rate.
        duration = stream.get("duration") if demuxer == "mov" else None
        duration_s = None if duration is None else float(duration)
        return int(stream["sample_rate"]), int(stream["channels"]), duration_s
    except (subprocess.SubprocessError, ValueError, LookupError) as error:
        sentence = f"{shown_name(path)} holds no sound that FFmpeg can read."
        raise AudioFileError("unreadable", sentence) from error


def ffmpeg_read(path: str, demuxer: Demuxer, channels: int, n_block: int) -> Generator[Float32Array]:
    """Blocks of shape (at most ``n_block``, channels), float32; ends early where the file is damaged."""
    output = ["-map", "0:a:0", "-ac", str(channels), "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"]
    command = [_tool("ffmpeg", path), "-nostdin", *_input(path, demuxer), *output]
    n_bytes = n_block * channels * 4
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    pipe = process.stdout
    assert pipe is not None
    try:
        while data := pipe.read(n_bytes):
            usable = len(data) - len(data) % (4 * channels)
            yield np.frombuffer(data[:usable], "<f4").astype(np.float32, copy=False).reshape(-1, channels)
    finally:
        pipe.close()
        process.kill()
        process.wait()


def _input(path: str, demuxer: Demuxer) -> list[str]:
    # "file:" keeps names with a colon or a leading dash from being read as anything else.
    source = f"file:{os.path.abspath(path)}"
    return ["-v", "error", "-protocol_whitelist", "file,pipe", "-f", demuxer, "-i", source]


def _tool(name: str, path: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise AudioFileError(
            "unreadable",
            f"{shown_name(path)} is an M4A or AAC file: install FFmpeg to open it, "
            "or convert it to WAV, FLAC, OGG or MP3.",
        )
    return found
