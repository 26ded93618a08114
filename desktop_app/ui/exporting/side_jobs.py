# SPDX-License-Identifier: MIT
"""Jobs of exporting and engraving: in a process of their own, so that no long analysis holds them up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop_app.domain.errors import RightInTuneError


@dataclass(frozen=True, slots=True)
class _Listener:
    then: Callable[[Any], None]
    failed: Callable[[RightInTuneError], None]
    progress: Callable[[float | None], None]


def _make_pool() -> Any:
    from desktop_app.jobs.pool import JobPool

    return JobPool(n_workers=1)


class SideJobs:
    """Hands jobs to a pool, made when the first one comes, and what they answer to who asked.

    Parameters
    ----------
    make_pool
        Another pool, such as one for tests.
    """

    def __init__(self, make_pool: Callable[[], Any] = _make_pool) -> None:
        self._make_pool = make_pool
        self._pool: Any = None
        self._listeners: dict[int, _Listener] = {}

    def submit(
        self,
        task: Callable[..., Any],
        *args: object,
        label: str,
        then: Callable[[Any], None],
        failed: Callable[[RightInTuneError], None],
        progress: Callable[[float | None], None] = lambda _fraction: None,
    ) -> int:
        """Run ``task(*args, progress)``; the answer comes in a later :meth:`tick`. Returns the job's id."""
        if self._pool is None:
            self._pool = self._make_pool()
        job_id = int(self._pool.submit(task, *args, label=label))
        self._listeners[job_id] = _Listener(then, failed, progress)
        return job_id

    def drop(self, job_id: int | None) -> None:
        """Let a job end, but hear no more of it: cheaper than another process where jobs are short."""
        self._listeners.pop(job_id or 0, None)

    def cancel(self, job_id: int | None) -> None:
        """Stop a job; nothing more is heard of it."""
        if job_id in self._listeners:
            del self._listeners[job_id]
            self._pool.cancel(job_id)

    def tick(self) -> None:
        """Hand over what is done; never waits."""
        if self._pool is None:
            return
        for update in self._pool.poll():
            listener = self._listeners.get(update.job_id)
            if listener is None:
                continue
            if update.kind in ("started", "progress"):
                listener.progress(update.fraction)
                continue
            self._listeners.pop(update.job_id, None)
            if update.kind == "done":
                listener.then(update.result)
            elif update.kind == "failed":
                listener.failed(update.error)

    def close(self) -> None:
        """End the process."""
        self._listeners.clear()
        if self._pool is not None:
            self._pool.close()
            self._pool = None
