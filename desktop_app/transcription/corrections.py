# SPDX-License-Identifier: MIT
"""Corrected notes over whatever an analysis found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop_app.domain.corrections import Corrections
from desktop_app.domain.note import Note

_MIN_OVERLAP = 0.5


def with_corrections(found: Sequence[Note], corrections: Corrections, *, is_poly: bool) -> tuple[Note, ...]:
    """The notes that were found, less what the user removed, with what he wants kept; in order of onset.

    A found note counts as removed when it shares more than half of the shorter one's time with a removed
    note; where several sound at once (``is_poly``), only when it has the same key too.
    """
    left = [note for note in found if not _is_among(note, corrections.removed, is_poly)]
    return tuple(in_order([*left, *corrections.kept]))


def in_order(notes: Iterable[Note]) -> list[Note]:
    """By onset, then by key."""
    return sorted(notes, key=lambda note: (note.onset_s, note.midi, note.offset_s))


def _is_among(note: Note, removed: Sequence[Note], is_poly: bool) -> bool:
    return any(
        _overlap(note, other) > _MIN_OVERLAP for other in removed if not is_poly or other.midi == note.midi
    )


def _overlap(one: Note, other: Note) -> float:
    """Of the shorter one's duration, 0 … 1."""
    shared_s = min(one.offset_s, other.offset_s) - max(one.onset_s, other.onset_s)
    return max(0.0, shared_s) / max(1e-9, min(one.duration_s, other.duration_s))
