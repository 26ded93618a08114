# SPDX-License-Identifier: MIT
"""The menu of the selected notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.domain.note import Candidate, Note
from desktop_app.ui.notes.commands import CHANGES
from desktop_app.ui.views.roll_item import candidate_text

_OF_NOTES = ("hear_notes", "-", "split_note", "join_notes", "delete_notes")
_OF_ALL = ("-", "select_all_notes", "undo", "redo", "-")


def note_menu(
    parent: QWidget,
    actions: Mapping[str, QAction],
    selected: Sequence[Note],
    choose: Callable[[Candidate], None],
) -> QMenu:
    """All that can be done with the selected notes; of a single one its candidates come first."""
    menu = QMenu(parent)
    menu.setObjectName("note_menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if len(selected) == 1:
        _add_candidates(menu, selected[0], choose)
    if selected:
        add_actions(menu, actions, _OF_NOTES)
        add_actions(menu.addMenu("&Change"), actions, CHANGES)
    add_actions(menu, actions, _OF_ALL)
    return menu


def add_actions(menu: QMenu, actions: Mapping[str, QAction], names: Sequence[str]) -> None:
    """Put commands into a menu; ``"-"`` is a line."""
    for name in names:
        if name == "-":
            menu.addSeparator()
        else:
            menu.addAction(actions[name])


def _add_candidates(menu: QMenu, note: Note, choose: Callable[[Candidate], None]) -> None:
    for candidate in sorted(note.candidates, key=lambda one: -one.strength):
        action = menu.addAction(candidate_text(candidate))
        action.setCheckable(True)
        action.setChecked(candidate.midi == note.midi)
        action.triggered.connect(lambda _checked=False, one=candidate: choose(one))
    menu.addSeparator()
