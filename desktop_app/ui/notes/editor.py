# SPDX-License-Identifier: MIT
"""The corrections of the open recording, with undo and redo."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.corrections import NO_CORRECTIONS, Corrections


class CorrectionHistory:
    """Every state of one recording's corrections since it was opened; states are never changed."""

    def __init__(self, start: Corrections = NO_CORRECTIONS) -> None:
        self._states = [start]
        self._index = 0

    @property
    def current(self) -> Corrections:
        """The corrections that hold."""
        return self._states[self._index]

    def push(self, corrections: Corrections) -> None:
        """One more step; what was undone is forgotten."""
        self._states[self._index + 1 :] = [corrections]
        self._index += 1

    def undo(self) -> bool:
        """One step back, if there is one."""
        can = self._index > 0
        self._index -= can
        return can

    def redo(self) -> bool:
        """One step forward, if there is one."""
        can = self._index < len(self._states) - 1
        self._index += can
        return can


class NoteEditor(QObject):
    """Corrects the notes of the open recording.

    Signals
    -------
    corrected : Entry
        An entry's corrections are others.
    """

    corrected = Signal(object)
