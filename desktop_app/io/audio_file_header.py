# SPDX-License-Identifier: MIT
"""What the first bytes of a file tell, without decoding it; imports the standard library alone.

References
----------
Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", 1991 (RIFF WAVE);
EBU Tech 3306, "RF64: an extended file format for audio", 2009.
"""

from __future__ import annotations

import os
from typing import BinaryIO, Final

# The first bytes of formats that libsndfile reads.
_MAGIC: Final = (b"RIFF", b"RIFX", b"RF64", b"riff", b"FORM", b"fLaC", b"OggS", b"ID3", b".snd", b"caff")
_UNKNOWN_SIZE: Final = 0xFFFFFFFF
_MAX_CHUNKS: Final = 1000


def first_bytes(path: str, n_bytes: int = 12) -> bytes:
    """The first bytes of a file; none when it cannot be opened."""
    try:
        with open(path, "rb") as file:
            return file.read(n_bytes)
    except OSError:
        return b""


def is_mpeg_audio(head: bytes) -> bool:
    """Whether a frame of MPEG audio layer I, II or III starts here."""
    return (
        len(head) >= 3
        and head[0] == 0xFF
        and head[1] & 0xE0 == 0xE0
        and head[1] & 0x06 != 0  # layer 0 would be AAC
        and head[1] & 0x18 != 0x08
        and head[2] & 0xF0 != 0xF0
    )


def is_adts(head: bytes) -> bool:
    """Whether a frame of AAC (ADTS) starts here."""
    return len(head) >= 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def is_mp4(head: bytes) -> bool:
    """Whether this is an MP4 container (.m4a, .mp4)."""
    return head[4:8] == b"ftyp"


def is_known_container(path: str) -> bool:
    """Whether a file starts as one of the formats that libsndfile reads."""
    head = first_bytes(path)
    return head.startswith(_MAGIC) or is_mpeg_audio(head)


def wav_data_bytes(path: str) -> tuple[int, int] | None:
    """Size of a WAV file's samples in bytes: what the header declares, and what the file really has.

    None when it is no WAV file, has no samples, or leaves the size open as a stream does.
    """
    with open(path, "rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
            return None
        return _find_data(file)


def _find_data(file: BinaryIO) -> tuple[int, int] | None:
    size_64 = _UNKNOWN_SIZE
    for _ in range(_MAX_CHUNKS):
        header = file.read(8)
        if len(header) < 8:
            return None
        size = int.from_bytes(header[4:], "little")
        if header[:4] == b"data":
            declared = size_64 if size == _UNKNOWN_SIZE else size
            available = os.fstat(file.fileno()).st_size - file.tell()
            return None if declared in (0, _UNKNOWN_SIZE) or available == 0 else (declared, available)
        if header[:4] == b"ds64":
            sizes = file.read(16)
            size_64 = int.from_bytes(sizes[8:], "little") or _UNKNOWN_SIZE
            file.seek(-len(sizes), os.SEEK_CUR)
        file.seek(size + size % 2, os.SEEK_CUR)
    return None
