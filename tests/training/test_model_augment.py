# SPDX-License-Identifier: MIT
"""What augmentation may do to windows, and what not."""

import numpy as np
import pytest
from store_maker import item, store

from desktop_app.training.classifier.fit_augment import augment, dequantise
from desktop_app.training.classifier.fit_settings import AugmentSettings

MIXED = [item(family) for family in ("bass", "reed", "vocal") for _ in range(5)]


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
    off = AugmentSettings(0.0, (-20.0, -20.0), 0.0, (20.0, 20.0), 0.0, (100, 100), 0, 0, 0)
    made = store([item()], rows_each=1)
    changed = augment(dequantise(made.windows), off).numpy()
    assert changed.max() == pytest.approx(-20.0, abs=1e-3)
    difference = changed - made.to_db(np.array([0]))
    np.testing.assert_allclose(difference, difference.max(), atol=1e-3)
