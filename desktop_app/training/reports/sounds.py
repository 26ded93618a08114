# SPDX-License-Identifier: MIT
"""Sounds of a report: read for its pictures, and copied so that they can be played from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.dsp.spec import DEFAULT_SPEC

_EXAMPLE_S: Final = 4.0
_PLAYED_S: Final = 10.0
_LEAST_SAMPLES: Final = 1024


def read_example(path: Path) -> Float32Array | None:
    """The first four seconds, mono, at the rate of the program's features; None when it cannot be read."""
    found = _read(path, _EXAMPLE_S)
    if found is None:
        return None
    y, sr = found
    return resample(y.mean(axis=1), sr, DEFAULT_SPEC.sr)


def copy_sound(path: Path, to: Path) -> bool:
    """Write the first ten seconds as a WAV of 16 bits, which every browser plays; whether there was any."""
    found = _read(path, _PLAYED_S)
    if found is None:
        return False
    y, sr = found
    soundfile.write(to, np.clip(y, -1.0, 1.0), sr, subtype="PCM_16")
    return True


def _read(path: Path, seconds: float) -> tuple[Float32Array, int] | None:
    try:
        with soundfile.SoundFile(path) as file:
            sr = int(file.samplerate)
            y = file.read(round(seconds * sr), dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError):
        return None
    return (y, sr) if y.shape[0] >= _LEAST_SAMPLES else None
