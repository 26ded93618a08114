# SPDX-License-Identifier: MIT
"""Mel levels, MFCC and level of frames, with a fixed reference, so that a stream equals a file.

The mel scale is Slaney's (Auditory Toolbox, 1998), the MFCC that of Davis and Mermelstein (1980) with
an orthonormal DCT-II. Both agree with librosa's, which is not imported here because its import takes
seconds (tests compare the two).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.spec import FeatureSpec

LEVEL_FLOOR_DB = -120.0


def hz_to_mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel: linear below 1 kHz, logarithmic above."""
    linear = hz / (200.0 / 3.0)
    return np.where(
        hz < 1000.0, linear, 15.0 + np.log(np.maximum(hz, 1000.0) / 1000.0) / (np.log(6.4) / 27.0)
    )


def mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of :func:`hz_to_mel`."""
    return np.where(mel < 15.0, mel * (200.0 / 3.0), 1000.0 * np.exp((np.log(6.4) / 27.0) * (mel - 15.0)))


@cache
def mel_edges_hz(spec: FeatureSpec) -> NDArray[np.float64]:
    """Edges and centres of the bands in Hz, shape (n_mels + 2,): band ``i`` peaks at element ``i + 1``."""
    low, high = hz_to_mel(np.array([spec.fmin_hz, spec.fmax_hz]))
    return mel_to_hz(np.linspace(low, high, spec.n_mels + 2))


@cache
def mel_filters(spec: FeatureSpec) -> Float32Array:
    """Triangles of height 1, shape (n_mels, n_fft // 2 + 1)."""
    edges = mel_edges_hz(spec)
    bins_hz = np.arange(spec.n_bins) * (spec.sr / spec.n_fft)
    rising = (bins_hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins_hz) / np.diff(edges)[1:, None]
    filters: Float32Array = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    return filters


@cache
def _window(spec: FeatureSpec) -> Float32Array:
    """Periodic Hann window, scaled so that a full-scale sine has power 1 in its bin."""
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(spec.n_fft) / spec.n_fft)
    return np.asarray(hann / (hann.sum() / 2.0), np.float32)


@cache
def _dct_basis(n_mels: int, n_mfcc: int) -> Float32Array:
    """Rows of the orthonormal DCT-II, shape (n_mfcc, n_mels)."""
    k, n = np.arange(n_mfcc)[:, None], np.arange(n_mels)[None, :]
    basis = np.cos(np.pi * k * (2 * n + 1) / (2 * n_mels)) * np.sqrt(2.0 / n_mels)
    basis[0] /= np.sqrt(2.0)
    return np.asarray(basis, np.float32)


def power_spectra(samples: Float32Array, n_frames: int, spec: FeatureSpec) -> Float32Array:
    """Power spectra of windowed frames.

    Parameters
    ----------
    samples : ndarray, shape (n_fft + (n_frames - 1) * hop_length,), float32
        The first frame starts at the first sample.

    Returns
    -------
    ndarray, shape (n_frames, n_fft // 2 + 1), float32
    """
    samples = np.ascontiguousarray(samples, np.float32)
    strides = (spec.hop_length * samples.itemsize, samples.itemsize)
    # A plain view: sliding_window_view costs more than the transform where a block holds few frames.
    frames = np.ndarray((n_frames, spec.n_fft), np.float32, samples, strides=strides)
    spectra = np.fft.rfft(frames * _window(spec), axis=-1)
    return np.asarray(spectra.real**2 + spectra.imag**2, np.float32)


def power_to_mel_db(power: Float32Array, spec: FeatureSpec) -> Float32Array:
    """Mel levels in dB, shape (n_mels, n_frames), of power spectra of shape (n_frames, n_bins)."""
    mel = power @ mel_filters(spec).T
    floor = np.float32(10.0 ** (spec.db_floor / 10.0))
    return np.ascontiguousarray((10.0 * np.log10(np.maximum(mel, floor))).T)


def mel_db_to_mfcc(mel_db: Float32Array, n_mfcc: int) -> Float32Array:
    """MFCC, shape (…, n_mfcc, n_frames), of mel levels of shape (…, n_mels, n_frames)."""
    return _dct_basis(mel_db.shape[-2], n_mfcc) @ mel_db


def mel_spectrogram_db(y: Float32Array, spec: FeatureSpec) -> Float32Array:
    """Mel levels of a whole signal, as the engine computes them, shape (n_mels, ceil(n / hop_length))."""
    half = spec.n_fft // 2
    n_frames = -(-y.shape[0] // spec.hop_length)
    if n_frames == 0:
        return np.zeros((spec.n_mels, 0), np.float32)
    padded = np.zeros(spec.n_fft + (n_frames - 1) * spec.hop_length, np.float32)
    n_kept = min(y.shape[0], padded.shape[0] - half)
    padded[half : half + n_kept] = y[:n_kept]
    return power_to_mel_db(power_spectra(padded, n_frames, spec), spec)


def hop_levels_db(hops: Float32Array) -> tuple[Float32Array, Float32Array]:
    """RMS and peak level in dBFS of hops of shape (n_frames, hop_length); each result (n_frames,)."""
    floor = 10.0 ** (LEVEL_FLOOR_DB / 20.0)
    rms = np.sqrt(np.einsum("ij,ij->i", hops, hops) / hops.shape[1])
    peak = np.maximum(hops.max(axis=1), -hops.min(axis=1))
    rms_db, peak_db = (20.0 * np.log10(np.maximum(level, floor)) for level in (rms, peak))
    return rms_db.astype(np.float32), peak_db.astype(np.float32)
