# SPDX-License-Identifier: MIT
"""Slowing down and shifting: pitch, time, level, stereo image, attacks and ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.listening import SHIFT_RANGE_SEMITONES, SPEED_RANGE
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.dsp.stretch import stretch
from desktop_app.dsp.stretch_attacks import find_attacks

SR = 44_100


def tone(f0_hz: float, seconds: float, n_partials: int = 6) -> Float32Array:
    t = np.arange(round(seconds * SR)) / SR
    y = sum(0.2 / k * np.sin(2.0 * np.pi * k * f0_hz * t + k * k) for k in range(1, n_partials + 1))
    return np.repeat(np.asarray(y, np.float32)[:, None], 2, axis=1)


def strongest_hz(y: Float32Array, near_hz: float) -> float:
    middle = y[y.shape[0] // 5 : -(y.shape[0] // 5), 0]
    n_fft = 8 << middle.size.bit_length()
    level = np.log(np.abs(np.fft.rfft(middle * np.hanning(middle.size), n_fft)) + 1e-12)
    low, high = (round(near_hz * 2.0 ** (step / 24.0) * n_fft / SR) for step in (-1, 1))
    k = low + int(np.argmax(level[low:high]))
    a, b, c = level[k - 1 : k + 2]
    return float((k + 0.5 * (a - c) / (a - 2.0 * b + c)) * SR / n_fft)


def plucked(onsets_s: list[float], seconds: float) -> Float32Array:
    y = np.zeros((round(seconds * SR), 2), np.float32)
    t = np.arange(round(0.6 * SR)) / SR
    for i, onset_s in enumerate(onsets_s):
        f0_hz = midi_to_hz(45 + 5 * i % 29)
        pluck = sum(np.sin(2.0 * np.pi * k * f0_hz * t) * np.exp(-t * (6 + 2 * k)) / k for k in range(1, 9))
        start = round(onset_s * SR)
        y[start : start + t.size] += (
            0.2 * np.minimum(t / 0.001, 1.0) * np.minimum((0.6 - t) / 0.1, 1.0) * pluck
        ).astype(np.float32)[:, None]
    return y


@pytest.mark.parametrize("midi", [28, 45, 60, 84])
@pytest.mark.parametrize(
    ("speed", "semitones"), [(0.25, 0.0), (0.5, 0.0), (0.5, -12.0), (0.8, 3.37), (1.5, 12.0)]
)
def test_pitch_and_level_of_a_tone(midi: int, speed: float, semitones: float) -> None:
    y = tone(midi_to_hz(midi), 2.0)
    slow = stretch(y, SR, speed, semitones)
    expected_hz = midi_to_hz(midi + semitones)
    assert abs(1200.0 * np.log2(strongest_hz(slow, expected_hz) / expected_hz)) < 0.5
    middle = slow[slow.shape[0] // 10 : -(slow.shape[0] // 10)]
    assert abs(20.0 * np.log10(np.std(middle) / np.std(y))) < 0.3


def test_notes_of_a_chord_stay_steady_sines() -> None:
    t = np.arange(2 * SR) / SR
    notes_hz = [130.81, 164.81, 196.0, 261.63, 523.25]
    y = sum(0.1 * np.sin(2.0 * np.pi * f_hz * t + i) for i, f_hz in enumerate(notes_hz))
    slow = stretch(np.asarray(y, np.float32)[:, None], SR, 0.5)[:, 0]
    middle = slow[SR // 2 : -SR // 2].astype(np.float64)
    t = np.arange(middle.size) / SR
    basis = np.stack([wave(2.0 * np.pi * f_hz * t) for f_hz in notes_hz for wave in (np.sin, np.cos)], axis=1)
    rest = middle - basis @ np.linalg.lstsq(basis, middle)[0]
    assert 10.0 * np.log10(np.mean(middle**2) / np.mean(rest**2)) > 25.0


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.75, 1.25])
def test_plucked_notes_begin_when_they_should_and_as_sharply(speed: float) -> None:
    onsets_s = [0.3, 0.7, 1.0, 1.45, 1.9, 2.2]
    y = plucked(onsets_s, 3.0)
    slow = stretch(y, SR, speed)
    for onset_s in onsets_s:
        around = round(onset_s / speed * SR)
        level = np.abs(slow[around - round(0.03 * SR) : around + round(0.03 * SR), 0])
        before = level[: round(0.026 * SR)]
        first = int(np.flatnonzero(level > 0.3 * level.max())[0]) / SR - 0.03
        assert abs(first) < 0.005
        assert before.max() < 0.35 * level.max()  # no echo of the attack before it


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.75])
def test_clicks_stay_clicks(speed: float) -> None:
    y = np.zeros((2 * SR, 2), np.float32)
    places = np.array([0.4, 0.9, 1.3, 1.65])
    y[(places * SR).astype(int)] = 0.8
    slow = stretch(y, SR, speed)
    for place_s in places / speed:
        piece = np.abs(slow[round((place_s - 0.05) * SR) : round((place_s + 0.05) * SR), 0])
        assert abs(int(np.argmax(piece)) / SR - 0.05) < 0.010
        assert piece.max() > 0.7
        assert np.sum(piece**2) < 1.3 * piece.max() ** 2


def test_what_is_held_goes_on_through_an_attack() -> None:
    y = tone(220.0, 3.0, 1)
    rng = np.random.default_rng(0)
    for place in (round(1.0 * SR), round(1.7 * SR)):
        y[place : place + 400] += (0.5 * rng.standard_normal(400) * np.exp(-np.arange(400) / 100))[:, None]
    slow = stretch(y, SR, 0.5)[:, 0].astype(np.float64)
    level = np.sqrt(np.convolve(slow**2, np.ones(600) / 600, "same"))[SR // 2 : -SR // 2]
    assert level.min() > 0.85 * 0.2 / np.sqrt(2.0)


def test_the_stereo_image_stays() -> None:
    y = plucked([0.2, 0.6, 1.1], 2.0)
    y[:, 1] *= -0.25
    slow = stretch(y, SR, 0.6, 2.0)
    np.testing.assert_allclose(slow[:, 1], -0.25 * slow[:, 0], atol=1e-4)


def test_noise_keeps_its_level() -> None:
    y = np.random.default_rng(2).normal(0.0, 0.1, (2 * SR, 2)).astype(np.float32)
    for speed in (0.5, 1.5):
        assert abs(20.0 * np.log10(np.std(stretch(y, SR, speed)) / np.std(y))) < 2.0


def test_ends_do_not_click() -> None:
    y = tone(330.0, 1.0, 1)
    slow = stretch(y, SR, 0.5)
    assert np.abs(slow[: SR // 5]).max() < 0.25
    assert np.abs(np.diff(slow[: -SR // 20], axis=0)).max() < 1.2 * np.abs(np.diff(y, axis=0)).max()


@given(
    n=st.integers(0, 9_000),
    channels=st.integers(1, 2),
    sr=st.sampled_from([8_000, 44_100]),
    speed=st.floats(*SPEED_RANGE),
    semitones=st.floats(*SHIFT_RANGE_SEMITONES),
    level=st.sampled_from([0.0, 1e-6, 1.0]),
)
@settings(max_examples=60, deadline=None)
def test_any_length_gives_the_length_that_follows(
    n: int, channels: int, sr: int, speed: float, semitones: float, level: float
) -> None:
    rng = np.random.default_rng(n)
    y = (level * rng.uniform(-1.0, 1.0, (n, channels))).astype(np.float32)
    y *= np.repeat(rng.integers(0, 2, n // 1500 + 1), 1500)[:n, None]  # with attacks
    slow = stretch(y, sr, speed, semitones)
    assert slow.shape == (round(n / speed), channels)
    assert slow.dtype == np.float32
    assert np.isfinite(slow).all()
    assert np.abs(slow).max(initial=0.0) <= 8.0 * level


def test_nothing_to_do_changes_nothing() -> None:
    y = plucked([0.1], 1.0)
    np.testing.assert_array_equal(stretch(y, SR, 1.0), y)


def test_attacks_are_found_where_they_are() -> None:
    onsets_s = [0.3, 0.7, 1.0, 1.45]
    found = find_attacks(plucked(onsets_s, 2.2)[:, 0], SR)
    np.testing.assert_allclose(np.array(found) / SR, onsets_s, atol=0.004)
    steady = tone(220.0, 1.0)[:, 0]
    assert find_attacks(steady * np.linspace(1.0, 0.2, SR, dtype=np.float32), SR) == []
    assert find_attacks(np.zeros(SR, np.float32), SR) == []
    assert find_attacks(np.zeros(10, np.float32), SR) == []
