# SPDX-License-Identifier: MIT
"""The program and the peers that come with it behind one interface; cases made and read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.bench.cases import read_cases, read_recordings
from desktop_app.bench.estimators import Estimator, RightInTune
from desktop_app.bench.made import made_contours, made_melodies, made_notes, made_pieces
from desktop_app.bench.peers import PEERS, LibrosaPyin, LibrosaYin, load_peers
from desktop_app.bench.quiet import claps, quiet_sounds, speech
from desktop_app.bench.scores import pitch_accuracy
from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import Float32Array

SR = 16_000


def a_tone(midi: float = 69.0, seconds: float = 0.6) -> Float32Array:
    t = np.arange(round(seconds * SR)) / SR
    f0_hz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    tone = sum(np.sin(2.0 * np.pi * h * f0_hz * t) / h for h in range(1, 6))
    return np.concatenate((np.zeros(SR // 4), 0.2 * tone, np.zeros(SR // 4))).astype(np.float32)


@pytest.mark.parametrize("make", [RightInTune, LibrosaYin, LibrosaPyin])
def test_each_tells_the_pitch_and_one_note(make: type[Estimator]) -> None:
    estimator, y = make(), a_tone()
    times_s = np.arange(0.0, y.size / SR - 0.02, 0.01)
    true_hz = np.where((times_s > 0.3) & (times_s < 0.8), 440.0, 0.0)
    assert pitch_accuracy(times_s, true_hz, estimator.f0(y)) == 100.0
    (note,) = estimator.notes(y)
    assert note == pytest.approx((0.25, 0.85, 69.0), abs=0.08)
    assert np.isfinite(estimator.f0(y[:800]).f0_hz).all()


def test_peers_are_those_that_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent(LibrosaYin):
        name = "Absent"

        def __init__(self) -> None:
            raise ModuleNotFoundError("No module named 'absent'")

    peers = {"yin": LibrosaYin, "pyin": LibrosaPyin, "absent": Absent}
    monkeypatch.setattr("desktop_app.bench.peers.PEERS", peers)
    assert [peer.name for peer in load_peers()] == ["librosa.yin"]
    assert [peer.name for peer in load_peers(["pyin"])] == ["librosa.pyin"]
    with pytest.raises(RightInTuneError, match=r"^Absent is not installed\.$"):
        load_peers(["absent"])


def test_the_command_knows_every_peer() -> None:
    from desktop_app.bench.cli import PEER_NAMES

    assert tuple(PEERS) == PEER_NAMES


def test_made_cases_have_their_truth() -> None:
    assert len(made_notes()) == 5 * 88
    contours = made_contours()
    assert contours[2].labels["contour"] == "+0 rich"
    assert all(case.f0_hz.shape == case.times_s.shape and (case.f0_hz > 0).mean() > 0.5 for case in contours)
    for case in (*made_melodies(), *made_pieces()):
        assert np.abs(case.y).max() <= 1.0
        assert len(case.notes) > 5
        assert all(0.0 < on < off < case.duration_s and 21 <= midi <= 108 for on, off, midi in case.notes)


def test_noise_lies_10_db_below_the_melody() -> None:
    for clean, noisy in zip(made_melodies(), made_melodies(with_noise=True), strict=True):
        noise = noisy.y.astype(np.float64) - clean.y
        assert 10.0 * np.log10(np.mean(clean.y**2) / np.mean(noise**2)) == pytest.approx(10.0, abs=0.05)


def test_quiet_sounds_are_sounds() -> None:
    sounds = dict(quiet_sounds())
    assert {"silence", "white noise", "pink noise", "claps"} <= sounds.keys()
    assert all(np.isfinite(y).all() and y.dtype == np.float32 and y.size > 5 * SR for y in sounds.values())
    loud = claps(np.random.default_rng(0)).reshape(-1, SR // 100)
    assert np.percentile(np.abs(loud).max(axis=1), 20) < 0.05 < np.abs(loud).max()


def test_speech_that_fails_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RightInTuneError, match=r"^eSpeak NG could not speak as en-us\+m3\.$"):
        speech()


def write_cases(folder: Path, kind: str, row: dict[str, object], y: Float32Array) -> None:
    (folder / kind).mkdir(parents=True)
    soundfile.write(folder / kind / "a.wav", y, SR, subtype="PCM_16")
    (folder / kind / "truth.json").write_text(json.dumps([{"wav": "a.wav", **row}]), encoding="utf-8")


def test_cases_are_read_from_a_folder(tmp_path: Path) -> None:
    y = a_tone(seconds=3.0)
    write_cases(tmp_path, "notes", {"midi": 69, "onset": 0.25, "inst": "oboe", "vel": 75}, y)
    write_cases(tmp_path, "mel", {"notes": [[0.25, 3.25, 69], [3.3, 9.0, 70]]}, y)
    (note,) = read_cases(tmp_path, "notes")
    assert (note.duration_s, note.notes[0][2], note.labels) == (1.75, 69.0, {"inst": "oboe", "vel": "75"})
    assert read_cases(tmp_path / "notes", "notes")[0].notes == note.notes
    assert read_cases(tmp_path, "mel")[0].notes == ((0.25, 3.25, 69.0),)


def test_missing_and_damaged_cases_are_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RightInTuneError, match=r"^There are no cases in .*contour\.$"):
        read_cases(tmp_path, "contour")
    for text in ("[", '[{"wav": "none.wav"}]', "[3]"):
        (tmp_path / "truth.json").write_text(text, encoding="utf-8")
        with pytest.raises(RightInTuneError, match=r"^The cases in .* could not be read\.$"):
            read_cases(tmp_path, "notes")


def test_recordings_are_notes_of_known_pitch_or_no_music(tmp_path: Path) -> None:
    head = "clip,source_repo,instrument,family,source,kind,midi_pitch,pitch_check,weights_ok"
    rows = [
        "a.wav,here,oboe,reed,acoustic,note,69,ok,yes",
        "b.wav,here,oboe,reed,acoustic,note,,no_label,yes",
        "c.wav,here,oboe,reed,acoustic,phrase,69,ok,yes",
        "d.wav,here,snare_drum,other,acoustic,note,,no_label,yes",
    ]
    (tmp_path / "manifest.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    for name in "abcd":
        soundfile.write(tmp_path / f"{name}.wav", a_tone(), SR)
    (note,) = read_recordings(tmp_path, of_music=True)
    assert note.notes[0] == pytest.approx((0.25, 1.1, 69.0), abs=0.01)
    assert note.labels == {"family": "reed", "source": "acoustic"}
    assert [case.name for case in read_recordings(tmp_path, of_music=False)] == ["d.wav"]
