# SPDX-License-Identifier: MIT
"""Which windows are drawn how often, and what augmentation may do to them."""

import numpy as np
import pytest
from store_maker import item, store

from desktop_app.training.classifier.fit_batches import batches, row_weights, targets

MIXED = [
    *[item("reed", "many")] * 8,
    item("reed", "one"),
    *[item("reed", "bank/reed", "bank")] * 4,
    item("brass", "horn"),
    item("not_an_instrument", "clap", source=None, midi=None),
]


def share(weights, chosen):
    return sum(weights[i] for i in range(len(weights)) if chosen(MIXED[i]))


def drawn(made, weights, size):
    target = targets(made.items)[made.item_index]
    return batches(lambda rows, _: made.windows[rows], target, weights, size, seed=5)


@pytest.fixture
def weights():
    made = store(MIXED, rows_each=1)
    return row_weights(made, np.ones(len(MIXED), bool), -0.7)


def test_families_are_drawn_alike(weights):
    for family in ("reed", "brass", "not_an_instrument"):
        assert share(weights, lambda i, f=family: i.family == f) == pytest.approx(1 / 3)


def test_half_of_a_family_is_recorded(weights):
    recorded = share(weights, lambda i: i.family == "reed" and "/" in i.bank)
    assert recorded == pytest.approx(1 / 6)


def test_an_instrument_of_many_notes_does_not_drown_the_others(weights):
    many, one = (share(weights, lambda i, n=name: i.instrument == n) for name in ("many", "one"))
    assert many / one == pytest.approx(8**0.3)


def test_instruments_weigh_what_their_bank_does():
    made = store([item("reed", "sampled", "good"), item("reed", "patch", "other")], rows_each=1)
    weights = row_weights(made, np.ones(2, bool), -0.7, {"good": 4.0})
    np.testing.assert_allclose(weights, [0.8, 0.2])


def test_what_is_held_back_is_never_drawn():
    chosen = np.array([i.instrument != "many" for i in MIXED])
    made = store(MIXED, rows_each=2)
    weights = row_weights(made, chosen, -0.7)
    assert weights.sum() == pytest.approx(1.0)
    assert not weights[~chosen[made.item_index]].any()
    windows, _ = next(drawn(made, weights, 32))
    assert windows.shape == (32, 128, 100)


def test_batches_repeat_with_their_seed():
    made = store(MIXED)
    weights = row_weights(made, np.ones(len(MIXED), bool), -0.7)
    first, again = (next(drawn(made, weights, 8)) for _ in range(2))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])


def test_unknown_labels_are_marked():
    rows = targets(
        [item("vocal", midi=21), item("not_an_instrument", source=None, midi=None), item(midi=109)]
    )
    np.testing.assert_array_equal(rows, [[10, 0, 0], [11, -1, -1], [7, 0, -1]])
