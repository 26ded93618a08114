# SPDX-License-Identifier: MIT
"""The same measurement of this program and of its peers, on one core, in one run."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from desktop_app.bench.estimators import Estimator, RightInTune
from desktop_app.bench.peers import PEERS, load_peers
from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.domain.frames import Float32Array

_N_TIMED: Final = 3

Measure = Callable[[Estimator], list[Figure]]


@dataclass(frozen=True, slots=True)
class Options:
    """What is compared with whom.

    Attributes
    ----------
    cases
        A folder of cases; None for sounds made here.
    corpus
        A folder of labelled recordings, measured instead of made sounds, or beside ``cases``.
    with_poly
        Whether pieces of several voices are measured.
    with_detail
        Whether figures are told by instrument, register and sound too.
    every
        Only each so-many-th single note.
    peers
        Names of peers; None for all that are installed and not slow.
    """

    cases: Path | None = None
    corpus: Path | None = None
    with_poly: bool = False
    with_detail: bool = False
    every: int = 1
    peers: Sequence[str] | None = None

    @property
    def with_cases(self) -> bool:
        """Whether anything but recordings is measured."""
        return self.cases is not None or self.corpus is None


def compare(bench: str, measure: Measure, options: Options, details: dict[str, Any]) -> Report:
    """A report of this program's figures, each beside those of the peers."""
    with one_core():
        peers = load_peers(options.peers)
        told: dict[str, list[Figure]] = {}
        for estimator in (RightInTune(), *peers):
            started_s = time.perf_counter()
            told[estimator.name] = measure(estimator)
            elapsed_s = time.perf_counter() - started_s
            print(f"{bench}: {estimator.name} measured in {elapsed_s:.0f} s", file=sys.stderr, flush=True)
    own = told.pop(RightInTune.name)
    missing = [PEERS[name].name for name in PEERS if PEERS[name].name not in {p.name for p in peers}]
    return Report(bench, beside(own, told), {**details, "peers_left_out": missing})


def beside(own: Sequence[Figure], peers: dict[str, list[Figure]]) -> list[Figure]:
    """Own figures with the peers' values of the same name; what has no value is left out."""
    told = {name: {figure.what: figure.value for figure in figures} for name, figures in peers.items()}
    return [
        replace(
            figure,
            value=rounded(figure.value),
            peers={
                name: rounded(values[figure.what])
                for name, values in told.items()
                if math.isfinite(values.get(figure.what, math.nan))
            },
        )
        for figure in own
        if math.isfinite(figure.value)
    ]


def speed(work: Callable[[Float32Array], object], y: Float32Array, sr: int) -> float:
    """Times real time: seconds of sound per second of processor time, the best of three."""
    work(y[:sr])
    best_s = math.inf
    for _ in range(_N_TIMED):
        started_s = time.process_time()
        work(y)
        best_s = min(best_s, time.process_time() - started_s)
    return y.size / sr / best_s


@contextmanager
def one_core() -> Iterator[None]:
    """Everything runs on one core meanwhile, where the system can be told so."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
