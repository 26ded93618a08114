# SPDX-License-Identifier: MIT
"""The arguments of ``right-in-tune analyse``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from desktop_app.cli.report import SUFFIXES, Format
from desktop_app.jobs.tasks import AnalyseOptions

A4_RANGE_HZ: Final = (380.0, 480.0)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was asked for.

    Attributes
    ----------
    paths
        Files and folders, as given.
    output_format, out_dir, force
        What to write; None for stdout; whether files may be replaced.
    n_jobs
        Processes.
    options
        How to analyse.
    with_f0
        Whether the pitch of every frame is wanted.
    progress
        True, False, or None for when stderr is a terminal.
    """

    paths: tuple[str, ...]
    output_format: Format
    out_dir: Path | None
    force: bool
    n_jobs: int
    options: AnalyseOptions
    with_f0: bool
    progress: bool | None


def make_parser() -> argparse.ArgumentParser:
    """The parser of ``analyse``."""
    parser = argparse.ArgumentParser(
        prog="right-in-tune analyse",
        description="Notes, pitch and instrument family of audio files; one JSON object a line on stdout.",
    )
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="an audio file, or a folder to be walked")
    add("--format", choices=[*SUFFIXES], default="json", help="what to write (default: json)")
    add("--out", metavar="DIR", type=Path, help="write one file for each input into this folder")
    add("--force", action="store_true", help="with --out: replace files that are there already")
    add("--model", metavar="ID", help="which model (see: right-in-tune models)")
    add("--jobs", metavar="N", type=_count, default=1, help="number of processes (default: 1)")
    add("--a4", metavar="HZ", type=_a4_hz, default=440.0, help="reference pitch in Hz (default: 440)")
    add("--f0", action="store_true", help="add the pitch of every 10 ms to the JSON")
    add("--no-notes", action="store_true", help="leave the notes out")
    add("--poly", action="store_true", help="hear several notes at once")
    add("--progress", action=argparse.BooleanOptionalAction, help="report progress on stderr")
    return parser


def parse(argv: Sequence[str]) -> Arguments:
    """Read and check the arguments; wrong ones end the process with exit status 2."""
    parser = make_parser()
    given = parser.parse_args(argv)
    if given.poly and given.no_notes:
        parser.error("--poly forms notes, which --no-notes leaves out")
    if given.f0 and given.format != "json":
        parser.error("--f0 goes with --format json")
    if given.no_notes and given.format != "json":
        parser.error(f"--format {given.format} lists the notes, which --no-notes leaves out")
    if given.out is not None and given.out.exists() and not given.out.is_dir():
        parser.error(f"--out {given.out} is not a folder")
    return Arguments(
        paths=tuple(given.paths),
        output_format=cast(Format, given.format),
        out_dir=given.out,
        force=given.force,
        n_jobs=given.jobs,
        options=AnalyseOptions(given.model, given.a4, with_notes=not given.no_notes, poly=given.poly),
        with_f0=given.f0,
        progress=given.progress,
    )


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return number


def _a4_hz(text: str) -> float:
    low, high = A4_RANGE_HZ
    try:
        a4_hz = float(text)
    except ValueError:
        a4_hz = 0.0
    if not low <= a4_hz <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a pitch between {low:.0f} and {high:.0f} Hz")
    return a4_hz
