# SPDX-License-Identifier: MIT
"""What augmentation may do to windows, and what not."""

from dataclasses import replace

import numpy as np
import pytest
from store_maker import item, store

from desktop_app.training.classifier.fit_augment import augment, dequantise
from desktop_app.training.classifier.fit_settings import AugmentSettings

MIXED = [item(family) for family in ("bass", "reed", "vocal") for _ in range(5)]
OFF = AugmentSettings(
    eq_db=0.0,
    loudest_db=(-20.0, -20.0),
    noise_probability=0.0,
    accompanied_probability=0.0,
    cut_probability=0.0,
    shift_frames=0,
    mask_bands=0,
    mask_frames=0,
)


@pytest.mark.train
def test_augmented_windows_stay_within_the_levels():
    made = store(MIXED)
    changed = augment(dequantise(made.windows), AugmentSettings()).numpy()
    assert changed.shape == made.windows.shape
    assert np.isfinite(changed).all()
    assert changed.min() >= -100.0
    assert changed.max() < 10.0


@pytest.mark.train
def test_augmentation_that_is_turned_off_changes_the_level_alone():
    made = store([item()], rows_each=1)
    changed = augment(dequantise(made.windows), OFF).numpy()
    assert changed.max() == pytest.approx(-20.0, abs=1e-3)
    difference = changed - made.to_db(np.array([0]))
    np.testing.assert_allclose(difference, difference.max(), atol=1e-3)


@pytest.mark.train
def test_another_sound_joins_in_as_far_below_as_is_said():
    low, high = np.full((2, 128, 100), -100.0, np.float32)
    low[30], high[90] = -10.0, -40.0  # two tones of different loudness
    accompanied = replace(OFF, accompanied_probability=1.0, accompanied_below_db=(12.0, 12.0))
    changed = augment(np.stack((low, high)), accompanied).numpy()
    assert changed[0, 30] == pytest.approx(-20.0, abs=0.1)
    assert changed[0, 90] == pytest.approx(-32.0, abs=0.1)
    assert changed[1, 90] == pytest.approx(-20.0, abs=0.1)
    assert changed[1, 30] == pytest.approx(-32.0, abs=0.1)
