# SPDX-License-Identifier: MIT
"""``analyse --poly`` by subprocess."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile
from cli_tools import SR, MakeTone, run_cli, tone

CHORD = (50, 57, 65)


@pytest.fixture
def chord(tmp_path: Path) -> Path:
    path = tmp_path / "chord.wav"
    soundfile.write(path, 0.4 * sum(tone(midi, 1.5) for midi in CHORD), SR)
    return path


def test_a_chord_is_one_note_at_a_time_without_and_three_notes_with_poly(chord: Path) -> None:
    (mono,) = run_cli("analyse", chord).objects
    run = run_cli("analyse", chord, "--poly")
    (poly,) = run.objects
    assert (run.status, run.err) == (0, "")
    assert list(poly) == list(mono)
    assert all(a["offset_s"] <= b["onset_s"] + 0.02 for a, b in itertools.pairwise(mono["notes"]))
    assert sorted(note["midi"] for note in poly["notes"]) == list(CHORD)
    assert all(note["onset_s"] == pytest.approx(0.1, abs=0.05) for note in poly["notes"])
    assert all(abs(note["cents"]) < 20 for note in poly["notes"])
    assert (poly["pitch"], poly["family"]) == (mono["pitch"], mono["family"])


def test_the_main_note_and_the_pitch_line_stay(make_tone: MakeTone) -> None:
    path = make_tone(midi=57)
    (mono,), (poly,) = (run_cli("analyse", path, "--f0", *poly).objects for poly in ([], ["--poly"]))
    assert poly["f0"] == mono["f0"]
    assert poly["pitch"] == mono["pitch"]
    assert [note["midi"] for note in poly["notes"]] == [57]


def test_every_format_lists_the_notes(chord: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run_cli("analyse", chord, "--poly", "--format", "csv").out)))
    assert sorted(int(row["pitch_midi"]) for row in rows) == list(CHORD)
    labels = run_cli("analyse", chord, "--poly", "--format", "labels").out.splitlines()
    assert sorted(line.split("\t")[2] for line in labels) == ["A3", "D3", "F4"]
    assert run_cli("analyse", chord, "--poly", "--format", "svl").out.count("<point ") == len(CHORD)


def test_folders_and_processes(make_tone: MakeTone, tmp_path: Path) -> None:
    for midi in (45, 57, 69):
        make_tone(f"in/{midi}.wav", midi)
    one, two = (run_cli("analyse", tmp_path / "in", "--poly", "--jobs", n) for n in ("1", "2"))
    assert one.out == two.out
    assert [[note["midi"] for note in told["notes"]] for told in one.objects] == [[45], [57], [69]]


def test_silence_and_no_sound_at_all(tmp_path: Path) -> None:
    for name, n in (("silent.wav", SR), ("short.wav", 10)):
        soundfile.write(tmp_path / name, np.zeros(n), SR)
    run = run_cli("analyse", tmp_path / "silent.wav", tmp_path / "short.wav", "--poly")
    assert run.status == 0
    assert [told["notes"] for told in run.objects] == [[], []]
