# SPDX-License-Identifier: MIT
"""Several stores are read as one."""

import numpy as np
from store_maker import item, store

from desktop_app.training.classifier.datasets_joined import JoinedRows, join_stores


def test_rows_come_from_their_part_in_any_order():
    parts = [np.arange(6).reshape(3, 2), np.arange(100, 104).reshape(2, 2), np.arange(50, 52).reshape(1, 2)]
    whole, rows = np.concatenate(parts), np.array([5, 0, 3, 3, 4, 2])
    np.testing.assert_array_equal(JoinedRows(parts)[rows], whole[rows])
    np.testing.assert_array_equal(JoinedRows(parts)[1:5], whole[1:5])
    assert JoinedRows(parts).shape == whole.shape


def test_every_window_keeps_its_sound():
    flute, horns = store([item("flute", "a")]), store([item("brass", "b"), item("brass", "c")])
    both = join_stores([flute, horns])
    assert [both.items[i].instrument for i in both.item_index] == ["a", "a", "b", "b", "c", "c"]
    np.testing.assert_array_equal(both.to_db(np.array([4])), horns.to_db(np.array([2])))
    assert join_stores([flute]) is flute
