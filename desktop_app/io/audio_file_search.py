# SPDX-License-Identifier: MIT
"""Finding audio files in folders; imports the standard library alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from desktop_app.io.audio_file_header import first_bytes, is_adts, is_known_container, is_mp4

AUDIO_SUFFIXES: Final = frozenset(
    {".wav", ".wave", ".rf64", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".mp2"}
    | {".m4a", ".aac", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf"}
)


def looks_like_audio(path: str) -> bool:
    """Whether the suffix or the first bytes of a file are those of an audio file."""
    if os.path.splitext(path)[1].lower() in AUDIO_SUFFIXES:
        return True
    head = first_bytes(path)
    return is_known_container(path) or is_adts(head) or is_mp4(head)


def audio_files_in(folder: str) -> Iterator[str]:
    """The audio files in a folder and the folders in it, sorted by name; hidden ones are left out."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(root, name)
            if not name.startswith(".") and os.path.isfile(path) and looks_like_audio(path):
                yield path
