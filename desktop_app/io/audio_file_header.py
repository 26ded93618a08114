# SPDX-License-Identifier: MIT
"""What the first bytes of a file tell, without decoding it; imports the standard library alone.

References
----------
Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", 1991 (RIFF WAVE);
EBU Tech 3306, "RF64: an extended file format for audio", 2009.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class WavData:
    """Where a WAV file's samples lie.

    Attributes
    ----------
    size_offset
        Position of the field that declares their size.
    declared, available
        Their size in bytes: as declared, None where it is left open as a stream does, and as the file has.
    riff_end
        Where the file ends by its own account.
    """

    size_offset: int
    declared: int | None
    available: int
    riff_end: int

    @property
    def is_unfinished(self) -> bool:
        """Whether sound follows a header that declares none: its writer was stopped before the end."""
        start = self.size_offset + 4
        return self.declared == 0 and self.available > 0 and self.riff_end <= start


def find_wav_data(path: str) -> WavData | None:
    """The samples of a WAV file; None when it is none or has no place for samples."""
    with open(path, "rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
            return None
        return _find_data(file, riff_end=8 + int.from_bytes(head[4:8], "little"))


def _find_data(file: BinaryIO, riff_end: int) -> WavData | None:
    size_64 = _UNKNOWN_SIZE
    for _ in range(_MAX_CHUNKS):
        header = file.read(8)
        if len(header) < 8:
            return None
        size = int.from_bytes(header[4:], "little")
        if header[:4] == b"data":
            declared = size_64 if size == _UNKNOWN_SIZE else size
            start = file.tell()
            available = os.fstat(file.fileno()).st_size - start
            known = None if declared == _UNKNOWN_SIZE else declared
            return WavData(start - 4, known, available, riff_end)
        if header[:4] == b"ds64":
            sizes = file.read(16)
            size_64 = int.from_bytes(sizes[8:], "little") or _UNKNOWN_SIZE
            file.seek(-len(sizes), os.SEEK_CUR)
        file.seek(size + size % 2, os.SEEK_CUR)
    return None
