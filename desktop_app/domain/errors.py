# SPDX-License-Identifier: MIT
"""Errors that a user can be told about in one plain sentence."""

from __future__ import annotations

from typing import Literal

AudioFileErrorCode = Literal["not_audio", "unreadable", "too_long", "limit", "missing"]


class RightInTuneError(Exception):
    """Base of all errors whose message is one plain sentence for the user."""


class AudioDeviceError(RightInTuneError):
    """A microphone or loudspeaker that cannot be used."""


class AudioFileError(RightInTuneError):
    """A file that cannot be read as audio.

    Parameters
    ----------
    code
        The machine-readable reason, as the command line prints it.
    message
        One plain sentence.
    """

    def __init__(self, code: AudioFileErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: AudioFileErrorCode = code
        self.message = message

    def __reduce__(self) -> tuple[type[AudioFileError], tuple[str, str]]:
        return type(self), (self.code, self.message)


class ModelError(RightInTuneError):
    """A model that is missing, damaged or does not fit."""


class ExportError(RightInTuneError):
    """A result that cannot be written."""


class ProjectError(RightInTuneError):
    """A project that cannot be opened or saved."""


class CorpusError(RightInTuneError):
    """A corpus or SoundFont that cannot be used."""
