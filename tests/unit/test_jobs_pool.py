# SPDX-License-Identifier: MIT
"""The job pool: whatever a job does, the others go on and nothing is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import jobs_sample_tasks as tasks
import psutil
import pytest

from desktop_app.domain.errors import AudioFileError, ModelError
from desktop_app.jobs.pool import JobPool, JobUpdate, _interrupts_held

LAST = ("done", "failed", "cancelled")


def last_updates(pool: JobPool, n: int, seen: list[JobUpdate] | None = None) -> dict[int, JobUpdate]:
    """The last update of each of the next ``n`` jobs that end."""
    ended: dict[int, JobUpdate] = {}
    until = time.monotonic() + 60.0
    while len(ended) < n and time.monotonic() < until:
        for update in pool.wait(5.0):
            if seen is not None:
                seen.append(update)
            if update.kind in LAST:
                ended[update.job_id] = update
    return ended


def wait_for(pool: JobPool, job_id: int, kind: str) -> None:
    until = time.monotonic() + 30.0
    while time.monotonic() < until:
        if any((update.job_id, update.kind) == (job_id, kind) for update in pool.wait(5.0)):
            return
    raise AssertionError(f"no {kind} of job {job_id}")


def gone(processes: list[psutil.Process], within_s: float = 10.0) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=within_s)
    return not alive


@pytest.fixture
def pool() -> Iterator[JobPool]:
    with JobPool(1) as made:
        yield made


def test_a_job_tells_its_start_progress_and_result(pool: JobPool) -> None:
    seen: list[JobUpdate] = []
    job_id = pool.submit(tasks.echo, {"a": 1})
    last_updates(pool, 1, seen)
    assert [update.kind for update in seen] == ["started", "progress", "done"]
    assert [update.fraction for update in seen] == [0.0, 0.5, 1.0]
    assert seen[-1] == JobUpdate(job_id, "done", 1.0, {"a": 1})


def test_polling_does_not_wait(pool: JobPool) -> None:
    pool.submit(tasks.sleep, 1.0)
    before = time.monotonic()
    updates = pool.poll()
    assert all(update.kind == "started" for update in updates)
    assert time.monotonic() - before < 0.9
    assert last_updates(pool, 1)


def test_waiting_in_vain_ends(pool: JobPool) -> None:
    assert pool.wait(0.05) == []


def test_ids_are_never_used_again(pool: JobPool) -> None:
    ids = [pool.submit(tasks.echo, i) for i in range(20)]
    assert len(set(ids)) == 20
    ended = last_updates(pool, 20)
    assert [ended[job_id].result for job_id in ids] == list(range(20))


def test_a_worker_is_kept_between_jobs(pool: JobPool) -> None:
    ids = [pool.submit(tasks.process_id) for _ in range(3)]
    ended = last_updates(pool, 3)
    assert len({ended[job_id].result for job_id in ids}) == 1
    assert ended[ids[0]].result != os.getpid()


def test_workers_are_several() -> None:
    with JobPool(3) as pool:
        ids = [pool.submit(tasks.sleep, 0.5) for _ in range(3)]
        children = multiprocessing.active_children()
        assert len(children) == 3
        assert set(last_updates(pool, 3)) == set(ids)


@pytest.mark.parametrize(
    ("task", "kind", "code"),
    [
        (tasks.refuse, AudioFileError, "missing"),
        (tasks.lack_model, ModelError, None),
        (tasks.fail, AudioFileError, "unreadable"),
        (tasks.exit_at_once, AudioFileError, "unreadable"),
        (tasks.crash, AudioFileError, "unreadable"),
        (tasks.unsendable, AudioFileError, "unreadable"),
    ],
)
def test_a_job_that_fails_fails_alone(pool: JobPool, task, kind: type, code: str | None) -> None:
    before = pool.submit(tasks.echo, "before")
    bad = pool.submit(task, label="“x.wav”")
    after = pool.submit(tasks.echo, "after")
    ended = last_updates(pool, 3)
    assert (ended[before].result, ended[after].result) == ("before", "after")
    error = ended[bad].error
    assert ended[bad].kind == "failed"
    assert type(error) is kind
    assert getattr(error, "code", None) == code
    assert str(error).endswith(".")


def test_a_crash_names_the_file(pool: JobPool) -> None:
    job_id = pool.submit(tasks.crash, label="“x.wav”")
    assert str(last_updates(pool, 1)[job_id].error).startswith("“x.wav” ")


def test_a_job_that_eats_memory_is_stopped() -> None:
    with JobPool(1, memory_limit_mb=200.0) as pool:
        greedy = pool.submit(tasks.eat_memory)
        after = pool.submit(tasks.echo, "after")
        ended = last_updates(pool, 2)
    error = ended[greedy].error
    assert isinstance(error, AudioFileError)
    assert error.code == "limit"
    assert "memory" in str(error)
    assert ended[after].result == "after"


@pytest.mark.parametrize("limit", ["time_limit_s", "stall_limit_s"])
def test_a_job_that_hangs_is_stopped(pool: JobPool, limit: str) -> None:
    hanging = pool.submit(tasks.sleep, 60.0, **{limit: 1.0})
    after = pool.submit(tasks.echo, "after")
    ended = last_updates(pool, 2)
    error = ended[hanging].error
    assert isinstance(error, AudioFileError)
    assert error.code == "limit"
    assert ended[after].result == "after"


def test_progress_is_no_stall(pool: JobPool) -> None:
    job_id = pool.submit(tasks.report_and_sleep, 20, 0.1, stall_limit_s=1.5)
    assert last_updates(pool, 1)[job_id].result == 20


def test_a_running_job_is_cancelled_at_once(pool: JobPool) -> None:
    running = pool.submit(tasks.sleep, 60.0)
    wait_for(pool, running, "started")
    pool.cancel(running)
    after = pool.submit(tasks.echo, "after")
    ended = last_updates(pool, 2)
    assert ended[running].kind == "cancelled"
    assert ended[after].result == "after"


def test_a_queued_job_is_cancelled_and_never_runs(pool: JobPool) -> None:
    running = pool.submit(tasks.sleep, 0.5)
    queued = pool.submit(tasks.echo, "never")
    pool.cancel(queued)
    seen: list[JobUpdate] = []
    last_updates(pool, 2, seen)
    assert [update.kind for update in seen if update.job_id == queued] == ["cancelled"]
    assert [update.kind for update in seen if update.job_id == running] == ["started", "done"]


def test_the_result_of_a_cancelled_job_is_dropped_or_came_before(pool: JobPool) -> None:
    job_id = pool.submit(tasks.echo, "late")
    time.sleep(1.0)  # the result now waits in the pipe
    pool.cancel(job_id)
    kinds = [update.kind for update in pool.wait(1.0)]
    assert kinds.count("done") + kinds.count("cancelled") == 1
    assert pool.wait(0.2) == []


def test_cancelling_what_is_over_or_unknown_does_nothing(pool: JobPool) -> None:
    job_id = pool.submit(tasks.echo, 1)
    last_updates(pool, 1)
    pool.cancel(job_id)
    pool.cancel(12345)
    assert pool.poll() == []


@pytest.mark.skipif(sys.platform == "win32", reason="platform: Windows has no zombies to wait for")
def test_a_worker_killed_while_idle_is_replaced(pool: JobPool) -> None:
    first = pool.submit(tasks.process_id)
    worker_id = last_updates(pool, 1)[first].result
    assert isinstance(worker_id, int)
    os.kill(worker_id, signal.SIGTERM)
    while psutil.Process(worker_id).status() != psutil.STATUS_ZOMBIE:  # the pool itself must reap it
        time.sleep(0.01)
    second = pool.submit(tasks.echo, "alive")
    assert last_updates(pool, 1)[second].result == "alive"


def test_closing_leaves_no_process_behind() -> None:
    pool = JobPool(2)
    for _ in range(4):
        pool.submit(tasks.sleep, 60.0)
    children = [psutil.Process(child.pid) for child in multiprocessing.active_children()]
    assert len(children) == 2
    pool.close()
    assert gone(children, within_s=2.0)
    pool.close()
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(tasks.echo, 1)


def test_workers_start_light_and_with_one_thread(pool: JobPool) -> None:
    imports = pool.submit(tasks.imported)
    threads = pool.submit(tasks.thread_settings)
    ended = last_updates(pool, 2)
    assert ended[imports].result == []
    assert ended[threads].result == ["1", "1"]


def test_what_c_libraries_print_is_swallowed(capfd: pytest.CaptureFixture[str]) -> None:
    with JobPool(1) as pool:
        pool.submit(tasks.write_to_c_stderr)
        last_updates(pool, 1)
    assert capfd.readouterr().err == "words from Python\n"


def test_a_pool_needs_a_worker() -> None:
    with pytest.raises(ValueError, match="0"):
        JobPool(0)


PARENT = """
import sys, time
import jobs_sample_tasks as tasks
from desktop_app.jobs.pool import JobPool, _interrupts_held
if __name__ == "__main__":
    pool = JobPool(2)
    pool.submit(tasks.echo, 1)
    pool.submit(tasks.sleep, 60.0)
    started = 0
    while started < 3:
        started += sum(update.kind in ("started", "done") for update in pool.wait(5.0))
    print("ready", flush=True)
    time.sleep(60.0)
"""


def test_workers_idle_and_busy_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=env, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) >= 2
        parent.kill()
    assert gone(children)


@pytest.mark.skipif(sys.platform == "win32", reason="platform: Windows has no signal masks")
def test_an_interrupt_while_a_worker_starts_is_not_lost() -> None:
    heard: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    try:
        with _interrupts_held():
            os.kill(os.getpid(), signal.SIGINT)
        assert heard == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, previous)
