# SPDX-License-Identifier: MIT
"""Whether a corpus is sound, and what it holds."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from desktop_app.domain.labels import SOURCES
from desktop_app.domain.pitch import note_name
from desktop_app.training.corpus import Item, has_known_labels, load_items
from desktop_app.training.render import SILENCE_PEAK, SR

PROBLEMS: Final[tuple[str, ...]] = (
    "missing",
    "corrupt",
    "wrong rate",
    "silent",
    "duplicate",
    "unknown label",
)
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What is wrong with a corpus.

    Attributes
    ----------
    n_items
        Sounds that are listed.
    problems
        Pairs of what is wrong (one of :data:`PROBLEMS`) and the file.
    """

    n_items: int
    problems: tuple[tuple[str, Path], ...]

    def lines(self) -> list[str]:
        """A summary for people: the count of each problem and its first ten files."""
        if not self.problems:
            return [f"{self.n_items} sounds, nothing wrong"]
        lines = [f"{self.n_items} sounds, {len(self.problems)} problems"]
        for problem in PROBLEMS:
            paths = [path for kind, path in self.problems if kind == problem]
            if paths:
                lines.append(f"{problem}: {len(paths)}")
                lines += [f"  {path}" for path in paths[:_SHOWN]]
                lines += [f"  … and {len(paths) - _SHOWN} more"] if len(paths) > _SHOWN else []
        return lines


def check_corpus(corpus_dir: Path) -> CheckReport:
    """Read every sound of a corpus and look for what would spoil training.

    Raises
    ------
    CorpusError
        When the folder is no corpus.
    """
    items = load_items(corpus_dir)
    problems: list[tuple[str, Path]] = []
    digests: set[str] = set()
    for item in items:
        if not has_known_labels(item):
            problems.append(("unknown label", item.path))
        problems += [(problem, item.path) for problem in _problems_of(item.path, digests)]
    return CheckReport(len(items), tuple(problems))


def _problems_of(path: Path, digests: set[str]) -> Iterable[str]:
    if not path.is_file():
        yield "missing"
        return
    try:
        y, sr = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        yield "corrupt"
        return
    if sr != SR:
        yield "wrong rate"
    if y.size == 0 or not np.isfinite(y).all():
        yield "corrupt"
    elif np.abs(y).max() < SILENCE_PEAK:
        yield "silent"
    else:
        digest = hashlib.sha256(y.tobytes()).hexdigest()
        if digest in digests:
            yield "duplicate"
        digests.add(digest)


def explore_lines(items: Sequence[Item]) -> list[str]:
    """What a corpus holds, as tables of plain text: by family with sources and pitches, then by bank."""
    lines = [
        f"{'family':<18}{'sounds':>8}{'instruments':>13}"
        + "".join(f"{name:>12}" for name in SOURCES)
        + "  pitches"
    ]
    lines += [_family_line(family, some) for family, some in sorted(_grouped(items, "family").items())]
    lines += ["", f"{'bank':<40}{'sounds':>8}{'instruments':>13}  weights may ship"]
    for bank, some in sorted(_grouped(items, "bank").items()):
        n_instruments = len({item.instrument for item in some})
        allowed = "yes" if all(item.weights_ok for item in some) else "no"
        lines.append(f"{bank:<40}{len(some):>8}{n_instruments:>13}  {allowed}")
    return [*lines, "", f"{len(items)} sounds of {len({item.instrument for item in items})} instruments"]


def _grouped(items: Iterable[Item], name: str) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[getattr(item, name)].append(item)
    return groups


def _family_line(family: str, items: Sequence[Item]) -> str:
    sources = Counter(item.source for item in items)
    pitches = [item.midi for item in items if item.midi is not None]
    span = f"{note_name(min(pitches))}–{note_name(max(pitches))}" if pitches else "–"
    counts = "".join(f"{sources[name]:>12}" for name in SOURCES)
    return f"{family:<18}{len(items):>8}{len({item.instrument for item in items}):>13}{counts}  {span}"
