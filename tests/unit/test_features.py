# SPDX-License-Identifier: MIT
"""Features against librosa, and against what a sine must give."""

import librosa
import numpy as np
import pytest

from desktop_app.dsp.features import (
    hop_levels_db,
    mel_db_to_mfcc,
    mel_edges_hz,
    mel_filters,
    mel_spectrogram_db,
)
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec


def sine(f_hz: float, seconds: float = 1.0, amplitude: float = 1.0) -> np.ndarray:
    t = np.arange(int(seconds * DEFAULT_SPEC.sr)) / DEFAULT_SPEC.sr
    return (amplitude * np.sin(2 * np.pi * f_hz * t)).astype(np.float32)


def test_mel_filters_are_librosas() -> None:
    s = DEFAULT_SPEC
    theirs = librosa.filters.mel(
        sr=s.sr, n_fft=s.n_fft, n_mels=s.n_mels, fmin=s.fmin_hz, fmax=s.fmax_hz, norm=None
    )
    np.testing.assert_allclose(mel_filters(s), theirs, atol=1e-6)


def test_mel_levels_are_librosas() -> None:
    s = DEFAULT_SPEC
    y = np.random.default_rng(1).normal(0, 0.1, s.sr).astype(np.float32) + sine(440.0, amplitude=0.3)
    mel = librosa.feature.melspectrogram(
        y=y, sr=s.sr, n_fft=s.n_fft, hop_length=s.hop_length, n_mels=s.n_mels, fmin=s.fmin_hz,
        fmax=s.fmax_hz, norm=None, center=True, pad_mode="constant",
    )  # fmt: skip
    theirs = 10 * np.log10(np.maximum(mel / (s.n_fft / 4) ** 2, 1e-10))
    ours = mel_spectrogram_db(y, s)
    np.testing.assert_allclose(ours, theirs[:, : ours.shape[1]], atol=2e-3)


def test_mfcc_is_librosas() -> None:
    mel_db = np.random.default_rng(2).uniform(-90, 0, (128, 20)).astype(np.float32)
    theirs = librosa.feature.mfcc(S=mel_db, n_mfcc=40)
    np.testing.assert_allclose(mel_db_to_mfcc(mel_db, 40), theirs, atol=1e-3)


def test_full_scale_sine_is_0_db_in_its_band() -> None:
    band = 60
    centre_hz = mel_edges_hz(DEFAULT_SPEC)[band + 1]
    level = mel_spectrogram_db(sine(float(centre_hz)), DEFAULT_SPEC)[:, 50]
    assert int(level.argmax()) == band
    assert level.max() == pytest.approx(0.0, abs=2.5)


def test_hop_levels_of_a_sine() -> None:
    hops = sine(1000.0, amplitude=0.5)[:1600].reshape(10, 160)
    rms_db, peak_db = hop_levels_db(hops)
    np.testing.assert_allclose(rms_db, -9.03, atol=0.05)
    np.testing.assert_allclose(peak_db, -6.02, atol=0.05)


def test_silence_is_the_floor_and_nothing_fails() -> None:
    spec = FeatureSpec()
    np.testing.assert_allclose(mel_spectrogram_db(np.zeros(800, np.float32), spec), spec.db_floor)
    assert mel_spectrogram_db(np.zeros(0, np.float32), spec).shape == (128, 0)
    assert mel_spectrogram_db(np.zeros(1, np.float32), spec).shape == (128, 1)
