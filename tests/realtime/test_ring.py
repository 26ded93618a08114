# SPDX-License-Identifier: MIT
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.realtime.ring import SpscRing


@given(st.integers(1, 40), st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=60))
def test_ring_is_a_bounded_queue(capacity: int, steps: list[tuple[bool, int]]) -> None:
    ring, waiting, n_made, n_lost = SpscRing(capacity), [], 0, 0
    for is_write, n in steps:
        if is_write:
            block = np.arange(n_made, n_made + n, dtype=np.float32)
            n_made += n
            n_taken = ring.write(block)
            assert n_taken == min(n, capacity - len(waiting))
            waiting += block[:n_taken].tolist()
            n_lost += n - n_taken
        else:
            out = np.zeros(n, np.float32)
            n_read = ring.read_into(out)
            assert n_read == min(n, len(waiting))
            assert out[:n_read].tolist() == waiting[:n_read]
            del waiting[:n_read]
        assert (ring.n_available, ring.n_free) == (len(waiting), capacity - len(waiting))
        assert ring.n_lost == n_lost
    assert ring.read().tolist() == waiting


@pytest.mark.parametrize("capacity", [1, 7, 1000, 4096])
def test_nothing_is_lost_or_reordered_between_threads(capacity: int) -> None:
    ring, n_total = SpscRing(capacity), min(20_000, 500 * capacity)
    sizes = np.random.default_rng(capacity).integers(1, 2 * capacity + 2, n_total).tolist()

    def produce() -> None:
        n_made = 0
        while n_made < n_total:  # what finds no room is offered again
            size = sizes[n_made]
            n_made += ring.write(np.arange(n_made, min(n_total, n_made + size), dtype=np.float32))
            time.sleep(0)

    producer = threading.Thread(target=produce)
    producer.start()
    got = np.zeros(0, np.float32)
    while got.shape[0] < n_total:
        got = np.concatenate((got, ring.read()))
        time.sleep(0)
    producer.join()
    np.testing.assert_array_equal(got, np.arange(n_total, dtype=np.float32))


def test_overrun_is_counted_and_keeps_what_was_there_first() -> None:
    ring = SpscRing(10)
    assert ring.write(np.arange(8, dtype=np.float32)) == 8
    assert ring.write(np.arange(8, 16, dtype=np.float32)) == 2
    assert (ring.n_overruns, ring.n_lost) == (1, 6)
    assert ring.read().tolist() == list(range(10))


def test_counters_go_on_beyond_32_bits() -> None:
    ring = SpscRing(5)
    ring._n_read = ring._n_written = 2**40 + 3
    ring.write(np.arange(4, dtype=np.float32))
    assert ring.read().tolist() == [0.0, 1.0, 2.0, 3.0]


def test_clear_forgets_what_waits() -> None:
    ring = SpscRing(4)
    ring.write(np.ones(3, np.float32))
    ring.clear()
    assert ring.n_available == 0
    assert ring.n_free == 4


def test_a_ring_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="not 0"):
        SpscRing(0)


def test_what_was_not_read_yet_can_be_taken_back() -> None:
    ring = SpscRing(10)
    ring.write(np.arange(8, dtype=np.float32))
    out = np.empty(4, np.float32)
    ring.read_into(out)
    ring.write(np.arange(8, 13, dtype=np.float32))
    taken = ring.take_back(6)
    assert taken is not None
    assert taken.tolist() == [6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]
    assert (ring.n_read, ring.n_written) == (4, 6)
    ring.write(np.array([60.0, 70.0], np.float32))
    assert ring.read().tolist() == [4.0, 5.0, 60.0, 70.0]
    nothing = ring.take_back(20)
    assert nothing is not None
    assert nothing.size == 0


def test_what_was_read_already_cannot_be_taken_back() -> None:
    ring = SpscRing(10)
    ring.write(np.arange(8, dtype=np.float32))
    ring.read()
    assert ring.take_back(5) is None
    assert ring.read_into(np.empty(4, np.float32)) == 0
    ring.clear()
    ring.write(np.ones(3, np.float32))
    assert ring.read().tolist() == [1.0, 1.0, 1.0]
