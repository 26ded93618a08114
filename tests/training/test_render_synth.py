# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from corpus_maker import SR

from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.check import check
from desktop_app.training.rendering import noise as render_noise
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.soundfont import PlayedNote, is_silent
from desktop_app.training.rendering.synth import SynthesisedInstrument, synthesised_instruments

PITCHED = {one.title: one for one in synthesised_instruments(1, 0) if one.bank_number < 100}
NOISES = {one.title: one for one in synthesised_instruments(1, 0) if one.bank_number >= 100}
QUIET_ATTACK_S = 0.3


def harmonicity(y: np.ndarray, f0_hz: float) -> float:
    """The share of the power below the seventh harmonic that lies within 90 cents (a wide vibrato) of one."""
    part = y[int(QUIET_ATTACK_S * SR) : int(QUIET_ATTACK_S * SR) + SR]
    power = np.abs(np.fft.rfft(part * np.hanning(SR))) ** 2
    hz = np.arange(power.shape[0], dtype=np.float64)
    nearest = np.maximum(1, np.round(hz / f0_hz)) * f0_hz
    near = np.abs(hz - nearest) <= np.maximum(3.0, nearest * (2 ** (90 / 1200) - 1))
    low = hz < 6.5 * f0_hz
    return float(power[near & low].sum() / power[low].sum())


@pytest.mark.parametrize("title", ["drawbar organ", "pipe organ", "voice", "bass", "flute", "electric piano"])
@pytest.mark.parametrize("number", range(3))
def test_own_instruments_sound_at_their_pitch(title, number):
    instrument = SynthesisedInstrument(PITCHED[title].bank_number, number, 7)
    for midi in (instrument.voice.low_midi + 5, instrument.voice.high_midi - 5):
        (y,) = instrument.render([PlayedNote(midi, 100)])
        assert harmonicity(y, midi_to_hz(midi)) > 0.8


@pytest.mark.parametrize("number", range(5))
def test_a_struck_bar_is_strongest_at_its_pitch(number):
    instrument = SynthesisedInstrument(PITCHED["mallet"].bank_number, number, 7)
    (y,) = instrument.render([PlayedNote(69, 100)])
    power = np.abs(np.fft.rfft(y[: SR // 2] * np.hanning(SR // 2)))
    assert power.argmax() * 2 == pytest.approx(440.0, abs=4.0)


@pytest.mark.parametrize("title", [*PITCHED, *NOISES])
def test_every_kind_is_four_seconds_of_finite_sound(title):
    instrument = (PITCHED | NOISES)[title]
    (y,) = instrument.render([PlayedNote(instrument.voice.low_midi, 75)])
    assert y.shape == (4 * SR,)
    assert y.dtype == np.float32
    assert np.isfinite(y).all()
    assert not is_silent(y)
    assert np.abs(y).max() <= 0.99


@pytest.mark.parametrize("title", [*PITCHED, *NOISES])
def test_the_same_instrument_repeats_and_another_differs(title):
    instrument = (PITCHED | NOISES)[title]
    other = SynthesisedInstrument(instrument.bank_number, instrument.program + 1, instrument.seed)
    note = PlayedNote(instrument.voice.low_midi, 100)
    (first,), (again,), (different,) = (one.render([note]) for one in (instrument, instrument, other))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - different).max() > 0.01


@pytest.mark.parametrize("title", PITCHED)
def test_notes_end_after_three_seconds(title):
    (y,) = PITCHED[title].render([PlayedNote(60, 100)] if title != "bass" else [PlayedNote(40, 100)])
    assert np.abs(y[int(3.8 * SR) :]).max() < 0.5 * np.abs(y[: 3 * SR]).max()


def test_there_are_as_many_as_asked_for():
    counts = Counter(one.title for one in synthesised_instruments(4, 0))
    assert {counts[title] for title in PITCHED} == {4}
    assert {counts[title] for title in NOISES} == {2}
    assert synthesised_instruments(0, 0) == []


def test_without_a_speaking_program_there_is_no_speech(monkeypatch):
    monkeypatch.setattr(render_noise, "can_speak", lambda: False)
    titles = {one.title for one in synthesised_instruments(1, 0)}
    assert "speech" not in titles
    assert "claps" in titles


def test_a_failing_speaker_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="could not speak"):
        render_noise.speech(np.random.default_rng(0), np.random.default_rng(0))


def test_the_command_renders_a_sound_corpus_of_them(tmp_path: Path):
    options = ["--synthesise", "1", "--max-pitches", "1", "--velocities", "100"]
    assert main(["corpus", "render", str(tmp_path), *options]) == 0
    assert check(open_corpus(tmp_path)).problems == ()
    families = Counter(
        e["instrument_family_str"] for e in json.loads((tmp_path / "examples.json").read_text()).values()
    )
    assert families["organ"] == 2
    assert families["not_an_instrument"] == len(NOISES)
    assert {"synth_lead", "vocal", "bass", "flute", "mallet", "keyboard"} <= families.keys()
