# SPDX-License-Identifier: MIT
"""Levels on a logarithmic frequency axis."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.dsp.log_frequency import (
    FLOOR_DB,
    HALF_WINDOW,
    HOP_LENGTH,
    N_BINS,
    REFERENCE_REACH,
    SR,
    bin_centres_hz,
    log_frequency_db,
    reference_db,
    relative_levels,
)


def samples_for(n_frames: int) -> int:
    return 2 * HALF_WINDOW + (n_frames - 1) * HOP_LENGTH


def sine(f0_hz: float, n_frames: int = 3) -> np.ndarray:
    return np.sin(2 * np.pi * f0_hz * np.arange(samples_for(n_frames)) / SR).astype(np.float32)


@pytest.mark.parametrize("midi", [21, 28, 40, 57, 69, 84, 100, 108])
def test_a_key_has_its_bin_and_its_level(midi: int) -> None:
    db = log_frequency_db(sine(440.0 * 2 ** ((midi - 69) / 12)), 3)
    assert db.shape == (3, N_BINS, 2)
    bin_of_key = 3 * (midi - 20) + 1
    sharp, quick = db[1].T
    assert sharp.argmax() == bin_of_key
    if midi >= 57:  # few periods of lower keys fit into the quick view's windows
        assert quick.argmax() == pytest.approx(bin_of_key, abs=1)
    assert sharp.max() == pytest.approx(0.0, abs=1.8)


def test_neighbouring_keys_are_told_apart_from_e2_on() -> None:
    for midi in (40, 60, 90):
        pair = sum(sine(440.0 * 2 ** ((m - 69) / 12)) for m in (midi, midi + 1))
        sharp = log_frequency_db(pair, 3)[1, :, 0]
        low, high = 3 * (midi - 20) + 1, 3 * (midi - 19) + 1
        assert min(sharp[low], sharp[high]) > sharp[low + 1 : high].min() + 1.0


def test_centres_are_thirds_of_semitones() -> None:
    centres = bin_centres_hz()
    assert centres[4] == pytest.approx(27.5)
    assert centres[3 * (69 - 20) + 1] == pytest.approx(440.0)
    assert centres[36] / centres[0] == pytest.approx(2.0)
    assert centres[-1] < SR / 2


def test_silence_is_at_the_floor() -> None:
    assert np.all(log_frequency_db(np.zeros(samples_for(2), np.float32), 2) == FLOOR_DB)


def test_an_attack_is_seen_sooner_and_sharper_in_the_quick_view() -> None:
    y = sine(440.0, 60)
    y[: HALF_WINDOW + 30 * HOP_LENGTH] = 0.0
    sharp, quick = log_frequency_db(y, 60)[:, 3 * (69 - 20) + 1].T
    assert np.count_nonzero((quick > -60) & (quick < -6)) < np.count_nonzero((sharp > -60) & (sharp < -6))


def test_the_reference_is_the_loudest_nearby_but_not_below_its_limit() -> None:
    loudest = np.full(4 * REFERENCE_REACH, -90.0, np.float32)
    loudest[2 * REFERENCE_REACH] = -20.0
    told = reference_db(loudest)
    assert told.shape == (2 * REFERENCE_REACH,)
    assert set(told.tolist()) == {-20.0}
    assert set(reference_db(np.full(2 * REFERENCE_REACH + 5, -90.0, np.float32)).tolist()) == {-65.0}


def test_levels_are_bytes_below_the_reference() -> None:
    db = np.full((3, N_BINS, 2), -40.0, np.float32)
    db[1], db[2] = -200.0, 0.0
    levels = relative_levels(db, np.array([0.0, 0.0, -10.0], np.float32))
    assert levels.dtype == np.uint8
    assert levels[:, 0, 0].tolist() == [128, 0, 255]
