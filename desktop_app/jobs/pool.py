# SPDX-License-Identifier: MIT
"""A pool of job processes that survives whatever a job does, and that can be polled from a GUI thread.

The pool has no thread of its own: everything happens in :meth:`JobPool.poll`, which never waits.
Workers are started by spawn when they are needed, keep what they have loaded between jobs, and are
killed and replaced to cancel a job or to enforce a limit; they hold nothing that wants saving.
"""

from __future__ import annotations

import itertools
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Final

from desktop_app.domain.errors import AudioFileError
from desktop_app.jobs.job import Job, JobUpdate, UpdateKind
from desktop_app.jobs.worker import MEMORY_EXIT, worker_main

__all__ = ["JobPool", "JobUpdate"]
_REAP_S: Final = 1.0
_MAX_SENT: Final = 3


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    job: Job | None = None


class JobPool:
    """Runs tasks in other processes. Use it from one thread.

    Parameters
    ----------
    n_workers
        Processes at most; each computes on one core.
    memory_limit_mb
        Resident memory in MB at which a job is stopped with the error code ``"limit"``.
    """

    def __init__(self, n_workers: int = 1, *, memory_limit_mb: float = 2000.0) -> None:
        if n_workers < 1:
            raise ValueError(f"n_workers must be at least 1, not {n_workers}")
        self._n_workers = n_workers
        self._memory_limit_mb = memory_limit_mb
        self._context = multiprocessing.get_context("spawn")
        self._ids = itertools.count(1)
        self._queue: deque[Job] = deque()
        self._workers: list[_Worker] = []
        self._killed: list[SpawnProcess] = []
        self._updates: list[JobUpdate] = []
        self._is_closed = False

    def __enter__(self) -> JobPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(
        self,
        task: Callable[..., Any],
        *args: Any,
        label: str = "The task",
        time_limit_s: float | None = None,
        stall_limit_s: float | None = None,
    ) -> int:
        """Queue ``task(*args, progress)``.

        Parameters
        ----------
        task
            A function at the top of a module; its last argument is called with the fraction done
            (0 … 1, or None when that is not known).
        args
            Its other arguments; they travel to another process.
        label
            What the job works on, as the subject of an error's sentence.
        time_limit_s, stall_limit_s
            Longest time in all, and longest time without a call of ``progress``; None for no limit.

        Returns
        -------
        int
            The job's id, never used again.
        """
        if self._is_closed:
            raise RuntimeError("the pool is closed")
        inf = float("inf")
        limits = (
            inf if time_limit_s is None else time_limit_s,
            inf if stall_limit_s is None else stall_limit_s,
        )
        job = Job(next(self._ids), label, task, args, *limits)
        self._queue.append(job)
        self._dispatch()
        return job.job_id

    def cancel(self, job_id: int) -> None:
        """Take a job out of the queue or stop it; its result, should it come, is dropped.

        A job that is over, or unknown, is left alone.
        """
        self._receive()
        for worker in self._workers:
            if worker.job and worker.job.job_id == job_id:
                self._discard(worker)
                self._updates.append(JobUpdate(job_id, "cancelled"))
                return
        for job in self._queue:
            if job.job_id == job_id:
                self._queue.remove(job)
                self._updates.append(JobUpdate(job_id, "cancelled"))
                return

    def poll(self) -> list[JobUpdate]:
        """What has happened since the last call; never waits."""
        self._receive()
        self._enforce_limits()
        self._dispatch()
        self._killed = [process for process in self._killed if process.is_alive()]
        updates, self._updates = self._updates, []
        return updates

    def wait(self, timeout_s: float) -> list[JobUpdate]:
        """As :meth:`poll`, but wait up to ``timeout_s`` seconds until there is something."""
        ends_at_s = time.monotonic() + timeout_s
        while not (updates := self.poll()):
            now_s = time.monotonic()
            if now_s >= ends_at_s:
                break
            deadlines = [worker.job.deadline_s() for worker in self._workers if worker.job]
            connections = [worker.connection for worker in self._workers]
            wait(connections, timeout=max(0.0, min([ends_at_s, *deadlines]) - now_s))
        return updates

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop everything; no job process is left. Calling it again does nothing."""
        self._is_closed = True
        self._queue.clear()
        for worker in list(self._workers):
            self._discard(worker)
        ends_at_s = time.monotonic() + timeout_s
        for process in self._killed:
            process.join(max(0.0, ends_at_s - time.monotonic()))
        self._killed.clear()
        self._updates.clear()

    def _dispatch(self) -> None:
        while self._queue:
            worker = self._idle_worker()
            if worker is None:
                return
            job = self._queue.popleft()
            job.sent_at_s = job.heard_at_s = time.monotonic()
            job.n_sent += 1
            worker.job = job
            try:
                worker.connection.send((job.job_id, job.label, job.task, job.args))
            except OSError:  # it died while idle: another one takes the job
                self._discard(worker)
                self._queue.appendleft(job)

    def _idle_worker(self) -> _Worker | None:
        for worker in self._workers:
            if worker.job is None:
                return worker
        return self._start_worker() if len(self._workers) < self._n_workers else None

    def _start_worker(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=worker_main,
            args=(theirs, self._memory_limit_mb),
            name="right-in-tune job",
            daemon=True,
        )
        with _interrupts_held():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _receive(self) -> None:
        for worker in list(self._workers):
            try:
                while worker.connection.poll():
                    self._take(worker, *worker.connection.recv())
            except (EOFError, OSError):
                self._lost(worker)

    def _take(self, worker: _Worker, kind: UpdateKind, job_id: int, value: Any) -> None:
        assert worker.job is not None
        worker.job.heard_at_s = time.monotonic()
        if kind == "started":
            worker.job.is_started = True
            self._updates.append(JobUpdate(job_id, kind, fraction=0.0))
        elif kind == "progress":
            self._updates.append(JobUpdate(job_id, kind, fraction=value))
        else:
            worker.job = None
            done = kind == "done"
            update = JobUpdate(job_id, kind, 1.0, value) if done else JobUpdate(job_id, kind, error=value)
            self._updates.append(update)

    def _lost(self, worker: _Worker) -> None:
        """The process has ended by itself."""
        job = worker.job
        worker.process.join(_REAP_S)
        exit_code = worker.process.exitcode
        self._discard(worker)
        if job is None:
            return
        if not job.is_started and job.n_sent < _MAX_SENT:
            self._queue.appendleft(job)  # the process died of something else
            return
        if exit_code == MEMORY_EXIT:
            error = AudioFileError(
                "limit",
                f"{job.label} needs more than {self._memory_limit_mb:.0f} MB of memory and was given up.",
            )
        else:
            error = AudioFileError(
                "unreadable", f"{job.label} made its reader crash: it is probably damaged."
            )
        self._updates.append(JobUpdate(job.job_id, "failed", error=error))

    def _enforce_limits(self) -> None:
        now_s = time.monotonic()
        for worker in list(self._workers):
            if worker.job and now_s > worker.job.deadline_s():
                self._updates.append(JobUpdate(worker.job.job_id, "failed", error=worker.job.limit_error()))
                self._discard(worker)

    def _discard(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.kill()
        self._killed.append(worker.process)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A Ctrl-C must not print a traceback from a child that is still starting, nor be lost to this process.

    The child inherits that it is held back; here it is delivered afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
