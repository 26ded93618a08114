# SPDX-License-Identifier: MIT
import numpy as np
import pytest
from fakes import tone

from desktop_app.pipeline.live_level import LevelMeter

SR = 8000


def test_levels_of_a_sine() -> None:
    meter = LevelMeter(SR)
    meter.push(tone(SR, 1.0, 440.0, 0.5))
    assert meter.rms_db == pytest.approx(-9.03, abs=0.01)
    assert meter.peak_db == pytest.approx(-6.02, abs=0.05)


def test_silence_is_at_the_floor() -> None:
    meter = LevelMeter(SR)
    meter.push(np.zeros(100, np.float32))
    assert (meter.rms_db, meter.peak_db, meter.peak_hold_db) == (-120.0, -120.0, -120.0)
    meter.push(np.zeros(0, np.float32))
    assert meter.rms_db == -120.0


def test_peak_is_held_for_a_second_and_a_half() -> None:
    meter = LevelMeter(SR)
    meter.push(tone(SR, 0.1, amplitude=0.5))
    for _ in range(15):
        meter.push(tone(SR, 0.1, amplitude=0.05))
    assert meter.peak_hold_db == pytest.approx(-6.0, abs=0.1)
    meter.push(tone(SR, 0.1, amplitude=0.05))
    assert meter.peak_hold_db == pytest.approx(-26.0, abs=0.1)


@pytest.mark.parametrize(("amplitude", "clips"), [(0.998, False), (0.999, True), (-1.0, True), (1.7, True)])
def test_clip_lamp(amplitude: float, clips: bool) -> None:
    meter = LevelMeter(SR)
    block = np.zeros(800, np.float32)
    block[5] = np.float32(amplitude)
    meter.push(block)
    assert meter.is_clipping is clips
    for _ in range(16):
        meter.push(np.zeros(800, np.float32))
    assert not meter.is_clipping


def test_only_exact_zeros_count_as_no_sound() -> None:
    meter = LevelMeter(SR)
    meter.push(np.zeros(2 * SR - 1, np.float32))
    assert not meter.is_silent_zero
    meter.push(np.zeros(1, np.float32))
    assert meter.is_silent_zero
    meter.push(np.full(10, 1e-6, np.float32))
    assert not meter.is_silent_zero
    meter.push(np.full(3 * SR, 1e-6, np.float32))
    assert not meter.is_silent_zero
