# SPDX-License-Identifier: MIT
"""Sounds to loop, and arrays in the place of files and clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.listening import Clip, Stretch

SR = 44_100


def sine(f0_hz: float, duration_s: float, amplitude: float = 0.5, sr: int = SR) -> Float32Array:
    """Shape (n, 1); begins in the middle of a period, so that its first sample is not 0."""
    t = np.arange(round(duration_s * sr)) / sr
    return (amplitude * np.sin(2.0 * np.pi * f0_hz * t + 1.0)).astype(np.float32)[:, None]


def noise(duration_s: float, channels: int = 1, sr: int = SR) -> Float32Array:
    """Shape (n, channels)."""
    rng = np.random.default_rng(3)
    return rng.uniform(-0.5, 0.5, (round(duration_s * sr), channels)).astype(np.float32)


def music(duration_s: float, sr: int = SR) -> Float32Array:
    """Plucked chords over a bass in stereo, shape (n, 2)."""
    y = np.zeros((round(duration_s * sr), 2))
    for i, midi in enumerate([36, 60, 64, 67, 43, 59, 62, 71] * 8):
        start = round((0.05 + 0.21 * i) * sr)
        t = np.arange(max(0, min(sr, y.shape[0] - start))) / sr
        f0_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
        envelope = np.minimum(t / 0.004, 1.0) * np.exp(-t / 0.4)
        tone = 0.1 * envelope * sum(np.sin(2.0 * np.pi * h * f0_hz * t) / h for h in range(1, 6))
        y[start : start + t.size] += tone[:, None] * (0.3 + 0.1 * (i % 5), 0.7 - 0.1 * (i % 5))
    return y.astype(np.float32)


class ArraySound:
    """Frames of an array of shape (n, channels), of which the first ``n_lead`` precede frame 0."""

    def __init__(self, y: Float32Array, n_lead: int = 0) -> None:
        self._y = y
        self.first = -n_lead
        self.n_frames = y.shape[0] - n_lead

    def read(self, start: int, n: int) -> Float32Array:
        places = np.arange(start, start + n) - self.first
        is_there = (places >= 0) & (places < self._y.shape[0])
        found = self._y[np.clip(places, 0, self._y.shape[0] - 1)]
        return np.where(is_there[:, None], found, np.float32(0.0))


def write(path: Path, y: Float32Array, sr: int = SR) -> Path:
    """Write a WAV file of floats."""
    soundfile.write(path, y, sr, subtype="FLOAT")
    return path


def clip_of(stretch: Stretch, y: Float32Array, n_lead: int = 0, sr: int = SR) -> Clip:
    """A clip of samples, shape (n, channels), of which ``n_lead`` precede the stretch."""
    return Clip(stretch, sr, y, n_lead)


def ramp(duration_s: float, sr: int = SR) -> Float32Array:
    """Samples that are their place in thousandths of a second, shape (n, 1)."""
    return (np.arange(round(duration_s * sr)) / sr / 1000.0).astype(np.float32)[:, None]


def ramp_clip(stretch: Stretch, sr: int = SR, channels: int = 1) -> Clip:
    """A clip with margins whose samples are the place in the recording, in thousandths of a second."""
    margin_s = min(0.5, stretch.start_s)
    n_lead = round(margin_s / stretch.speed * sr)
    n = round((stretch.end_s - stretch.start_s + 0.5) / stretch.speed * sr)
    places_s = stretch.start_s + np.arange(-n_lead, n) * stretch.speed / sr
    return Clip(stretch, sr, np.repeat((places_s / 1000.0).astype(np.float32)[:, None], channels, 1), n_lead)
