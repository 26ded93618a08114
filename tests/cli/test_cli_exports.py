# SPDX-License-Identifier: MIT
"""The formats themselves, and writing a file so that it is there whole or not at all."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from desktop_app.domain.analysis import Analysis, F0Track, FamilySpan, FamilyVerdict, PitchVerdict
from desktop_app.domain.errors import ExportError
from desktop_app.domain.labels import FAMILIES
from desktop_app.domain.note import Note
from desktop_app.io.exports_file import write_whole
from desktop_app.io.exports_json import analysis_to_dict, error_to_dict, to_json_line
from desktop_app.io.exports_notes import notes_to_csv, notes_to_labels, notes_to_svl

NAN, INF = float("nan"), float("inf")


def analysis(path: str = "a.wav") -> Analysis:
    notes = (
        Note(0.0123456, 0.5, 60, 261.6256789, 0.123456, 100, 0.98765432, "reed", 0.7),
        Note(0.5, 1.25, 61, 280.0, NAN, 1, INF),
    )
    probabilities = dict.fromkeys(FAMILIES, 1.0 / 11.0)
    return Analysis(
        path=path,
        sr=8000,
        channels=2,
        duration_s=1.25,
        model_id="m",
        family=FamilyVerdict("reed", "maybe", NAN, probabilities, 0.1),
        source=None,
        pitch=PitchVerdict(60, "C4", INF, NAN, 0.5),
        notes=notes,
        family_track=(FamilySpan(0.0, 1.25, None, NAN),),
        f0=F0Track(0.01, np.array([NAN, 261.6256], np.float32), np.array([0.0, 0.98765], np.float32)),
        warnings=("A warning.",),
    )


def test_json_is_strict_and_rounded() -> None:
    line = to_json_line(analysis_to_dict(analysis(), with_f0=True))
    assert line.count("\n") == 1
    told = json.loads(line, parse_constant=lambda text: pytest.fail(f"{text} is no JSON"))
    assert told["family"]["confidence"] is None
    assert told["family"]["probabilities"]["reed"] == 0.0909
    assert (told["pitch"]["f0_hz"], told["pitch"]["cents"]) == (None, None)
    assert told["notes"][0]["onset_s"] == 0.0123
    assert told["notes"][0]["f0_hz"] == 261.626
    assert (told["notes"][1]["cents"], told["notes"][1]["confidence"]) == (None, None)
    assert told["family_track"] == [{"start_s": 0.0, "end_s": 1.25, "label": None, "confidence": None}]
    assert told["f0"] == {"hop_s": 0.01, "f0_hz": [None, 261.63], "voiced_prob": [0.0, 0.988]}
    assert told["warnings"] == ["A warning."]
    assert told["source"] is None


def test_json_of_a_name_that_is_not_text_is_utf_8() -> None:
    path = os.fsdecode(b"caf\xe9.wav")
    assert json.loads(to_json_line(error_to_dict(path, "missing", "No.")).encode())["path"] == path
    assert "ü" in to_json_line(error_to_dict("ü.wav", "missing", "No."))


def test_csv_quotes_what_needs_it() -> None:
    first, second = notes_to_csv(analysis('a,"b".wav')).splitlines()
    assert first == '0.0123,0.5,60,100,"a,""b"".wav",C4,261.626,0.12,0.9877,reed,0.7'
    assert second == '0.5,1.25,61,1,"a,""b"".wav",C#4,280.0,,,,'


def test_labels() -> None:
    assert notes_to_labels(analysis()) == "0.012346\t0.500000\tC4\n0.500000\t1.250000\tC#4\n"


def test_svl_counts_in_samples() -> None:
    points = ET.fromstring(notes_to_svl(analysis())).findall("data/dataset/point")
    assert [(point.get("frame"), point.get("duration")) for point in points] == [
        ("99", "3901"),
        ("4000", "6000"),
    ]
    assert [point.get("level") for point in points] == ["0.7874", "0.0079"]


def test_writing_replaces_only_when_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_whole(path, b"first", overwrite=False)
    with pytest.raises(ExportError, match=r"“a\.json” is there already"):
        write_whole(path, b"second", overwrite=False)
    assert path.read_bytes() == b"first"
    write_whole(path, b"third", overwrite=True)
    assert path.read_bytes() == b"third"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ExportError, match=r"“a\.json” cannot be written: No space left on device"):
        write_whole(path, b"new", overwrite=True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        write_whole(tmp_path / "none" / "a.json", b"x", overwrite=False)
