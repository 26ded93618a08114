# SPDX-License-Identifier: MIT
from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpus_maker import SR, soundfont

from desktop_app.training.commands_corpus import main
from desktop_app.training.phrases import make as phrases
from desktop_app.training.phrases import noise as phrases_noise

FIELDS = {"file", "kind", "bank", "preset", "program", "family", "notes"}
WITH_NOTES = {"melody", "notes", "chords", "contour"}
WITHOUT = {"speech", "noise", "claps", "drums", "silence"}
HOURS = 4 * 4 * 6.0 / 3600  # four batches


@pytest.fixture(scope="module")
def sine(tmp_path_factory) -> Path:
    return soundfont(tmp_path_factory.mktemp("sf") / "sine.sf2")


@pytest.fixture(autouse=True)
def short(monkeypatch) -> None:
    """Batches of four phrases of 5.5 to 6.5 s, as many without notes as with, and no speech."""
    monkeypatch.setattr(phrases, "BATCH", 4)
    monkeypatch.setattr(phrases, "LENGTH_S", (5.5, 6.5))
    shares = {"melody": 0.2, "notes": 0.2, "chords": 0.2, "contour": 0.2, "none": 0.2}
    monkeypatch.setattr(phrases, "_SHARES", shares)
    monkeypatch.setattr(phrases_noise.render_noise, "can_speak", lambda: False)


def make(folder: Path, *options: str, hours: float = HOURS) -> Path:
    assert main(["corpus", "phrases", str(folder), "--hours", str(hours), *options]) == 0
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "audio").iterdir()}


def test_the_index_says_what_there_is(sine, tmp_path):
    listed = phrases.read_index(make(tmp_path, "--soundfont", str(sine), "--seed", "4"))
    assert len(listed) == 16
    assert {one["bank"] for one in listed} == {"sine", "synthesised"}
    assert {one["file"] for one in listed} == {f"audio/{name}" for name in digests(tmp_path)}
    assert {one["kind"] for one in listed} >= WITH_NOTES
    for one in listed:
        y, sr = soundfile.read(tmp_path / one["file"])
        info = soundfile.info(tmp_path / one["file"])
        assert (sr, info.channels, info.subtype) == (SR, 1, "PCM_16")
        assert 5.49 <= y.shape[0] / SR <= 6.5
        assert np.abs(y).max() < 0.9
        assert one.keys() == FIELDS | ({"f0_hz"} if one["kind"] == "contour" else set())
        assert one["notes"] == sorted(one["notes"])
        assert bool(one["notes"]) == (one["kind"] in WITH_NOTES)
        for onset_s, offset_s, midi, velocity in one["notes"]:
            assert 0.0 <= onset_s < offset_s <= y.shape[0] / SR
            assert 21 <= midi <= 108
            assert 25 <= velocity <= 127
        if one["kind"] == "contour":
            assert len(one["f0_hz"]) == y.shape[0] // 160


def test_the_same_seed_makes_the_same_and_another_does_not(sine, tmp_path):
    options = ["--soundfont", str(sine), "--seed", "4"]
    one = make(tmp_path / "one", *options, hours=HOURS / 2)
    again = make(tmp_path / "again", *options, hours=HOURS / 4)
    other = make(tmp_path / "other", "--soundfont", str(sine), "--seed", "5", hours=HOURS / 4)
    first = digests(again)
    assert len(first) == 4
    assert first.items() <= digests(one).items()
    assert not set(first.values()) & set(digests(other).values())


def test_a_longer_run_keeps_what_is_there(tmp_path, monkeypatch):
    make(tmp_path, hours=HOURS / 2)
    before = digests(tmp_path)
    made = []
    batch = phrases._batch
    monkeypatch.setattr(phrases, "_batch", lambda *args: made.append(args[2]) or batch(*args))
    make(tmp_path, hours=HOURS)
    assert made == [2, 3]
    assert before.items() <= digests(tmp_path).items()
    assert len(phrases.read_index(tmp_path)) == 16
    make(tmp_path, "--seed", "1", hours=HOURS / 4)
    assert len(phrases.read_index(tmp_path)) == 4  # of this seed alone


def test_keys_that_do_not_sound_are_no_notes():
    y = np.zeros(2 * SR, np.float32)
    y[: SR // 2] = 0.5
    notes = [[0.1, 0.4, 60, 90], [1.0, 1.5, 61, 90]]
    assert phrases._heard({"notes": notes}, y)["notes"] == notes[:1]


def test_loudness_is_drawn(sine, tmp_path):
    listed = phrases.read_index(make(tmp_path, "--soundfont", str(sine)))
    peaks = [
        float(np.abs(soundfile.read(tmp_path / one["file"])[0]).max())
        for one in listed
        if one["kind"] != "silence"
    ]
    assert min(peaks) >= 0.049
    assert max(peaks) > 3 * min(peaks)


def test_what_cannot_be_used_is_named(tmp_path, capsys):
    (tmp_path / "a.sf2").write_bytes(b"RIFF")
    assert main(["corpus", "phrases", str(tmp_path / "x"), "--soundfont", str(tmp_path / "a.sf2")]) == 1
    assert "could not be read as a SoundFont" in capsys.readouterr().err
    with pytest.raises(phrases.CorpusError, match=r"holds no index\.jsonl"):
        phrases.read_index(tmp_path)


def test_the_index_is_lines_of_json(tmp_path):
    make(tmp_path, hours=HOURS / 4)
    lines = (tmp_path / "index.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == phrases.read_index(tmp_path)
    assert not list(tmp_path.glob("*.part"))
