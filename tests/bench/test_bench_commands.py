# SPDX-License-Identifier: MIT
"""``right-in-tune bench pitch`` and ``bench notes``: figures beside the peers'."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from desktop_app.bench.cli import main
from desktop_app.bench.comparison import beside
from desktop_app.bench.report import Figure, Report

SR = 16_000


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A handful of tones as notes, a contour, a melody, the same melody as noisy, and a piece."""
    t = np.arange(SR) / SR
    tones = {midi: 440.0 * 2.0 ** ((midi - 69) / 12.0) for midi in (45, 60, 76)}
    sounds = {
        midi: np.concatenate((np.zeros(SR // 4), 0.3 * np.sign(np.sin(2.0 * np.pi * hz * t))))
        for midi, hz in tones.items()
    }
    truth: dict[str, list[dict[str, Any]]] = {
        "notes": [{"wav": f"{midi}.wav", "midi": midi, "onset": 0.25, "inst": "piano"} for midi in tones],
        "contour": [
            {
                "wav": "60.wav",
                "times": (np.arange(120) * 0.01).tolist(),
                "f0": np.where(np.arange(120) > 28, tones[60], 0.0).tolist(),
                "tr": 0,
                "kind": "rich",
            }
        ],
    }
    for kind in ("mel", "mel_noise10", "poly"):
        truth[kind] = [{"wav": "60.wav", "notes": [[0.25, 1.2, 60]]}]
    for kind, rows in truth.items():
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "truth.json").write_text(json.dumps(rows), encoding="utf-8")
        for midi, y in sounds.items():
            soundfile.write(tmp_path / kind / f"{midi}.wav", y, SR)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    assert main(list(argv)) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "right-in-tune/bench/1"
    return {figure["what"]: figure for figure in report["figures"]}


def test_pitch_stands_beside_yin(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = told(capsys, "pitch", "--cases", str(cases), "--peers", "yin", "--detail")
    right = figures["single notes right"]
    assert (right["value"], right["peers"], right["is_met"]) == (100.0, {"librosa.yin": 100.0}, True)
    assert figures["single notes right, inst piano (3)"]["value"] == 100.0
    assert figures["contour, raw pitch accuracy, worst"]["value"] > 95.0
    assert figures["contour +0 rich"]["peers"]["librosa.yin"] > 95.0
    assert figures["time to the right pitch, p90"]["value"] < 200.0
    assert figures["throughput, pitch only"]["value"] > 1.0


def test_notes_stand_beside_yin(
    cases: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = [("silence", np.zeros(3 * SR, np.float32))]
    monkeypatch.setattr("desktop_app.bench.notes.quiet_sounds", lambda: iter(quiet))
    figures = told(capsys, "notes", "--cases", str(cases), "--peers", "yin", "--poly")
    assert figures["several voices, onset and pitch F"]["value"] >= 50.0
    assert figures["several voices, onset and pitch F"]["peers"] == {}
    assert figures["melodies, onset and pitch F"]["value"] == 100.0
    assert "librosa.yin" in figures["melodies at 10 dB, onset alone F"]["peers"]
    assert figures["silence: seconds without a note"]["value"] == 100.0


def test_a_peer_without_the_figure_is_left_out() -> None:
    own = [Figure("a", 1.23456, "%"), Figure("b", float("nan"), "%")]
    (figure,) = beside(own, {"One": [Figure("a", 2.0, "%")], "Two": [Figure("c", 3.0, "%")]})
    assert (figure.value, figure.peers) == (1.235, {"One": 2.0})


def test_the_text_is_a_table_with_a_column_for_each_program() -> None:
    figures = [
        Figure("a", 1.5, "%", target=2.0, peers={"One": 2.0}),
        Figure("b", 3.0, "ms", target=2.0, peers={"One": 1.0, "Two": 12345.0}),
        Figure("c", 4.0, "s"),
    ]
    assert Report("pitch", figures).as_text().splitlines() == [
        "pitch:",
        "|   | Right In Tune | One | Two   |    | target       |",
        "| - | ------------- | --- | ----- | -- | ------------ |",
        "| a | 1.5           | 2   | –     | %  | ≤ 2: reached |",
        "| b | 3             | 1   | 12345 | ms | ≤ 2: MISSED  |",
        "| c | 4             | –   | –     | s  |              |",
    ]
    assert Report("start", figures[2:]).as_text() == "start:\n  c: 4 s"
    assert figures[0].line() == "a: 1.5 %; target ≤ 2: reached"


def test_without_mir_eval_one_sentence(
    cases: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mir_eval", None)
    assert main(["notes", "--cases", str(cases), "--peers", "yin"]) == 1
    assert "notes: This measurement needs mir_eval" in capsys.readouterr().err


def test_wrong_calls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["pitch", "--peers", "nobody"], ["pitch", "--every", "0"], ["family"]):
        with pytest.raises(SystemExit):
            main(argv)
    capsys.readouterr()
    assert main(["pitch", "--cases", str(tmp_path / "none")]) == 1
    assert "There are no cases in" in capsys.readouterr().err
