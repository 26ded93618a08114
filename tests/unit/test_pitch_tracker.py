# SPDX-License-Identifier: MIT
"""Pitch tracking as physics asks for it: every piano key, many timbres, and no answer where there is none."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.pitch import hz_to_midi, midi_to_hz
from desktop_app.dsp.framing import Framer
from desktop_app.dsp.pitch import PitchTracker
from desktop_app.dsp.resample import resample

SR = 16_000
RICH = tuple(1.0 / h for h in range(1, 21))


def tone(midi, seconds=0.5, amplitudes=RICH, sr=SR, inharmonicity=0.0, decay_s=None):
    """Additive tone with a peak of 0.3."""
    t = np.arange(round(seconds * sr)) / sr
    y = np.zeros_like(t)
    for h, amplitude in enumerate(amplitudes, start=1):
        f_hz = h * midi_to_hz(midi) * np.sqrt(1.0 + inharmonicity * h * h)
        if f_hz < 0.47 * min(sr, SR):
            y += amplitude * np.sin(2.0 * np.pi * f_hz * t + 0.7 * h)
    if decay_s:
        y *= np.exp(-t / decay_s)
    return (0.3 * y / np.abs(y).max()).astype(np.float32)


def track(y, cuts=()):
    tracker = PitchTracker()
    framer = Framer(160, tracker.lookback, tracker.lookahead)
    edges = [0, *sorted(cuts), y.size]
    segments = [framer.push(y[a:b]) for a, b in pairwise(edges)]
    parts = [tracker.process(s) for s in [*segments, framer.flush()] if s is not None]
    return np.concatenate([p.f0_hz for p in parts]), np.concatenate([p.voiced_prob for p in parts])


def cents_off(y, midi):
    """Deviation of the steady part in cents; asserts that it is voiced throughout."""
    steady = track(y)[0][20:-6]
    assert np.isfinite(steady).all()
    return 100.0 * (hz_to_midi(steady) - midi)


@pytest.mark.parametrize("sr", [16_000, 44_100, 48_000])
def test_every_piano_key_at_every_rate_within_20_cents(sr):
    wrong = {}
    for midi in range(21, 109):
        off = np.abs(cents_off(resample(tone(midi, sr=sr), sr, SR), midi)).max()
        if off > 20.0:
            wrong[midi] = off
    assert wrong == {}


@pytest.mark.parametrize(
    ("amplitudes", "lowest", "highest"),
    [
        pytest.param((0.02, *RICH[1:]), 24, 84, id="weak fundamental"),
        pytest.param(tuple((h % 2) / h for h in range(1, 20)), 24, 96, id="odd harmonics"),
        pytest.param((1.0,), 48, 108, id="pure sine"),
        pytest.param((0.3, 1.0, 0.8, 0.5, 0.3, 0.2), 28, 84, id="strong second"),
    ],
)
def test_timbres_within_20_cents(amplitudes, lowest, highest):
    wrong = [
        midi
        for midi in range(lowest, highest + 1)
        if np.abs(cents_off(tone(midi, amplitudes=amplitudes), midi)).max() > 20.0
    ]
    assert wrong == []


def test_piano_like_inharmonic_tones_within_20_cents():
    for midi in range(28, 97, 4):
        inharmonicity = 1e-4 * 2.0 ** ((midi - 48) / 12.0)
        assert np.abs(np.median(cents_off(tone(midi, inharmonicity=inharmonicity, decay_s=1.0), midi))) < 20.0


@pytest.mark.parametrize("midi", [45.0, 57.13, 69.37, 80.5, 93.21])
def test_steady_harmonic_tones_within_a_cent(midi):
    assert np.abs(np.median(cents_off(tone(midi), midi))) < 1.0


def test_vibrato_is_followed():
    t = np.arange(2 * SR) / SR
    midi = 69.0 + 0.5 * np.sin(2.0 * np.pi * 5.0 * t)
    f_hz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    phase = 2.0 * np.pi * np.cumsum(f_hz) / SR
    y = 0.2 * sum(np.sin(h * phase) / h for h in range(1, 9))
    f0_hz, _ = track(y.astype(np.float32))
    off = hz_to_midi(f0_hz)[10:-6] - midi[::160][10:-6]
    assert np.abs(off).max() < 0.25


@pytest.mark.parametrize("colour", [0.0, 0.5, 1.0], ids=["white", "pink", "brown"])
def test_noise_has_no_pitch(colour):
    rng = np.random.default_rng(1)
    spectrum = np.fft.rfft(rng.standard_normal(8 * SR))
    spectrum *= np.maximum(np.fft.rfftfreq(8 * SR, 1 / SR), 20.0) ** -colour
    y = np.fft.irfft(spectrum)
    f0_hz, _ = track((0.1 * y / y.std()).astype(np.float32))
    assert np.isfinite(f0_hz).mean() < 0.06


def test_claps_have_no_pitch():
    rng = np.random.default_rng(2)
    t = np.arange(SR // 2) / SR
    y = np.concatenate([rng.standard_normal(t.size) * np.exp(-t / s) for s in (0.005, 0.01, 0.02, 0.04)])
    f0_hz, _ = track((0.3 * y).astype(np.float32))
    assert np.isfinite(f0_hz).mean() < 0.03


@pytest.mark.parametrize("level", [0.0, 1e-5, 0.5], ids=["zeros", "faint tone", "constant"])
def test_silence_has_no_pitch(level):
    y = np.full(SR, np.float32(level))
    if level == 1e-5:
        y *= tone(69, 1.0) / 0.3
    f0_hz, voiced_prob = track(y)
    assert np.isnan(f0_hz[10:-10]).all()
    assert voiced_prob[10:-10].max() < 0.5


def test_first_right_answer_comes_within_60_ms_from_a2_up():
    for midi in range(45, 97, 3):
        y = np.concatenate((np.zeros(SR // 2, np.float32), tone(midi, 0.5)))
        f0_hz, _ = track(y[: SR // 2 + round(0.06 * SR)])
        assert abs(hz_to_midi(f0_hz)[-4] - midi) < 0.5


def test_noise_at_10_db_does_not_hide_the_pitch():
    rng = np.random.default_rng(3)
    for midi in range(36, 97, 6):
        y = tone(midi, 1.0)
        noisy = y + rng.standard_normal(y.size) * y.std() * 10.0 ** (-10.0 / 20.0)
        f0_hz, _ = track(noisy.astype(np.float32))
        assert np.mean(np.abs(hz_to_midi(f0_hz)[20:-6] - midi) < 0.5) > 0.9


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, SR), max_size=12))
def test_any_cutting_gives_the_same_answers(cuts):
    rng = np.random.default_rng(4)
    y = np.concatenate((tone(50, 0.4), np.zeros(1600, np.float32), tone(75, 0.5)))
    y = (y + 0.01 * rng.standard_normal(y.size)).astype(np.float32)
    whole, pieces = track(y), track(y, [c for c in cuts if c <= y.size])
    np.testing.assert_allclose(pieces[0], whole[0], rtol=1e-4)
    np.testing.assert_allclose(pieces[1], whole[1], atol=1e-3)


def test_reset_forgets_the_stream():
    tracker = PitchTracker()
    segment = Framer(160, tracker.lookback, tracker.lookahead).push(tone(60))
    first = tracker.process(segment)
    tracker.reset()
    np.testing.assert_array_equal(first.f0_hz, tracker.process(segment).f0_hz)


def test_look_ahead_is_bounded():
    assert PitchTracker().lookahead <= 512


@pytest.mark.parametrize("midi", [110.0, 113.4, 117.0, 20.0])
def test_pitch_beyond_the_piano_is_told_in_hz(midi):
    amplitudes = (1.0,) if midi > 60 else RICH
    f0_hz, _ = track(tone(midi, 1.0, amplitudes=amplitudes))
    assert np.mean(np.abs(hz_to_midi(f0_hz[30:-15]) - midi) < 0.3) > 0.8


@pytest.mark.parametrize(("strong", "weak"), [(48, 55), (60, 64), (60, 67), (72, 67), (67, 74)])
def test_of_two_notes_the_stronger_is_told_and_never_a_third(strong, weak):
    both = tone(strong, 1.0) + 0.25 * tone(weak, 1.0)
    midi = hz_to_midi(track(both)[0][20:-8])
    assert np.mean(np.abs(midi - strong) < 0.5) > 0.9
    assert np.nanmax(np.minimum(np.abs(midi - strong), np.abs(midi - weak))) < 0.7


def test_octaves_are_weighed_beside_the_pitch():
    tracker = PitchTracker()
    framer = Framer(160, tracker.lookback, tracker.lookahead)
    frames = tracker.process(framer.push(tone(60)))
    assert frames.octave_prob.shape == (2, frames.f0_hz.size)
    assert (frames.octave_prob >= 0.0).all()
    assert (frames.octave_prob.sum(axis=0) + 1e-3 < 1.0).all()


def test_a_guess_is_told_where_no_pitch_is_claimed():
    y = np.concatenate((tone(69), np.zeros(SR // 2, np.float32)))
    tracker = PitchTracker()
    framer = Framer(160, tracker.lookback, tracker.lookahead)
    frames = tracker.process(framer.push(y))
    voiced = np.isfinite(frames.f0_hz)
    np.testing.assert_array_equal(frames.guess_hz[voiced], frames.f0_hz[voiced])
    assert np.isfinite(frames.guess_hz).all()
    assert not voiced[-20:].any()
