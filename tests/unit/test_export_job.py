# SPDX-License-Identifier: MIT
"""The export task: every format written and read back, and what is said when it cannot be."""

from __future__ import annotations

import csv
import io
import json
import os
import pickle
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import mido
import numpy as np
import pytest
from export_read import heard_in, read
from export_sounds import analysis_of, note, steady

from desktop_app.domain.analysis import Analysis, F0Track, PolyEvidence
from desktop_app.domain.errors import ExportError
from desktop_app.jobs.export import SUFFIXES, ExportFormat, ExportOptions, export_notes, exported, slim
from desktop_app.jobs.pool import JobPool

FORMATS = tuple(SUFFIXES)
LIST_NOTES = tuple(name for name in FORMATS if name not in ("json", "pitch_csv"))
NOTES = [note(0.5, 0.45, 60, cents=12.0), note(1.0, 0.9, 61, cents=-30.0), note(2.0, 1.4, 74)]


def ignore(fraction: float | None) -> None:
    pass


@pytest.fixture
def analysis() -> Analysis:
    f0_hz = np.array([np.nan, 261.5, 262.25], np.float32)
    track = F0Track(0.01, f0_hz, np.ones(3, np.float32))
    evidence = PolyEvidence(0.02, *(np.zeros((88, 1000)) for _ in range(3)), np.zeros(1000, np.float32))
    return analysis_of(NOTES, tempo=steady(120.0), f0=track, evidence=evidence)


def test_the_process_gets_no_more_than_it_needs(analysis: Analysis) -> None:
    sent = slim(analysis, NOTES[:2], "midi")
    assert len(pickle.dumps(sent)) < 4000
    assert sent.notes == tuple(NOTES[:2])
    assert slim(analysis, NOTES, "pitch_csv").f0 is analysis.f0


def test_a_job_writes_the_notes_it_is_given(analysis: Analysis, tmp_path: Path) -> None:
    """The corrected notes, that is: the found ones are not looked at."""
    corrected = [note(0.0, 1.0, 50)]
    target = tmp_path / "tune.mid"
    with JobPool(1) as pool:
        options = ExportOptions("midi")
        job_id = pool.submit(
            export_notes, slim(analysis, corrected, "midi"), options, str(target), False, label="tune.mid"
        )
        updates = []
        while not updates or updates[-1].kind != "done":
            updates += pool.wait(1.0)
            assert not any(update.error for update in updates)
    assert (updates[-1].job_id, updates[-1].result) == (job_id, str(target))
    played = [message.note for message in mido.MidiFile(target) if message.type == "note_on"]
    assert played == [50]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_whole_and_nothing_is_replaced(
    analysis: Analysis, tmp_path: Path, name: ExportFormat
) -> None:
    target = tmp_path / f"a{SUFFIXES[name]}"
    export_notes(analysis, ExportOptions(name), str(target), False, ignore)
    assert target.read_bytes() == exported(analysis, ExportOptions(name))
    target.write_bytes(b"mine")
    with pytest.raises(ExportError, match="is there already and was left as it is"):
        export_notes(analysis, ExportOptions(name), str(target), False, ignore)
    assert target.read_bytes() == b"mine"
    export_notes(analysis, ExportOptions(name), str(target), True, ignore)
    assert target.stat().st_size > 10
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", LIST_NOTES)
def test_without_notes_there_is_nothing_to_write(tmp_path: Path, name: ExportFormat) -> None:
    with pytest.raises(ExportError, match=r"^There are no notes to write down\.$"):
        export_notes(analysis_of([]), ExportOptions(name), str(tmp_path / "a"), False, ignore)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_loses_nothing(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.mid"
    target.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"^“a\.mid” cannot be written: No space left on device\.$"):
        export_notes(analysis, ExportOptions("midi"), str(target), True, ignore)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_written_to_is_named_in_one_sentence(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ExportError, match=r"^“a\.mid” cannot be written: .+\.$"):
        export_notes(analysis, ExportOptions("midi"), str(tmp_path / "none" / "a.mid"), False, ignore)

    def refused(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(ExportError, match=r"^“a\.mid” cannot be written: Permission denied\.$"):
        export_notes(analysis, ExportOptions("midi"), str(tmp_path / "a.mid"), False, ignore)
    assert not list(tmp_path.iterdir())


def test_labels_are_read_back(analysis: Analysis) -> None:
    lines = exported(analysis, ExportOptions("labels")).decode().splitlines()
    told = [(float(start), float(end), text) for start, end, text in (line.split("\t") for line in lines)]
    names = ("C4", "C#4", "D5")
    assert told == [
        (pytest.approx(one.onset_s, abs=1e-6), pytest.approx(one.offset_s, abs=1e-6), name)
        for one, name in zip(NOTES, names, strict=True)
    ]


def test_a_layer_for_sonic_visualiser_is_read_back(analysis: Analysis) -> None:
    root = ET.fromstring(exported(analysis, ExportOptions("svl")))
    model, layer = root.find("data/model"), root.find("display/layer")
    assert model is not None
    assert layer is not None
    assert (model.get("dataset"), layer.get("model")) == (
        root.find("data/dataset").get("id"),
        model.get("id"),
    )
    sr = int(model.get("sampleRate"))
    for point, one in zip(root.findall("data/dataset/point"), NOTES, strict=True):
        assert int(point.get("frame")) == round(one.onset_s * sr)
        assert int(point.get("duration")) == pytest.approx(one.duration_s * sr, abs=1)
        assert float(point.get("value")) == pytest.approx(one.f0_hz, abs=0.001)
        assert float(point.get("level")) == pytest.approx(one.velocity / 127, abs=1e-4)


def test_tables_and_json_are_read_back(analysis: Analysis) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(analysis, ExportOptions("csv")).decode())))
    assert [(float(row["start_time_s"]), int(row["pitch_midi"])) for row in rows] == [
        (one.onset_s, one.midi) for one in NOTES
    ]
    told = json.loads(exported(analysis, ExportOptions("json")))
    assert [one["midi"] for one in told["notes"]] == [60, 61, 74]
    assert told["tempo_bpm"] == 120.0


def test_the_pitch_line_has_a_row_a_frame(analysis: Analysis) -> None:
    text = exported(analysis, ExportOptions("pitch_csv")).decode()
    assert text == "0.000000,0.000\n0.010000,261.500\n0.020000,262.250\n"


@pytest.mark.parametrize("name", ["midi", "musicxml"])
def test_equal_notes_give_equal_bytes_in_any_process(analysis: Analysis, name: ExportFormat) -> None:
    code = (
        "import pickle, sys; from desktop_app.jobs.export import exported; "
        "sys.stdout.buffer.write(exported(*pickle.load(sys.stdin.buffer)))"
    )
    options = ExportOptions(name, family="keyboard")
    sent = pickle.dumps((slim(analysis, NOTES, name), options))
    env = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True, env=env)
    assert done.stdout == exported(analysis, options)


def test_the_name_of_the_file_is_the_title(analysis: Analysis) -> None:
    for path, title in (("/x/Étude #1 <&>.wav", "Étude #1 <&>"), (os.fsdecode(b"caf\xe9.wav"), "caf�")):
        named = analysis_of(NOTES, path=path)
        root = ET.fromstring(exported(named, ExportOptions("musicxml")))
        assert root.findtext("movement-title") == title
        file = mido.MidiFile(file=io.BytesIO(exported(named, ExportOptions("midi"))), charset="utf-8")
        assert file.tracks[0].name == title
    root = ET.fromstring(exported(analysis, ExportOptions("musicxml", title="My tune")))
    assert root.findtext("movement-title") == "My tune"


def test_the_window_imports_the_task_and_nothing_heavy() -> None:
    code = (
        "import sys, desktop_app.jobs.export; "
        "print(sorted({'music21', 'mido', 'pretty_midi', 'numpy'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_as_played_and_on_the_grid(analysis: Analysis) -> None:
    loose = [note(0.52, 0.45, 60), note(0.98, 0.9, 61), note(2.03, 0.95, 74)]
    told = analysis_of(loose, tempo=steady(120.0))
    assert heard_in(read(exported(told, ExportOptions("musicxml"))).parts) == [
        (0, 1, 60),
        (1, 2, 61),
        (3, 2, 74),
    ]
