# SPDX-License-Identifier: MIT
"""Files that are no projects, or bad ones: one sentence each."""

from __future__ import annotations

import copy
import json
import random
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from test_project import SOUND, project_of

from desktop_app.domain.errors import ProjectError
from desktop_app.io.project import extract_audio, load_project, save_project

DAMAGED = "“p.rit” is damaged and cannot be opened."
NO_PROJECT = "“p.rit” is not a project of Right In Tune."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good project with its recording inside."""
    sound = tmp_path / "song.wav"
    sound.write_bytes(SOUND)
    save_project(tmp_path / "p.rit", project_of(sound), embed=True)
    return tmp_path / "p.rit"


def told_in(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        told: dict[str, Any] = json.loads(archive.read("project.json"))
    return told


def write(path: Path, members: dict[str, bytes], **options: Any) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def refusal(path: Path) -> str:
    with pytest.raises(ProjectError) as caught:
        load_project(path)
    return str(caught.value)


def answer(path: Path) -> str:
    """What is said of a file; nothing where it is opened, such as when a byte of a date was flipped."""
    try:
        load_project(path)
    except ProjectError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("content", [b"", b"PK", b"RIFF....WAVE", b"{}", bytes(5000)])
def test_what_is_no_zip_is_no_project(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert refusal(path) == NO_PROJECT


def test_a_zip_of_something_else_is_no_project(path: Path) -> None:
    for members in ({}, {"readme.txt": b"hello"}, {"../project.json": b"{}"}):
        write(path, members)
        assert refusal(path) == NO_PROJECT


@pytest.mark.parametrize("schema", [None, 7, "", "right-in-tune/analysis/1", "right-in-tune/project/one"])
def test_another_schema_is_no_project(path: Path, schema: Any) -> None:
    write(path, {"project.json": json.dumps({"schema": schema}).encode()})
    assert refusal(path) == NO_PROJECT


def test_a_newer_version_is_told(path: Path) -> None:
    write(path, {"project.json": json.dumps(told_in(path) | {"schema": "right-in-tune/project/2"}).encode()})
    assert refusal(path) == "“p.rit” was made by a newer version of Right In Tune."


def test_every_truncation_and_any_flipped_byte_is_told(path: Path) -> None:
    content, rng = path.read_bytes(), random.Random(0)
    for length in (4, 30, 1000, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        assert refusal(path) == DAMAGED
    start = content.index(b"project.json")  # what follows is the text, squeezed, and the directory
    for _ in range(200):
        place = rng.randrange(start, len(content))
        path.write_bytes(
            content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]
        )
        assert answer(path) == "" or answer(path).startswith("“p.rit” ")


def test_text_that_is_no_json_or_not_plain_is_told(path: Path) -> None:
    told = json.dumps(told_in(path))
    for text in (
        "",
        "[1",
        "[" * 100_000,
        "\xff",
        told.replace("440.0", "NaN"),
        told.replace("440.0", "1e999"),
    ):
        write(path, {"project.json": text.encode("latin-1")})
        assert refusal(path) == DAMAGED
    for text in ("[]", "null", "1"):
        write(path, {"project.json": text.encode()})
        assert refusal(path) == NO_PROJECT


def test_a_bomb_does_not_go_off(path: Path) -> None:
    write(path, {"project.json": b" " * (40 * 2**20)})
    assert path.stat().st_size < 100_000
    assert refusal(path) == DAMAGED
    write(path, {"project.json": json.dumps(told_in_good(path)).encode(), "audio": bytes(2**20)})
    with pytest.raises(ProjectError, match="damaged"):
        extract_audio(path, path.parent / "cache")  # it was not stored as it is


def told_in_good(path: Path) -> dict[str, Any]:
    other = path.with_name("good.rit")
    save_project(other, project_of(path.with_name("song.wav")), embed=False)
    return told_in(other)


def test_a_lock_or_an_unknown_squeezing_is_told(path: Path) -> None:
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")  # of project.json in the directory
    for place, value in ((entry + 8, 1), (entry + 10, 97)):
        changed = content.copy()
        struct.pack_into("<H", changed, place, value)
        path.write_bytes(bytes(changed))
        assert refusal(path) == DAMAGED


WRONG = {
    "project": [None, [], 3, {}],
    "project.audio": [None, "x.wav", {}],
    "project.audio.sha256": ["../x", "", 5],
    "project.audio.size_bytes": [1.5, True, "1"],
    "project.audio.path": [None, 5],
    "project.a4_hz": [0.0, -1, "440", True, None, 10**400],
    "project.is_poly": [0, "no"],
    "project.thresholds.onset_prob": ["x", None],
    "project.notes": [{}, "x", [3], [None]],
    "project.notes.0.f0_hz": [0.0, -5.0, None, 1e12],
    "project.notes.0.midi": [-1, 128, 60.5, True],
    "project.notes.0.onset_s": [-1.0, 5.0, "x"],
    "project.notes.0.candidates": [[1], {}],
    "project.notes.0.candidates.0.f0_hz": [0.0],
    "project.corrections.kept.0.f0_hz": [0.0],
    "project.corrections.removed.0.offset_s": [0.5],
    "project.listening.loop_s": [[1.0], [1.0, 2.0, 3.0], 7],
    "project.mix.n_count_in": ["x", 1.5],
    "project.view_s": [[None, 1.0]],
    "project.key": [{"tonic": "A", "mode": "dorian", "confidence": 1.0}, {}],
    "project.tempo": [{"bpm": 1.0, "confidence": 1.0, "beats_s": [None]}],
}


@pytest.mark.parametrize("place", WRONG)
def test_values_of_a_wrong_kind_or_size_are_told(path: Path, place: str) -> None:
    good = told_in(path)
    for value in WRONG[place]:
        told = copy.deepcopy(good)
        *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
        target: Any = told
        for step in way:
            target = target[step]
        target[last] = value
        write(path, {"project.json": json.dumps(told).encode()})
        assert refusal(path) == DAMAGED, value


@pytest.mark.parametrize(
    "name", ["../../evil.wav", "/etc/..", "..\\..\\evil.wav", "C:evil?.wav", "..", "", "a\0b"]
)
def test_no_name_leads_out_of_the_folder(path: Path, name: str) -> None:
    told = told_in(path)
    told["project"]["audio"]["path"] = name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", json.dumps(told))
        archive.writestr("audio", SOUND)
    folder = path.parent / "cache"
    taken = extract_audio(path, folder)
    assert taken.resolve().is_relative_to(folder.resolve())
    assert taken.read_bytes() == SOUND


def test_another_recording_inside_than_was_told_is_not_taken_out(path: Path) -> None:
    told = json.dumps(told_in(path))
    for members in ({}, {"audio": SOUND[::-1]}):
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in ({"project.json": told.encode()} | members).items():
                archive.writestr(name, content)
        with pytest.raises(ProjectError, match="is damaged"):
            extract_audio(path, path.parent / "cache")
        assert [other for other in (path.parent / "cache").rglob("*") if other.is_file()] == []


def test_what_a_later_program_adds_is_left_out(path: Path) -> None:
    good = load_project(path)
    told = told_in(path)
    told["project"]["colour"] = told["project"]["notes"][0]["colour"] = "red"
    del told["project"]["view_s"]
    write(path, {"project.json": json.dumps(told).encode()})
    assert load_project(path) == good
