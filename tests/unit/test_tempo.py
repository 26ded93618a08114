# SPDX-License-Identifier: MIT
"""Tempo and beats: right where there are some, None where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from music_sounds import SR, cadences, drums, plucked, tempo_of

from desktop_app.dsp.features import mel_spectrogram_db
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.transcription.tempo_beats import beat_frames
from desktop_app.transcription.tempo_curve import OnsetCurve

rng = np.random.default_rng


def hit_share(beats_s, told_s):
    """Share of the beats with one told within 70 ms."""
    return np.mean(np.abs(np.subtract.outer(beats_s, told_s)).min(axis=1) <= 0.07)


@pytest.mark.parametrize("bpm", [84, 100, 128, 140])
def test_drums_give_tempo_and_beats(bpm):
    beats_s = 0.3 + np.arange(32) * 60.0 / bpm
    told = tempo_of(drums(beats_s))
    assert told is not None
    assert told.bpm == pytest.approx(bpm, rel=0.02)
    assert 0.5 <= told.confidence <= 1.0
    assert hit_share(beats_s, told.beats_s) >= 0.9
    assert hit_share(told.beats_s, beats_s) >= 0.9
    assert np.median(np.abs(np.subtract.outer(beats_s, told.beats_s)).min(axis=1)) <= 0.02


def test_chords_alone_give_the_tempo_or_its_octave():
    told = tempo_of(plucked(cadences(60, minor=False, beat_s=0.5), 17.0))
    assert told is not None
    assert min(abs(np.log2(told.bpm / bpm)) for bpm in (60.0, 120.0, 240.0)) < 0.03


def test_small_uncertainty_of_a_player_does_not_matter():
    beats_s = 0.5 + np.arange(40) * 0.55 + rng(1).normal(0.0, 0.01, 40)
    told = tempo_of(drums(beats_s))
    assert told is not None
    assert told.bpm == pytest.approx(60.0 / 0.55, rel=0.02)
    assert hit_share(beats_s, told.beats_s) >= 0.9


def test_the_beats_follow_another_tempo_and_the_median_is_told():
    first = 0.3 + np.arange(40) * 60.0 / 100.0
    second = first[-1] + 0.6 + np.arange(22) * 60.0 / 130.0
    told = tempo_of(drums(np.concatenate((first, second))))
    assert told is not None
    assert told.bpm == pytest.approx(100.0, rel=0.03)
    assert hit_share(first, told.beats_s) >= 0.9
    assert hit_share(second[6:], told.beats_s) >= 0.85


def rubato():
    steps_s = 0.5 * np.exp(np.clip(np.cumsum(rng(3).normal(0.0, 0.35, 40)), -0.8, 0.8))
    return drums(0.3 + np.cumsum(steps_s))


def claps_at_random():
    return drums(0.2 + np.sort(rng(5).uniform(0.0, 20.0, 40)))


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(np.zeros(0, np.float32), id="nothing"),
        pytest.param(np.zeros(12 * SR, np.float32), id="silence"),
        pytest.param(0.1 * rng(0).standard_normal(12 * SR).astype(np.float32), id="noise"),
        pytest.param(plucked([(0.5, 8.0, (60,))], 10.0), id="a single note"),
        pytest.param(plucked([(i * 1.0, 1.0, (60,)) for i in range(5)], 6.0), id="five notes"),
        pytest.param(drums(0.2 + np.arange(8) * 0.5)[: 4 * SR], id="four seconds"),
        pytest.param(rubato(), id="rubato"),
        pytest.param(claps_at_random(), id="random"),
    ],
)
def test_nothing_is_told_where_no_beat_is(sound):
    assert tempo_of(sound) is None


def test_any_cutting_gives_the_same_curve():
    mel_db = mel_spectrogram_db(drums(0.2 + np.arange(6) * 0.5), DEFAULT_SPEC)
    whole, parts = OnsetCurve(), OnsetCurve()
    whole.add(mel_db)
    for part in np.split(mel_db, [0, 1, 3, 50, 51, 200], axis=1):
        parts.add(part)
    assert whole.values().shape == (2, mel_db.shape[1])
    np.testing.assert_allclose(parts.values(), whole.values(), atol=1e-4)


def test_beats_keep_their_period_through_a_gap():
    strength = np.zeros(1000)
    strength[50:1000:50] = 1.0
    strength[[400, 450]] = 0.0
    beats = beat_frames(strength, np.full(1000, 50.0))
    np.testing.assert_array_equal(beats, np.arange(50, 1000, 50))


def test_no_strength_gives_no_beats():
    assert beat_frames(np.zeros(500), np.full(500, 50.0)).size == 0


@pytest.mark.parametrize("bpm", [66, 160])
def test_at_the_ends_of_the_scale_half_or_double_may_be_told(bpm):
    told = tempo_of(drums(0.3 + np.arange(36) * 60.0 / bpm))
    assert told is not None
    assert min(abs(np.log2(told.bpm / (bpm * factor))) for factor in (0.5, 1.0, 2.0)) < 0.03
