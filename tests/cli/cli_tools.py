# SPDX-License-Identifier: MIT
"""Runs the command line as a user does: a process of its own, files, exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SR = 16_000
MakeTone = Callable[..., Path]


@dataclass(frozen=True)
class Run:
    """What a call printed and how it ended."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """Stdout as text."""
        return self.raw.decode()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects on stdout, strictly read: NaN is refused."""

        def refuse(text: str) -> None:
            raise ValueError(f"{text} is no JSON")

        return [json.loads(line, parse_constant=refuse) for line in self.out.splitlines()]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "desktop_app", *map(str, arguments)]


def run_cli(*arguments: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> Run:
    done = subprocess.run(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": project_on_path()} | (env or {}),
        timeout=120,
    )
    return Run(done.returncode, done.stdout, done.stderr.decode())


def project_on_path() -> str:
    import desktop_app

    root = str(Path(desktop_app.__file__).parents[1])
    return os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)


def tone(midi: int, seconds: float = 1.0, sr: int = SR) -> np.ndarray:
    """A plucked-string-like tone with eight harmonics, after 0.1 s of silence."""
    f0_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
    t = np.arange(round(seconds * sr)) / sr
    partials = [np.sin(2 * np.pi * k * f0_hz * t) / k for k in range(1, 9) if k * f0_hz < 0.45 * sr]
    y = 0.25 * np.sum(partials, axis=0) * np.exp(-1.5 * t)
    return np.concatenate((np.zeros(round(0.1 * sr)), y))
