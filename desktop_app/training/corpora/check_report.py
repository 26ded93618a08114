# SPDX-License-Identifier: MIT
"""What a check of a corpus found, for people and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from desktop_app.io.corpora.entry import Kind

NO_LABEL: Final = "no label"
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

    @property
    def empty_parts(self) -> tuple[str, ...]:
        """Official parts whose lists are empty: what is learnt cannot be judged on them."""
        return tuple(part for part, n_sounds in self.parts.items() if n_sounds == 0)

    @property
    def is_usable(self) -> bool:
        """Whether there are sounds, none of them with a problem, and no part is empty."""
        return self.n_entries > 0 and not self.problems and not self.empty_parts

    def of(self, problem: Problem) -> tuple[Finding, ...]:
        """The sounds with one kind of problem."""
        found: tuple[Finding, ...] = getattr(self, problem.field)
        return found

    def lines(self) -> list[str]:
        """A summary for people: what there is, then each problem with its count and first ten sounds."""
        n_problems = len(self.problems) + len(self.empty_parts) + (self.n_entries == 0)
        verdict = counted(n_problems, "problem") if n_problems else "nothing wrong"
        lines = [f"{self.folder}: {_KIND_NAMES[self.kind]}, {counted(self.n_entries, 'sound')}, {verdict}"]
        if any(self.parts.values()) and any(self.parts):  # not "" alone
            lines.append(f"parts: {_tally(self.parts, 'none')}")
        lines.append(f"classes: {_tally(self.labels, NO_LABEL) or 'none, because no sound is listed'}")
        if self.empty_parts:
            lines.append(f"parts without a sound: {', '.join(self.empty_parts)}")
        for problem in Problem:
            lines += _problem_lines(problem, self.of(problem))
        if self.lone_classes:
            lone = ", ".join(name or NO_LABEL for name in self.lone_classes)
            lines.append(f"classes with one sound only: {lone}")
        return lines

    def as_dict(self) -> dict[str, Any]:
        """Everything that was found, ready for JSON."""
        return {
            "folder": str(self.folder),
            "kind": self.kind,
            "sounds": self.n_entries,
            "parts": self.parts,
            "classes": self.labels,
            "parts_without_a_sound": list(self.empty_parts),
            "classes_with_one_sound": list(self.lone_classes),
            "problems": {problem.field: [_as_dict(one) for one in self.of(problem)] for problem in Problem},
        }


def counted(n: int, name: str) -> str:
    """A number of things in words: ``1 sound``, ``2 sounds``."""
    return f"{n} {name}{'' if n == 1 else 's'}"


def _tally(counts: dict[str, int], nameless: str) -> str:
    return ", ".join(f"{name or nameless} {n}" for name, n in counts.items())


def _problem_lines(problem: Problem, findings: tuple[Finding, ...]) -> list[str]:
    if not findings:
        return []
    shown = [f"  {one.path}{f' ({one.detail})' if one.detail else ''}" for one in findings[:_SHOWN]]
    more = [f"  … and {len(findings) - _SHOWN} more"] if len(findings) > _SHOWN else []
    return [f"{problem.value}: {len(findings)}", *shown, *more]


def _as_dict(finding: Finding) -> dict[str, str]:
    return {"key": finding.key, "file": str(finding.path), "detail": finding.detail}
