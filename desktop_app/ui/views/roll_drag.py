# SPDX-License-Identifier: MIT
"""What a drag in the piano roll does: notes moved or resized, snapped where one means it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF

from desktop_app.domain.note import Note

SNAP_PX = 6.0
KEY_HOLD_PX = 8.0
MIN_NOTE_S = 0.02


class DragKind(Enum):
    """What is dragged."""

    MOVE = "move"
    START = "start"
    END = "end"
    BAND = "band"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Grid:
    """Pixels and what edges snap to.

    Attributes
    ----------
    px_per_s, px_per_key
        Size of a second and of a semitone.
    times_s
        Where edges snap to, in order; empty for nowhere.
    end_s
        Length of the recording.
    """

    px_per_s: float
    px_per_key: float
    times_s: Sequence[float]
    end_s: float

    def snapped(self, time_s: float) -> float:
        """The nearest time to snap to when it is near, else the time itself."""
        at = bisect_left(self.times_s, time_s)
        near = self.times_s[max(0, at - 1) : at + 1]
        best = min(near, key=lambda one: abs(one - time_s), default=time_s)
        return best if abs(best - time_s) * self.px_per_s <= SNAP_PX else time_s


@dataclass(frozen=True, slots=True)
class Change:
    """How much later, higher and longer notes become.

    Attributes
    ----------
    start_s, end_s
        Added to onsets and offsets, in seconds.
    semitones
        Added to keys.
    """

    start_s: float = 0.0
    end_s: float = 0.0
    semitones: int = 0

    def of(self, note: Note) -> tuple[float, float, int]:
        """Onset, offset and key that a note would have."""
        return note.onset_s + self.start_s, note.offset_s + self.end_s, note.midi + self.semitones


def change_of(
    kind: DragKind, grabbed: Note, notes: Sequence[Note], moved_px: QPointF, grid: Grid, keys: tuple[int, int]
) -> Change:
    """What a drag of so many pixels does to ``notes``, of which ``grabbed`` is under the mouse.

    A drag along one axis leaves the other alone. Nothing leaves the recording, nor the lowest and the
    highest of ``keys``, and no note becomes shorter than 20 ms.
    """
    moved_s = moved_px.x() / grid.px_per_s
    first_s, last_s = min(note.onset_s for note in notes), max(note.offset_s for note in notes)
    shortest_s = min(note.duration_s for note in notes)
    if kind is DragKind.START:
        start_s = grid.snapped(grabbed.onset_s + moved_s) - grabbed.onset_s
        return Change(start_s=max(-first_s, min(start_s, max(0.0, shortest_s - MIN_NOTE_S))))
    if kind is DragKind.END:
        end_s = grid.snapped(grabbed.offset_s + moved_s) - grabbed.offset_s
        return Change(end_s=min(grid.end_s - last_s, max(end_s, min(0.0, MIN_NOTE_S - shortest_s))))
    later_s = _snapped_move(grabbed, moved_s, grid)
    later_s = max(-first_s, min(later_s, max(0.0, grid.end_s - last_s)))
    return Change(later_s, later_s, _semitones(moved_px.y(), notes, grid, keys))


def _snapped_move(note: Note, moved_s: float, grid: Grid) -> float:
    """By its onset, else by its offset."""
    for edge_s in (note.onset_s, note.offset_s):
        snapped_s = grid.snapped(edge_s + moved_s)
        if snapped_s != edge_s + moved_s:
            return snapped_s - edge_s
    return moved_s


def _semitones(down_px: float, notes: Sequence[Note], grid: Grid, keys: tuple[int, int]) -> int:
    if abs(down_px) < max(KEY_HOLD_PX, 0.5 * grid.px_per_key):
        return 0
    lowest, highest = min(note.midi for note in notes), max(note.midi for note in notes)
    return max(keys[0] - lowest, min(round(-down_px / grid.px_per_key), keys[1] - highest))
