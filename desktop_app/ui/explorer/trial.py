# SPDX-License-Identifier: MIT
"""Trial: a model answers to all sounds that are shown, so that its mistakes are known."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import RightInTuneError
from desktop_app.io.corpora.entry import Entry
from desktop_app.jobs.corpus_answers import Heard, answer_sounds
from desktop_app.jobs.tasks import AnalyseOptions
from desktop_app.ui.explorer.answers import AnalysedSounds

_MOST_AT_ONCE: Final = 32
_TOLD_AFTER_S: Final = 3.0  # how long is left can be told then


class Trial:
    """Asks for answers a few at a time: the sound that is looked at meanwhile never waits long.

    Parameters
    ----------
    jobs
        Runs the model, such as :class:`~desktop_app.ui.exporting.side_jobs.SideJobs`.
    tell
        Told in words what is done and the fraction that is done; empty at the end.
    heard
        Called when there are more answers.
    failed
        Told in one sentence what went wrong.
    """

    def __init__(
        self,
        jobs: Any,
        tell: Callable[[str, float | None], None],
        heard: Callable[[], None],
        failed: Callable[[str], None],
    ) -> None:
        self._jobs, self._tell, self._heard, self._failed = jobs, tell, heard, failed
        self._numbers: NDArray[np.int32] = np.zeros(0, np.int32)
        self._n_done = self._n_unread = 0
        self._job: int | None = None
        self._begun_s = 0.0

    @property
    def is_running(self) -> bool:
        """Whether answers are still to come."""
        return self._job is not None

    def start(
        self,
        numbers: NDArray[np.int32],
        read: Callable[[int], Entry],
        model_id: str,
        answers: AnalysedSounds,
    ) -> None:
        """Answer to those of the sounds that have no answer yet, in this order.

        Parameters
        ----------
        numbers : ndarray, shape (n,), int32
            Of the sounds in the index.
        read
            Gives a sound by its number.
        model_id
            The model; empty for the default one.
        answers
            Where what it says is kept.
        """
        self.stop()
        self._numbers = np.setdiff1d(numbers, answers.numbers(), assume_unique=True)
        self._n_done = self._n_unread = 0
        self._begun_s = time.monotonic()
        self._ask(read, AnalyseOptions(model_id or None), answers)

    def stop(self) -> None:
        """Hear no more; the answers so far stay."""
        if self._job is not None:
            self._jobs.drop(self._job)
            self._job = None
            self._tell("", None)

    def _ask(self, read: Callable[[int], Entry], options: AnalyseOptions, answers: AnalysedSounds) -> None:
        numbers = self._numbers[self._n_done : self._n_done + _MOST_AT_ONCE].tolist()
        if not numbers:
            self._end()
            return
        entries = [read(number) for number in numbers]
        self._tell(self._words(), self._n_done / self._numbers.size)

        def take(heard: list[Heard]) -> None:
            for number, entry, one in zip(numbers, entries, heard, strict=False):
                answers.put(number, entry, one.family)
                self._n_unread += not one.is_read
            self._n_done += len(heard)
            self._ask(read, options, answers)
            self._heard()

        self._job = self._jobs.submit(
            answer_sounds,
            [str(entry.path) for entry in entries],
            options,
            label="The test of the model",
            then=take,
            failed=self._give_up,
        )

    def _end(self) -> None:
        self._job = None
        self._tell("", None)
        if self._n_unread:
            sounds = "1 sound is" if self._n_unread == 1 else f"{self._n_unread:,} sounds are"
            self._failed(f"{sounds} missing or could not be read.")

    def _give_up(self, error: RightInTuneError) -> None:
        self._job = None
        self._tell("", None)
        self._failed(str(error))

    def _words(self) -> str:
        said = f"Testing the model: {self._n_done:,} of {self._numbers.size:,}"
        passed_s = time.monotonic() - self._begun_s
        if self._n_done == 0 or passed_s < _TOLD_AFTER_S:
            return f"{said}…"
        return f"{said}, {duration_words(passed_s / self._n_done * (self._numbers.size - self._n_done))} left"


def duration_words(seconds: float) -> str:
    """Such as ``about 3 minutes``; less than a minute in seconds."""
    for size_s, name in ((3600.0, "hour"), (60.0, "minute"), (1.0, "second")):
        n = round(seconds / size_s)
        if n >= 1 and (n > 1 or seconds >= size_s):
            return f"about {n} {name}{'' if n == 1 else 's'}"
    return "less than a second"
