# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest
from corpus_maker import SR, tone

from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.augmentation import play
from desktop_app.training.classifier.datasets import variant_windows


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def hz_over_time(y: np.ndarray, hop_s: float = 0.02) -> np.ndarray:
    """The frequency of a sine from its phase, one value per hop."""
    spectrum = np.fft.fft(y)
    spectrum[y.shape[0] // 2 :] = 0.0
    phase = np.unwrap(np.angle(np.fft.ifft(spectrum)))
    hop = int(hop_s * SR)
    return np.diff(phase[::hop]) / hop * SR / (2 * np.pi)


@pytest.mark.parametrize("cents", [-100.0, 0.0, 100.0])
def test_warp_moves_the_pitch(cents):
    y = play.warp(tone(440.0, 2.0), np.full(2 * SR, cents))
    hz = np.median(hz_over_time(y[: int(1.8 * SR)]))
    assert 1200 * np.log2(hz / 440.0) == pytest.approx(cents, abs=0.5)
    assert y.shape == (2 * SR,)


def test_warp_by_nothing_changes_nothing():
    y = tone(1000.0)
    np.testing.assert_allclose(play.warp(y, np.zeros(SR)), y, atol=1e-4)


def test_vibrato_swings_by_its_depth_at_its_rate():
    y = play.warp(tone(440.0, 4.0), play.vibrato(4 * SR, SR, 40.0, rng()))
    cents = 1200 * np.log2(hz_over_time(y)[40:-20] / 440.0)
    assert cents.max() == pytest.approx(40.0, abs=6.0)
    assert cents.min() == pytest.approx(-40.0, abs=6.0)
    swings_hz = np.abs(np.fft.rfft(cents - cents.mean())).argmax() / (cents.shape[0] * 0.02)
    assert 3.8 <= swings_hz <= 7.7


@pytest.mark.parametrize("seed", range(5))
def test_tremolo_and_swell_never_amplify_and_keep_their_range(seed):
    for make, depth_db in ((play.tremolo, 6.0), (play.swell, 12.0)):
        level_db = 20 * np.log10(make(4 * SR, SR, depth_db, rng(seed)))
        assert level_db.max() <= 1e-5
        assert -depth_db - 1e-4 <= level_db.min() < -0.4 * depth_db


def test_damping_starts_at_the_peak():
    y = tone(440.0) * np.minimum(np.arange(SR) / (0.1 * SR), 1.0).astype(np.float32)
    damped = play.damp(y, SR, 0.05)
    peak = int(np.argmax(np.abs(y[: SR // 2])))
    np.testing.assert_array_equal(damped[:peak], y[:peak])
    late = slice(peak + int(0.2 * SR), peak + int(0.21 * SR))
    assert np.abs(damped[late]).max() == pytest.approx(0.5 * np.exp(-4.0), rel=0.25)


@pytest.mark.parametrize("seed", range(10))
def test_the_note_before_sounds_until_about_the_onset_and_dies_away(seed):
    y, onset = np.pad(tone(660.0, 2.0), (int(0.2 * SR), 0)), int(0.2 * SR)
    added = play.with_note_before(y, tone(440.0, 4.0), onset, SR, rng(seed)) - y
    assert 0.15 < np.abs(added[: int(0.1 * SR)]).max() < 0.75
    assert np.abs(added[onset + int((0.04 + 5 * 0.25) * SR) + 2 :]).max() == 0.0
    first, later = (np.abs(added[int(s * SR) : int((s + 0.1) * SR)]).max() for s in (0.05, 0.95))
    assert later < 0.1 * first


def test_windows_begin_in_the_decay_of_the_note_before():
    y, before = tone(660.0, 2.0), tone(440.0, 4.0)
    plain, after = (
        next(variant_windows(y, rng(3), DEFAULT_SPEC, augmented=False, n_later=0, before=other))[0]
        for other in (None, before)
    )
    low = slice(0, 20)  # bands below the note itself
    assert after[low, 0].max() > plain[low, 0].max() + 40
    np.testing.assert_allclose(after[:, 90:].max(), plain[:, 90:].max(), atol=1)
