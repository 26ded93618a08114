# SPDX-License-Identifier: MIT
"""Music with known beats and key, and the tempo and key that are told of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import KeyVerdict, TempoVerdict
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.features import mel_spectrogram_db
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.transcription.key import told_key
from desktop_app.transcription.key_spectrum import KeySpectrum
from desktop_app.transcription.tempo import told_tempo
from desktop_app.transcription.tempo_curve import OnsetCurve

SR = DEFAULT_SPEC.sr
Score = list[tuple[float, float, tuple[int, ...]]]


def tempo_of(y: Float32Array) -> TempoVerdict | None:
    """Of a whole signal at 16 kHz."""
    curve = OnsetCurve()
    curve.add(mel_spectrogram_db(y, DEFAULT_SPEC))
    return told_tempo(curve.values(), DEFAULT_SPEC.hop_s)


def key_of(y: Float32Array) -> KeyVerdict | None:
    """Of a whole signal at 16 kHz."""
    spectrum = KeySpectrum(SR)
    spectrum.add(y)
    return told_key(spectrum.values())


def plucked(score: Score, seconds: float) -> Float32Array:
    """Decaying tones: (onset in s, length in s, MIDI notes)."""
    y = np.zeros(round(seconds * SR))
    for onset_s, length_s, chord in score:
        start = round(onset_s * SR)
        t = np.arange(min(round(length_s * SR), y.size - start)) / SR
        envelope = np.minimum(t / 0.004, 1.0) * np.exp(-t / 0.4)
        for midi in chord:
            f0_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
            tone = sum(np.sin(2.0 * np.pi * h * f0_hz * t) / h for h in range(1, 6))
            y[start : start + t.size] += 0.05 * envelope * tone
    return y.astype(np.float32)


def drums(beats_s: NDArray[np.float64]) -> Float32Array:
    """Kick and snare in turn on the beats, a hi-hat on and between them."""
    rng = np.random.default_rng(0)
    y = np.zeros(round((beats_s[-1] + 1.0) * SR))
    t = np.arange(round(0.15 * SR)) / SR
    kick = np.sin(2.0 * np.pi * 70.0 * t) * np.exp(-t / 0.04)
    snare = 0.5 * rng.standard_normal(t.size) * np.exp(-t / 0.03)
    hat = 0.15 * np.diff(rng.standard_normal(t.size + 1)) * np.exp(-t / 0.01)
    between_s = (beats_s[:-1] + beats_s[1:]) / 2.0
    hits = [(beat_s, snare if i % 2 else kick) for i, beat_s in enumerate(beats_s)]
    hits += [(at_s, hat) for at_s in (*beats_s, *between_s)]
    for at_s, hit in hits:
        start = round(at_s * SR)
        y[start : start + t.size] += hit
    return (0.4 * y).astype(np.float32)


def cadences(tonic: int, *, minor: bool, beat_s: float = 0.5) -> Score:
    """Tonic, subdominant, dominant and tonic, two beats each, over a bass; four times."""
    third = 3 if minor else 4
    chords = [(0, third, 7), (5, 5 + third, 12), (7, 11, 14), (0, third, 7)]
    score: Score = []
    for i in range(32):
        chord = chords[i // 2 % 4]
        notes = (tonic - 12 + chord[0], *(tonic + step for step in chord))
        score.append((0.2 + i * beat_s, beat_s, notes))
    return score
