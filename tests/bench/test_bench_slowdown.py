# SPDX-License-Identifier: MIT
"""``right-in-tune bench slowdown``: its measures, and that it runs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from desktop_app.bench import slowdown
from desktop_app.bench.cli import main


def test_the_measures_tell_what_they_measure() -> None:
    notes, onsets_s = slowdown.plucked_notes(6)
    told_s, rises_s = slowdown.attacks(notes, onsets_s)
    np.testing.assert_allclose(told_s, onsets_s, atol=0.005)
    assert np.all((rises_s >= 0.0) & (rises_s < 0.01))
    late = np.roll(notes, round(0.02 * slowdown.SR), axis=0)
    np.testing.assert_allclose(slowdown.attacks(late, onsets_s)[0] - told_s, 0.02, atol=0.0035)
    t = np.arange(slowdown.SR) / slowdown.SR
    assert slowdown.frequency_hz(np.sin(2.0 * np.pi * 441.2 * t), 440.0) == pytest.approx(441.2, abs=0.01)


def test_slowing_down_stands_beside_librosa(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slowdown, "TONES_MIDI", (57,))
    monkeypatch.setattr(slowdown, "SPEEDS", (0.5,))
    monkeypatch.setattr(slowdown, "SHIFTS_SEMITONES", (0.0, 3.0))
    monkeypatch.setattr(slowdown, "N_ROUNDS", 1)
    monkeypatch.setattr(slowdown.run, "__defaults__", (2.0, 1))
    assert main(["slowdown"]) == 0
    figures = {figure["what"]: figure for figure in json.loads(capsys.readouterr().out)["figures"]}
    assert all("librosa" in figure["peers"] for figure in figures.values())
    met = [figure for what, figure in figures.items() if figure["target"] and "ring" not in what]
    assert len(met) == 4
    assert all(figure["is_met"] for figure in met)
