# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from desktop_app.domain.labels import FAMILIES
from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.check import check
from desktop_app.training.rendering import csound as render_csound
from desktop_app.training.rendering.csound import CsoundInstrument, csound_instruments, run_csound
from desktop_app.training.rendering.csound_models import MODELS
from desktop_app.training.rendering.csound_tuning import off_cents, speaks
from desktop_app.training.rendering.presets import BANKS, CorpusError
from desktop_app.training.rendering.soundfont import SR, PlayedNote, is_silent


@pytest.mark.parametrize("number", range(len(MODELS)), ids=[model.name for model in MODELS])
def test_models_sound_at_their_pitch(number):
    """What does not is silent, see below."""
    voice = MODELS[number].voice
    notes = [
        PlayedNote(voice.low_midi + (voice.high_midi - voice.low_midi) * part // 4, 90) for part in (1, 2)
    ]
    draws = (CsoundInstrument(number, draw, 3).render(notes) for draw in range(4))
    played = next(clips for clips in draws if not all(is_silent(y) for y in clips))
    for y in played:
        assert (y.shape, y.dtype) == ((4 * SR,), np.float32)
        assert np.isfinite(y).all()
        assert np.abs(y).max() <= 0.99


def test_a_draw_repeats_and_another_is_another_instrument():
    note = PlayedNote(60, 100)
    (first,), (again,), (other,) = (CsoundInstrument(0, draw, 1).render([note]) for draw in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.05


def test_a_note_that_does_not_sound_at_its_pitch_is_left_out(monkeypatch):
    monkeypatch.setattr(render_csound, "off_cents", lambda *_: 70.0)
    (y,) = CsoundInstrument(0, 0, 1).render([PlayedNote(60, 100)])
    assert is_silent(y)


def test_a_note_off_its_pitch_is_played_again_at_a_corrected_frequency(monkeypatch):
    asked: list[str] = []

    def played(orchestra: Path, score: str) -> np.ndarray:
        asked.append(score.split()[4])
        hz = float(asked[-1]) * 2 ** (30 / 1200)  # a model that is 30 cents sharp
        return 0.5 * np.sin(2 * np.pi * hz * np.arange(4 * 32_000) / 32_000)

    monkeypatch.setattr(render_csound, "run_csound", played)
    (y,) = CsoundInstrument(0, 0, 1).render([PlayedNote(69, 100)])
    assert float(asked[0]) == pytest.approx(440.0)
    assert float(asked[1]) == pytest.approx(440.0 * 2 ** (-30 / 1200), abs=0.3)
    assert not is_silent(y)


@pytest.mark.parametrize(("cents", "held_s"), [(-37.0, 3.0), (0.0, 0.2), (25.0, 1.0)])
@pytest.mark.parametrize("is_bar", [False, True])
def test_a_tone_s_deviation_is_measured(cents, held_s, is_bar):
    t = np.arange(4 * 32_000) / 32_000
    y = np.sin(2 * np.pi * 330.0 * 2 ** (cents / 1200) * t) * np.exp(-t)
    assert off_cents(y, 32_000, 330.0, held_s, is_bar) == pytest.approx(cents, abs=3.0)


def test_a_note_speaks_at_once_and_goes_on():
    t = np.arange(4 * SR) / SR
    tone = np.sin(2 * np.pi * 330.0 * t)
    assert speaks(tone, SR, 3.0, True)
    assert speaks(tone * np.exp(-t / 0.3), SR, 3.0, False)
    assert not speaks(tone * np.exp(-t / 0.3), SR, 3.0, True)
    assert not speaks(tone * (t > 0.5), SR, 3.0, False)


def test_silence_and_noise_have_no_pitch():
    noise = np.random.default_rng(0).standard_normal(4 * SR)
    assert math.isinf(off_cents(np.zeros(4 * SR), SR, 440.0, 3.0, False))
    assert math.isinf(off_cents(noise, SR, 440.0, 3.0, False))


def test_a_missing_csound_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="install csound"):
        run_csound(render_csound.ORCHESTRAS / "bowed.orc", "e")


def test_a_broken_score_is_named():
    with pytest.raises(CorpusError, match=r"could not play bowed\.orc"):
        run_csound(render_csound.ORCHESTRAS / "bowed.orc", 'i "kazoo" 0 1 440\ne')


def test_every_family_but_brass_has_models():
    assert {one.voice.family for one in csound_instruments(1, 0)} == {*FAMILIES} - {"brass"}
    assert csound_instruments(0, 0) == []


def test_the_command_renders_a_sound_corpus_of_them(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(render_csound, "MODELS", MODELS[:2])
    options = ["--physical", "1", "--max-pitches", "2", "--velocities", "100", "--seed", "2"]
    assert main(["corpus", "render", str(tmp_path), *options]) == 0
    assert check(open_corpus(tmp_path)).problems == ()
    assert json.loads((tmp_path / "banks.json").read_text())["csound"]["weights_ok"] is True
    assert BANKS["csound"].relatives != BANKS["parametric"].relatives
