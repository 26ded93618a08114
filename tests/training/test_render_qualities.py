# SPDX-License-Identifier: MIT
"""The words for what a rendered note sounds like."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.io.corpora.entry import QUALITIES
from desktop_app.training.rendering.qualities import note_qualities
from desktop_app.training.rendering.soundfont import CLIP_S, HELD_S, SR

TIME_S = np.arange(int(CLIP_S * SR)) / SR


def released(decay_s: float) -> np.ndarray:
    """1 while the key is held, then falling to 37 % every ``decay_s`` seconds."""
    return np.exp(-np.maximum(TIME_S - HELD_S, 0.0) / decay_s)


def tone(f0_hz: float, n_partials: int, envelope: np.ndarray) -> np.ndarray:
    y = sum(np.sin(2.0 * np.pi * f0_hz * k * TIME_S) for k in range(1, n_partials + 1))
    return (0.5 * envelope * y / n_partials).astype(np.float32)


def words(y: np.ndarray) -> set[str]:
    return {word for word, flag in zip(QUALITIES, note_qualities(y), strict=True) if flag}


def test_a_held_tone_in_the_middle_has_no_quality():
    assert words(tone(440.0, 5, released(0.02))) == set()


def test_few_and_many_partials_are_dark_and_bright():
    assert "dark" in words(tone(110.0, 3, released(0.02)))
    assert "bright" in words(tone(440.0, 16, released(0.02)))


def test_a_plucked_tone_has_decayed_before_the_key_is_let_go():
    assert "fast_decay" in words(tone(440.0, 5, np.exp(-TIME_S / 0.5)))
    assert "fast_decay" not in words(tone(440.0, 5, np.exp(-TIME_S / 3.0) * released(0.02)))


@pytest.mark.parametrize(("decay_s", "rings"), [(2.0, True), (0.05, False)])
def test_a_tone_rings_on_after_the_key(decay_s, rings):
    assert ("long_release" in words(tone(440.0, 5, released(decay_s)))) == rings


def test_a_swell_and_a_tremolo_rise_again():
    swell = np.where(TIME_S < 1.0, 0.2, 0.8) * released(0.02)
    tremolo = (0.6 + 0.4 * np.sin(2.0 * np.pi * 3.0 * TIME_S)) * released(0.02)
    assert "nonlinear_env" in words(tone(440.0, 5, swell))
    assert "nonlinear_env" in words(tone(440.0, 5, tremolo))


def test_a_click_at_the_onset_is_percussive():
    click = np.random.default_rng(1).normal(0.0, 0.1, TIME_S.shape[0]) * np.exp(-TIME_S / 0.01)
    plain = tone(440.0, 5, released(0.02))
    assert "percussive" in words((plain + click).astype(np.float32))
    assert "percussive" not in words(plain)


def test_silence_has_no_burst_and_nothing_is_divided_by_zero():
    assert "percussive" not in words(np.zeros(int(CLIP_S * SR), np.float32))
