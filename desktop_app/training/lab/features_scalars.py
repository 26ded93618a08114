# SPDX-License-Identifier: MIT
"""Numbers that describe a sound's spectrum frame by frame: brightness, noisiness and tonal centre.

Spectral centroid, roll-off and zero-crossing rate follow librosa's definitions. The tonal centroid is that of
Harte, Sandler and Gasser, "Detecting Harmonic Change in Musical Audio", AMCMM 2006, of a chroma that is made
of the spectrum as Ellis did ("Chroma feature analysis and synthesis", 2007), tuned to A = 440 Hz.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.spec import FeatureSpec

ROLL_OFF_SHARE: Final = 0.85
N_CHROMA: Final = 12
_A0_HZ: Final = 27.5
_CENTRE_OCTAVE: Final = 5.0
_OCTAVE_WIDTH: Final = 2.0
_SMALLEST_SAMPLE: Final = 1e-10
_TINY: Final = np.finfo(np.float32).tiny


def spectral_centroid_hz(magnitude: Float32Array, spec: FeatureSpec) -> Float32Array:
    """Mean frequency in Hz weighted by magnitude, shape (n_frames,); 0 in silence.

    Parameters
    ----------
    magnitude : ndarray, shape (n_frames, n_bins), float32
    """
    sums = magnitude.sum(axis=1)
    return np.asarray((magnitude @ _bins_hz(spec)) / np.maximum(sums, _TINY), np.float32)


def roll_off_hz(magnitude: Float32Array, spec: FeatureSpec) -> Float32Array:
    """Frequency in Hz below which 85 % of the magnitude lies, shape (n_frames,); 0 in silence."""
    cumulated = np.cumsum(magnitude, axis=1)
    reached = cumulated >= ROLL_OFF_SHARE * cumulated[:, -1:]
    return _bins_hz(spec)[np.argmax(reached, axis=1)]


def zero_crossing_rate(y: Float32Array, spec: FeatureSpec) -> Float32Array:
    """Sign changes per sample in frames of ``n_fft``, shape (1 + n // hop_length,); the ends are held."""
    half, n_frames = spec.n_fft // 2, 1 + y.shape[0] // spec.hop_length
    is_below = np.pad(y, half, mode="edge") < -_SMALLEST_SAMPLE
    counted = np.concatenate(([0], np.cumsum(is_below[1:] != is_below[:-1])))
    starts = np.arange(n_frames) * spec.hop_length
    crossings = counted[starts + spec.n_fft - 1] - counted[starts]
    return (crossings / spec.n_fft).astype(np.float32)


def chroma(power: Float32Array, spec: FeatureSpec) -> Float32Array:
    """Energy of the twelve pitch classes from C on, shape (12, n_frames), the largest of a frame being 1."""
    energy = _chroma_filters(spec) @ power.T
    return np.asarray(energy / np.maximum(energy.max(axis=0), _TINY), np.float32)


def tonal_centroid(chroma_values: Float32Array) -> Float32Array:
    """Place on the circles of fifths, minor and major thirds, shape (6, n_frames).

    Parameters
    ----------
    chroma_values : ndarray, shape (12, n_frames), float32
    """
    shares = chroma_values / np.maximum(chroma_values.sum(axis=0), _TINY)
    return np.asarray(_circles() @ shares, np.float32)


@cache
def _bins_hz(spec: FeatureSpec) -> Float32Array:
    return np.asarray(np.arange(spec.n_bins) * (spec.sr / spec.n_fft), np.float32)


@cache
def _circles() -> NDArray[np.float64]:
    """Sine and cosine of each pitch class on each circle, shape (6, 12); thirds of the major count half."""
    classes = np.arange(N_CHROMA)
    rows = []
    for radius, steps in ((1.0, 7.0 / 6.0), (1.0, 3.0 / 2.0), (0.5, 2.0 / 3.0)):
        angle = np.pi * steps * classes
        rows += [radius * np.sin(angle), radius * np.cos(angle)]
    return np.array(rows)


@cache
def _chroma_filters(spec: FeatureSpec) -> Float32Array:
    """A bell around each pitch class in every octave, strongest about A5, shape (12, n_bins)."""
    hz = np.arange(1, spec.n_fft) * (spec.sr / spec.n_fft)
    steps = N_CHROMA * np.log2(hz / _A0_HZ)
    # The bin at 0 Hz has no pitch: it is laid one and a half octaves below the next.
    steps = np.concatenate(([steps[0] - 1.5 * N_CHROMA], steps))
    widths = np.concatenate((np.maximum(np.diff(steps), 1.0), [1.0]))
    # Classes are counted from A here; the nearest octave of each is within half of one.
    distance = (steps - np.arange(N_CHROMA)[:, None] + N_CHROMA / 2) % N_CHROMA - N_CHROMA / 2
    bells = np.exp(-0.5 * (2.0 * distance / widths) ** 2)
    bells /= np.linalg.norm(bells, axis=0)
    bells *= np.exp(-0.5 * ((steps / N_CHROMA - _CENTRE_OCTAVE) / _OCTAVE_WIDTH) ** 2)
    return np.roll(bells, -3, axis=0)[:, : spec.n_bins].astype(np.float32)
