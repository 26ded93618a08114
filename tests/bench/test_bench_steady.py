# SPDX-License-Identifier: MIT
"""The benchmark of steadiness: what it counts, and a run on a small corpus."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.bench.cli import main
from desktop_app.bench.sounds import note
from desktop_app.bench.steady import Told, at, n_changes
from desktop_app.bench.steady_streams import find_players, single_note, stream
from desktop_app.training.classifier.corpus import load_items

SR = 16_000
COLUMNS = [
    "clip",
    "source_repo",
    "weights_ok",
    "instrument",
    "family",
    "source",
    "kind",
    "midi_pitch",
    "pitch_check",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Five plucked notes, five of a buzz, and a phrase."""
    rows = []
    for i, midi in enumerate((50, 55, 60, 64, 67)):
        plucked = note(midi, 1.5, SR)
        for instrument, family, y in (
            ("lute", "guitar", plucked),
            ("buzz", "synth_lead", 0.3 * np.sign(plucked)),
        ):
            name = f"{instrument}_{i}.wav"
            soundfile.write(tmp_path / name, y, SR)
            rows.append([name, "made", "yes", instrument, family, "synthetic", "note", str(midi), "ok"])
    melody = np.concatenate([note(midi, 0.5, SR) for midi in (60, 62, 64)])
    soundfile.write(tmp_path / "melody.wav", melody, SR)
    rows.append(["melody.wav", "made", "yes", "lute", "guitar", "synthetic", "phrase", "", "phrase"])
    rows.append(["melody.wav", "made", "yes", "claps", "other", "", "note", "", ""])
    with (tmp_path / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return tmp_path


def test_changes_are_counted_after_the_first_half_second() -> None:
    told = [
        Told(0.3, "unsure", "reed"),
        Told(0.4, "flute", "flute"),
        Told(1.0, "unsure", "flute"),
        Told(2.0, "flute", "flute"),
        Told(3.0, "reed", "reed"),
    ]
    assert n_changes(told) == 3
    assert n_changes(told, of="label") == 1
    assert n_changes(told, 0.0) == 4
    assert n_changes([]) == 0
    assert at(told, 0.2) is None
    late = at(told, 2.5)
    assert late is not None
    assert late.title == "flute"


def test_streams_are_of_one_instrument_and_last_as_long_as_asked(corpus: Path) -> None:
    players = find_players(load_items(corpus))
    assert [(player.family, len(player.items)) for player in players] == [
        ("guitar", 5),
        ("guitar", 1),
        ("synth_lead", 5),
    ]
    for player in players:
        y = stream(player, 4.0, SR, np.random.default_rng(1))
        assert (y.shape, y.dtype) == ((4 * SR,), np.float32)
        assert 0.02 < np.sqrt(np.mean(y**2)) < 0.2
    one = single_note(players[0], SR, np.random.default_rng(1))
    assert np.abs(one[: SR // 2]).max() < 0.01 < np.abs(one[SR // 2 : SR]).max()


def test_a_run_on_a_small_corpus(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.bench.steady.STREAM_S", 1.5)
    monkeypatch.setattr("desktop_app.bench.steady.PART_S", 1.5)
    monkeypatch.setattr("desktop_app.bench.steady.N_PAIRS", 1)
    assert main(["steady", "--corpus", str(corpus)]) == 0
    report = json.loads(capsys.readouterr().out)
    figures = {figure["what"]: figure for figure in report["figures"]}
    changes = figures["changes in 10 s of one instrument, mean of 3"]
    assert 0.0 <= changes["value"] <= changes["reference_value"] + 1.0
    assert changes["target"] == 1.0
    assert 150.0 < figures["first answer after an attack, median"]["value"] < 450.0
    assert len(report["details"]["streams"]) == 3


def test_without_a_corpus_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["steady"])
    capsys.readouterr()
    (tmp_path / "manifest.csv").write_text(",".join(COLUMNS) + "\n")
    assert main(["steady", "--corpus", str(tmp_path)]) == 1
    assert "neither phrases nor an instrument with five notes" in capsys.readouterr().err
