# SPDX-License-Identifier: MIT
"""The command ``right-in-tune bench``: what this program costs and gives, beside references."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from desktop_app.bench.report import Report
from desktop_app.domain.errors import RightInTuneError

BENCHES = ("start", "live", "file", "memory", "pitch", "family")


def make_parser() -> argparse.ArgumentParser:
    """The parser of ``bench``."""
    parser = argparse.ArgumentParser(
        prog="right-in-tune bench",
        description="Measure this program, each figure beside its reference in the same run.",
    )
    add = parser.add_argument
    add("bench", nargs="*", choices=[*BENCHES, []], metavar="BENCH", help=f"any of {', '.join(BENCHES)}; all")
    add("--json", action="store_true", help="one JSON object a line instead of text")
    add("--seconds", type=float, default=60.0, help="live: how long to listen (default: 60)")
    add("--minutes", type=float, default=60.0, help="memory: length of the file (default: 60)")
    add("--corpus", type=Path, metavar="DIR", help="family: a folder with labelled recordings")
    add("--cases", type=Path, metavar="DIR", help="pitch: a folder with truth.json instead of made notes")
    return parser


def main(argv: Sequence[str]) -> int:
    """Measure what was asked for; exit status 1 where something could not be measured."""
    parser = make_parser()
    given = parser.parse_args(argv)
    runs: dict[str, Callable[[], Report]] = {
        "start": lambda: import_module("desktop_app.bench.start").run(),
        "live": lambda: import_module("desktop_app.bench.live").run(given.seconds),
        "file": lambda: import_module("desktop_app.bench.file").run(),
        "memory": lambda: import_module("desktop_app.bench.memory").run(given.minutes),
        "pitch": lambda: import_module("desktop_app.bench.pitch").run(given.cases),
        "family": lambda: import_module("desktop_app.bench.family").run(given.corpus),
    }
    for variable in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    ):  # as the program itself runs; NumPy is not here yet
        os.environ.setdefault(variable, "1")
    if "family" in given.bench and given.corpus is None:
        parser.error("family needs --corpus DIR")
    status = 0
    for name in given.bench or [name for name in BENCHES if name != "family" or given.corpus]:
        try:
            report = runs[name]()
        except RightInTuneError as error:
            print(f"{name}: {error}", file=sys.stderr)
            status = 1
            continue
        print(report.as_json() if given.json else report.as_text(), flush=True)
    return status
