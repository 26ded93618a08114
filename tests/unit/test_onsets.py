# SPDX-License-Identifier: MIT
"""Attacks and held notes: found once each, soon, and not where there is none."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.assets import bundled
from desktop_app.dsp.features import mel_spectrogram_db
from desktop_app.dsp.onsets import AttackPicker, OnsetDetector
from desktop_app.dsp.onsets_network import DELAY_FRAMES, NoteNetwork, RelativeLevels
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec

SR = DEFAULT_SPEC.sr


def plucks(onsets_s, seconds, f0_hz=220.0):
    """Decaying harmonic tones that start at the given times, over faint noise."""
    t = np.arange(round(seconds * SR)) / SR
    y = np.zeros_like(t)
    for onset_s in onsets_s:
        s = np.maximum(t - onset_s, 0.0)
        rising = np.minimum(s / 0.003, 1.0) * np.exp(-s / 0.3)
        y += rising * sum(np.sin(2.0 * np.pi * h * f0_hz * s) / h for h in range(1, 9))
    return (0.2 * y + 1e-4 * np.random.default_rng(0).standard_normal(y.size)).astype(np.float32)


def onset_frames(y):
    return np.flatnonzero(OnsetDetector().process(mel_spectrogram_db(y, DEFAULT_SPEC)))


def test_each_attack_is_declared_once_and_soon():
    onsets_s = [0.3, 0.8, 1.1, 1.6, 2.4]
    frames = onset_frames(plucks(onsets_s, 3.0))
    assert len(frames) == len(onsets_s)
    late_s = frames * DEFAULT_SPEC.hop_s - np.array(onsets_s)
    assert late_s.min() >= 0.0
    assert late_s.max() <= 0.1


@pytest.mark.parametrize("gain", [0.01, 1.0])
def test_attacks_do_not_depend_on_loudness(gain):
    y = plucks([0.3, 0.9], 1.5)
    np.testing.assert_array_equal(onset_frames(y * np.float32(gain)), onset_frames(y))


def test_vibrato_is_no_attack():
    t = np.arange(3 * SR) / SR
    phase = 2.0 * np.pi * np.cumsum(440.0 * 2.0 ** (0.4 * np.sin(2.0 * np.pi * 5.5 * t) / 12.0)) / SR
    y = 0.2 * np.minimum(t / 0.02, 1.0) * sum(np.sin(h * phase) / h for h in range(1, 9))
    assert (onset_frames(y.astype(np.float32)) > 12).sum() == 0


@pytest.mark.parametrize("level", [0.0, 0.05], ids=["silence", "steady noise"])
def test_nothing_starts_or_is_held_in_silence_or_steady_noise(level):
    y = (level * np.random.default_rng(0).standard_normal(4 * SR)).astype(np.float32)
    _, sounding_prob = NoteNetwork().process(mel_spectrogram_db(y, DEFAULT_SPEC))
    assert onset_frames(y).size == 0
    assert (sounding_prob >= 0.5).mean() <= 0.02


def test_a_tone_is_held_until_it_ends():
    t = np.arange(SR) / SR
    tone = 0.2 * sum(np.sin(2.0 * np.pi * 330.0 * h * t) / h for h in range(1, 9))
    y = np.r_[np.zeros(SR // 2), tone, np.zeros(SR // 2)].astype(np.float32)
    _, sounding_prob = NoteNetwork().process(mel_spectrogram_db(y, DEFAULT_SPEC))
    held = np.flatnonzero(sounding_prob >= 0.5) - DELAY_FRAMES
    assert abs(held[0] - 50) <= 4
    assert abs(held[-1] - 149) <= 5
    assert held.size >= 95


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 150), max_size=10))
def test_any_cutting_gives_the_same_probabilities(cuts):
    mel_db = mel_spectrogram_db(plucks([0.3, 0.8, 1.1], 1.5), DEFAULT_SPEC)
    network = NoteNetwork()
    pieces = [network.process(mel_db[:, a:b]) for a, b in pairwise([0, *sorted(cuts), mel_db.shape[1]])]
    for joined, whole in zip(zip(*pieces, strict=True), NoteNetwork().process(mel_db), strict=True):
        np.testing.assert_allclose(np.concatenate(joined), whole, atol=1e-5)


def test_reset_forgets_the_stream():
    mel_db = mel_spectrogram_db(plucks([0.0, 0.3], 0.6), DEFAULT_SPEC)
    detector = OnsetDetector()
    first = detector.process(mel_db)
    detector.reset()
    np.testing.assert_array_equal(detector.process(mel_db), first)


def test_levels_are_relative_to_the_loudest_of_the_last_seconds():
    mel_db = np.full((4, 3), -90.0, np.float32)
    mel_db[:, 1] = [-10.0, -40.0, -70.0, -90.0]
    levels = RelativeLevels().process(mel_db)
    np.testing.assert_allclose(levels[1], [1.0, 0.0, -1.0, -1.0], atol=1e-6)
    assert (levels[2] == -1.0).all()


def test_a_peak_is_declared_on_the_next_frame_and_not_again_at_once():
    prob = np.array([0.1, 0.6, 0.8, 0.3, 0.7, 0.2, 0.1, 0.1, 0.1, 0.1, 0.9, 0.1], np.float32)
    assert np.flatnonzero(AttackPicker(0.5).process(prob)).tolist() == [3, 11]
    assert np.flatnonzero(AttackPicker(0.85).process(prob)).tolist() == [11]


def test_other_features_are_refused():
    with pytest.raises(ValueError, match="n_mels"):
        NoteNetwork(spec=FeatureSpec(n_mels=64))


def test_the_bundled_network_says_what_it_said_when_it_was_made():
    with bundled("models", "notes_v1", "golden.npz").open("rb") as file, np.load(file) as golden:
        answers = NoteNetwork().process_levels(golden["levels"])
        for name, answer in zip(("onset_prob", "sounding_prob"), answers, strict=True):
            np.testing.assert_allclose(answer, golden[name], atol=1e-4)
