# SPDX-License-Identifier: MIT
"""Levels on a logarithmic frequency axis, three bins a semitone, from windows that grow towards low notes.

Each frame is seen twice: *sharp*, through windows long enough to tell neighbouring keys apart, and *quick*,
through windows a quarter as long, which tell when something begins. As with a constant-Q transform (Brown,
"Calculation of a constant Q spectral transform", JASA 89(1), 1991) an octave is a shift by 36 bins.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

SR: Final = 16_000
HOP_LENGTH: Final = 320
HOP_S: Final = HOP_LENGTH / SR
BINS_PER_SEMITONE: Final = 3
N_SEMITONES: Final = 99
N_BINS: Final = N_SEMITONES * BINS_PER_SEMITONE
LOWEST_MIDI: Final = 20
# Window length in samples, and the frequency in Hz up to which it serves.
SHARP: Final = ((8192, 200.0), (4096, 800.0), (2048, 8000.0))
QUICK: Final = ((2048, 400.0), (1024, 1600.0), (512, 8000.0))
N_VIEWS: Final = 2
HALF_WINDOW: Final = SHARP[0][0] // 2
FLOOR_DB: Final = -110.0
REFERENCE_REACH: Final = 100
LOWEST_REFERENCE_DB: Final = -65.0
RANGE_DB: Final = 80.0


def bin_centres_hz() -> NDArray[np.float64]:
    """Centres of the bins in Hz under A4 = 440 Hz, shape (297,); bin 1 is MIDI 20, bin 4 MIDI 21."""
    midi = LOWEST_MIDI + (np.arange(N_BINS) - 1) / BINS_PER_SEMITONE
    return np.asarray(440.0 * 2.0 ** ((midi - 69.0) / 12.0))


@cache
def _hann(n_fft: int) -> Float32Array:
    """Periodic, scaled so that a full-scale sine has power 1 in its bin."""
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n_fft) / n_fft)
    return np.asarray(hann / (hann.sum() / 2.0), np.float32)


@cache
def _triangles(n_fft: int, low_hz: float, high_hz: float) -> tuple[int, Float32Array]:
    """Triangles of height 1 for the bins within [low, high): how many bins of the spectrum, and weights.

    A triangle reaches to its neighbours' centres, but at least to the next bins of the spectrum.
    """
    centres = bin_centres_hz()
    centres = centres[(centres >= low_hz) & (centres < high_hz)]
    spacing_hz = SR / n_fft
    reach_hz = np.maximum(centres * (2.0 ** (1.0 / 12.0 / BINS_PER_SEMITONE) - 1.0), spacing_hz)
    n_used = min(n_fft // 2 + 1, int((centres[-1] + reach_hz[-1]) / spacing_hz) + 2)
    distance = np.abs(np.arange(n_used)[:, None] * spacing_hz - centres)
    return n_used, np.maximum(0.0, 1.0 - distance / reach_hz).astype(np.float32)


def log_frequency_db(samples: Float32Array, n_frames: int) -> Float32Array:
    """Levels in dB of consecutive frames, sharp and quick.

    Parameters
    ----------
    samples : ndarray, shape (2 * HALF_WINDOW + (n_frames - 1) * HOP_LENGTH,), float32
        Mono sound at 16 kHz from half of the longest window before the first frame's centre to as much
        after the last one's.

    Returns
    -------
    ndarray, shape (n_frames, 297, 2), float32
        0 dB is a full-scale sine; at least -110 dB.
    """
    samples = np.ascontiguousarray(samples, np.float32)
    power = np.empty((n_frames, N_BINS, N_VIEWS), np.float32)
    spectra = {n_fft: _spectra(samples, n_frames, n_fft) for n_fft in {n for n, _ in (*SHARP, *QUICK)}}
    for view, windows in enumerate((SHARP, QUICK)):
        low_hz, start = 0.0, 0
        for n_fft, high_hz in windows:
            n_used, weights = _triangles(n_fft, low_hz, high_hz)
            stop = start + weights.shape[1]
            power[:, start:stop, view] = spectra[n_fft][:, :n_used] @ weights
            low_hz, start = high_hz, stop
    return np.asarray(10.0 * np.log10(np.maximum(power, np.float32(10.0 ** (FLOOR_DB / 10.0)))))


def _spectra(samples: Float32Array, n_frames: int, n_fft: int) -> Float32Array:
    first = HALF_WINDOW - n_fft // 2
    strides = (HOP_LENGTH * samples.itemsize, samples.itemsize)
    frames = np.ndarray((n_frames, n_fft), np.float32, samples[first:], strides=strides)
    spectra = np.fft.rfft(frames * _hann(n_fft), axis=-1)
    return np.asarray(spectra.real**2 + spectra.imag**2, np.float32)


def reference_db(loudest_db: Float32Array) -> Float32Array:
    """The level that each frame is compared with: the loudest within 2 s before and after, at least -65 dB.

    Parameters
    ----------
    loudest_db : ndarray, shape (n + 2 * REFERENCE_REACH,), float32
        Loudest level of each frame, with the neighbours of the first and the last one.

    Returns
    -------
    ndarray, shape (n,), float32
    """
    around = np.lib.stride_tricks.sliding_window_view(loudest_db, 2 * REFERENCE_REACH + 1)
    return np.asarray(np.maximum(around.max(axis=1), LOWEST_REFERENCE_DB), np.float32)


def relative_levels(db: Float32Array, reference: Float32Array) -> NDArray[np.uint8]:
    """Levels of shape (n, 297, 2) below a reference of shape (n,) as bytes: 255 there, 0 at 80 dB below."""
    level = 1.0 + (db - reference[:, None, None]) / np.float32(RANGE_DB)
    return np.asarray(np.rint(255.0 * np.clip(level, 0.0, 1.0)), np.uint8)
