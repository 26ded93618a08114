# SPDX-License-Identifier: MIT
"""At which pitch a rendered note sounds.

References
----------
de Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music", JASA 111(4), 2002.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from desktop_app.training.rendering.voices import Signal

_STABLE_CENTS: Final = 60.0
_PLACES: Final = 8
_LOWER: Final = 4.3  # how many times the expected period is looked at, and the shortest part of it
_TROUGH: Final = 0.08
_NO_PITCH: Final = 0.5
_SPEAKING: Final = 0.06  # of the loudest twentieth of a second
_NEAR: Final = 2.0 ** (1.5 / 12.0)  # a bar's mode belongs to the note within a semitone and a half


def off_cents(y: Signal, sr: int, asked_hz: float, held_s: float, is_bar: bool) -> float:
    """How far from the asked pitch a note sounds, in cents; infinite when it is silent or unstable.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The note, from its onset on.
    sr
        Its rate in Hz.
    asked_hz
        The pitch it should have.
    held_s
        How long it was held; what comes after that is not measured.
    is_bar
        Whether its partials are no harmonics, so that only the strongest near the pitch counts.
    """
    if not np.isfinite(y).all() or np.abs(y).max() < 1e-4:
        return math.inf
    part = y[: int(min(1.2, max(held_s, 0.2)) * sr)]
    return _off_mode(part, sr, asked_hz) if is_bar else _off_period(part, sr, asked_hz)


def speaks(y: Signal, sr: int, held_s: float, goes_on: bool) -> bool:
    """Whether a note has begun within a fifth of a second and, if it should, goes on while it is held.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The note, from its key's going down on.
    sr
        Its rate in Hz.
    held_s
        How long it was held.
    goes_on
        Whether it must not decay by itself, as a blown or bowed note.
    """
    step = sr // 20
    rms = np.sqrt(np.mean(y[: y.shape[0] // step * step].reshape(-1, step) ** 2, axis=1))
    loud = rms > _SPEAKING * rms.max()
    return bool(loud[:4].any() and (not goes_on or loud[int(0.8 * held_s * 20)]))


def _off_mode(y: Signal, sr: int, asked_hz: float) -> float:
    n_fft = 1 << 17
    power = np.abs(np.fft.rfft(y * np.hanning(y.shape[0]), n_fft)) ** 2
    hz = np.fft.rfftfreq(n_fft, 1.0 / sr)
    near = (hz > asked_hz / _NEAR) & (hz < asked_hz * _NEAR)
    below = (hz > 40.0) & (hz < asked_hz * 2.5)
    best = int(np.argmax(np.where(near, power, 0.0)))
    if power[best] < 0.3 * power[below].max():
        return math.inf
    return 1200.0 * math.log2(hz[best] / asked_hz)


def _off_period(y: Signal, sr: int, asked_hz: float) -> float:
    """The median over eight places; from four octaves' periods the first deep trough counts."""
    longest = int(sr / asked_hz * _LOWER)
    n_window = max(int(0.04 * sr), 2 * longest)
    skip = min(int(0.06 * sr), y.shape[0] // 4)
    y = np.pad(y[skip:], (0, max(0, n_window + longest + 8 - (y.shape[0] - skip))))
    starts = np.linspace(0, y.shape[0] - n_window - longest - 1, _PLACES).astype(int)
    frames = np.stack([y[start : start + n_window + longest] for start in starts])
    power = (frames**2).mean(axis=1)
    periods = [_period(frame, n_window, sr / asked_hz) for frame in frames[power > 0.02 * power.max()]]
    cents = 1200.0 * np.log2(sr / (np.array(periods) * asked_hz))
    if np.isnan(cents).mean() > 0.4:
        return math.inf
    cents = cents[~np.isnan(cents)]
    low, middle, high = np.percentile(cents, (25, 50, 75))
    return float(middle) if high - low < _STABLE_CENTS else math.inf


def _period(y: Signal, n_window: int, expected: float) -> float:
    """The period in samples, at least a quarter of the expected one; nan where there is none."""
    n_fft = 1 << (2 * y.shape[0] - 1).bit_length()
    window = np.fft.rfft(y[:n_window], n_fft)
    same = np.fft.irfft(np.conj(window) * np.fft.rfft(y, n_fft), n_fft)[: y.shape[0] - n_window]
    energy = np.concatenate([[0.0], np.cumsum(y**2)])
    lags = np.arange(same.shape[0])
    difference = energy[n_window] + energy[n_window + lags] - energy[lags] - 2.0 * same
    normal = difference * lags / np.maximum(np.cumsum(difference), 1e-12)
    normal[: max(2, int(expected / _LOWER))] = 1.0
    deep = np.flatnonzero(normal < float(normal.min()) + _TROUGH)
    if normal.min() > _NO_PITCH or deep.shape[0] == 0:
        return math.nan
    best = int(deep[0])
    while best + 1 < normal.shape[0] and normal[best + 1] < normal[best]:
        best += 1
    if best + 1 == normal.shape[0]:
        return math.nan
    before, here, after = difference[best - 1 : best + 2]
    return best + 0.5 * (before - after) / max(before - 2.0 * here + after, 1e-12)
