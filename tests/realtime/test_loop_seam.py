# SPDX-License-Identifier: MIT
"""At a seam nothing is louder, later or more abrupt than in the material."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import SR, ArraySound, music, noise, sine

from desktop_app.realtime.loop_seam import MAX_FADE_S, seam, what_precedes

MATERIAL = {
    "sine": sine(440.0, 4.0),
    "low sine": sine(31.0, 4.0),
    "noise": noise(4.0),
    "music": music(4.0),
    "offset": np.concatenate((sine(100.0, 2.0) + 0.3, sine(100.0, 2.0) - 0.3)),
}


def looped(y: np.ndarray, begin: int, end: int, n_passes: int) -> tuple[np.ndarray, int]:
    """The loop so many times, and how long its seam is."""
    sound = ArraySound(y)
    n_max = min(round(MAX_FADE_S * SR), 3 * (end - begin) // 4)
    tail = seam(sound, end, sound, begin, n_max, SR)
    one = np.concatenate((y[begin : end - tail.shape[0]], tail))
    return np.tile(one, (n_passes, 1)), tail.shape[0]


def largest_step(y: np.ndarray) -> float:
    return float(np.abs(np.diff(y, axis=0)).max())


@pytest.mark.parametrize("name", MATERIAL)
@pytest.mark.parametrize(
    ("begin_s", "end_s"), [(0.5, 1.7), (0.0, 4.0), (1.0, 1.05), (1.00317, 3.7711), (0.0, 0.06)]
)
def test_no_step_is_larger_than_in_the_material(name: str, begin_s: float, end_s: float) -> None:
    y, begin, end = MATERIAL[name], round(begin_s * SR), round(end_s * SR)
    heard, n_seam = looped(y, begin, end, 3)
    assert heard.shape[0] == 3 * (end - begin)
    assert n_seam >= 441
    n_max = round(MAX_FADE_S * SR)
    assert largest_step(heard) <= largest_step(y[max(0, begin - n_max) : end + 1])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3 * SR), st.integers(round(0.05 * SR), SR), st.sampled_from(sorted(MATERIAL)))
def test_any_loop_has_a_seam_without_a_click(begin: int, n: int, name: str) -> None:
    heard, _ = looped(MATERIAL[name], begin, begin + n, 2)
    # A loop of hardly more than one period may leave no place to go round without haste.
    haste = 1.05 if n / SR < 2.0 / 31.0 and name == "low sine" else 1.0
    assert largest_step(heard) <= haste * largest_step(MATERIAL[name])


def test_the_weights_are_a_raised_cosine_that_ends_where_the_first_is_left() -> None:
    y, n = np.ones((SR, 2), np.float32), 441
    y[25_000] = 3.0  # a step that allows for any other
    old, new = ArraySound(y), ArraySound(np.zeros((SR, 2), np.float32))
    expected = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, n + 1) / n)
    found = seam(old, 30_000, new, 20_000, n, SR)
    np.testing.assert_allclose(found, np.repeat(expected[:, None], 2, axis=1), atol=1e-6)


def test_low_material_gets_a_longer_fade() -> None:
    begin, n = round(0.5 * SR), round(1.0 * SR + 0.5 * SR / 31.0)  # half a period off
    _, n_low = looped(MATERIAL["low sine"], begin, begin + n, 1)
    _, n_usual = looped(MATERIAL["sine"], begin, begin + n, 1)
    assert n_usual == 441
    assert n_low > n_usual


def test_what_precedes_is_mirrored_where_nothing_does() -> None:
    y = np.arange(20, dtype=np.float32)[:, None]
    assert what_precedes(ArraySound(y), 10, 4)[:, 0].tolist() == [6, 7, 8, 9]
    assert what_precedes(ArraySound(y), 2, 5)[:, 0].tolist() == [3, 2, 1, 0, 1]
    assert what_precedes(ArraySound(y), 0, 3)[:, 0].tolist() == [3, 2, 1]
    assert what_precedes(ArraySound(y, n_lead=2), 0, 3)[:, 0].tolist() == [1, 0, 1]


def test_nothing_to_mix_is_an_empty_seam() -> None:
    sound = ArraySound(noise(1.0))
    assert seam(sound, 100, sound, 0, 0, SR).shape == (0, 1)
