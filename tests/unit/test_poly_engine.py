# SPDX-License-Identifier: MIT
"""Several notes at once, from sound to evidence and notes."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.assets import bundled
from desktop_app.domain.analysis import PolyEvidence
from desktop_app.domain.errors import ModelError
from desktop_app.domain.thresholds import POLY_THRESHOLDS
from desktop_app.ml.note_network import PolyNetwork
from desktop_app.pipeline.poly import PolyEngine
from desktop_app.transcription.poly_notes import poly_notes

SR = 16_000
CHORDS = ((0.5, (48, 64, 67)), (1.5, (45, 60, 64)), (2.5, (41, 57, 72)))


def chords(seconds: float = 4.0) -> np.ndarray:
    """Three chords of plucked strings over faint noise."""
    y = 1e-4 * np.random.default_rng(1).standard_normal(round(seconds * SR))
    for start_s, keys in CHORDS:
        since_s = np.arange(round(0.9 * SR)) / SR
        for midi in keys:
            f0_hz = 440.0 * 2 ** ((midi - 69) / 12)
            tone = sum(
                np.sin(2 * np.pi * k * f0_hz * since_s) / k**1.3 for k in range(1, 13) if k * f0_hz < 7000
            )
            fade = np.minimum(1.0, (0.9 - since_s) / 0.05)
            y[round(start_s * SR) :][: since_s.size] += 0.1 * tone * np.exp(-2.0 * since_s) * fade
    return y.astype(np.float32)


@pytest.fixture(scope="module")
def engine() -> PolyEngine:
    return PolyEngine()


def evidence_of(engine: PolyEngine, *blocks: np.ndarray) -> PolyEvidence:
    engine.reset()
    for block in blocks:
        engine.push(block)
    return engine.flush()


def test_chords_become_their_notes(engine: PolyEngine) -> None:
    notes = poly_notes(evidence_of(engine, chords()), POLY_THRESHOLDS)
    asked = {(midi, start_s) for start_s, keys in CHORDS for midi in keys}
    right = [
        (midi, start_s)
        for midi, start_s in asked
        if any(note.midi == midi and abs(note.onset_s - start_s) <= 0.05 for note in notes)
    ]
    assert len(right) >= len(asked) - 1
    assert len(notes) <= len(asked) + 2
    assert all(abs(note.cents) < 15.0 for note in notes)


def test_the_evidence_covers_the_stream(engine: PolyEngine) -> None:
    for n_samples in (0, 1, 319, 320, 321, 100_000):
        evidence = evidence_of(engine, np.zeros(n_samples, np.float32))
        n_frames = -(-n_samples // 320)
        assert evidence.onset_prob.shape == evidence.note_prob.shape == (88, n_frames)
        assert evidence.bend_cents.shape == (88, n_frames)
        assert evidence.rms_db.shape == (n_frames,)
        assert (evidence.note_prob.dtype, evidence.bend_cents.dtype) == (np.uint8, np.int8)
        assert poly_notes(evidence, POLY_THRESHOLDS) == ()


@pytest.mark.parametrize("seed", range(3))
def test_any_cut_gives_the_same_evidence(engine: PolyEngine, seed: int) -> None:
    y = chords(11.3)
    rng = np.random.default_rng(seed)
    cuts = np.unique(rng.integers(0, y.size, (3, 300, 7)[seed]))
    whole, cut = evidence_of(engine, y), evidence_of(engine, *np.split(y, cuts))
    for name in ("onset_prob", "note_prob", "bend_cents", "rms_db"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(cut, name), err_msg=name)


def test_it_starts_anew_after_the_end(engine: PolyEngine) -> None:
    first, second = (evidence_of(engine, chords()) for _ in range(2))
    np.testing.assert_array_equal(first.note_prob, second.note_prob)
    engine.push(chords())
    assert engine.flush().note_prob.shape == first.note_prob.shape


def test_a_quiet_recording_gives_the_same_notes(engine: PolyEngine) -> None:
    loud = poly_notes(evidence_of(engine, chords()), POLY_THRESHOLDS)
    quiet = poly_notes(evidence_of(engine, chords() * np.float32(0.05)), POLY_THRESHOLDS)
    assert sorted(note.midi for note in quiet) == sorted(note.midi for note in loud)


def test_noise_has_no_notes(engine: PolyEngine) -> None:
    noise = 0.1 * np.random.default_rng(2).standard_normal(5 * SR)
    assert poly_notes(evidence_of(engine, noise.astype(np.float32)), POLY_THRESHOLDS) == ()


def test_memory_stays_bounded_apart_from_the_evidence(engine: PolyEngine) -> None:
    engine.reset()
    block = chords()[SR : 2 * SR]
    sizes = []
    for _ in range(40):
        engine.push(block)
        held = (engine._samples, engine._db, engine._levels, engine._loudest)
        sizes.append(sum(array.nbytes for array in held))
    assert max(sizes) < 2_000_000


def test_the_network_says_what_it_said() -> None:
    with bundled("models", "poly_v1", "golden.npz").open("rb") as file:
        golden = dict(np.load(file, allow_pickle=False))
    told = PolyNetwork().run(golden["levels"])
    for name in ("onset", "note", "bend_cents"):
        difference = getattr(told, name).astype(int) - golden[name].astype(int)
        assert np.abs(difference).max() <= 1, name
    assert told.note.max() > 200


def test_a_damaged_network_is_told_in_a_sentence() -> None:
    with pytest.raises(ModelError, match="several notes"):
        PolyNetwork(b"nonsense")
