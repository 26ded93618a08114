# SPDX-License-Identifier: MIT
"""Undo and redo of corrections."""

from __future__ import annotations

from desktop_app.domain.corrections import NO_CORRECTIONS, Corrections


class CorrectionHistory:
    """Every state of one recording's corrections since it was opened; states are never changed."""

    def __init__(self, start: Corrections = NO_CORRECTIONS) -> None:
        self._states = [start]
        self._texts = [""]  # what led to each state
        self._index = 0

    @property
    def current(self) -> Corrections:
        """The corrections that hold."""
        return self._states[self._index]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return self._index > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forward."""
        return self._index < len(self._states) - 1

    @property
    def undo_text(self) -> str:
        """What a step back takes back, as it was named; empty where there is none."""
        return self._texts[self._index]

    @property
    def redo_text(self) -> str:
        """What a step forward does again, as it was named; empty where there is none."""
        return self._texts[self._index + 1] if self.can_redo else ""

    def push(self, corrections: Corrections, text: str = "") -> bool:
        """One more step, and what was undone is forgotten; tells whether anything has changed."""
        has_changed = corrections is not self.current
        if has_changed:
            self._states[self._index + 1 :] = [corrections]
            self._texts[self._index + 1 :] = [text]
            self._index += 1
        return has_changed

    def undo(self) -> bool:
        """One step back, if there is one."""
        can = self.can_undo
        self._index -= can
        return can

    def redo(self) -> bool:
        """One step forward, if there is one."""
        can = self.can_redo
        self._index += can
        return can
