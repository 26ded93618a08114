# SPDX-License-Identifier: MIT
"""``analyse`` by subprocess: what it prints, in which order, and how it ends."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from cli_tools import MakeTone, run_cli

from desktop_app.domain.labels import FAMILIES

KEYS = (
    *("schema", "path", "sr", "channels", "duration_s", "model", "family", "source", "pitch", "notes"),
    *("family_track", "tempo_bpm", "tempo_confidence", "beats_s", "key", "error"),
)


def test_one_file_gives_the_object_of_the_interface(make_tone: MakeTone) -> None:
    path = make_tone("a.wav", 69, sr=44_100)
    run = run_cli("analyse", path)
    assert (run.status, run.err) == (0, "")
    (told,) = run.objects
    assert tuple(told) == KEYS
    assert told["schema"] == "right-in-tune/analysis/1"
    assert told["path"] == str(path)
    assert (told["sr"], told["channels"], told["error"]) == (44_100, 1, None)
    assert told["duration_s"] == pytest.approx(1.1)
    assert list(told["family"]) == ["label", "state", "confidence", "probabilities", "not_an_instrument"]
    assert list(told["family"]["probabilities"]) == list(FAMILIES)
    assert sum(told["family"]["probabilities"].values()) == pytest.approx(1.0, abs=0.01)
    assert told["family"]["label"] == max(FAMILIES, key=told["family"]["probabilities"].__getitem__)
    assert told["family"]["state"] in ("sure", "maybe", "cannot_tell")
    assert sorted(told["source"]["probabilities"]) == ["acoustic", "electronic", "synthetic"]
    assert (told["pitch"]["midi"], told["pitch"]["name"]) == (69, "A4")
    assert told["pitch"]["f0_hz"] == pytest.approx(440.0, rel=0.005)
    (note,) = told["notes"]
    assert note["midi"] == 69
    assert note["onset_s"] == pytest.approx(0.1, abs=0.05)
    assert 1 <= note["velocity"] <= 127
    expected = ("onset_s", "offset_s", "midi", "f0_hz", "cents", "velocity", "confidence")
    assert tuple(note) == (*expected, "family", "family_confidence")
    assert all(list(span) == ["start_s", "end_s", "label", "confidence"] for span in told["family_track"])


@pytest.mark.parametrize("n_jobs", ["1", "3"])
def test_the_order_is_the_order_given(make_tone: MakeTone, tmp_path: Path, n_jobs: str) -> None:
    long = make_tone("z.wav", 60, seconds=20.0)
    short = make_tone("a.wav", 72)
    missing = tmp_path / "missing.wav"
    run = run_cli("analyse", long, missing, short, long, "--jobs", n_jobs)
    assert run.status == 1
    assert [told["path"] for told in run.objects] == list(map(str, (long, missing, short, long)))
    assert [told["error"] and told["error"]["code"] for told in run.objects] == [None, "missing", None, None]
    assert [told["pitch"]["midi"] for told in run.objects if not told["error"]] == [60, 72, 60]


def test_two_processes_tell_the_same_as_one(make_tone: MakeTone, tmp_path: Path) -> None:
    for midi in (40, 52, 64, 76, 88):
        make_tone(f"{midi}.wav", midi)
    one, two = (run_cli("analyse", tmp_path, "--f0", "--jobs", n) for n in ("1", "2"))
    assert one.status == two.status == 0
    assert len(one.objects) == 5
    assert one.out == two.out


def test_folders_are_walked(make_tone: MakeTone, tmp_path: Path) -> None:
    for name in ("in/b.wav", "in/a.flac", "in/sub/c.ogg", "in/.hidden/d.wav"):
        make_tone(name)
    (tmp_path / "in" / "readme.txt").write_text("no sound")
    make_tone("in/nameless.wav").rename(tmp_path / "in" / "nameless")
    run = run_cli("analyse", "in", cwd=tmp_path)
    assert run.status == 0
    expected = [Path("in", name) for name in ("a.flac", "b.wav", "nameless", "sub/c.ogg")]
    assert [Path(told["path"]) for told in run.objects] == expected


def test_a_folder_without_audio_fails_with_a_sentence(make_tone: MakeTone, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    good = make_tone()
    run = run_cli("analyse", tmp_path / "nothing", good)
    assert run.status == 1
    first, second = run.objects
    assert first["error"] == {"code": "missing", "message": "The folder “nothing” holds no audio files."}
    assert second["error"] is None


def test_f0_only_when_asked_for(make_tone: MakeTone) -> None:
    (told,) = run_cli("analyse", make_tone(), "--f0").objects
    track = told["f0"]
    assert track["hop_s"] == 0.01
    assert len(track["f0_hz"]) == len(track["voiced_prob"]) == 110
    voiced = [value for value in track["f0_hz"] if value is not None]
    assert 50 < len(voiced) <= 110
    assert sorted(voiced)[len(voiced) // 2] == pytest.approx(440.0, rel=0.005)


def test_no_notes(make_tone: MakeTone) -> None:
    (told,) = run_cli("analyse", make_tone(), "--no-notes").objects
    assert told["notes"] == []
    assert told["pitch"]["midi"] == 69


def test_a4_moves_the_names(make_tone: MakeTone) -> None:
    (told,) = run_cli("analyse", make_tone(), "--a4", "466.16").objects
    assert told["pitch"]["name"] == "G#4"
    assert told["notes"][0]["midi"] == 68
    assert told["pitch"]["f0_hz"] == pytest.approx(440.0, rel=0.005)


def test_the_forest_can_be_chosen(make_tone: MakeTone) -> None:
    (told,) = run_cli("analyse", make_tone(), "--model", "rf_mean_mfcc").objects
    assert told["model"] == "rf_mean_mfcc"


def test_an_unknown_model_is_wrong_usage(make_tone: MakeTone) -> None:
    run = run_cli("analyse", make_tone(), "--model", "nonsense")
    assert (run.status, run.out) == (2, "")
    assert "nonsense" in run.err
    assert "Traceback" not in run.err


def test_csv_names_its_columns_and_its_files(make_tone: MakeTone, tmp_path: Path) -> None:
    make_tone("a, b.wav", 60)
    make_tone("c.wav", 62)
    run = run_cli("analyse", "a, b.wav", "none.wav", "c.wav", "--format", "csv", cwd=tmp_path)
    assert run.status == 1
    assert "none.wav" in run.err
    assert run.out.startswith("start_time_s,end_time_s,pitch_midi,velocity,")
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert [(row["path"], row["pitch_midi"], row["name"]) for row in rows] == [
        ("a, b.wav", "60", "C4"),
        ("c.wav", "62", "D4"),
    ]
    assert float(rows[0]["start_time_s"]) == pytest.approx(0.1, abs=0.05)


def test_labels_are_three_columns(make_tone: MakeTone) -> None:
    run = run_cli("analyse", make_tone(midi=64), "--format", "labels")
    start, end, text = run.out.rstrip("\n").split("\t")
    assert text == "E4"
    assert 0.0 < float(start) < float(end) <= 1.1
    assert len(start.split(".")[1]) == 6


def test_svl_is_a_note_layer(make_tone: MakeTone) -> None:
    run = run_cli("analyse", make_tone(midi=64, sr=22_050), "--format", "svl")
    root = ET.fromstring(run.out)
    model = root.find("data/model")
    (point,) = root.findall("data/dataset/point")
    assert model is not None
    assert (model.get("sampleRate"), model.get("subtype"), model.get("units")) == ("22050", "note", "Hz")
    assert float(point.get("value", "0")) == pytest.approx(329.63, rel=0.005)
    assert int(point.get("frame", "0")) == pytest.approx(0.1 * 22_050, abs=0.05 * 22_050)
    assert point.get("label") == "E4"


@pytest.mark.parametrize(
    ("output_format", "suffix"),
    [
        ("json", ".json"),
        ("csv", ".csv"),
        ("midi", ".mid"),
        ("musicxml", ".musicxml"),
        ("labels", ".txt"),
        ("svl", ".svl"),
    ],
)
def test_out_writes_a_file_for_each_input(
    make_tone: MakeTone, tmp_path: Path, output_format: str, suffix: str
) -> None:
    for name in ("in/a.wav", "in/sub/a.wav", "in/b.wav", "in/b.flac"):
        make_tone(name)
    (tmp_path / "in" / "bad.wav").write_text("words")
    arguments = ("analyse", "in", "--out", "out", "--format", output_format)
    first = run_cli(*arguments, cwd=tmp_path)
    assert (first.status, first.out) == (1, "")
    assert "bad.wav" in first.err
    written = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")}
    assert written == {f"{name}{suffix}" for name in ("a", str(Path("sub/a")), "b.wav", "b.flac")}
    assert all((tmp_path / "out" / name).stat().st_size > 20 for name in written)


def test_out_replaces_nothing_unless_forced(make_tone: MakeTone, tmp_path: Path) -> None:
    make_tone("a.wav")
    make_tone("b.wav")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.json").write_text("mine")
    refused = run_cli("analyse", "a.wav", "b.wav", "--out", "out", cwd=tmp_path)
    assert refused.status == 1
    assert "“a.json” is there already" in refused.err
    assert (tmp_path / "out" / "a.json").read_text() == "mine"
    assert (tmp_path / "out" / "b.json").exists()
    forced = run_cli("analyse", "a.wav", "b.wav", "--out", "out", "--force", cwd=tmp_path)
    assert forced.status == 0
    assert (tmp_path / "out" / "a.json").read_text().startswith('{"schema"')
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.json", "b.json"]


def test_progress_goes_to_stderr_when_asked_for(make_tone: MakeTone) -> None:
    path = make_tone()
    quiet, loud = run_cli("analyse", path, path), run_cli("analyse", path, path, "--progress")
    assert quiet.err == ""
    assert loud.err == "1/2 “a.wav”\n2/2 “a.wav”\n"
    assert loud.out == quiet.out
