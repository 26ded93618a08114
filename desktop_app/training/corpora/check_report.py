# SPDX-License-Identifier: MIT
"""What a check of a corpus found, for people and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from desktop_app.io.corpora.entry import Kind

_SHOWN: Final = 10
_KIND_NAMES: Final[dict[Kind, str]] = {
    "nsynth": "NSynth's format",
    "irmas": "IRMAS",
    "fma": "FMA",
    "folders": "a folder per class",
    "manifest": "a manifest",
}


class Problem(Enum):
    """What can be wrong with a sound; the value is how people are told."""

    MISSING = "missing"
    CORRUPT = "corrupt"
    WRONG_RATE = "wrong rate"
    SILENT = "silent"
    DUPLICATE = "duplicate"
    UNKNOWN_LABEL = "unknown label"

    @property
    def field(self) -> str:
        """The field of :class:`CheckReport`."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """A sound with a problem, and what the problem is in particular."""

    key: str
    path: Path
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What is wrong with a corpus.

    Attributes
    ----------
    folder, kind
        The corpus and its form.
    n_entries
        Sounds that are listed.
    labels
        How many sounds carry each label.
    parts
        How many sounds each official part has; "" where there are no parts.
    missing, corrupt, wrong_rate, silent, duplicate, unknown_label
        The sounds with each problem. A duplicate is the same sound, sample by sample, as an earlier one.
    """

    folder: Path
    kind: Kind
    n_entries: int
    labels: dict[str, int] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    missing: tuple[Finding, ...] = ()
    corrupt: tuple[Finding, ...] = ()
    wrong_rate: tuple[Finding, ...] = ()
    silent: tuple[Finding, ...] = ()
    duplicate: tuple[Finding, ...] = ()
    unknown_label: tuple[Finding, ...] = ()

    @property
    def problems(self) -> tuple[tuple[Problem, Finding], ...]:
        """All problems, kind by kind."""
        return tuple((problem, finding) for problem in Problem for finding in self.of(problem))

    @property
    def lone_classes(self) -> tuple[str, ...]:
        """Classes with one sound: none is left to check with when it is learnt. No problem by itself."""
        return tuple(label for label, n_sounds in self.labels.items() if n_sounds == 1)

    def of(self, problem: Problem) -> tuple[Finding, ...]:
        """The sounds with one kind of problem."""
        found: tuple[Finding, ...] = getattr(self, problem.field)
        return found

    def lines(self) -> list[str]:
        """A summary for people: what there is, then each problem with its count and first ten sounds."""
        verdict = f"{len(self.problems)} problems" if self.problems else "nothing wrong"
        lines = [f"{self.folder}: {_KIND_NAMES[self.kind]}, {self.n_entries} sounds, {verdict}"]
        if any(self.parts):
            lines.append(f"parts: {_counted(self.parts)}")
        lines.append(f"classes: {_counted(self.labels)}")
        for problem in Problem:
            lines += _problem_lines(problem, self.of(problem))
        if self.lone_classes:
            lines.append(f"classes with one sound only: {', '.join(self.lone_classes)}")
        return lines

    def as_dict(self) -> dict[str, Any]:
        """Everything that was found, ready for JSON."""
        return {
            "folder": str(self.folder),
            "kind": self.kind,
            "sounds": self.n_entries,
            "parts": self.parts,
            "classes": self.labels,
            "classes_with_one_sound": list(self.lone_classes),
            "problems": {problem.field: [_as_dict(one) for one in self.of(problem)] for problem in Problem},
        }


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name or 'none'} {n}" for name, n in counts.items())


def _problem_lines(problem: Problem, findings: tuple[Finding, ...]) -> list[str]:
    if not findings:
        return []
    shown = [f"  {one.path}{f' ({one.detail})' if one.detail else ''}" for one in findings[:_SHOWN]]
    more = [f"  … and {len(findings) - _SHOWN} more"] if len(findings) > _SHOWN else []
    return [f"{problem.value}: {len(findings)}", *shown, *more]


def _as_dict(finding: Finding) -> dict[str, str]:
    return {"key": finding.key, "file": str(finding.path), "detail": finding.detail}
