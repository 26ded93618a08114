# SPDX-License-Identifier: MIT
"""``right-in-tune bench features`` runs, and its reference computes the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from desktop_app.bench import features
from desktop_app.bench.cli import main
from desktop_app.bench.sounds import write_notes


def test_the_bench_stands_beside_librosa(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features.run, "__defaults__", (128, 1))
    monkeypatch.setattr(features, "N_PROCESSES", 2)
    assert main(["features"]) == 0
    report = json.loads(capsys.readouterr().out)
    speed, several, by_processor = report["figures"]
    assert speed["target"] == 400.0
    assert speed["value"] > 40.0  # the machine may be busy
    assert speed["reference_value"] > 0.0
    assert several["what"].startswith("2 processes")
    assert several["value"] > 0.0
    assert by_processor["value"] > 0.0


def test_both_compute_the_same(tmp_path: Path) -> None:
    (path,) = write_notes(tmp_path, 1)
    for own, reference in zip(
        features._own(features._entry(path)), features._librosas(features._entry(path)), strict=True
    ):
        np.testing.assert_allclose(own, reference, atol=0.02)
