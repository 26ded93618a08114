# SPDX-License-Identifier: MIT
"""The program as its user starts it: a process of its own on a virtual screen, with real keys and clicks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import soundfile
from window_fakes import tone

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 30.0
PROGRAM = ("-m", "desktop_app")


def until(condition: Callable[[], object], what: str, timeout_s: float = TIMEOUT_S) -> None:
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s, f"not in time: {what}"
        time.sleep(0.05)


def write_tone(path: Path, duration_s: float = 2.0) -> Path:
    soundfile.write(path, tone(duration_s, sr=44_100), 44_100, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A virtual screen; its name for ``DISPLAY``."""
    missing = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
    if missing:
        pytest.fail(f"{', '.join(missing)} missing: install xvfb and xdotool")
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    command += ["-noreset"]  # else it refuses who comes just when the last one has gone
    server = subprocess.Popen(command, pass_fds=[theirs], stderr=subprocess.DEVNULL)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb does not start"
    yield f":{number}"
    server.terminate()
    server.wait(10)


class Desk:
    """The program on a virtual screen, and the hands of its user."""

    def __init__(
        self,
        screen: str,
        home: Path,
        *files: Path,
        environment: dict[str, str] | None = None,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self._environment = {
            **os.environ,
            **(environment or {}),
            "DISPLAY": screen,
            "QT_QPA_PLATFORM": "xcb",
            "RIGHT_IN_TUNE_HOME": str(home),
        }
        command = [sys.executable, *program, *map(str, files)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=subprocess.PIPE)

    def windows(self, title: str) -> list[str]:
        return self._xdo("search", "--onlyvisible", "--name", title).split()

    def wait_for_window(self, title: str) -> str:
        until(lambda: self.windows(title) or self.process.poll() is not None, f"a window named {title}")
        assert self.process.poll() is None, self.process.stderr.read().decode()
        return self.windows(title)[0]

    def press(self, window: str, key: str) -> None:
        self._xdo("windowfocus", window)
        self._xdo("key", key)

    def double_click(self, window: str, x_px: int, y_px: int) -> None:
        self._xdo("mousemove", "--window", window, str(x_px), str(y_px))
        self._xdo("click", "--repeat", "2", "--delay", "80", "1")

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        return self.process.returncode

    def _xdo(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True)
        return done.stdout


@pytest.fixture
def desk(screen: str, home: Path) -> Iterator[Callable[..., Desk]]:
    """Starts the program; kills what a failed test leaves."""
    desks: list[Desk] = []

    def start_desk(
        *files: Path, environment: dict[str, str] | None = None, program: Sequence[str] = PROGRAM
    ) -> Desk:
        desks.append(Desk(screen, home, *files, environment=environment, program=program))
        return desks[-1]

    yield start_desk
    for one in desks:
        one.end()
