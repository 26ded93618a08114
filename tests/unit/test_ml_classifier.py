# SPDX-License-Identifier: MIT
"""What every classifier promises, shown on a network that is made up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.dsp.features import mel_db_to_mfcc
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.ml.classifier import (
    ModelTraits,
    NetworkClassifier,
    Prediction,
    Thresholds,
    combine,
    mean_mfcc,
)


class FixedNetwork:
    """Says the same of every window."""

    def __init__(self, family=0, none=0.0):
        self.logits = np.zeros(12, np.float32)
        self.logits[family] = 3.0
        self.logits[11] = none

    def run(self, windows):
        n = windows.shape[0]
        rows = {
            "family": self.logits,
            "source": np.eye(3, dtype=np.float32)[1],
            "pitch": np.zeros(88, np.float32),
        }
        return {name: np.tile(row, (n, 1)) for name, row in rows.items()}


def classifier(temperature=1.0, **said):
    traits = ModelTraits("fixed", DEFAULT_SPEC, 100, Thresholds(0.9, 0.5, 0.5), temperature)
    return NetworkClassifier(traits, FixedNetwork(**said))


def windows(n):
    return np.full((n, 128, 100), -50.0, np.float32)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_probabilities_have_their_shapes_and_sum_to_one(n):
    told = classifier(none=1.0).predict(windows(n))
    assert told.family.shape == (n, 11)
    assert told.not_an_instrument.shape == (n,)
    assert told.source.shape == (n, 3)
    assert told.pitch.shape == (n, 88)
    for part in (told.family, told.source, told.pitch):
        np.testing.assert_allclose(part.sum(axis=1), 1.0, atol=1e-5)


def test_families_are_given_that_it_is_an_instrument():
    doubtful, certain = classifier(none=9.0).predict(windows(1)), classifier(none=-9.0).predict(windows(1))
    assert doubtful.not_an_instrument[0] > 0.9 > 0.1 > certain.not_an_instrument[0]
    np.testing.assert_allclose(doubtful.family, certain.family, atol=5e-3)


def test_a_higher_temperature_is_less_sure():
    assert classifier(4.0).predict(windows(1)).family[0, 0] < classifier(1.0).predict(windows(1)).family[0, 0]


@pytest.mark.parametrize("shape", [(128, 100), (1, 100, 128), (1, 128, 99), (1, 128, 100, 1)])
def test_refuses_windows_of_another_shape(shape):
    with pytest.raises(ValueError, match="expected"):
        classifier().predict(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("confidence", "none", "state"),
    [
        (0.95, 0.0, "sure"),
        (0.9, 0.0, "sure"),
        (0.7, 0.0, "maybe"),
        (0.49, 0.0, "cannot_tell"),
        (0.99, 0.5, "cannot_tell"),
    ],
)
def test_states(confidence, none, state):
    assert Thresholds(0.9, 0.5, 0.5).state(confidence, none) == state


def test_the_mean_over_time_of_the_mfcc():
    mel_db = np.random.default_rng(0).uniform(-80, 0, (2, 128, 100)).astype(np.float32)
    np.testing.assert_allclose(
        mean_mfcc(mel_db, 40), mel_db_to_mfcc(mel_db, 40).mean(axis=2), rtol=1e-3, atol=1e-2
    )


def prediction(*families):
    family = np.array(families, np.float32)
    n = family.shape[0]
    none = np.linspace(0.1, 0.3, n).astype(np.float32)
    return Prediction(family, none, np.full((n, 3), 1 / 3, np.float32), np.full((n, 88), 1 / 88, np.float32))


def two(first):
    return [first, 1.0 - first, *[0.0] * 9]


def test_one_window_is_combined_to_itself():
    told = combine(prediction(two(0.7)), np.array([True]))
    np.testing.assert_allclose(told.family, [two(0.7)], atol=1e-4)
    np.testing.assert_allclose(told.not_an_instrument, [0.1], atol=1e-4)


def test_the_window_at_the_onset_weighs_double():
    told = combine(prediction(two(0.9), two(0.1)), np.array([True, False]))
    expected = 9.0 ** (1.0 / 3.0)  # odds: (9² / 9) ** (1 / 3)
    assert told.family[0, 0] / told.family[0, 1] == pytest.approx(expected, rel=1e-3)


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=6), st.randoms())
def test_the_order_of_windows_does_not_matter(shares, random):
    order = list(range(len(shares)))
    random.shuffle(order)
    at_onset = np.arange(len(shares)) == 0
    windows = prediction(*map(two, shares))
    mixed = Prediction(
        windows.family[order], windows.not_an_instrument[order], windows.source[order], windows.pitch[order]
    )
    together, again = combine(windows, at_onset), combine(mixed, at_onset[order])
    np.testing.assert_allclose(together.family, again.family, atol=1e-5)
    np.testing.assert_allclose(together.not_an_instrument, again.not_an_instrument, atol=1e-5)
