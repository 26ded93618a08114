# SPDX-License-Identifier: MIT
"""``right-in-tune bench playback``: loops, keys and gaps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app.bench import playback
from desktop_app.bench.cli import main


def test_seams_are_no_more_abrupt_than_the_material(tmp_path: Path) -> None:
    as_recorded, slow, n_uneven = playback._seams(tmp_path, 2)
    assert 0.1 < as_recorded <= 1.0
    assert 0.1 < slow <= 1.0
    assert n_uneven == 0


def test_a_jump_in_a_seam_would_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import desktop_app.realtime.player_composer as composer

    monkeypatch.setattr(composer, "seam", lambda old, end, *_: old.read(end - 10, 10))
    as_recorded, _, _ = playback._seams(tmp_path, 2)
    assert as_recorded > 2.0


def test_keys_and_gaps_are_measured_in_the_window(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "_seams", lambda *_: (1.0, 1.0, 0.0))
    monkeypatch.setattr(playback.run, "__defaults__", (10.0, 1, 4))
    assert main(["playback", "--minutes", "0.02"]) == 0
    report = json.loads(capsys.readouterr().out)
    figures = {figure["what"]: figure for figure in report["figures"]}
    assert figures["keys that were followed"]["value"] == 100.0
    assert figures["key to the callback that acts, median"]["target"] == 50.0
    assert 0.0 < figures["key to the callback that acts, median"]["value"] < 400.0
    assert figures["gaps in 0.02 min at 50 % beside live pictures"]["target"] == 0.0
    assert report["details"]["speed"] == 0.5
    assert {key: len(delays) for key, delays in report["details"]["keys_ms"].items()} == {
        "pause": 2,
        "play": 1,
        "seek": 1,
    }
