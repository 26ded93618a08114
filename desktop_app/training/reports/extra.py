# SPDX-License-Identifier: MIT
"""Tables, on a page and in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WORDS: Final = ("part", "published", "set")


@dataclass(frozen=True, slots=True)
class Extra:
    """A table more for a page, under its own heading."""

    title: str
    lead: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; the first column and those of :data:`WORDS` hold text, the others figures."""
    marks = ["---" if i == 0 or name in WORDS else "--:" for i, name in enumerate(head)]
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(marks)}|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in cells)])
