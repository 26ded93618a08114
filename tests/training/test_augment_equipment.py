# SPDX-License-Identifier: MIT
from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from corpus_maker import SR, tone

from desktop_app.training.augmentation import equipment
from desktop_app.training.augmentation.settings import Change, SoundSettings
from desktop_app.training.augmentation.sound import colour, reshape

HZ = np.fft.rfftfreq(16_384, 1.0 / SR)
NOTHING = SoundSettings(**{field.name: Change(0.0, 0.0, 0.0) for field in fields(SoundSettings)})


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def rich(seconds: float = 2.0) -> np.ndarray:
    return sum(tone(220.0 * k, seconds, level=0.3 / k) for k in range(1, 20)).astype(np.float64)


@pytest.mark.parametrize("seed", range(10))
def test_a_cabinet_passes_the_middle_and_stops_both_ends(seed):
    gain_db = 20 * np.log10(equipment.cabinet(HZ, 1.0, rng(seed)))
    middle = gain_db[(HZ > 300) & (HZ < 1200)].mean()
    assert gain_db[(HZ > 1) & (HZ < 20)].mean() < middle - 20
    assert gain_db[HZ > 7900].mean() < middle - 2
    assert np.isfinite(gain_db).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_reflection_combs_the_spectrum_within_its_strength(seed):
    plain, combed = (np.abs(equipment.microphone(HZ, share, rng(seed))) for share in (0.0, 0.6))
    ratio = combed[10:] / plain[10:]
    assert 0.39 < ratio.min() < 0.95
    assert 1.05 < ratio.max() < 1.61


def test_a_compressor_narrows_the_range_and_leaves_the_quiet():
    y = np.concatenate([tone(440.0, 1.0, level=0.05), tone(440.0, 2.0, level=0.8)]).astype(np.float64)
    out = equipment.compress(y, SR, 10.0, rng())
    loud_db, quiet_db = (
        20 * np.log10(np.abs(out[part]).max() / np.abs(y[part]).max())
        for part in (slice(2 * SR, 3 * SR), slice(0, SR // 2))
    )
    assert loud_db == pytest.approx(-10.0, abs=0.5)
    assert quiet_db > loud_db + 5.0


@pytest.mark.parametrize("below_db", [4.0, 10.0, 18.0])
def test_the_codec_loses_about_as_much_as_asked(below_db):
    y = rich()
    lost = equipment.lossy(y, below_db, rng()) - y
    assert lost.shape == y.shape
    assert 20 * np.log10(np.std(lost) / np.std(y)) == pytest.approx(-below_db, abs=5.0)


def test_the_codec_cuts_the_highest_and_smears_attacks():
    y = np.zeros(SR)
    y[SR // 2 :] = rng().standard_normal(SR // 2)
    out = equipment.lossy(y, 6.0, rng(1))
    assert 0 < np.abs(out[SR // 2 - 500 : SR // 2]).max() < 1.0
    assert np.abs(out[: SR // 2 - 1100]).max() < 1e-6
    spectrum = np.abs(np.fft.rfft(out)) ** 2
    assert spectrum[-200:].mean() < 1e-3 * spectrum[2000:3000].mean()


def test_wow_is_slow_and_small():
    cents = equipment.wow(8 * SR, SR, 10.0, rng())
    assert np.abs(cents).max() <= 13.0
    assert np.abs(np.fft.rfft(cents)).argmax() / 8.0 <= 2.1


def test_clipping_lowers_the_peak_by_so_much():
    y = rich()
    assert np.abs(equipment.clip(y, 6.0)).max() == pytest.approx(np.abs(y).max() * 10 ** (-6 / 20))


def test_changes_that_never_happen_change_nothing():
    y = tone(440.0, 2.0)
    np.testing.assert_array_equal(reshape(y, SR, rng(), NOTHING), y)
    np.testing.assert_allclose(colour(y, SR, rng(), NOTHING), y, atol=1e-6)


@pytest.mark.parametrize("name", [field.name for field in fields(SoundSettings) if field.name != "before"])
def test_every_change_alone_is_heard_and_repeats(name):
    y = rich(1.0).astype(np.float32)
    change = replace(getattr(SoundSettings(), name), chance=1.0)
    settings = replace(NOTHING, **{name: change})

    def made(seed: int) -> np.ndarray:
        r = rng(seed)
        return colour(reshape(y, SR, r, settings), SR, r, settings)

    np.testing.assert_array_equal(made(1), made(1))
    out = made(1)
    assert np.isfinite(out).all()
    n = min(out.shape[0], y.shape[0])
    assert np.abs(out[:n] - y[:n]).max() > 1e-3


def test_all_changes_together_cost_less_than_a_fortieth_of_the_sound():
    import time

    y = rich(4.0).astype(np.float32)
    always = SoundSettings(
        **{
            field.name: replace(getattr(SoundSettings(), field.name), chance=1.0)
            for field in fields(SoundSettings)
        }
    )
    best_s = np.inf
    for seed in range(4):
        start_s, r = time.process_time(), rng(seed)
        colour(reshape(y, SR, r, always), SR, r, always)
        best_s = min(best_s, time.process_time() - start_s)
    print(f"all changes: {4.0 / best_s:.0f} times real time")
    assert best_s < 4.0 / 40.0
