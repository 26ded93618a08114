# SPDX-License-Identifier: MIT
"""Which sounds of an index are wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from desktop_app.io.corpora.entry import QUALITIES

BETWEEN: Final = "\x1f"  # between labels: the unit separator, char(31), which no label holds


@dataclass(frozen=True, slots=True)
class Filter:
    """Which sounds are wanted; what is left empty is not asked for.

    Attributes
    ----------
    families, sources, parts, banks, labels
        Any of these.
    midi
        Lowest and highest pitch, both included.
    qualities
        All of these, by the names of :data:`~desktop_app.io.corpora.entry.QUALITIES`.
    text
        Occurs in the key, small and capital letters alike.
    """

    families: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    banks: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    midi: tuple[int, int] | None = None
    qualities: frozenset[str] = frozenset()
    text: str = ""


def condition(wanted: Filter) -> tuple[str, list[str | int]]:
    """A filter as an SQL condition and the values for its marks; without values everything is wanted.

    Raises
    ------
    ValueError
        When a quality is none of the ten.
    """
    terms: list[str] = ["1"]
    values: list[str | int] = []

    def require(term: str, of: Iterable[str | int]) -> None:
        terms.append(term)
        values.extend(of)

    columns = {
        "family": wanted.families,
        "source": wanted.sources,
        "part": wanted.parts,
        "bank": wanted.banks,
    }
    for column, allowed in columns.items():
        if allowed:
            require(f"{column} IN ({', '.join('?' * len(allowed))})", sorted(allowed))
    if wanted.labels:
        held = "instr(char(31) || labels || char(31), ?)"
        sought = (f"{BETWEEN}{label}{BETWEEN}" for label in sorted(wanted.labels))
        require(f"({' OR '.join([held] * len(wanted.labels))})", sought)
    if wanted.midi is not None:
        require("midi BETWEEN ? AND ?", wanted.midi)
    if wanted.qualities:
        if unknown := wanted.qualities.difference(QUALITIES):
            raise ValueError(f"qualities are some of {QUALITIES}, not {sorted(unknown)}")
        mask = sum(1 << QUALITIES.index(name) for name in wanted.qualities)
        require("qualities & ? = ?", (mask, mask))
    if wanted.text:
        require("instr(lower(key), ?)", (wanted.text.lower(),))
    return " AND ".join(terms), values
