# SPDX-License-Identifier: MIT
"""Jobs of exporting and engraving: in a process of their own, so that no long analysis holds them up."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop_app.domain.errors import RightInTuneError
from desktop_app.jobs.engrave import wake


@dataclass(slots=True)
class _Job:
    """A job and who waits for it; ``sent_as`` is the pool's own number once it is sent."""

    number: int
    task: Callable[..., Any]
    args: tuple[object, ...]
    label: str
    then: Callable[[Any], None]
    failed: Callable[[RightInTuneError], None]
    progress: Callable[[float | None], None]
    sent_as: int | None = None


def _make_pool() -> Any:
    from desktop_app.jobs.pool import JobPool

    return JobPool(n_workers=1)


class SideJobs:
    """Hands jobs to a pool, made when the first one comes, and what they answer to who asked.

    Thousands of notes do not fit into a pipe that nobody reads: they are sent when the process has begun to
    listen, so that the window never waits for it.

    Parameters
    ----------
    make_pool
        Another pool, such as one for tests.
    """

    def __init__(self, make_pool: Callable[[], Any] = _make_pool) -> None:
        self._make_pool = make_pool
        self._pool: Any = None
        self._woken_by: int | None = None
        self._is_awake = False
        self._numbers = itertools.count(1)
        self._jobs: dict[int, _Job] = {}

    def submit(
        self,
        task: Callable[..., Any],
        *args: object,
        label: str,
        then: Callable[[Any], None],
        failed: Callable[[RightInTuneError], None],
        progress: Callable[[float | None], None] = lambda _fraction: None,
    ) -> int:
        """Run ``task(*args, progress)``; a later :meth:`tick` brings the answer. Returns the job's number."""
        self.prepare()
        job = _Job(next(self._numbers), task, args, label, then, failed, progress)
        self._jobs[job.number] = job
        if self._is_awake:
            self._send(job)
        return job.number

    def prepare(self) -> None:
        """Start the process, because a job is to be expected."""
        if self._pool is None:
            self._pool = self._make_pool()
            self._wake()

    def drop(self, number: int | None) -> None:
        """Let a job end, but hear no more of it: cheaper than another process where jobs are short."""
        self._jobs.pop(number or 0, None)

    def cancel(self, number: int | None) -> None:
        """Stop a job; nothing more is heard of it."""
        job = self._jobs.pop(number or 0, None)
        if job is not None and job.sent_as is not None:
            self._pool.cancel(job.sent_as)  # which ends the process
            self._wake()

    def tick(self) -> None:
        """Hand over what is done; never waits."""
        if self._pool is None:
            return
        for update in self._pool.poll():
            if update.job_id == self._woken_by:
                self._take_waking(update)
                continue
            job = next((job for job in self._jobs.values() if job.sent_as == update.job_id), None)
            if job is not None:
                self._hand_over(job, update)

    def close(self) -> None:
        """End the process."""
        self._jobs.clear()
        self._is_awake = False
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _wake(self) -> None:
        self._is_awake = False
        self._woken_by = self._pool.submit(wake, label="The process for exports")

    def _take_waking(self, update: Any) -> None:
        waiting = [job for job in self._jobs.values() if job.sent_as is None]
        if update.kind == "done":
            self._is_awake = True
            for job in waiting:
                self._send(job)
        elif update.kind == "failed":
            for job in waiting:
                self._hand_over(job, update)

    def _send(self, job: _Job) -> None:
        job.sent_as = self._pool.submit(job.task, *job.args, label=job.label)

    def _hand_over(self, job: _Job, update: Any) -> None:
        if update.kind in ("started", "progress"):
            job.progress(update.fraction)
            return
        del self._jobs[job.number]
        if update.kind == "done":
            job.then(update.result)
        elif update.kind == "failed":
            job.failed(update.error)
