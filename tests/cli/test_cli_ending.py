# SPDX-License-Identifier: MIT
"""Interrupted, killed, or with nobody reading: quiet, and no process is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from cli_tools import MakeTone, command, project_on_path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="platform: signals and pipes of POSIX")


@contextmanager
def as_a_shell_starts_programs() -> Iterator[None]:
    """Children inherit an interrupt that is ignored or held back: here it is neither, whatever ran before."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    held = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        signal.signal(signal.SIGINT, handler)


@pytest.fixture
def busy(make_tone: MakeTone, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A call that has printed its first line and works on an hour of sound, with its children."""
    hour = tmp_path / "hour.wav"
    rng = np.random.default_rng(3)
    with soundfile.SoundFile(hour, "w", 8000, 1) as file:
        minute = rng.uniform(-0.3, 0.3, 8000 * 60)
        for _ in range(60):
            file.write(minute)
    with as_a_shell_starts_programs():
        process = subprocess.Popen(
            command("analyse", make_tone(), hour, hour, "--jobs", "2"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": project_on_path()},
            start_new_session=True,
        )
    assert process.stdout is not None
    assert process.stdout.readline().startswith('{"schema"')
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    yield process, children
    process.kill()
    process.communicate()


def gone(children: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(children, timeout=10.0)[1]


def test_an_interrupt_ends_quietly(busy: tuple[subprocess.Popen[str], list[psutil.Process]]) -> None:
    process, children = busy
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the children too
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "")
    assert gone(children)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_child_outlives_a_kill(
    busy: tuple[subprocess.Popen[str], list[psutil.Process]], number: signal.Signals
) -> None:
    process, children = busy
    process.send_signal(number)
    process.wait(timeout=20)
    assert gone(children)


def test_a_reader_that_leaves_is_no_fault(make_tone: MakeTone) -> None:
    path = make_tone()
    with subprocess.Popen(
        command("analyse", *[path] * 40),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": project_on_path()},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 1


@pytest.mark.parametrize(
    "arguments", [["models"], ["corpus", "explore", "."], ["analyse", "flute/tone.wav"]], ids=" ".join
)
def test_nobody_reads(make_tone: MakeTone, tmp_path: Path, arguments: list[str]) -> None:
    for name in ("flute/tone.wav", "organ/tone.wav"):
        make_tone(name)
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(
        command(*arguments),
        stdout=writes,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": project_on_path()},
        timeout=120,
    )
    os.close(writes)
    assert (done.returncode, done.stderr) == (1, b"")
