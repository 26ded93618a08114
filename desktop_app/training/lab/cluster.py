# SPDX-License-Identifier: MIT
"""Where joblib's calls run: processes of this computer, or the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Final

import joblib

from desktop_app.training.rendering.presets import CorpusError

CONNECT_TIMEOUT_S: Final = 10


@contextmanager
def workers(jobs: int, scheduler: str | None) -> Iterator[None]:
    """Within this, ``joblib.Parallel()`` calls run as asked for.

    Parameters
    ----------
    jobs
        Processes of this computer, where there is no cluster.
    scheduler
        Address of a Dask scheduler such as ``tcp://10.0.0.5:8786``. All its workers are used; they need this
        package, and the corpora and the cache under the same paths.

    Raises
    ------
    CorpusError
        When Dask is not installed, no scheduler answers, or a process ended unexpectedly.
    """
    with _one_sentence(scheduler):
        if scheduler is None:
            with joblib.parallel_config("loky", n_jobs=jobs):
                yield
        else:
            with _client(scheduler), joblib.parallel_config("dask", n_jobs=-1):
                yield


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise CorpusError("A cluster needs Dask: install right-in-tune with its extra 'cluster'.") from error
    try:
        return Client(scheduler, timeout=CONNECT_TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise CorpusError(f"No Dask scheduler answers at {scheduler}.") from error


@contextmanager
def _one_sentence(scheduler: str | None) -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise CorpusError(
            "A process ended unexpectedly, perhaps for want of memory; what was computed so far is kept."
        ) from error
    except (OSError, CancelledError) as error:
        if scheduler is None:
            raise
        raise CorpusError(
            f"The cluster at {scheduler} was lost; what was computed so far is kept."
        ) from error
