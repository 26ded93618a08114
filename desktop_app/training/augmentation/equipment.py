# SPDX-License-Identifier: MIT
"""What equipment does to a sound: cabinets, microphones, compressors, tape, converters and codecs."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.training.augmentation.settings import Curve, Rng

_TINY: Final = 1e-9
_CODEC_HOP: Final = 512


def cabinet(hz: Curve, share: float, rng: Rng) -> Curve:
    """The response of a loudspeaker in a box: a band of two to six octaves with resonances, as factors."""
    low_hz, high_hz = (
        np.exp(rng.uniform(np.log(50.0), np.log(200.0))),
        np.exp(rng.uniform(*np.log([1800.0, 6500.0]))),
    )
    octaves = np.log2(np.maximum(hz, 10.0))
    gain_db = -6.0 * np.log2(1.0 + (low_hz / np.maximum(hz, 10.0)) ** 3) - 8.0 * np.log2(
        1.0 + (hz / high_hz) ** 4
    )
    for centre in rng.uniform(np.log2(80.0), np.log2(6000.0), 8):
        width = rng.uniform(0.06, 0.35)
        gain_db = gain_db + share * rng.uniform(-9.0, 9.0) * np.exp(-0.5 * ((octaves - centre) / width) ** 2)
    return np.asarray(10.0 ** (np.maximum(gain_db, -80.0) / 20.0), np.float64)


def microphone(hz: Curve, reflection: float, rng: Rng) -> NDArray[np.complex128]:
    """The response at a microphone near floor or desk: a comb, a low cut and a rise of presence."""
    delay_s = float(np.exp(rng.uniform(np.log(2e-4), np.log(8e-3))))
    absorbed = 1.0 / (1.0 + (hz / rng.uniform(1500.0, 8000.0)) ** 2)
    comb = 1.0 + reflection * absorbed * np.exp(-2j * np.pi * hz * delay_s)
    presence_db = rng.uniform(-2.0, 6.0) * np.exp(
        -0.5 * ((np.log2(np.maximum(hz, 10.0)) - np.log2(rng.uniform(2500.0, 6000.0))) / 0.7) ** 2
    )
    low_cut = 1.0 / np.sqrt(1.0 + (rng.uniform(20.0, 180.0) / np.maximum(hz, 1.0)) ** 2)
    return np.asarray(comb * low_cut * 10.0 ** (presence_db / 20.0), np.complex128)


def compress(y: Curve, sr: int, most_db: float, rng: Rng) -> Curve:
    """Turn loud passages down by at most so much; the attack and release are a compressor's.

    The level is followed in steps of 2 ms; what comes out is as loud at its peak as what went in.
    """
    hop = sr // 500
    n_hops = -(-y.shape[0] // hop)
    level_db = 20.0 * np.log10(
        np.abs(np.pad(y, (0, n_hops * hop - y.shape[0]))).reshape(-1, hop).max(axis=1) + 1e-6
    )
    wanted = np.clip((level_db - (level_db.max(initial=-120.0) - 2.0 * most_db)) / 2.0, 0.0, most_db)
    attack, release = np.exp(-0.002 / rng.uniform(0.002, 0.03)), np.exp(-0.002 / rng.uniform(0.05, 0.4))
    gain_db, now = np.empty(n_hops), 0.0
    for k, aim in enumerate(wanted.tolist()):
        keep = attack if aim > now else release
        now = keep * now + (1.0 - keep) * aim
        gain_db[k] = now
    gain = 10.0 ** (-np.interp(np.arange(y.shape[0]) / hop, np.arange(n_hops), gain_db) / 20.0)
    return np.asarray(y * gain, np.float64)


def wow(n: int, sr: int, depth_cents: float, rng: Rng) -> Curve:
    """Cents of uneven running: a slow wow and a little fast flutter, shape (n,)."""
    time_s = np.arange(n) / sr
    slow = np.sin(2.0 * np.pi * (rng.uniform(0.4, 2.0) * time_s + rng.random()))
    fast = np.sin(2.0 * np.pi * (rng.uniform(6.0, 14.0) * time_s + rng.random()))
    return np.asarray(depth_cents * (slow + rng.uniform(0.0, 0.3) * fast), np.float64)


def clip(y: Curve, over_db: float) -> Curve:
    """Cut off at a level so much below the peak."""
    limit = float(np.abs(y).max(initial=0.0)) * 10.0 ** (-over_db / 20.0)
    return np.clip(y, -limit, limit)


@lru_cache(maxsize=2)
def _codec_tables(n_bins: int) -> tuple[Curve, NDArray[np.int64]]:
    """The window of two hops, and where the bands begin: about a third of an octave wide, at least 4 bins."""
    window = np.sin(np.pi * (np.arange(2 * n_bins) + 0.5) / (2 * n_bins))
    edges = [0]
    while edges[-1] < n_bins:
        edges.append(edges[-1] + max(4, edges[-1] // 4))
    return window, np.array(edges[:-1])


def lossy(y: Curve, noise_below_db: float, rng: Rng) -> Curve:
    """What a lossy codec leaves: bands quantised as coarsely as they may be, the weak and the highest lost.

    A transform with overlap (MDCT) of 64 ms, quantised band by band with a noise so far below the band,
    so that attacks are smeared in time and faint partials disappear, as at low bit rates.

    References
    ----------
    Princen, Bradley, "Analysis/Synthesis Filter Bank Design Based on Time Domain Aliasing Cancellation",
    IEEE Trans. ASSP 34(5), 1986.
    """
    n_bins = _CODEC_HOP
    window, bands = _codec_tables(n_bins)
    n_hops = -(-y.shape[0] // n_bins) + 1
    padded = np.pad(y, (n_bins, (n_hops + 1) * n_bins - y.shape[0] - n_bins))
    hops = padded.reshape(-1, n_bins)
    coefficients = _mdct(np.concatenate([hops[:-1], hops[1:]], axis=1) * window)
    power = np.add.reduceat(coefficients**2, bands, axis=1)
    widths = np.diff(np.append(bands, n_bins))
    rms = np.sqrt(power / widths)
    heard = rms > rms.max(axis=1, keepdims=True) * 10.0 ** (-rng.uniform(35.0, 60.0) / 20.0)
    step = np.repeat(np.sqrt(12.0) * rms * 10.0 ** (-noise_below_db / 20.0) + _TINY, widths, axis=1)
    coarse = np.round(coefficients / step) * step * np.repeat(heard, widths, axis=1)
    coarse[:, int(n_bins * rng.uniform(0.55, 0.95)) :] = 0.0
    blocks = _imdct(coarse) * window
    out = blocks[:-1, n_bins:] + blocks[1:, :n_bins]
    return np.asarray(out.reshape(-1)[: y.shape[0]], np.float64)


def _mdct(blocks: Curve) -> Curve:
    """Shape (n, 2 N) to (n, N), scaled so that windowed overlap-add of the inverse gives the signal back."""
    n = blocks.shape[1] // 2
    turn = np.exp(-1j * np.pi * np.arange(2 * n) / (2 * n))
    shift = np.exp(-1j * np.pi * (n + 1) * (2 * np.arange(n) + 1) / (4 * n))
    return np.asarray((np.fft.fft(blocks * turn, axis=1)[:, :n] * shift).real * np.sqrt(2.0 / n), np.float64)


def _imdct(coefficients: Curve) -> Curve:
    """Shape (n, N) to (n, 2 N), before the window."""
    n = coefficients.shape[1]
    k, t = np.arange(n), np.arange(2 * n)
    spectrum = coefficients * np.exp(1j * np.pi * (n + 1) * (2 * k + 1) / (4 * n))
    y = np.fft.ifft(np.pad(spectrum, ((0, 0), (0, n))), axis=1) * 2 * n
    return np.asarray((y * np.exp(1j * np.pi * t / (2 * n))).real * np.sqrt(2.0 / n), np.float64)
