# SPDX-License-Identifier: MIT
"""A sound file as interleaved blocks in the format of an output."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import soxr

from desktop_app.domain.errors import AudioFileError
from desktop_app.domain.frames import Float32Array

RUN_UP_S: Final = 0.25
"""Read before the place that was asked for: a Vorbis decoder needs what precedes to get it right."""


class FileSource:
    """Reads forward from any position, at another rate and with other channels where asked to.

    Parameters
    ----------
    path
        Anything that libsndfile reads.

    Attributes
    ----------
    sr, channels : int
        Of the file.
    duration_s : float
        As declared.
    is_exhausted : bool
        Whether everything was read.

    Raises
    ------
    AudioFileError
        When it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        import soundfile  # slow to import, and needed on the feeding thread only

        self._path = path
        self._errors = (OSError, soundfile.LibsndfileError)
        try:
            self._file: Any = _open_forward(path)
        except self._errors as error:
            raise AudioFileError("unreadable", f"The file “{path.name}” cannot be played.") from error
        self.sr = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        self.duration_s = self._file.frames / self.sr
        self.is_exhausted = False
        self.set_format(self.sr, min(2, self.channels))

    def set_format(self, sr: int, channels: int) -> None:
        """Deliver at ``sr`` Hz with 1 or 2 channels from now on."""
        self._to_sr = sr
        self._to_channels = channels
        self._restart_resampler()

    def seek(self, position_s: float) -> float:
        """Go on from there; returns the position that was reached, within the file.

        Raises
        ------
        AudioFileError
            When the file is damaged there.
        """
        frame = min(max(0, round(position_s * self.sr)), int(self._file.frames))
        run_up = min(frame, round(RUN_UP_S * self.sr))
        try:
            self._file.seek(frame - run_up)
            self._file.read(run_up, dtype="float32")
        except self._errors as error:
            raise self._damaged() from error
        self.is_exhausted = False
        self._restart_resampler()
        return frame / self.sr

    def read(self, duration_s: float) -> Float32Array:
        """About so many seconds, interleaved, shape (n * channels,); sets :attr:`is_exhausted` at the end.

        Raises
        ------
        AudioFileError
            When the file is damaged there.
        """
        n = max(1, round(duration_s * self.sr))
        try:
            block = self._file.read(n, dtype="float32", always_2d=True)
        except self._errors as error:
            raise self._damaged() from error
        block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        self.is_exhausted = block.shape[0] < n
        block = with_channels(block, self._to_channels)
        if self._resampler is not None:
            block = self._resampler.resample_chunk(block, last=self.is_exhausted)
        return np.ascontiguousarray(block, np.float32).reshape(-1)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _damaged(self) -> AudioFileError:
        return AudioFileError(
            "unreadable", f"The file “{self._path.name}” is damaged and cannot be played on."
        )

    def _restart_resampler(self) -> None:
        self._resampler = (
            None
            if self._to_sr == self.sr
            else soxr.ResampleStream(self.sr, self._to_sr, self._to_channels, dtype="float32")
        )


def _open_forward(path: Path) -> Any:
    """Open a file so that only :meth:`FileSource.seek` seeks.

    soundfile seeks to where it is after each read of a file that can be sought in; within an MP3 that
    empties the decoder's bit reservoir, so that each read begins with wrong samples.
    """
    import soundfile

    class ForwardSoundFile(soundfile.SoundFile):  # type: ignore[misc]
        def seekable(self) -> bool:
            return False

    return ForwardSoundFile(str(path))


def with_channels(block: Float32Array, channels: int) -> Float32Array:
    """Shape (n, channels): mono becomes equal channels; more than two, or two for one, become their mean."""
    if block.shape[1] == channels:
        return block
    mono = block.mean(axis=1, keepdims=True, dtype=np.float32)
    return np.repeat(mono, channels, axis=1)
