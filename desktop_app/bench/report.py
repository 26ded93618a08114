# SPDX-License-Identifier: MIT
"""What a benchmark tells: figures, each beside its reference and its target."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

SCHEMA = "right-in-tune/bench/1"
OWN_NAME = "Right In Tune"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes
    ----------
    what, value, unit
        The measurement.
    reference, reference_value
        What it stands beside, measured in the same run, in the same unit.
    target, better
        The bound, and whether less or more than it is right.
    peers
        Other programs' values of the same measurement in the same run.
    """

    what: str
    value: float
    unit: str
    reference: str | None = None
    reference_value: float | None = None
    target: float | None = None
    better: Literal["less", "more"] = "less"
    peers: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without a target."""
        if self.target is None:
            return None
        return self.value <= self.target if self.better == "less" else self.value >= self.target

    def line(self) -> str:
        """As text."""
        text = f"{self.what}: {_number(self.value)} {self.unit}".rstrip()
        if self.reference is not None and self.reference_value is not None:
            text += f"; {self.reference}: {_number(self.reference_value)} {self.unit}".rstrip()
        return f"{text}; target {self.verdict()}" if self.target is not None else text

    def verdict(self) -> str:
        """The target and whether it is reached; empty without one."""
        if self.target is None:
            return ""
        sign = "≤" if self.better == "less" else "≥"
        return f"{sign} {_number(self.target)}: {'reached' if self.is_met else 'MISSED'}"


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one benchmark.

    Attributes
    ----------
    bench
        Its name.
    figures
        What was measured.
    details
        Settings and raw values, as JSON knows them.
    """

    bench: str
    figures: list[Figure]
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> str:
        """One line of JSON."""
        return json.dumps(
            {
                "schema": SCHEMA,
                "bench": self.bench,
                "figures": [{**asdict(figure), "is_met": figure.is_met} for figure in self.figures],
                "details": self.details,
                "machine": machine(),
            }
        )

    def as_text(self) -> str:
        """A line for each figure; a table where there are peers."""
        if any(figure.peers for figure in self.figures):
            return "\n".join([f"{self.bench}:", *_table(self.figures)])
        return "\n".join([f"{self.bench}:", *(f"  {figure.line()}" for figure in self.figures)])


def _table(figures: Sequence[Figure]) -> list[str]:
    """A column for each program, in Markdown."""
    names = list(dict.fromkeys(name for figure in figures for name in figure.peers))
    rows = [["", OWN_NAME, *names, "", "target"]]
    for figure in figures:
        values = [_number(figure.peers[name]) if name in figure.peers else "–" for name in names]
        rows.append([figure.what, _number(figure.value), *values, figure.unit, figure.verdict()])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    return [f"| {' | '.join(cell.ljust(w) for cell, w in zip(row, widths, strict=True))} |" for row in rows]


def machine() -> dict[str, Any]:
    """Where it was measured."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "n_cores": os.cpu_count(),
    }


def rounded(value: float, digits: int = 4) -> float:
    """A figure with as many significant digits as one can believe."""
    return float(f"{value:.{digits}g}")


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"
