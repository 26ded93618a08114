# SPDX-License-Identifier: MIT
"""Analyser: pictures and answers of single sounds, made in a job process."""

from __future__ import annotations

import itertools
import shutil
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.errors import RightInTuneError
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file

MAX_KEPT: Final = 32
_Key = tuple[Path, str]


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """An analysis, and the folder of its pictures."""

    analysis: Analysis
    folder: Path


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    key: _Key
    a4_hz: float
    then: Callable[[Analysed], None]
    failed: Callable[[RightInTuneError], None]


class Analyser:
    """Analyses one sound at a time; of those that are asked for meanwhile, the last is next.

    Parameters
    ----------
    jobs
        Runs the analyses, such as :class:`~desktop_app.ui.exporting.side_jobs.SideJobs`.
    folder
        For the pictures of the sounds that were looked at last; belongs to this object alone.
    """

    def __init__(self, jobs: Any, folder: Path) -> None:
        self._jobs, self._folder = jobs, folder
        self._kept: OrderedDict[_Key, Analysed] = OrderedDict()
        self._names = itertools.count(1)
        self._next: _Wish | None = None
        self._is_busy = False

    def ask(
        self,
        path: Path,
        model_id: str,
        a4_hz: float,
        then: Callable[[Analysed], None],
        failed: Callable[[RightInTuneError], None],
    ) -> None:
        """Analyse a sound with a model (empty for the default one), or remember."""
        self._next = _Wish((path, model_id), a4_hz, then, failed)
        if not self._is_busy:
            self._begin()

    def close(self) -> None:
        """Delete the pictures."""
        self._next = None
        self._kept.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self) -> None:
        wish, self._next = self._next, None
        if wish is None:
            return
        if wish.key in self._kept:
            self._kept.move_to_end(wish.key)
            wish.then(self._kept[wish.key])
            return
        self._is_busy = True
        (path, model_id), folder = wish.key, self._folder / str(next(self._names))
        self._jobs.submit(
            analyse_file,
            str(path),
            AnalyseOptions(model_id or None, wish.a4_hz),
            str(folder),
            label=f"“{path.name}”",
            then=lambda analysis: self._keep(wish, Analysed(analysis, folder)),
            failed=lambda error: self._fail(wish, error),
        )

    def _keep(self, wish: _Wish, analysed: Analysed) -> None:
        self._is_busy = False
        self._kept[wish.key] = analysed
        if len(self._kept) > MAX_KEPT:
            _, oldest = self._kept.popitem(last=False)
            shutil.rmtree(oldest.folder, ignore_errors=True)
        wish.then(analysed)
        if not self._is_busy:
            self._begin()

    def _fail(self, wish: _Wish, error: RightInTuneError) -> None:
        self._is_busy = False
        wish.failed(error)
        if not self._is_busy:
            self._begin()
