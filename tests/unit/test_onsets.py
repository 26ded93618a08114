# SPDX-License-Identifier: MIT
"""Attacks: found once each, soon, and not where there is none."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.dsp.features import mel_spectrogram_db
from desktop_app.dsp.onsets import OnsetDetector
from desktop_app.dsp.spec import DEFAULT_SPEC

SR = DEFAULT_SPEC.sr


def plucks(onsets_s, seconds, f0_hz=220.0):
    """Decaying harmonic tones that start at the given times."""
    t = np.arange(round(seconds * SR)) / SR
    y = np.zeros_like(t)
    for onset_s in onsets_s:
        s = np.maximum(t - onset_s, 0.0)
        rising = np.minimum(s / 0.003, 1.0) * np.exp(-s / 0.3)
        y += rising * sum(np.sin(2.0 * np.pi * h * f0_hz * s) / h for h in range(1, 9))
    return (0.2 * y).astype(np.float32)


def onset_frames(y):
    return np.flatnonzero(OnsetDetector().process(mel_spectrogram_db(y, DEFAULT_SPEC)))


def test_each_attack_is_declared_once_and_soon():
    onsets_s = [0.3, 0.8, 1.1, 1.6, 2.4]
    frames = onset_frames(plucks(onsets_s, 3.0))
    assert len(frames) == len(onsets_s)
    assert np.abs(frames * DEFAULT_SPEC.hop_s - np.array(onsets_s)).max() <= 0.05


@pytest.mark.parametrize("gain", [0.01, 1.0])
def test_attacks_do_not_depend_on_loudness(gain):
    np.testing.assert_array_equal(
        onset_frames(plucks([0.3, 0.9], 1.5) * np.float32(gain)).size,
        onset_frames(plucks([0.3, 0.9], 1.5)).size,
    )


def test_vibrato_is_no_attack():
    t = np.arange(3 * SR) / SR
    phase = 2.0 * np.pi * np.cumsum(440.0 * 2.0 ** (0.4 * np.sin(2.0 * np.pi * 5.5 * t) / 12.0)) / SR
    y = 0.2 * np.minimum(t / 0.02, 1.0) * sum(np.sin(h * phase) / h for h in range(1, 9))
    assert (onset_frames(y.astype(np.float32)) > 10).sum() == 0


@pytest.mark.parametrize("level", [0.0, 0.05], ids=["silence", "steady noise"])
def test_nothing_starts_in_silence_or_steady_noise(level):
    y = level * np.random.default_rng(0).standard_normal(4 * SR)
    assert (onset_frames(y.astype(np.float32)) > 10).sum() == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 150), max_size=10))
def test_any_cutting_gives_the_same_attacks(cuts):
    mel_db = mel_spectrogram_db(plucks([0.3, 0.8, 1.1], 1.5), DEFAULT_SPEC)
    detector = OnsetDetector()
    edges = [0, *sorted(cuts), mel_db.shape[1]]
    pieces = [detector.process(mel_db[:, a:b]) for a, b in pairwise(edges)]
    np.testing.assert_array_equal(np.concatenate(pieces), OnsetDetector().process(mel_db))


def test_reset_forgets_the_stream():
    mel_db = mel_spectrogram_db(plucks([0.0, 0.3], 0.6), DEFAULT_SPEC)
    detector = OnsetDetector()
    first = detector.process(mel_db)
    detector.reset()
    np.testing.assert_array_equal(detector.process(mel_db), first)
