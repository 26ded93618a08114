# SPDX-License-Identifier: MIT
"""Small sounds as a corpus lists them, for the tests of the lab's features."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from desktop_app.training.corpora.entry import Entry

NSYNTH_SR = 16_000


def harmonics(f0_hz: float, seconds: float, sr: int, seed: int = 0) -> np.ndarray:
    """A decaying tone with partials and a little noise, shape (n,), float32."""
    time_s = np.arange(round(seconds * sr)) / sr
    y = sum(np.sin(2 * np.pi * k * f0_hz * time_s + k) / k for k in range(1, 9) if k * f0_hz < sr / 2)
    noise = np.random.default_rng(seed).standard_normal(time_s.size)
    return (0.3 * np.exp(-0.8 * time_s) * y + 0.003 * noise).astype(np.float32)


def entry_of(path: Path, **changes: Any) -> Entry:
    """What a corpus in NSynth's format says of a flute."""
    flute = Entry(
        key=path.stem,
        path=path,
        labels=("flute",),
        instrument="flute_acoustic_000",
        family="flute",
        source="acoustic",
        midi=69,
        velocity=100,
        qualities=(1, 0, 0, 0, 1, 0, 0, 0, 0, 0),
        bank="nsynth",
        part="train",
        weights_ok=True,
    )
    return replace(flute, **changes)


def write_entry(path: Path, y: np.ndarray, sr: int = NSYNTH_SR, **changes: Any) -> Entry:
    """A sound on disk and its entry."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, y, sr)
    return entry_of(path, **changes)


def write_entries(folder: Path, n: int, seconds: float = 1.0) -> list[Entry]:
    """Different tones, one file each."""
    return [
        write_entry(folder / f"tone-{k:04d}.wav", harmonics(110.0 + 7.0 * k, seconds, NSYNTH_SR, seed=k))
        for k in range(n)
    ]
