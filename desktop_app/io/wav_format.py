# SPDX-License-Identifier: MIT
"""The header of a float WAV file that may grow beyond 4 GB, and finding one's way in any WAV header.

Takes are 32-bit float: exactly what the device delivered (24-bit converters fit its mantissa), nothing is
clipped or rounded on the way to the disk, and every audio program reads it. 28 bytes stay reserved behind
the RIFF header, so that a file can become RF64 where it stands (EBU Tech 3306).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

HEADER_BYTES: Final = 92
SAMPLE_BYTES: Final = 4
LARGEST_SIZE: Final = 0xFFFFFFFF
_ROOM_AT: Final = 20
_ROOM_BYTES: Final = 28
_IEEE_FLOAT: Final = 3


def float_header(sr: int, channels: int, n_frames: int) -> bytes:
    """The 92 bytes before the samples: RIFF, or RF64 where the sizes need more than 32 bits."""
    frame_bytes = SAMPLE_BYTES * channels
    data_bytes = n_frames * frame_bytes
    fmt = struct.pack("<HHIIHH", _IEEE_FLOAT, channels, sr, sr * frame_bytes, frame_bytes, 8 * SAMPLE_BYTES)
    return (
        outer_header(HEADER_BYTES + data_bytes, data_bytes, n_frames)
        + struct.pack("<4sI16s", b"fmt ", len(fmt), fmt)
        + struct.pack("<4sII", b"fact", 4, clamp(n_frames))
        + struct.pack("<4sI", b"data", clamp(data_bytes))
    )


def outer_header(file_bytes: int, data_bytes: int, n_frames: int) -> bytes:
    """The first 48 bytes: the outer chunk and the room for 64-bit sizes, used only where they are needed."""
    riff_bytes = file_bytes - 8
    if riff_bytes < LARGEST_SIZE:
        return struct.pack("<4sI4s4sI28x", b"RIFF", riff_bytes, b"WAVE", b"JUNK", _ROOM_BYTES)
    room = struct.pack("<QQQI", riff_bytes, data_bytes, n_frames, 0)
    return struct.pack("<4sI4s4sI28s", b"RF64", LARGEST_SIZE, b"WAVE", b"ds64", _ROOM_BYTES, room)


def clamp(size: int) -> int:
    """The size as 32 bits; the largest number says: look at the 64-bit sizes."""
    return min(size, LARGEST_SIZE)


@dataclass(slots=True)
class WavLayout:
    """Where things stand in a WAV file.

    Attributes
    ----------
    riff_end, data_end
        Where the outer chunk and the data chunk end by their own declaration, in bytes.
    data_at
        First byte of the samples; 0 while they were not found.
    frame_bytes
        Bytes of one sample of all channels; 0 while unknown.
    fact_at
        Where the count of frames is written; 0 where it is not.
    has_room
        Whether 28 bytes follow the outer header that can hold 64-bit sizes.
    """

    riff_end: int
    data_end: int = LARGEST_SIZE
    data_at: int = 0
    frame_bytes: int = 0
    fact_at: int = 0
    has_room: bool = False


def read_layout(file: BinaryIO) -> WavLayout | None:
    """Read the chunks up to the samples; None where it is no WAV file or its header is not complete."""
    file.seek(0)
    outer = file.read(12)
    if len(outer) < 12 or outer[:4] not in (b"RIFF", b"RF64") or outer[8:] != b"WAVE":
        return None
    layout = WavLayout(riff_end=struct.unpack("<I", outer[4:8])[0] + 8)
    long_data_bytes = LARGEST_SIZE
    while len(chunk := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", chunk)
        at = file.tell()
        if name == b"data":
            layout.data_at = at
            layout.data_end = at + (long_data_bytes if size == LARGEST_SIZE else size)
            return layout if layout.frame_bytes else None
        long_data_bytes = _read_chunk(layout, name, at, file.read(min(size, _ROOM_BYTES))) or long_data_bytes
        file.seek(at + size + size % 2)
    return None


def _read_chunk(layout: WavLayout, name: bytes, at: int, body: bytes) -> int:
    """Note what the chunk tells; returns the 64-bit size of the samples where it tells that."""
    if name == b"fmt " and len(body) >= 16:
        layout.frame_bytes = struct.unpack("<H", body[12:14])[0]
    elif name == b"fact":
        layout.fact_at = at
    elif name in (b"JUNK", b"ds64") and at == _ROOM_AT and len(body) == _ROOM_BYTES:
        layout.has_room = True
        if name == b"ds64":
            riff_bytes, data_bytes = struct.unpack("<QQ", body[:16])
            layout.riff_end = riff_bytes + 8
            return int(data_bytes)
    return 0
