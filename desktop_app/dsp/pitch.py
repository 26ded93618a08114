# SPDX-License-Identifier: MIT
"""Fundamental frequency of one voice, live and on files alike: 26 Hz to 4.5 kHz."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.framing import Segment
from desktop_app.dsp.pitch_kernels import (
    GRID_HZ,
    GRID_MIDI,
    GRID_STEP,
    harmonicity_kernel,
    periodicity_kernel,
    skewed_hann,
)
from desktop_app.dsp.pitch_refine import refine_f0
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec

_LONG: Final = 2048
SHORT_N_FFT: Final = 1024
_LOOKAHEAD: Final = 512
_BATCH: Final = 64
_LONG_FMAX_HZ: Final = 2000.0
_SHORT_FMAX_HZ: Final = 7800.0
_PERIODICITY_FADE_MIDI: Final = (33.0, 45.0)
_HARMONICITY_FADE_MIDI: Final = (33.0, 48.0)
_REFINE_LONG_BELOW_HZ: Final = 80.0
_PERIODICITY_WEIGHT: Final = 0.15
_OCTAVE_BONUS: Final = 0.015
_STAY_BONUS: Final = 0.015
_SILENCE_RMS: Final = 10.0 ** (-80.0 / 20.0)
# Logistic regression of tones, clean and in pink noise, against white, pink and brown noise and claps.
_VOICING_PERIODICITY: Final = 13.0
_VOICING_HARMONICITY: Final = 13.0
_VOICING_CONSTANT: Final = -7.0
_VOICING_PER_SEMITONE_BELOW_40: Final = -0.54
_VOICING_PER_SEMITONE_ABOVE_90: Final = -0.45
_VOICED_ON: Final = 0.5
_VOICED_OFF: Final = 0.2


class _Window:
    """One window length: its spectrum and the kernels of the candidates that it serves."""

    def __init__(self, window: Float32Array, n_fft: int, sr: int, candidates: slice, fmax_hz: float) -> None:
        bins_hz: NDArray[np.float64] = np.arange(n_fft // 2 + 1, dtype=np.float64) * (sr / n_fft)
        self.n, self.n_fft, self.candidates = window.size, n_fft, candidates
        self.bin_hz = sr / n_fft
        self.window = window
        self.first_bin = int(np.ceil(20.0 / self.bin_hz))
        self.last_bin = int(fmax_hz / self.bin_hz)
        band = slice(self.first_bin, self.last_bin)
        f0_hz = GRID_HZ[candidates]
        self.band = band
        self.harmonicity = np.ascontiguousarray(harmonicity_kernel(f0_hz, bins_hz, fmax_hz)[:, band].T)
        self.periodicity = np.ascontiguousarray(periodicity_kernel(f0_hz, bins_hz, self.window)[:, band].T)

    def weigh(self, of_periodicity: Float32Array, of_harmonicity: Float32Array) -> None:
        """Multiply the scores of the candidates, given the factors of the whole grid."""
        self.periodicity *= of_periodicity[self.candidates]
        self.harmonicity *= of_harmonicity[self.candidates]

    def power(self, frames: Float32Array) -> Float32Array:
        """Power spectra of the last ``n`` samples of frames, shape (n_frames, n_used_bins)."""
        spectra = np.fft.rfft(frames[:, -self.n :] * self.window, self.n_fft)[:, : self.last_bin + 4]
        return np.square(spectra.real) + np.square(spectra.imag)

    def scores(self, magnitudes: Float32Array) -> tuple[Float32Array, Float32Array]:
        """Periodicity and harmonicity of the candidates, each shape (n_frames, n_candidates)."""
        used = magnitudes[:, self.band]
        power = used * used
        power /= np.add.reduce(power, axis=1, keepdims=True) + np.float32(1e-20)
        root = np.sqrt(used)
        norm = np.sqrt(np.add.reduce(used * root, axis=1, keepdims=True)) + np.float32(1e-10)
        root *= np.sqrt(root)
        root /= norm
        return np.asarray(power @ self.periodicity, np.float32), np.asarray(
            root @ self.harmonicity, np.float32
        )


@cache
def _windows(sr: int) -> tuple[_Window, _Window]:
    """The long and the short window; each serves the candidates where its weight is not zero."""
    first, last = (int(np.ceil((midi - GRID_MIDI[0]) / GRID_STEP)) for midi in _HARMONICITY_FADE_MIDI)
    long = skewed_hann(_LONG - _LOOKAHEAD, _LOOKAHEAD)
    short = skewed_hann(SHORT_N_FFT // 2, SHORT_N_FFT // 2)
    of_long = _Window(long, 2 * _LONG, sr, slice(0, last + 1), _LONG_FMAX_HZ)
    of_short = _Window(short, SHORT_N_FFT, sr, slice(first, None), _SHORT_FMAX_HZ)
    periodicity, harmonicity = _fade(_PERIODICITY_FADE_MIDI), _fade(_HARMONICITY_FADE_MIDI)
    of_long.weigh(1.0 - periodicity, 1.0 - harmonicity)
    of_short.weigh(periodicity, harmonicity)
    return of_long, of_short


def _fade(low_high: tuple[float, float]) -> Float32Array:
    low, high = low_high
    return np.clip((GRID_MIDI - low) / (high - low), 0.0, 1.0).astype(np.float32)


class PitchTracker:
    """Tracks one pitch with a bounded look-ahead; any cutting of the stream gives the same answers.

    Each frame is seen through two windows that end ``lookahead`` samples after its centre: a short one for
    quick answers and a long one, skewed towards the present, for the lowest octaves. Candidates a quarter of
    a semitone apart are scored by periodicity and harmonicity (:mod:`desktop_app.dsp.pitch_kernels`), a small
    bonus holds the previous pitch, and the winner is refined on the exact positions of its harmonics.

    Parameters
    ----------
    spec
        Sample rate and hop.

    Attributes
    ----------
    lookback, lookahead
        Samples that a frame needs before and after its centre.
    """

    def __init__(self, spec: FeatureSpec = DEFAULT_SPEC) -> None:
        self.lookahead = _LOOKAHEAD
        self.lookback = _LONG - _LOOKAHEAD
        self._hop = spec.hop_length
        self._long, self._short = _windows(spec.sr)
        self._bias = (_OCTAVE_BONUS * (GRID_MIDI - 60.0) / 12.0).astype(np.float32)
        self._voicing_bias = (
            _VOICING_CONSTANT
            + _VOICING_PER_SEMITONE_BELOW_40 * np.clip(40.0 - GRID_MIDI, 0.0, 20.0)
            + _VOICING_PER_SEMITONE_ABOVE_90 * np.clip(GRID_MIDI - 90.0, 0.0, 20.0)
        ).astype(np.float32)
        self.reset()

    def reset(self) -> None:
        """Forget the previous frames."""
        self._previous = -1

    def process(
        self, segment: Segment, short_power: Float32Array | None = None
    ) -> tuple[Float32Array, Float32Array]:
        """Pitch and voicing of the frames of a segment.

        Parameters
        ----------
        segment
            Cut with this tracker's ``lookback`` and ``lookahead``.
        short_power : ndarray, shape (n_frames, ``SHORT_N_FFT // 2 + 1``), float32, optional
            Power spectra of the frames through a Hann window of ``SHORT_N_FFT`` samples around the centre,
            a full-scale sine giving 1, where they are known already; they are the spectra of the short
            window but for the mean, which reaches no bin that is used.

        Returns
        -------
        f0_hz : ndarray, shape (n_frames,), float32
            nan where unvoiced.
        voiced_prob : ndarray, shape (n_frames,), float32
            0 … 1.
        """
        n_bytes = segment.samples.itemsize
        samples = np.ascontiguousarray(segment.samples)
        frames: Float32Array = np.ndarray(  # as a sliding window view, whose making costs more than its use
            (segment.n_frames, _LONG), np.float32, samples, 0, (self._hop * n_bytes, n_bytes)
        )
        f0_hz = np.full(segment.n_frames, np.nan, np.float32)
        voiced_prob = np.zeros(segment.n_frames, np.float32)
        for start in range(0, segment.n_frames, _BATCH):
            part = slice(start, start + _BATCH)
            known = None if short_power is None else short_power[part]
            f0_hz[part], voiced_prob[part] = self._process_batch(frames[part], known)
        return f0_hz, voiced_prob

    def _process_batch(
        self, frames: Float32Array, short_power: Float32Array | None
    ) -> tuple[Float32Array, Float32Array]:
        frames = np.subtract(frames, frames.mean(axis=1, keepdims=True), dtype=np.float32)
        long = np.sqrt(self._long.power(frames))
        short = np.sqrt(self._short.power(frames) if short_power is None else short_power)
        total, logit = self._scores(long, short)
        recent = frames[:, -SHORT_N_FFT:]
        mean_square = np.add.reduce(recent * recent, axis=1) * np.float32(1.0 / SHORT_N_FFT)
        chosen, voiced_prob, voiced = self._choose(total, logit, mean_square > _SILENCE_RMS**2)
        f0_hz = np.full(frames.shape[0], np.nan, np.float32)
        low = voiced & (GRID_HZ[chosen] < _REFINE_LONG_BELOW_HZ)
        for rows, magnitudes, window in ((low, long, self._long), (voiced & ~low, short, self._short)):
            if not rows.any():
                continue
            coarse = self._parabola(total[rows], chosen[rows])
            f0_hz[rows] = refine_f0(coarse, magnitudes[rows], window.bin_hz, window is self._short)
        return f0_hz, voiced_prob

    def _scores(self, long: Float32Array, short: Float32Array) -> tuple[Float32Array, Float32Array]:
        """Score for choosing and logit of being voiced, each shape (n_frames, n_grid)."""
        parts = []
        for of_long, of_short in zip(self._long.scores(long), self._short.scores(short), strict=True):
            mixed = np.zeros((long.shape[0], GRID_MIDI.size), np.float32)
            mixed[:, self._long.candidates] = of_long
            mixed[:, self._short.candidates] += of_short
            parts.append(mixed)
        periodicity, harmonicity = parts
        total = _PERIODICITY_WEIGHT * periodicity + (1.0 - _PERIODICITY_WEIGHT) * harmonicity + self._bias
        logit = _VOICING_PERIODICITY * periodicity + _VOICING_HARMONICITY * harmonicity + self._voicing_bias
        return total, logit

    def _choose(
        self, total: Float32Array, logit: Float32Array, sounding: NDArray[np.bool_]
    ) -> tuple[NDArray[np.intp], Float32Array, NDArray[np.bool_]]:
        """Grid index, voicing probability and decision of each frame; carries the previous pitch."""
        n_frames = total.shape[0]
        best = total.argmax(axis=1)
        reach = int(0.75 / GRID_STEP)
        chosen = best.copy()
        probability = np.zeros(n_frames, np.float32)
        voiced = np.zeros(n_frames, np.bool_)
        for i in range(n_frames):
            index = int(best[i])
            if self._previous >= 0 and abs(index - self._previous) > reach:
                low = max(0, self._previous - reach)
                near = low + int(total[i, low : self._previous + reach + 1].argmax())
                is_peak = low < near < self._previous + reach
                if is_peak and total[i, near] + _STAY_BONUS >= total[i, index]:
                    index = near
            chosen[i] = index
            probability[i] = sounding[i] / (1.0 + math.exp(-float(logit[i, index])))
            voiced[i] = probability[i] >= (_VOICED_OFF if self._previous >= 0 else _VOICED_ON)
            self._previous = index if voiced[i] else -1
        return chosen, probability, voiced

    @staticmethod
    def _parabola(total: Float32Array, index: NDArray[np.intp]) -> Float32Array:
        """Frequency of the maximum of a parabola through three grid points, shape (n_frames,)."""
        rows = np.arange(index.size)
        centre = np.minimum(np.maximum(index, 1), GRID_MIDI.size - 2)
        left, middle, right = total[rows, centre - 1], total[rows, centre], total[rows, centre + 1]
        curve = np.minimum(left - 2.0 * middle + right, -1e-9)
        shift = np.minimum(np.maximum(0.5 * (left - right) / curve, -0.5), 0.5)
        return np.asarray(GRID_HZ[centre] * 2.0 ** (shift * (GRID_STEP / 12.0)), np.float32)
