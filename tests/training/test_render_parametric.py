# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.check import check
from desktop_app.training.rendering.csound_tuning import off_cents
from desktop_app.training.rendering.soundfont import SR, PlayedNote
from desktop_app.training.rendering.voices_list import KINDS, ParametricInstrument, parametric_instruments
from desktop_app.training.rendering.voices_strings import ring
from desktop_app.training.rendering.voices_touch import Touch, bend, draw_held_s

NUMBERS = pytest.mark.parametrize("kind", range(len(KINDS)), ids=[title for title, _, _ in KINDS])


def brightness_hz(y: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(y[: SR // 2])) ** 2
    return float((power * np.fft.rfftfreq(SR // 2, 1 / SR)).sum() / power.sum())


@NUMBERS
def test_kinds_sound_at_their_pitch(kind):
    voice = KINDS[kind][1]
    for number, midi in ((0, voice.low_midi + 12), (1, voice.high_midi - 12)):
        (y,) = ParametricInstrument(kind, number, 4).render([PlayedNote(midi, 90)])
        assert (y.shape, y.dtype) == ((4 * SR,), np.float32)
        assert 0.1 < np.abs(y).max() <= 0.99
        is_bar = voice.family == "mallet"
        assert abs(off_cents(y.astype(np.float64), SR, midi_to_hz(midi), 0.3, is_bar)) < 45


def test_an_instrument_repeats_and_another_differs():
    note = PlayedNote(57, 100)
    (first,), (again,), (other,) = (ParametricInstrument(0, n, 1).render([note]) for n in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.02


@pytest.mark.parametrize("title", ["acoustic guitar", "piano", "brass", "bowed string"])
def test_harder_is_brighter(title):
    kind = [name for name, _, _ in KINDS].index(title)
    soft, hard = (
        [ParametricInstrument(kind, n, 2).render([PlayedNote(55, velocity)])[0] for n in range(2)]
        for velocity in (25, 120)
    )
    assert np.mean([brightness_hz(y) for y in hard]) > 1.05 * np.mean([brightness_hz(y) for y in soft])


def test_partials_decay_at_their_own_rates():
    y = ring(np.array([200.0, 1000.0]), np.ones(2), np.array([2.0, 0.1]), np.random.default_rng(0))
    early, late = (np.abs(np.fft.rfft(part)) for part in (y[:1600], y[SR : SR + 1600]))
    assert early[100] == pytest.approx(early[20], rel=0.5)
    assert late[100] < 0.01 * late[20]


def test_vibrato_has_its_depth():
    t = np.arange(4 * SR) / SR
    touch = Touch(30.0, 5.0, 0.0, 0.0, 0.0)
    y = bend(np.sin(2 * np.pi * 440.0 * t), SR, touch, np.random.default_rng(0))
    crossings = np.flatnonzero((y[:-1] < 0) & (y[1:] >= 0))
    exact = crossings - y[crossings] / (y[crossings + 1] - y[crossings])
    cents = 1200 * np.log2(SR / np.diff(exact) / 440.0)[440:1300]
    assert cents.max() == pytest.approx(30.0, abs=3.0)
    assert cents.min() == pytest.approx(-30.0, abs=3.0)


def test_most_notes_are_held_and_some_are_short():
    held_s = np.array([draw_held_s(np.random.default_rng(n)) for n in range(500)])
    assert 0.5 < (held_s == 3.0).mean() < 0.7
    assert held_s.min() < 0.25


def test_there_are_as_many_as_asked_for():
    counts = Counter(one.title for one in parametric_instruments(3, 0))
    assert set(counts.values()) == {3}
    assert len(counts) == len(KINDS)


def test_the_command_renders_a_sound_corpus_of_them(tmp_path: Path):
    options = ["--parametric", "1", "--max-pitches", "1", "--velocities", "100"]
    assert main(["corpus", "render", str(tmp_path), *options]) == 0
    assert check(open_corpus(tmp_path)).problems == ()
    examples = json.loads((tmp_path / "examples.json").read_text())
    assert len(examples) == len(KINDS)
