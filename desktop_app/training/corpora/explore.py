# SPDX-License-Identifier: MIT
"""What a corpus holds, counted while it is streamed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from desktop_app.domain.labels import SOURCES
from desktop_app.domain.pitch import note_name
from desktop_app.io.corpora.entry import Entry
from desktop_app.training.corpora.check_report import NO_LABEL, counted


@dataclass(slots=True)
class _Group:
    """The sounds of one class or bank."""

    n_sounds: int = 0
    instruments: set[str] = field(default_factory=set)
    sources: Counter[str | None] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    lowest_midi: int | None = None
    highest_midi: int | None = None
    weights_ok: bool = True

    def add(self, entry: Entry) -> None:
        self.n_sounds += 1
        self.sources[entry.source] += 1
        self.parts[entry.part] += 1
        self.weights_ok = self.weights_ok and entry.weights_ok
        if entry.instrument is not None:
            self.instruments.add(entry.instrument)
        if entry.midi is not None:
            self.lowest_midi = min(entry.midi, self.lowest_midi or entry.midi)
            self.highest_midi = max(entry.midi, self.highest_midi or entry.midi)


def explore_lines(entries: Iterable[Entry]) -> list[str]:
    """Tables of plain text: by class with sources and pitches, by bank, by part, and the total.

    A sound with several labels counts for each of its classes.
    """
    classes: dict[str, _Group] = defaultdict(_Group)
    banks: dict[str, _Group] = defaultdict(_Group)
    total = _Group()
    for entry in entries:
        for group in (*(classes[label] for label in entry.labels), banks[entry.bank], total):
            group.add(entry)
    head = "".join(f"{name:>12}" for name in SOURCES)
    lines = [f"{'class':<20}{'sounds':>8}{'instruments':>13}{head}  pitches"]
    lines += [_class_line(label, classes[label]) for label in sorted(classes)]
    lines += ["", f"{'bank':<40}{'sounds':>8}{'instruments':>13}  weights may ship"]
    for bank, group in sorted(banks.items()):
        allowed = "yes" if group.weights_ok else "no"
        lines.append(f"{bank:<40}{group.n_sounds:>8}{len(group.instruments):>13}  {allowed}")
    parts = [f"{part} {n}" for part, n in total.parts.items() if part]
    lines += ["", f"parts: {', '.join(parts)}"] if parts else []
    known = f" of {counted(len(total.instruments), 'instrument')}" if total.instruments else ""
    return [*lines, "", f"{counted(total.n_sounds, 'sound')}{known}"]


def _class_line(label: str, group: _Group) -> str:
    low, high = group.lowest_midi, group.highest_midi
    span = "–" if low is None or high is None else f"{note_name(low)}–{note_name(high)}"
    counts = "".join(f"{group.sources[name]:>12}" for name in SOURCES)
    return f"{label or NO_LABEL:<20}{group.n_sounds:>8}{len(group.instruments):>13}{counts}  {span}"
