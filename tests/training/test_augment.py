# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest
from corpus_maker import SR, tone

from desktop_app.training.augmentation import sound as augment


def peak_hz(y: np.ndarray) -> float:
    n = 1 << 20
    return float(np.abs(np.fft.rfft(y * np.hanning(y.shape[0]), n)).argmax() * SR / n)


@pytest.mark.parametrize("cents", [-40.0, 0.0, 25.0, 40.0])
def test_detune_moves_the_pitch_by_so_many_cents(cents):
    hz = peak_hz(augment.detune(tone(440.0, 2.0), cents))
    assert 1200 * np.log2(hz / 440.0) == pytest.approx(cents, abs=0.5)


@pytest.mark.parametrize("seed", range(20))
def test_reshape_stays_within_40_cents_and_repeats(seed):
    y = tone(440.0, 2.0)
    once, again = (augment.reshape(y, SR, np.random.default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert abs(1200 * np.log2(peak_hz(once) / 440.0)) < 41.0


@pytest.mark.parametrize("seed", range(20))
def test_colour_keeps_length_level_and_repeats(seed):
    y = np.pad(tone(440.0, 1.5), (2400, 8000))
    once, again = (augment.colour(y, SR, np.random.default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert once.shape == y.shape
    assert once.dtype == np.float32
    peak_db = 20 * np.log10(np.abs(once).max())
    assert augment.PEAK_DB[0] - 0.01 <= peak_db <= augment.PEAK_DB[1] + 0.01


def test_colour_of_silence_is_finite():
    assert np.isfinite(augment.colour(np.zeros(4000, np.float32), SR, np.random.default_rng(0))).all()


def test_colours_differ_by_seed():
    y = tone(440.0)
    first, second = (augment.colour(y, SR, np.random.default_rng(seed)) for seed in (1, 2))
    assert np.abs(first - second).max() > 0.01


def test_release_decays_from_the_given_time():
    y = augment.release(np.ones(SR, np.float32), SR, 0.5, 0.1)
    assert y[: SR // 2].min() == 1.0
    assert y[int(0.6 * SR)] == pytest.approx(np.exp(-1.0), rel=0.01)


def test_drive_keeps_the_peak_and_adds_harmonics():
    y = tone(440.0)
    driven = augment.drive(y, 12.0)
    assert np.abs(driven).max() == pytest.approx(0.5, rel=1e-3)
    spectrum = np.abs(np.fft.rfft(driven))
    assert spectrum[3 * 440] > 0.05 * spectrum[440]


@pytest.mark.parametrize("seed", range(10))
def test_equaliser_stays_within_its_limits(seed):
    gain_db = 20 * np.log10(augment.equaliser(np.linspace(0, 8000, 500), np.random.default_rng(seed)))
    assert np.abs(gain_db).max() <= 9.0 + 3 * 10.0


@pytest.mark.parametrize("seed", range(10))
def test_band_limits_never_amplify_and_keep_the_middle(seed):
    gain = augment.band_limits(np.array([1.0, 1000.0, 8000.0]), np.random.default_rng(seed))
    assert gain.max() <= 1.0
    assert gain[1] > 0.7
    assert min(gain[0], gain[2]) < 0.9


@pytest.mark.parametrize(("slope", "per_octave_db"), [(0.0, 0.0), (1.0, -3.0), (2.0, -6.0)])
def test_coloured_noise_has_its_slope(slope, per_octave_db):
    y = augment.coloured_noise(1 << 17, slope, np.random.default_rng(0))
    assert np.sqrt(np.mean(y**2)) == pytest.approx(1.0, rel=1e-6)
    power = np.abs(np.fft.rfft(y)) ** 2
    low, high = power[4000:5000].mean(), power[16_000:20_000].mean()
    assert 10 * np.log10(high / low) / 2 == pytest.approx(per_octave_db, abs=0.5)


def test_hum_lies_on_the_harmonics_of_the_mains():
    y = augment.hum(SR * 4, SR, np.random.default_rng(0))
    hz = peak_hz(y)
    mains = min((50.0, 60.0), key=lambda mains: abs(hz / mains - round(hz / mains)))
    assert abs(hz / mains - round(hz / mains)) < 0.05


def test_a_room_starts_with_the_direct_sound_and_dies_away():
    response = augment.room_response(SR, np.random.default_rng(3))
    assert response[0] == 1.0
    half = response.shape[0] // 2
    assert np.sum(response[half:] ** 2) < 0.01 * np.sum(response[1:half] ** 2)
