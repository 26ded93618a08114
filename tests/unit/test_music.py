# SPDX-License-Identifier: MIT
"""Tempo, beats and key of sound that went through the engine, and their fields in the JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest
from music_sounds import SR, cadences, drums, plucked

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.frames import Float32Array
from desktop_app.io.exports_json import analysis_to_dict, to_json_line
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.offline import analyse_blocks


def song() -> Float32Array:
    """Two bars of A minor, four times, at 120 bpm, with drums."""
    chords = plucked(cadences(57, minor=True), 17.0)
    beats = drums(0.2 + np.arange(32) * 0.5)
    return chords + 0.3 * np.pad(beats, (0, chords.size - beats.size)).astype(np.float32)


def analysed(y: Float32Array, block: int) -> Analysis:
    blocks = [y[start : start + block, None] for start in range(0, y.size, block)]
    return analyse_blocks(blocks, sr=SR, channels=1, path="song.wav", engine=AnalysisEngine())


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analysed(song(), 16_384)


def test_a_song_has_tempo_beats_and_key(analysis: Analysis) -> None:
    told = json.loads(to_json_line(analysis_to_dict(analysis)))
    assert told["tempo_bpm"] == pytest.approx(120.0, rel=0.01)
    assert 0.5 <= told["tempo_confidence"] <= 1.0
    expected = 0.2 + np.arange(32) * 0.5
    assert np.abs(np.subtract.outer(told["beats_s"], expected)).min(axis=1).max() <= 0.07
    assert len(told["beats_s"]) >= 28
    assert list(told["key"]) == ["name", "tonic", "mode", "confidence"]
    assert (told["key"]["name"], told["key"]["tonic"], told["key"]["mode"]) == ("A minor", "A", "minor")
    assert 0.5 <= told["key"]["confidence"] <= 1.0


def test_a_single_note_has_neither() -> None:
    told = analysis_to_dict(analysed(plucked([(0.3, 2.0, (69,))], 3.0), 16_384))
    fields = ("tempo_bpm", "tempo_confidence", "beats_s", "key")
    assert {name: told[name] for name in fields} == dict.fromkeys(fields)


def test_other_blocks_give_the_same(analysis: Analysis) -> None:
    other = analysed(song(), 5_003)
    assert other.tempo is not None
    assert analysis.tempo is not None
    assert other.tempo.bpm == pytest.approx(analysis.tempo.bpm)
    assert other.tempo.beats_s == pytest.approx(analysis.tempo.beats_s)
    assert other.key == analysis.key
