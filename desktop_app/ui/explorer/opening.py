# SPDX-License-Identifier: MIT
"""Opening: a corpus is listed in the process of jobs, which may take a while and may be given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.domain.errors import RightInTuneError
from desktop_app.jobs.corpus_index import IndexedCorpus, index_corpus


class Opening:
    """Lists one corpus at a time.

    Parameters
    ----------
    jobs
        Runs it, such as :class:`~desktop_app.ui.exporting.side_jobs.SideJobs`.
    cache
        Where the lists are kept.
    tell
        Told in words what is done and the fraction that is done; empty at the end.
    then
        Takes the corpus.
    failed
        Told in one sentence what went wrong.
    """

    def __init__(
        self,
        jobs: Any,
        cache: Path,
        tell: Callable[[str, float | None], None],
        then: Callable[[IndexedCorpus], None],
        failed: Callable[[str], None],
    ) -> None:
        self._jobs, self._cache, self._tell = jobs, cache, tell
        self._then, self._failed = then, failed
        self._job: int | None = None

    @property
    def is_running(self) -> bool:
        """Whether a corpus is being listed."""
        return self._job is not None

    def start(self, folder: Path) -> None:
        """List the corpus in a folder, or find that it is listed already."""
        text = f"Listing the sounds of {folder.name}…"
        self._tell(text, None)
        self._job = self._jobs.submit(
            index_corpus,
            str(folder),
            str(self._cache),
            label=f"The list of {folder.name}",
            then=self._take,
            failed=self._give_up,
            progress=lambda fraction: self._tell(text, fraction),
        )

    def stop(self) -> None:
        """Give up."""
        if self._job is not None:
            self._jobs.cancel(self._job)
            self._end()

    def _take(self, corpus: IndexedCorpus) -> None:
        self._end()
        self._then(corpus)

    def _give_up(self, error: RightInTuneError) -> None:
        self._end()
        self._failed(str(error))

    def _end(self) -> None:
        self._job = None
        self._tell("", None)
