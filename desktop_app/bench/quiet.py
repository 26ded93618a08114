# SPDX-License-Identifier: MIT
"""Sounds in which there is no note: silence, noise, claps, and speech by eSpeak NG where it is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

import numpy as np
import soundfile

from desktop_app.bench.made import Signal, coloured_noise
from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.dsp.spec import DEFAULT_SPEC

_SR: Final = DEFAULT_SPEC.sr
_LEVELS_DB: Final = (-60.0, -40.0, -20.0)
_STEADY_S: Final = 12
_CLAPS_S: Final = 30
_SPEECH: Final = (
    ("en-us", "m3", "Could you move the lamp a little, so that I can read the last page?"),
    ("en-gb", "f2", "We have seven chairs, and nine people who would like to sit down."),
    ("de", "m5", "Der Bus kommt heute später, weil die Straße gesperrt ist."),
    ("fr-fr", "f4", "Le marché ouvre à huit heures, et il ferme avant midi."),
    ("es", "m1", "Mañana iremos a la montaña, si no llueve demasiado."),
    ("it", "f3", "Ho lasciato le chiavi sul tavolo della cucina."),
)


def quiet_sounds() -> Iterator[tuple[str, Float32Array]]:
    """Name and samples at 16 kHz of each sound; no speech where eSpeak NG is missing."""
    rng = np.random.default_rng(7)
    yield "silence", _silence(rng)
    for name, exponent in (("white noise", 0.0), ("pink noise", 1.0)):
        parts = [10.0 ** (db / 20.0) * coloured_noise(_STEADY_S * _SR, exponent, rng) for db in _LEVELS_DB]
        yield name, np.clip(np.concatenate(parts), -1.0, 1.0).astype(np.float32)
    if has_speech():
        yield "speech", speech()
    yield "claps", claps(rng)


def has_speech() -> bool:
    """Whether eSpeak NG is installed."""
    return shutil.which("espeak-ng") is not None


def speech() -> Float32Array:
    """Six sentences in five languages, one after the other.

    Raises
    ------
    RightInTuneError
        When eSpeak NG does not speak them.
    """
    return np.concatenate([_spoken(f"{language}+{speaker}", text) for language, speaker, text in _SPEECH])


def _spoken(voice: str, text: str) -> Float32Array:
    command = ["espeak-ng", "-v", voice, "--stdout", text]
    try:
        told = subprocess.run(command, check=True, capture_output=True, timeout=60)
        y, sr = soundfile.read(io.BytesIO(told.stdout), dtype="float32")
    except (OSError, subprocess.SubprocessError, soundfile.LibsndfileError) as error:
        raise RightInTuneError(f"eSpeak NG could not speak as {voice}.") from error
    return resample(y, sr, _SR)


def claps(rng: np.random.Generator) -> Float32Array:
    """Hand claps 0.15 … 0.9 s apart, near and far, in a small room."""
    y: Signal = 1e-4 * rng.standard_normal(_CLAPS_S * _SR)
    position = _SR // 4
    while position < y.size - _SR:
        clap = rng.uniform(0.1, 0.8) * _clap(rng)
        y[position : position + clap.size] += clap
        position += int(rng.uniform(0.15, 0.9) * _SR)
    return np.clip(y, -1.0, 1.0).astype(np.float32)


def _clap(rng: np.random.Generator) -> Signal:
    """Two to four bursts a few milliseconds apart around one resonance, and the room after them."""
    n = int(0.3 * _SR)
    t = np.arange(n) / _SR
    decays = 0.02 * np.exp(-t / rng.uniform(0.05, 0.1))
    for start in np.cumsum(rng.uniform(0.0, 0.012, rng.integers(2, 5))):
        since_s = t - start
        decays += np.where(since_s >= 0.0, np.exp(-np.maximum(since_s, 0.0) / 0.004), 0.0)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    octaves = np.log2(np.maximum(np.fft.rfftfreq(n, 1.0 / _SR), 20.0) / rng.uniform(700.0, 2000.0))
    burst = np.fft.irfft(spectrum * np.exp(-0.5 * (octaves / 0.8) ** 2), n) * decays
    return np.asarray(burst / np.abs(burst).max())


def _silence(rng: np.random.Generator) -> Float32Array:
    """Digital silence, then the noise of a good converter."""
    n = _STEADY_S * _SR
    return np.concatenate((np.zeros(n), 10.0 ** (-90.0 / 20.0) * rng.standard_normal(n))).astype(np.float32)
