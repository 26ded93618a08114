# SPDX-License-Identifier: MIT
"""What counts as audio inside a folder, and how names are shown."""

import os
from pathlib import Path

import pytest

from desktop_app.io.audio_file_header import is_adts, is_mpeg_audio
from desktop_app.io.audio_file_search import audio_files_in, looks_like_audio
from desktop_app.io.audio_file_text import duration_text, shown_name


def test_folders_are_walked_in_order_and_only_audio_is_found(tmp_path: Path) -> None:
    contents = {
        "b.wav": b"",
        "a.MP3": b"",
        "notes.txt": b"words",
        "unnamed": b"fLaC\0\0\0\x22",
        "cover.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
        ".hidden.wav": b"",
        "sub/z.flac": b"",
        "sub/deeper/y.m4a": b"",
        ".git/x.wav": b"",
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    found = [os.path.relpath(path, tmp_path) for path in audio_files_in(str(tmp_path))]
    expected = ["a.MP3", "b.wav", "unnamed", "sub/z.flac", "sub/deeper/y.m4a"]
    assert found == [os.path.normpath(name) for name in expected]


@pytest.mark.parametrize(
    "head",
    [b"RIFF", b"fLaC", b"OggS", b"ID3\x04", b"\xff\xfb\x90\x64", b"\xff\xf1\x50\x80", b"\0\0\0 ftypM4A "],
)
def test_files_are_told_by_their_first_bytes(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "x").write_bytes(head + bytes(100))
    assert looks_like_audio(str(tmp_path / "x"))


@pytest.mark.parametrize("head", [b"", b"\xff", b"hello world", b"\xff\xd8\xff\xe0", b"\x89PNG", bytes(20)])
def test_other_files_are_not_audio(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "x").write_bytes(head)
    assert not looks_like_audio(str(tmp_path / "x"))


def test_mpeg_layers_and_aac_are_kept_apart() -> None:
    assert is_mpeg_audio(b"\xff\xfb\x90")
    assert not is_adts(b"\xff\xfb\x90")
    assert is_adts(b"\xff\xf1\x50")
    assert not is_mpeg_audio(b"\xff\xf1\x50")


def test_names_stay_on_one_line() -> None:
    assert shown_name("/a/b c#1.wav") == "“b c#1.wav”"
    assert shown_name("/a/folder/") == "“folder”"
    assert shown_name("x\ny\x1b[2J.wav") == "“x\N{REPLACEMENT CHARACTER}y\N{REPLACEMENT CHARACTER}[2J.wav”"
    assert shown_name(os.fsdecode(b"caf\xe9.wav")).encode() == "“caf\N{REPLACEMENT CHARACTER}.wav”".encode()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (3.21, "3.2 s"), (61.0, "1 min 01 s"), (3720.0, "1 h 02 min")]
)
def test_durations_are_readable(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
