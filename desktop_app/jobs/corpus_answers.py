# SPDX-License-Identifier: MIT
"""The job that lets a model answer to many sounds, a few at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from desktop_app.domain.errors import AudioFileError
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file

if TYPE_CHECKING:
    from desktop_app.domain.analysis import FamilyVerdict
    from desktop_app.jobs.worker import Progress

_ENOUGH_S: Final = 0.5  # then others who wait for the process have their turn


@dataclass(frozen=True, slots=True)
class Heard:
    """What a model says of one sound.

    Attributes
    ----------
    family
        Its answer; None where nothing sounds long enough, or the sound could not be read.
    is_read
        Whether the sound could be read.
    """

    family: FamilyVerdict | None
    is_read: bool = True


def answer_sounds(paths: Sequence[str], options: AnalyseOptions, progress: Progress) -> list[Heard]:
    """The answers to the first of these sounds: to so many as half a second allows, and at least to one.

    Raises
    ------
    ModelError
        When the model is missing, damaged or does not fit.
    """
    heard: list[Heard] = []
    until_s = time.monotonic() + _ENOUGH_S
    for path in paths:
        heard.append(_answer(path, replace(options, with_notes=False), progress))
        if time.monotonic() >= until_s:
            break
    return heard


def _answer(path: str, options: AnalyseOptions, progress: Progress) -> Heard:
    try:
        return Heard(analyse_file(path, options, None, progress).family)
    except AudioFileError:
        return Heard(None, is_read=False)
