# SPDX-License-Identifier: MIT
"""Asks about unsaved work before it would be lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from desktop_app.ui.projects.dialogs import Answer, ask_to_save

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.ui.library import Entry
    from desktop_app.ui.projects.control import ProjectControl

SaveThen = Callable[["Entry", Callable[[], None]], None]


class UnsavedQuestions:
    """One question after the other; nothing is thrown away before the last one is answered.

    Parameters
    ----------
    window
        Over which they appear.
    projects
        Forgets what is to be discarded.
    save
        Saves the work on an entry, asking where if needed, and goes on once it is safe.
    """

    def __init__(self, window: QWidget, projects: ProjectControl, save: SaveThen) -> None:
        self._window, self._projects, self._save = window, projects, save
        self._is_open = False

    def ask(self, entries: Sequence[Entry], then: Callable[[], object]) -> None:
        """Ask about each; ``then`` is called when all of them may go."""
        if not self._is_open:
            self._ask_next(list(entries), [], then)

    def _ask_next(self, entries: list[Entry], unwanted: list[Entry], then: Callable[[], object]) -> None:
        if not entries:
            self._projects.give_up(unwanted)
            then()
            return
        entry, *rest = entries

        def on_answer(answer: Answer) -> None:
            self._is_open = False
            if answer == "save":
                self._save(entry, lambda: self._ask_next(rest, unwanted, then))
            elif answer == "discard":
                self._ask_next(rest, [*unwanted, entry], then)

        self._is_open = True
        ask_to_save(self._window, entry.shown_name, on_answer)
