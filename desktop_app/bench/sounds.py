# SPDX-License-Identifier: MIT
"""Sounds to measure with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import midi_to_hz

N_PARTIALS = 8
ATTACK_S = 0.005
RELEASE_S = 0.02


def note(midi: int, duration_s: float, sr: int) -> Float32Array:
    """A plucked tone with eight partials.

    Returns
    -------
    ndarray, shape (n,), float32
    """
    t = np.arange(round(duration_s * sr)) / sr
    f0_hz = midi_to_hz(midi)
    y = np.zeros_like(t)
    for k in range(1, N_PARTIALS + 1):
        if k * f0_hz < 0.45 * sr:
            y += np.sin(2.0 * np.pi * k * f0_hz * t) * np.exp(-t * (0.6 + 0.3 * k)) / k
    fade = np.minimum(1.0, np.minimum(t / ATTACK_S, (duration_s - t) / RELEASE_S))
    return (0.3 * y * fade).astype(np.float32)


def melody(midis: list[int], sr: int, *, held_s: float, gap_s: float, start_s: float) -> Float32Array:
    """Notes with gaps between them, after ``start_s`` of silence; a little noise lies under all of it.

    Returns
    -------
    ndarray, shape (n,), float32
    """
    step_s = held_s + gap_s
    y = np.zeros(round((start_s + step_s * len(midis)) * sr), np.float32)
    for i, midi in enumerate(midis):
        first = onset_sample(i, sr, held_s=held_s, gap_s=gap_s, start_s=start_s)
        tone = note(midi, held_s, sr)
        y[first : first + tone.size] += tone
    noise = np.random.default_rng(1).standard_normal(y.size).astype(np.float32)
    return y + 1e-4 * noise


def onset_sample(i: int, sr: int, *, held_s: float, gap_s: float, start_s: float) -> int:
    """Where the i-th note of :func:`melody` begins."""
    return round((start_s + i * (held_s + gap_s)) * sr)


def write_notes(folder: Path, n_files: int, *, duration_s: float = 4.0, sr: int = 16_000) -> list[Path]:
    """Files with one note each, MIDI 40 … 88."""
    import soundfile

    paths = []
    for i in range(n_files):
        path = folder / f"note_{i:03d}.wav"
        held = note(40 + (7 * i) % 49, 0.75 * duration_s, sr)
        y = np.zeros(round(duration_s * sr), np.float32)
        y[: held.size] = held
        soundfile.write(path, y, sr, subtype="PCM_16")
        paths.append(path)
    return paths


def write_long_file(path: Path, minutes: float, *, sr: int = 44_100) -> None:
    """A stereo WAV of any length, made from one minute of notes over and over."""
    import soundfile

    midis = [45 + (5 * i) % 40 for i in range(120)]
    minute = melody(midis, sr, held_s=0.4, gap_s=0.1, start_s=0.0)
    stereo = np.stack([minute, 0.8 * minute], axis=1)
    n_left = round(minutes * 60.0 * sr)
    with soundfile.SoundFile(path, "w", sr, 2, subtype="PCM_16") as sound:
        while n_left > 0:
            sound.write(stereo[:n_left])
            n_left -= stereo.shape[0]
