# SPDX-License-Identifier: MIT
"""Any cutting of a signal into blocks gives the result of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.frames import Event, FrameBlock, NoteEnded, NoteStarted, Scores
from desktop_app.dsp.framing import Framer
from desktop_app.dsp.resample import StreamResampler, resample
from desktop_app.pipeline.engine import AnalysisEngine, make_engine

SR = 16_000
ARRAYS = ("mel_db", "mfcc", "f0_hz", "voiced_prob", "rms_db", "peak_db")
OCTAVES = ("octave_below_prob", "octave_above_prob")
cuts = st.lists(st.integers(1, 4000), min_size=1, max_size=40)


def melody(seed: int, sr: int = SR) -> np.ndarray:
    """Some decaying harmonic notes with rests, over faint noise."""
    rng = np.random.default_rng(seed)
    pieces = []
    for midi in rng.integers(36, 90, 5):
        t = np.arange(int(rng.uniform(0.15, 0.6) * sr)) / sr
        f0_hz = 440.0 * 2 ** ((midi - 69) / 12)
        tone = sum(np.sin(2 * np.pi * h * f0_hz * t) / h for h in range(1, 9) if h * f0_hz < 0.45 * sr)
        pieces += [0.2 * tone * np.exp(-3 * t), np.zeros(int(rng.choice([0, 0.1]) * sr))]
    y = np.concatenate(pieces)
    return (y + 1e-4 * rng.standard_normal(y.shape)).astype(np.float32)


def blocks_of(y: np.ndarray, sizes: list[int]) -> list[np.ndarray]:
    pieces, start = [], 0
    while start < y.shape[0]:
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(y[start : start + size])
        start += size
    return pieces


def run(engine: AnalysisEngine, blocks: list[np.ndarray]) -> list[Event]:
    engine.reset()
    events = [event for block in blocks for event in engine.push(block)]
    return events + engine.flush()


def joined(events: list[Event], name: str) -> np.ndarray:
    return np.concatenate([getattr(e, name) for e in events if isinstance(e, FrameBlock)], axis=-1)


@pytest.fixture(scope="module")
def engine() -> AnalysisEngine:
    return make_engine()


@settings(max_examples=25, deadline=None)
@given(sizes=cuts, seed=st.integers(0, 3))
def test_engine_gives_the_same_for_any_cut(engine: AnalysisEngine, sizes: list[int], seed: int) -> None:
    y = melody(seed)
    whole, parts = run(engine, [y]), run(engine, blocks_of(y, sizes))
    for name in ARRAYS + OCTAVES:
        np.testing.assert_allclose(joined(parts, name), joined(whole, name), rtol=1e-4, atol=2e-3)
    for kind in (NoteStarted, NoteEnded):
        ours = [event.note for event in parts if isinstance(event, kind)]
        theirs = [event.note for event in whole if isinstance(event, kind)]
        assert [(n.midi, n.velocity) for n in ours] == [(n.midi, n.velocity) for n in theirs]
        for a, b in zip(ours, theirs, strict=True):
            assert a.onset_s == pytest.approx(b.onset_s, abs=1e-6)
            assert a.offset_s == pytest.approx(b.offset_s, abs=1e-6)
            assert a.f0_hz == pytest.approx(b.f0_hz, rel=1e-4)
            strengths = [[one.strength for one in note.candidates] for note in (a, b)]
            assert strengths[0] == pytest.approx(strengths[1], abs=2e-3)
    ours_s, theirs_s = ([e for e in events if isinstance(e, Scores)] for events in (parts, whole))
    assert [(s.start_s, s.end_s) for s in ours_s] == [(s.start_s, s.end_s) for s in theirs_s]
    for a, b in zip(ours_s, theirs_s, strict=True):
        np.testing.assert_allclose(a.family, b.family, atol=2e-3)


@given(sizes=cuts, seed=st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_resampling_by_blocks_is_exact(sizes: list[int], seed: int) -> None:
    y = melody(seed, 44_100)[:60_000]
    stream = StreamResampler(44_100, SR)
    parts = np.concatenate([*(stream.push(block) for block in blocks_of(y, sizes)), stream.flush()])
    np.testing.assert_array_equal(parts, resample(y, 44_100, SR))


@given(sizes=cuts, n=st.integers(0, 20_000))
@settings(max_examples=50, deadline=None)
def test_every_sample_is_the_centre_region_of_a_frame(sizes: list[int], n: int) -> None:
    framer = Framer(hop_length=160, lookback=1600, lookahead=512)
    y = np.arange(1, n + 1, dtype=np.float32)
    segments = [s for block in blocks_of(y, sizes) if (s := framer.push(block))]
    last = framer.flush()
    segments += [last] if last else []
    assert sum(s.n_frames for s in segments) == -(-n // 160)
    frame = 0
    for s in segments:
        assert s.start_frame == frame
        assert s.samples[1600] == y[frame * 160]
        assert s.samples.shape[0] == 1600 + (s.n_frames - 1) * 160 + 512
        frame += s.n_frames


@pytest.mark.parametrize("n", [0, 1, 159, 160, 161])
def test_very_short_streams(engine: AnalysisEngine, n: int) -> None:
    events = run(engine, [np.zeros(n, np.float32)])
    n_frames = sum(event.n_frames for event in events if isinstance(event, FrameBlock))
    assert n_frames == -(-n // 160)
