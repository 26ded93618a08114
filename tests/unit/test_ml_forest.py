# SPDX-License-Identifier: MIT
"""The forest as arrays: what it votes, and what it refuses to read."""

import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_app.ml.forest import Forest, from_bytes, to_bytes


def two_trees() -> Forest:
    """One tree asks whether feature 0 > 0.5, the other always votes for the second output."""
    return Forest(
        roots=np.array([0, 3], np.int32),
        feature=np.array([0, 0, 0, 0], np.int16),
        threshold=np.array([0.5, np.inf, np.inf, np.inf], np.float32),
        left=np.array([1, 1, 2, 3], np.int32),
        leaf=np.array([0, 0, 1, 2], np.int32),
        votes=np.array([[255, 0], [0, 255], [0, 255]], np.uint8),
        depth=1,
    )


@pytest.mark.parametrize(("value", "first"), [(0.4, 0.5), (0.5, 0.5), (0.6, 0.0)])
def test_a_greater_value_goes_right(value, first):
    votes = two_trees().predict(np.array([[value]], np.float32))
    np.testing.assert_allclose(votes, [[first, 1.0 - first]], atol=1e-6)


def test_no_rows_give_no_votes():
    assert two_trees().predict(np.zeros((0, 1), np.float32)).shape == (0, 2)


def test_comes_back_from_bytes():
    again = from_bytes(to_bytes(two_trees()))
    features = np.linspace(0, 1, 7, dtype=np.float32)[:, None]
    np.testing.assert_array_equal(again.predict(features), two_trees().predict(features))


@given(st.binary(max_size=200))
@example(b"PK\x03\x04 no archive")
@example(b"")
@example(np.lib.format.magic(1, 0) + b"v\0{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }")
def test_no_bytes_crash_the_reader(content):
    with pytest.raises(ValueError):
        from_bytes(content)


@pytest.mark.parametrize(("name", "value"), [("left", 9), ("leaf", 5), ("roots", -1)])
def test_refuses_nodes_outside(name, value):
    arrays = dict(np.load(io.BytesIO(to_bytes(two_trees()))))
    arrays[name] = np.full_like(arrays[name], value)
    file = io.BytesIO()
    np.savez(file, **arrays)
    with pytest.raises(ValueError, match="outside"):
        from_bytes(file.getvalue())


def test_refuses_a_pickle():
    file = io.BytesIO()
    np.savez(file, **{name: np.array([object()]) for name in ("roots", "feature", "threshold")})
    with pytest.raises(ValueError, match=r"not a forest|allow_pickle"):
        from_bytes(file.getvalue())
