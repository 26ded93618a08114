# SPDX-License-Identifier: MIT
"""The command ``right-in-tune bench``: what this program costs and gives, beside references."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from desktop_app.bench.report import Report
from desktop_app.domain.errors import RightInTuneError

BENCHES: Final = (
    "start",
    "live",
    "file",
    "memory",
    "pitch",
    "notes",
    "slowdown",
    "playback",
    "features",
    "family",
    "steady",
)
_NEED_CORPUS: Final = ("family", "steady")
PEER_NAMES: Final = ("yin", "pyin", "praat", "swipe", "swiftf0", "aubio", "essentia", "basicpitch")


def make_parser() -> argparse.ArgumentParser:
    """The parser of ``bench``."""
    parser = argparse.ArgumentParser(
        prog="right-in-tune bench",
        description="Measure this program, each figure beside its reference in the same run.",
        epilog="Peers of pitch and notes are used where their packages are installed: yin (librosa), "
        "praat (praat-parselmouth), swipe (pysptk), swiftf0 (swift-f0), aubio, essentia, "
        "basicpitch (basic-pitch, onnxruntime); pyin (librosa), slower than real time, only by name.",
    )
    add = parser.add_argument
    add("bench", nargs="*", type=_bench, metavar="BENCH", help=f"any of {', '.join(BENCHES)}; all")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="one JSON object a line (the default)")
    how.add_argument("--text", action="store_true", help="lines to read instead of JSON")
    add("--seconds", type=float, default=60.0, help="live: how long to listen (default: 60)")
    add(
        "--minutes",
        type=float,
        help="memory: length of the file (default: 60); playback: how long to play (default: 10)",
    )
    add("--corpus", type=Path, metavar="DIR", help="family, steady, pitch, notes: labelled recordings")
    add("--cases", type=Path, metavar="DIR", help="pitch, notes: a folder of cases instead of made sounds")
    add(
        "--peers",
        type=_peer_names,
        metavar="NAMES",
        help=f"of {','.join(PEER_NAMES)}; all that are installed",
    )
    add("--poly", action="store_true", help="notes: also pieces of several voices")
    add("--detail", action="store_true", help="pitch, notes: also by instrument, register and sound")
    add(
        "--every",
        type=_positive,
        default=1,
        metavar="N",
        help="pitch, notes: every N-th note or recording only",
    )
    return parser


def main(argv: Sequence[str]) -> int:
    """Measure what was asked for; exit status 1 where something could not be measured."""
    parser = make_parser()
    given = parser.parse_args(argv)
    for variable in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    ):  # as the program itself runs; NumPy is not here yet
        os.environ.setdefault(variable, "1")
    lacking = [name for name in given.bench if name in _NEED_CORPUS and given.corpus is None]
    if lacking:
        parser.error(f"{lacking[0]} needs --corpus DIR")
    runs = _runs(given)
    status = 0
    for name in given.bench or [name for name in BENCHES if name not in _NEED_CORPUS or given.corpus]:
        try:
            report = runs[name]()
        except RightInTuneError as error:
            print(f"{name}: {error}", file=sys.stderr)
            status = 1
            continue
        print(report.as_text() if given.text else report.as_json(), flush=True)
    return status


def _runs(given: argparse.Namespace) -> dict[str, Callable[[], Report]]:
    """What each bench calls; nothing is imported before."""

    def of(name: str, *values: object) -> Callable[[], Report]:
        return lambda: import_module(f"desktop_app.bench.{name}").run(*values)

    def compared(name: str) -> Callable[[], Report]:
        return lambda: of(name, _options(given))()

    return {
        "start": of("start"),
        "live": of("live", given.seconds),
        "file": of("file"),
        "memory": of("memory", given.minutes or 60.0),
        "pitch": compared("pitch"),
        "notes": compared("notes"),
        "slowdown": of("slowdown"),
        "playback": of("playback", given.minutes or 10.0),
        "features": of("features"),
        "family": of("family", given.corpus),
        "steady": of("steady", given.corpus),
    }


def _options(given: argparse.Namespace) -> object:
    from desktop_app.bench.comparison import Options

    return Options(
        cases=given.cases,
        corpus=given.corpus,
        with_poly=given.poly,
        with_detail=given.detail,
        every=given.every,
        peers=given.peers,
    )


def _bench(text: str) -> str:
    if text not in BENCHES:
        raise argparse.ArgumentTypeError(f"{text} is none of {', '.join(BENCHES)}")
    return text


def _peer_names(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    unknown = [name for name in names if name not in PEER_NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown peer {unknown[0]!r}: use {', '.join(PEER_NAMES)}")
    return names


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
