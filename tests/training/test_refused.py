# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from corpus_maker import SR, soundfont

from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.io.corpora.banks import bank_relatives, bank_weights_ok
from desktop_app.training.commands_corpus import main
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.check import check
from desktop_app.training.refused import recorded as refused_recorded
from desktop_app.training.refused import speech as refused_speech
from desktop_app.training.refused.beats import KitBeats
from desktop_app.training.refused.list import KINDS, LEARNT, UNHEARD, RefusedSound, refused_sounds
from desktop_app.training.refused.parts import burst, grains, place, strokes
from desktop_app.training.rendering import noise as render_noise
from desktop_app.training.rendering.corpus import instrument_name
from desktop_app.training.rendering.presets import CorpusError, Preset
from desktop_app.training.rendering.soundfont import PlayedNote, is_silent

TITLES = [title for title, _, _ in KINDS]
FIRST = PlayedNote(60, 100)


def sound(title: str, program: int = 0, note: PlayedNote = FIRST) -> np.ndarray:
    (y,) = RefusedSound(TITLES.index(title), program, 3).render([note])
    return y


def centroid_hz(y: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(y)) ** 2
    return float((power * np.fft.rfftfreq(y.shape[0], 1.0 / SR)).sum() / power.sum())


@pytest.mark.parametrize("title", TITLES)
def test_every_kind_is_four_seconds_of_finite_sound(title):
    y = sound(title)
    assert y.shape == (4 * SR,)
    assert y.dtype == np.float32
    assert np.isfinite(y).all()
    assert np.abs(y).max() <= 0.99
    assert not is_silent(y)


@pytest.mark.parametrize("title", ["kick", "typing", "rain", "motor", "laughter", "speech", "noise"])
def test_a_sound_repeats_and_another_number_or_key_is_another(title):
    y = sound(title)
    np.testing.assert_array_equal(y, sound(title))
    assert np.abs(y - sound(title, 1)).max() > 0.01
    assert np.abs(y - sound(title, 0, PlayedNote(61, 100))).max() > 0.01


def test_low_things_are_lower_than_high_ones():
    low = max(np.median([centroid_hz(sound(title, n)) for n in range(5)]) for title in ("kick", "thunder"))
    high = min(np.median([centroid_hz(sound(title, n)) for n in range(5)]) for title in ("hat", "keys"))
    assert 4.0 * low < high


def test_a_harder_stroke_is_louder_and_quiet_stays_quiet():
    assert (
        np.abs(sound("snare", 0, PlayedNote(60, 120))).max()
        > 2 * np.abs(sound("snare", 0, PlayedNote(60, 25))).max()
    )
    assert max(np.abs(sound("quiet", n, PlayedNote(60, 127))).max() for n in range(5)) < 0.02


def test_a_burst_decays_at_its_rate():
    y = burst(0.05, 500.0, 5000.0, np.random.default_rng(0))
    early, late = (np.sqrt(np.mean(y[int(s * SR) : int((s + 0.03) * SR)] ** 2)) for s in (0.0, 0.1))
    assert late / early == pytest.approx(np.exp(-2.0), rel=0.35)


def test_parts_are_cut_at_the_end():
    y = np.zeros(100)
    place(y, np.ones(50), 80 / SR, 0.5)
    place(y, np.ones(50), 1.0)
    assert y.sum() == 10.0


def test_grains_come_at_their_rate():
    y = grains(50.0, lambda _: np.ones(1), np.random.default_rng(1))
    assert np.count_nonzero(np.abs(y) > 1e-6) == pytest.approx(200, abs=45)


def test_strokes_are_one_or_several():
    def starts(single: float) -> int:
        y = strokes(
            lambda _: np.ones(1), np.random.default_rng(2), np.random.default_rng(2), (0.2, 0.3), single
        )
        return int(np.count_nonzero(y))

    assert starts(1.0) == 1
    assert 10 <= starts(0.0) <= 20


def test_what_is_only_measured_on_is_kept_apart():
    banks = {title: bank for title, bank, _ in KINDS}
    assert set(banks.values()) == {LEARNT, UNHEARD}
    assert len(banks) == len(KINDS)
    assert bank_weights_ok(LEARNT)
    assert not bank_weights_ok(UNHEARD)
    assert bank_relatives(LEARNT) != bank_relatives(UNHEARD)
    learnt = {maker for _, bank, maker in KINDS if bank == LEARNT}
    assert not learnt & {maker for _, bank, maker in KINDS if bank == UNHEARD}


def test_no_language_and_no_speaker_is_on_both_sides():
    assert not set(refused_speech.TEXTS) & set(refused_speech.UNHEARD_TEXTS)
    assert not set(refused_speech.SPEAKERS) & set(refused_speech.UNHEARD_SPEAKERS)


def test_there_are_as_many_as_asked_for_under_names_of_their_own():
    sounds = refused_sounds(2, 0)
    counts = Counter(one.title for one in sounds)
    assert counts.keys() == set(TITLES)
    assert min(counts.values()) == 2
    assert counts["speech"] > counts["telephone"] > counts["rain"]
    assert len({instrument_name(one) for one in sounds}) == len(sounds)
    assert refused_sounds(0, 0) == []


def test_without_a_speaking_program_there_is_no_speech(monkeypatch):
    monkeypatch.setattr(render_noise, "can_speak", lambda: False)
    titles = {one.title for one in refused_sounds(1, 0)}
    assert not {title for title in titles if "speech" in title or title in ("babble", "telephone")}
    assert {"whispering", "laughter", "kick"} <= titles


def test_a_failing_speaker_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="could not speak"):
        sound("speech")


def test_beats_differ_from_clip_to_clip(tmp_path):
    font = soundfont(tmp_path / "sine.sf2")
    beats = KitBeats(font, Preset(128, 0, "Kit"), 0)
    first, second = beats.render([PlayedNote(60, 100), PlayedNote(61, 50)])
    assert first.shape == second.shape == (4 * SR,)
    assert np.abs(first).max() > 1.5 * np.abs(second).max() > 0.1
    assert instrument_name(beats) == "not_an_instrument_acoustic_sine_b228p000"


def test_the_command_renders_a_sound_corpus_of_them(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(refused_recorded, "recorded_sounds", lambda *_: [])
    options = ["--refused", "1", "--max-pitches", "1", "--velocities", "100"]
    assert main(["corpus", "render", str(tmp_path), *options]) == 0
    assert check(open_corpus(tmp_path)).problems == ()
    examples = json.loads((tmp_path / "examples.json").read_text()).values()
    assert {e["instrument_family_str"] for e in examples} == {NOT_AN_INSTRUMENT}
    assert {e["bank"] for e in examples} == {LEARNT, UNHEARD}
    assert {e["preset"].split(" ", 1)[1] for e in examples} == set(TITLES)
