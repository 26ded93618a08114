# SPDX-License-Identifier: MIT
"""Spectra, mel levels and MFCC of a whole sound, by librosa's conventions.

The published systems took their features from librosa: frames centred on multiples of the hop with zeros
around the sound, a periodic Hann window, Slaney's mel bands of equal area, decibels above 1e-10 and within
80 dB of the largest value, an orthonormal DCT-II. Bands and DCT are the engine's own, with other constant
factors; the transform is SciPy's, which takes a fifth of the time of NumPy's on many short frames.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Final

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.features import mel_db_to_mfcc, mel_edges_hz, mel_filters
from desktop_app.dsp.spec import FeatureSpec

TOP_DB: Final = 80.0
_SMALLEST_POWER: Final = 1e-10
# Small enough to stay in the processor's cache: with whole sounds, processes side by side slow each other.
_BLOCK_FRAMES: Final = 32


class Spectra:
    """What is computed of one sound, each once and only when it is asked for.

    Parameters
    ----------
    y : ndarray, shape (n,), float32
    spec
        Rate, window, hop, mel bands and number of coefficients; its floor is not used.
    """

    def __init__(self, y: Float32Array, spec: FeatureSpec) -> None:
        self.y = y
        self.spec = spec

    @cached_property
    def power(self) -> Float32Array:
        """Power spectra, shape (1 + n // hop_length, n_fft // 2 + 1)."""
        spec = self.spec
        padded = np.pad(self.y, spec.n_fft // 2)
        frames = sliding_window_view(padded, spec.n_fft)[:: spec.hop_length]
        power = np.empty((frames.shape[0], spec.n_bins), np.float32)
        for start in range(0, frames.shape[0], _BLOCK_FRAMES):
            block = slice(start, start + _BLOCK_FRAMES)
            spectra = scipy.fft.rfft(frames[block] * _hann(spec.n_fft), axis=-1, overwrite_x=True)
            np.add(spectra.real**2, spectra.imag**2, out=power[block])
        return power

    @cached_property
    def mel(self) -> Float32Array:
        """Mel power, shape (n_mels, n_frames), as ``librosa.feature.melspectrogram`` gives it."""
        return np.ascontiguousarray((self.power @ _equal_area_filters(self.spec)).T)

    @cached_property
    def mel_db(self) -> Float32Array:
        """Mel levels in dB, shape (n_mels, n_frames), not more than 80 dB below the largest."""
        return power_to_db(self.mel)

    @cached_property
    def mfcc(self) -> Float32Array:
        """Coefficients, shape (n_mfcc, n_frames), as ``librosa.feature.mfcc`` gives them."""
        return mel_db_to_mfcc(self.mel_db, self.spec.n_mfcc)


def power_to_db(power: Float32Array) -> Float32Array:
    """Decibels above 1 of the powers of one sound, of any shape, not more than 80 dB below the largest."""
    db = np.log10(np.maximum(power, np.float32(_SMALLEST_POWER)))
    db *= np.float32(10.0)
    return np.asarray(np.maximum(db, db.max() - np.float32(TOP_DB)), np.float32)


@cache
def _hann(n_fft: int) -> Float32Array:
    """Periodic window, shape (n_fft,)."""
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n_fft) / n_fft), np.float32)


@cache
def _equal_area_filters(spec: FeatureSpec) -> Float32Array:
    """The engine's triangles of height 1 scaled to equal area, shape (n_bins, n_mels)."""
    edges_hz = mel_edges_hz(spec)
    heights = 2.0 / (edges_hz[2:] - edges_hz[:-2])
    return np.ascontiguousarray((mel_filters(spec) * heights[:, None]).T, np.float32)
