# SPDX-License-Identifier: MIT
"""The two windows through which the pitch tracker looks at each frame, and their scores of all candidates."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.pitch_kernels import (
    GRID_HZ,
    GRID_MIDI,
    GRID_STEP,
    harmonicity_kernel,
    periodicity_kernel,
    skewed_hann,
)

SHORT_N_FFT: Final = 1024
LOOKAHEAD: Final = 512
_LONG: Final = 1536
_DECIMATION: Final = 4
_LONG_N_FFT: Final = 1024
_N_TAPS: Final = 64
LOOKBACK: Final = _LONG - LOOKAHEAD + _N_TAPS
_LONG_FMAX_HZ: Final = 1750.0
_SHORT_FMAX_HZ: Final = 7800.0
_FADE_MIDI: Final = {"periodicity": (26.0, 36.0), "harmonicity": (26.0, 38.0)}
_TINY: Final = np.float32(1e-20)


class Window:
    """One window: the bins of its spectrum that are used, and the kernels of the candidates that it serves.

    Attributes
    ----------
    bin_hz
        Distance of the bins in Hz.
    fmax_hz
        No bin above is used.
    candidates
        Those of the grid.
    """

    def __init__(self, window: Float32Array, n_fft: int, sr: int, candidates: slice, fmax_hz: float) -> None:
        self.bin_hz, self.fmax_hz, self.candidates = sr / n_fft, fmax_hz, candidates
        self.window, self.n_fft = window, n_fft
        bins_hz: NDArray[np.float64] = np.arange(n_fft // 2 + 1, dtype=np.float64) * self.bin_hz
        self._band = slice(int(np.ceil(15.0 / self.bin_hz)), int(fmax_hz / self.bin_hz))
        f0_hz = GRID_HZ[candidates]
        self.harmonicity = self._kernel(harmonicity_kernel(f0_hz, bins_hz, fmax_hz), "harmonicity")
        self.periodicity = self._kernel(periodicity_kernel(f0_hz, bins_hz, window), "periodicity")

    def _kernel(self, kernel: Float32Array, kind: str) -> Float32Array:
        """Transposed, cut to the band, and faded out where the other window takes over."""
        low, high = _FADE_MIDI[kind]
        rising = np.clip((GRID_MIDI[self.candidates] - low) / (high - low), 0.0, 1.0)
        weight = rising if self.candidates.stop is None else 1.0 - rising
        return np.ascontiguousarray(kernel[:, self._band].T * weight, np.float32)

    def power(self, frames: Float32Array) -> Float32Array:
        """Power spectra of frames as long as the window, shape (n_frames, n_fft // 2 + 1)."""
        spectra = np.fft.rfft(frames * self.window, self.n_fft)
        return np.square(spectra.real) + np.square(spectra.imag)

    def periodic(self, magnitudes: Float32Array) -> Float32Array:
        """Periodicity of the candidates, shape (n_frames, n_candidates)."""
        power = np.square(magnitudes[:, self._band])
        power /= np.add.reduce(power, axis=1, keepdims=True) + _TINY
        return np.asarray(power @ self.periodicity, np.float32)

    def fit(self, magnitudes: Float32Array) -> Float32Array:
        """Harmonicity of the candidates, shape (n_frames, n_candidates)."""
        used = magnitudes[:, self._band]
        root = np.sqrt(used)
        norm = np.sqrt(np.add.reduce(used * root, axis=1, keepdims=True)) + np.float32(1e-10)
        root *= np.sqrt(root)
        root /= norm
        return np.asarray(root @ self.harmonicity, np.float32)


@cache
def windows(sr: int) -> tuple[Window, Window]:
    """The long and the short window; each serves the candidates where its weight is not zero."""
    first, last = (int(np.ceil((midi - GRID_MIDI[0]) / GRID_STEP)) for midi in _FADE_MIDI["harmonicity"])
    n_fall = LOOKAHEAD // _DECIMATION
    n_long = _LONG // _DECIMATION
    long = skewed_hann(n_long - n_fall, n_fall)
    short = skewed_hann(SHORT_N_FFT // 2, SHORT_N_FFT // 2)
    return (
        Window(long, _LONG_N_FFT, sr // _DECIMATION, slice(0, last + 1), _LONG_FMAX_HZ),
        Window(short, SHORT_N_FFT, sr, slice(first, None), _SHORT_FMAX_HZ),
    )


@cache
def _low_pass() -> Float32Array:
    """Taps of a low-pass for every fourth sample: Kaiser's window, 6 dB down at 1.9 kHz of 16."""
    n = np.arange(_N_TAPS) - (_N_TAPS - 1) / 2.0
    taps = np.sinc(0.24 * n) * np.kaiser(_N_TAPS, 5.0)
    return np.asarray(taps / taps.sum(), np.float32)


def long_frames(samples: Float32Array, n_frames: int, hop: int) -> Float32Array:
    """The low band of each frame at a quarter of the rate, shape (n_frames, n), less its mean.

    Parameters
    ----------
    samples : ndarray, shape (LOOKBACK + (n_frames - 1) * hop + LOOKAHEAD,), float32
        Contiguous.
    """
    n_bytes = samples.itemsize
    n_low = (samples.shape[0] - _N_TAPS) // _DECIMATION
    pieces: Float32Array = np.ndarray(  # as a sliding window view, whose making costs more than its use
        (n_low, _N_TAPS), np.float32, samples, _DECIMATION * n_bytes, (_DECIMATION * n_bytes, n_bytes)
    )
    low = pieces @ _low_pass()
    shape, step = (n_frames, _LONG // _DECIMATION), (hop // _DECIMATION * n_bytes, n_bytes)
    frames: Float32Array = np.ndarray(shape, np.float32, low, 0, step)
    mean = np.add.reduce(frames, axis=1, keepdims=True) / np.float32(shape[1])
    return np.asarray(frames - mean, np.float32)


def short_frames(samples: Float32Array, n_frames: int, hop: int) -> Float32Array:
    """The last ``SHORT_N_FFT`` samples of each frame, shape (n_frames, SHORT_N_FFT); arguments as above."""
    n_bytes = samples.itemsize
    offset = (LOOKBACK + LOOKAHEAD - SHORT_N_FFT) * n_bytes
    return np.ndarray((n_frames, SHORT_N_FFT), np.float32, samples, offset, (hop * n_bytes, n_bytes))
