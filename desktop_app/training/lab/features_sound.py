# SPDX-License-Identifier: MIT
"""One part of a sound file, mono, at the rate and of the length that a recipe asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.training.rendering.presets import CorpusError


def read_part(path: Path, sr: int, start_s: float, n_samples: int) -> Float32Array:
    """Samples from ``start_s`` on, fewer where the sound ends before; only that part is decoded.

    Parameters
    ----------
    path
        Any audio file that libsndfile reads: WAV, FLAC, Ogg, MP3.
    sr
        Rate in Hz of the result.
    start_s
        Where the part starts, in seconds.
    n_samples
        At most so many samples at ``sr``.

    Returns
    -------
    ndarray, shape (n,), float32
        Its channels' mean; never empty.

    Raises
    ------
    CorpusError
        When the file cannot be read as audio, ends before the part or holds what is no number.
    """
    try:
        with soundfile.SoundFile(path) as sound:
            from_sr = sound.samplerate
            n_wanted = -(-n_samples * from_sr // sr)
            sound.seek(min(round(start_s * from_sr), sound.frames))
            y = sound.read(n_wanted, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise CorpusError(f"{path} could not be read as audio.") from error
    if not y.size:
        raise CorpusError(f"{path} ends before {start_s:g} s.")
    if not np.isfinite(y).all():
        raise CorpusError(f"{path} holds values that are no sound.")
    mono = y[:, 0] if y.shape[1] == 1 else y.mean(axis=1)
    return resample(mono, from_sr, sr)[:n_samples]
