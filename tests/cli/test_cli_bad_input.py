# SPDX-License-Identifier: MIT
"""Every kind of bad or odd input in one call: each gets its answer and none stops the others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from cli_tools import Run, run_cli, tone

SR = 44_100


def write(path: Path, y: np.ndarray | None = None, sr: int = SR, **options: str) -> None:
    with path.open("wb") as file:  # whatever the name, also one that is not text
        soundfile.write(file, tone(69, sr=sr) if y is None else y, sr, **({"format": "WAV"} | options))


def cut(path: Path, n_bytes: int) -> None:
    write(path)
    path.write_bytes(path.read_bytes()[:n_bytes])


def with_bad_values(path: Path) -> None:
    y = tone(69, sr=SR)
    y[8000], y[9000], y[10_000] = np.nan, np.inf, -np.inf
    write(path, y, subtype="FLOAT")


def encoded(path: Path, suffix: str) -> None:
    source, target = path.with_name("source.tmp"), path.with_name(f"target.{suffix}")
    write(source)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(source), str(target)]
    subprocess.run(command, check=True)
    target.rename(path)
    source.unlink()


# Name: (how it is made, error code or None, whether A4 is expected, whether a warning is).
CASES: dict[str, tuple[Callable[[Path], Any], str | None, bool, bool]] = {
    "missing.wav": (lambda path: None, "missing", False, False),
    "empty.wav": (lambda path: path.write_bytes(b""), "not_audio", False, False),
    "text.wav": (lambda path: path.write_text("Dear diary, " * 200), "not_audio", False, False),
    "text.mp3": (lambda path: path.write_text("Dear diary, " * 200), "not_audio", False, False),
    "zeros.wav": (lambda path: path.write_bytes(bytes(10_000)), "not_audio", False, False),
    "picture.wav": (
        lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500)),
        "not_audio",
        False,
        False,
    ),
    "header only 20.wav": (lambda path: cut(path, 20), "unreadable", False, False),
    "header only 44.wav": (lambda path: cut(path, 44), "unreadable", False, False),
    "promises more.wav": (lambda path: cut(path, 44 + SR), None, True, True),
    "no samples.wav": (lambda path: write(path, np.zeros(0)), "unreadable", False, False),
    "one sample.wav": (lambda path: write(path, np.ones(1) * 0.5), None, False, False),
    "silence.wav": (lambda path: write(path, np.zeros(SR)), None, False, False),
    "nan and inf.wav": (with_bad_values, None, True, False),
    "eight channels.wav": (lambda path: write(path, np.stack([tone(69, sr=SR)] * 8, 1)), None, True, False),
    "192 kHz.wav": (lambda path: write(path, sr=192_000), None, True, False),
    "8 kHz.wav": (lambda path: write(path, sr=8000), None, True, False),
    "8 bit.wav": (lambda path: write(path, subtype="PCM_U8"), None, True, False),
    "64 bit.wav": (lambda path: write(path, subtype="DOUBLE"), None, True, False),
    "a#1.wav": (write, None, True, False),
    "100%25.wav": (write, None, True, False),
    "take [1] (final) {x}.wav": (write, None, True, False),
    "Übung für Flöte – 二胡 ♯.wav": (write, None, True, False),
    "-dash.wav": (write, None, True, False),
    "no extension": (write, None, True, False),
    "wrong.mp3": (write, None, True, False),
    "flac.wav": (lambda path: write(path, format="FLAC"), None, True, False),
    "ogg.flac": (lambda path: write(path, format="OGG"), None, True, False),
    "mp3.wav": (lambda path: write(path, format="MP3"), None, True, False),
    "real.m4a": (lambda path: encoded(path, "m4a"), None, True, False),
    "aac.wav": (lambda path: encoded(path, "aac"), None, True, False),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("matrix")
    for name, (make, *_) in CASES.items():
        make(made / name)
    return made


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return run_cli("analyse", "--jobs", "2", "--", *CASES, ".", cwd=folder)


@pytest.fixture(scope="module")
def answers(run: Run) -> dict[str, dict[str, Any]]:
    return dict(zip(CASES, run.objects, strict=False))


def test_every_input_is_answered_in_order(run: Run) -> None:
    assert run.status == 1
    paths = [told["path"] for told in run.objects]
    assert paths[: len(CASES)] == list(CASES)
    existing = [name for name in CASES if name != "missing.wav"]
    assert sorted(paths[len(CASES) :]) == sorted(os.path.join(".", name) for name in existing)
    assert "Traceback" not in run.err


@pytest.mark.parametrize("name", CASES)
def test_each_input_gets_its_answer(answers: dict[str, dict[str, Any]], run: Run, name: str) -> None:
    _, code, has_pitch, has_warning = CASES[name]
    told = answers[name]
    if code is not None:
        assert set(told) == {"schema", "path", "error"}
        assert told["error"]["code"] == code
        sentence = told["error"]["message"]
        assert name in sentence
        assert sentence.endswith(".")
        assert f"right-in-tune: {sentence}\n" in run.err
        return
    assert told["error"] is None
    assert (told["pitch"] is not None) == has_pitch
    if has_pitch:
        assert told["pitch"]["midi"] == 69
        assert {note["midi"] for note in told["notes"]} == {69}
    else:
        assert (told["notes"], told["family"], told["source"]) == ([], None, None)
    assert any("ends early" in warning for warning in told.get("warnings", [])) == has_warning


@pytest.mark.skipif(sys.platform != "linux", reason="platform: only Linux has file names that are not text")
def test_a_name_that_is_not_text_is_read_and_printed(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.wav")
    write(tmp_path / name)
    run = run_cli("analyse", name, "none.wav", cwd=tmp_path)
    assert run.objects[0]["path"] == name
    assert run.objects[0]["pitch"]["midi"] == 69


def test_a_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    if os.geteuid() == 0:  # root may read everything: a folder in its place cannot be read either
        (tmp_path / "locked.wav").mkdir()
        (tmp_path / "locked.wav" / "inner.txt").write_text("x")
    else:
        write(tmp_path / "locked.wav")
        (tmp_path / "locked.wav").chmod(0)
    run = run_cli("analyse", tmp_path / "locked.wav")
    assert run.status == 1
    assert "locked.wav" in run.objects[0]["error"]["message"]
