# SPDX-License-Identifier: MIT
"""What a player does to a note: vibrato, tremolo, swells, damping, and the note before it."""

from __future__ import annotations

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.training.augmentation.settings import DEFAULT_SOUND, Curve, Rng


def warp(y: Float32Array, cents: Curve) -> Float32Array:
    """Play with a pitch that moves: cents above the original at every sample; shape (n,) as before.

    What is read beyond the end is silence. Between samples a cubic runs through four of them, after a
    little loss above 6 kHz as with any simple interpolation at 16 kHz.
    """
    at = np.cumsum(2.0 ** (cents / 1200.0)) - 1.0
    whole = np.minimum(at.astype(np.int64), y.shape[0])
    t = (at - whole).astype(np.float32)
    padded = np.pad(y, (1, 4))
    a, b, c, d = (padded[whole + k] for k in range(4))
    return np.asarray(
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))), np.float32
    )


def vibrato(n: int, sr: int, depth_cents: float, rng: Rng) -> Curve:
    """Cents of a vibrato of 4 … 7.5 Hz that sets in within 0.4 s, shape (n,)."""
    time_s = np.arange(n) / sr
    onset = np.clip((time_s - rng.uniform(0.0, 0.4)) / 0.2, 0.0, 1.0)
    return np.asarray(depth_cents * onset * np.sin(_turns(time_s, rng)), np.float64)


def tremolo(n: int, sr: int, depth_db: float, rng: Rng) -> Float32Array:
    """Factors of a level that falls by so much and comes back 4 … 7.5 times a second, shape (n,)."""
    swing = 0.5 - 0.5 * np.cos(_turns(np.arange(n) / sr, rng))
    return np.asarray(10.0 ** (-depth_db * swing / 20.0), np.float32)


def _turns(time_s: Curve, rng: Rng) -> Curve:
    return np.asarray(2.0 * np.pi * (rng.uniform(4.0, 7.5) * time_s + rng.random()), np.float64)


def swell(n: int, sr: int, range_db: float, rng: Rng) -> Float32Array:
    """Factors of a level that wanders within a range, a new aim every half second, shape (n,)."""
    aims_db = rng.uniform(-range_db, 0.0, n * 2 // sr + 2)
    level_db = np.interp(np.arange(n), np.arange(aims_db.shape[0]) * (sr // 2), aims_db)
    return np.asarray(10.0 ** (level_db / 20.0), np.float32)


def damp(y: Float32Array, sr: int, decay_s: float) -> Float32Array:
    """Mute from the start: the sound decays to 37 % every ``decay_s`` seconds after its peak."""
    peak = int(np.argmax(np.abs(y[: sr // 2]))) if y.size else 0
    gain = np.ones(y.shape[0], np.float32)
    gain[peak:] = np.exp(-np.arange(y.shape[0] - peak) / (decay_s * sr))
    return y * gain


def with_note_before(y: Float32Array, before: Float32Array, onset: int, sr: int, rng: Rng) -> Float32Array:
    """Let a note follow another one: the end of that one is heard until about the onset, or a little on.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The note, with what little silence there is before it.
    before : ndarray, shape (m,)
        The note before, from its own start.
    onset
        The sample at which the note starts.
    sr
        Sample rate in Hz.

    Returns
    -------
    ndarray, shape (n,), float32
    """
    overlap_s, decay_s = rng.uniform(-0.05, 0.04), float(np.exp(rng.uniform(np.log(0.015), np.log(0.25))))
    end = max(0, onset + int(overlap_s * sr))
    since = int(rng.uniform(0.1, 0.8) * sr)  # how long it has sounded where ``y`` begins
    tail = before[since : since + end + int(5 * decay_s * sr)].copy()
    tail[end:] *= np.exp(-np.arange(max(0, tail.shape[0] - end)) / (decay_s * sr))
    level = DEFAULT_SOUND.before
    gain = 10.0 ** (rng.uniform(level.low, level.high) / 20.0)
    gain *= float(np.abs(y).max(initial=0.0)) / max(float(np.abs(before).max(initial=0.0)), 1e-9)
    out = y.copy()
    n = min(tail.shape[0], out.shape[0])
    out[:n] += np.float32(gain) * tail[:n]
    return out
