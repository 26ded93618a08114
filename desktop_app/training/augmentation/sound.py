# SPDX-License-Identifier: MIT
"""What happens to a sound between the instrument and the file, drawn at random and repeatable by its seed.

Two steps, so that the place of the sound can be measured between them: :func:`reshape` changes what is
played (tuning, length, dynamics, drive), :func:`colour` what room, noise and equipment add. How often and
how strongly is in :class:`~desktop_app.training.augmentation.settings.SoundSettings`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import soxr

from desktop_app.domain.frames import Float32Array
from desktop_app.training.augmentation.equipment import cabinet, clip, compress, lossy, microphone, wow
from desktop_app.training.augmentation.play import damp, swell, tremolo, vibrato, warp
from desktop_app.training.augmentation.settings import DEFAULT_SOUND, Curve, Rng, SoundSettings

__all__ = [
    "PEAK_DB",
    "Curve",
    "Rng",
    "band_limits",
    "colour",
    "coloured_noise",
    "detune",
    "drive",
    "equaliser",
    "hum",
    "noise",
    "release",
    "reshape",
    "room_response",
]

PEAK_DB: Final = (DEFAULT_SOUND.peak.low, DEFAULT_SOUND.peak.high)
_RT60_S: Final = (DEFAULT_SOUND.room.low, DEFAULT_SOUND.room.high)
_BAND_ORDER: Final = (DEFAULT_SOUND.band.low, DEFAULT_SOUND.band.high)
_EQ_DB: Final = DEFAULT_SOUND.equaliser.high
_TINY: Final = 1e-9


def reshape(y: Float32Array, sr: int, rng: Rng, settings: SoundSettings = DEFAULT_SOUND) -> Float32Array:
    """What is played otherwise: tuning, vibrato, tremolo, length, dynamics, drive; shape (m,)."""
    if (cents := settings.detune.draw(rng)) is not None:
        y = detune(y, cents)
    n = y.shape[0]
    if (cents := settings.vibrato.draw(rng)) is not None:
        y = warp(y, vibrato(n, sr, cents, rng))
    if (depth_db := settings.tremolo.draw(rng)) is not None:
        y = y * tremolo(n, sr, depth_db, rng)
    if (after_s := settings.release.draw(rng)) is not None:
        y = release(y, sr, after_s, float(rng.uniform(0.01, 0.15)))
    if (decay_s := settings.damping.draw(rng)) is not None:
        y = damp(y, sr, decay_s)
    if (range_db := settings.swell.draw(rng)) is not None:
        y = y * swell(n, sr, range_db, rng)
    if (gain_db := settings.drive.draw(rng)) is not None:
        y = drive(y, gain_db)
    return y


def colour(y: Float32Array, sr: int, rng: Rng, settings: SoundSettings = DEFAULT_SOUND) -> Float32Array:
    """Cabinet, room, microphone, noise, hum, the limits of the equipment, and a level; same shape (n,).

    The noise is relative to the sound's own level and covers the whole signal.
    """
    wet = _through_the_air(y, sr, rng, settings)
    if (below_db := settings.noise.draw(rng)) is not None:
        wet = wet + noise(wet.shape[0], sr, rng) * (_sounding_rms(wet) * 10.0 ** (-below_db / 20.0))
    wet = _through_equipment(wet, sr, rng, settings)
    peak_db = settings.peak.draw(rng)
    gain = (
        1.0 if peak_db is None else 10.0 ** (peak_db / 20.0) / max(float(np.abs(wet).max(initial=0.0)), _TINY)
    )
    return (wet * gain).astype(np.float32)


def _through_the_air(y: Float32Array, sr: int, rng: Rng, settings: SoundSettings) -> Curve:
    """From the instrument or loudspeaker through the room to the microphone."""
    n = y.shape[0]
    n_fft = (
        1 << (n + int(settings.room.high * sr) - 1).bit_length()
    )  # for the tail; powers of two are fastest
    hz: Curve = np.fft.rfftfreq(n_fft, 1.0 / sr).astype(np.float64)
    spectrum = np.fft.rfft(y, n_fft)
    if (share := settings.cabinet.draw(rng)) is not None:
        spectrum = spectrum * cabinet(hz, share, rng)
    if (gain_db := settings.equaliser.draw(rng)) is not None:
        spectrum = spectrum * equaliser(hz, rng, gain_db)
    if (rt60_s := settings.room.draw(rng)) is not None:
        spectrum = spectrum * np.fft.rfft(room_response(sr, rng, rt60_s), n_fft)
    if (reflection := settings.microphone.draw(rng)) is not None:
        spectrum = spectrum * microphone(hz, reflection, rng)
    return np.asarray(np.fft.irfft(spectrum, n_fft)[:n], np.float64)


def _through_equipment(y: Curve, sr: int, rng: Rng, settings: SoundSettings) -> Curve:
    n = y.shape[0]
    if (most_db := settings.compression.draw(rng)) is not None:
        y = compress(y, sr, most_db, rng)
    if (cents := settings.wow.draw(rng)) is not None:
        y = warp(y.astype(np.float32), wow(n, sr, cents, rng)).astype(np.float64)
    if (order := settings.band.draw(rng)) is not None:
        n_fft = 1 << (n - 1).bit_length()
        hz: Curve = np.fft.rfftfreq(n_fft, 1.0 / sr).astype(np.float64)
        y = np.fft.irfft(np.fft.rfft(y, n_fft) * band_limits(hz, rng, order), n_fft)[:n]
    if (below_db := settings.codec.draw(rng)) is not None:
        y = lossy(y, below_db, rng)
    if (over_db := settings.clipping.draw(rng)) is not None:
        y = clip(y, over_db)
    return y


def _sounding_rms(y: Curve) -> float:
    """RMS of the tenth parts of a signal that are loudest, half of them."""
    parts = np.array_split(y, 10)
    powers = sorted(float(np.mean(np.square(part))) if part.size else 0.0 for part in parts)
    return float(np.sqrt(np.mean(powers[5:])))


def detune(y: Float32Array, cents: float) -> Float32Array:
    """Play faster or slower so that the pitch changes by so many cents."""
    return np.asarray(soxr.resample(y, 2.0 ** (cents / 1200.0), 1.0), np.float32)


def release(y: Float32Array, sr: int, after_s: float, decay_s: float) -> Float32Array:
    """Let go at a time: from there the sound decays to 37 % every ``decay_s`` seconds."""
    start = min(int(after_s * sr), y.shape[0])
    gain = np.ones(y.shape[0], np.float32)
    gain[start:] = np.exp(-np.arange(y.shape[0] - start) / (decay_s * sr))
    return y * gain


def drive(y: Float32Array, gain_db: float) -> Float32Array:
    """Soft saturation, relative to the sound's peak; the peak stays."""
    peak = max(float(np.abs(y).max(initial=0.0)), _TINY)
    gain = 10.0 ** (gain_db / 20.0)
    return (np.tanh(y / peak * gain) * (peak / np.tanh(gain))).astype(np.float32)


def equaliser(hz: Curve, rng: Rng, most_db: float = _EQ_DB) -> Curve:
    """A smooth response of one shelf and one to three bells of up to so much, as factors per frequency."""
    octaves = np.log2(np.maximum(hz, 20.0))
    slope = 1.0 / (1.0 + np.exp(-3.0 * (octaves - np.log2(rng.uniform(150.0, 4000.0)))))
    gain_db = 0.9 * rng.uniform(-most_db, most_db) * (slope - rng.integers(2))
    for _ in range(rng.integers(1, 4)):
        distance = (octaves - np.log2(rng.uniform(80.0, 7000.0))) / rng.uniform(0.3, 1.5)
        gain_db = gain_db + rng.uniform(-most_db, most_db) * np.exp(-0.5 * distance**2)
    return 10.0 ** (gain_db / 20.0)


def band_limits(hz: Curve, rng: Rng, order: float | None = None) -> Curve:
    """The response of poor equipment: a telephone's band, a low-pass or a high-pass, as factors."""
    kind = rng.integers(3)
    low_hz = rng.uniform(60.0, 300.0) if kind != 1 else 10.0
    high_hz = rng.uniform(3000.0, 7000.0) if kind != 2 else 20_000.0
    order = rng.uniform(*_BAND_ORDER) if order is None else order
    low = 1.0 / np.sqrt(1.0 + (low_hz / np.maximum(hz, 1.0)) ** (2 * order))
    return low / np.sqrt(1.0 + (hz / high_hz) ** (2 * order))


def room_response(sr: int, rng: Rng, rt60_s: float | None = None) -> Curve:
    """The direct sound, some early echoes and a tail of noise that decays by 60 dB in the given time.

    References
    ----------
    Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979 (noise with an envelope).
    """
    rt60_s = float(rng.uniform(*_RT60_S)) if rt60_s is None else rt60_s
    n = int(rt60_s * sr)
    time_s = np.arange(n) / sr
    tail = rng.standard_normal(n) * 10.0 ** (-3.0 * time_s / rt60_s)
    tail = np.convolve(tail, np.ones(3) / 3.0, mode="same")  # walls swallow the highest frequencies
    tail[: int(0.002 * sr)] = 0.0
    tail *= 10.0 ** (-rng.uniform(0.0, 18.0) / 20.0) / max(float(np.sqrt(np.sum(tail**2))), _TINY)
    for _ in range(rng.integers(2, 8)):
        tail[int(rng.uniform(0.002, 0.04) * sr)] += rng.uniform(-0.4, 0.4)
    tail[0] += 1.0
    return tail


def coloured_noise(n: int, slope: float, rng: Rng) -> Curve:
    """Noise whose power goes with frequency to the power of ``-slope`` (0 white, 1 pink, 2 brown), RMS 1."""
    n_fft = 1 << (n - 1).bit_length()
    spectrum = rng.standard_normal(n_fft // 2 + 1) + 1j * rng.standard_normal(n_fft // 2 + 1)
    bins = np.maximum(np.arange(n_fft // 2 + 1), max(1.0, n_fft / 800.0))  # level below about 20 Hz at 16 kHz
    y = np.fft.irfft(spectrum * bins ** (-slope / 2.0), n_fft)[:n]
    return y / max(float(np.sqrt(np.mean(y**2))), _TINY)


def hum(n: int, sr: int, rng: Rng) -> Curve:
    """The mains' hum, 50 or 60 Hz with random harmonics, RMS 1."""
    mains_hz = float(rng.choice([50.0, 60.0])) * rng.uniform(0.998, 1.002)
    time_s = np.arange(n) / sr
    y = np.zeros(n)
    for harmonic in range(1, 13):
        level = rng.uniform(0.0, 1.0) / harmonic
        y += level * np.sin(2.0 * np.pi * (mains_hz * harmonic * time_s + rng.random()))
    return y / max(float(np.sqrt(np.mean(y**2))), _TINY)


def noise(n: int, sr: int, rng: Rng) -> Curve:
    """Noise of a random colour, sometimes with hum, RMS about 1."""
    y = coloured_noise(n, float(rng.uniform(0.0, 2.0)), rng)
    if rng.random() < 0.25:
        share = rng.uniform(0.2, 1.0)
        y = (1.0 - share) * y + share * hum(n, sr, rng)
    return y
