# SPDX-License-Identifier: MIT
"""Enter sounds the selected notes, except where it has another use."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTextEdit,
    QWidget,
)

_TAKES_ENTER = (QLineEdit, QAbstractSpinBox, QComboBox, QTextEdit, QAbstractItemView)


class EnterKey(QObject):
    """Switches the command off while a field is typed into or another list has the focus.

    Parameters
    ----------
    parent
        The window.
    own
        The list of notes, in which Enter sounds them.
    """

    def __init__(self, parent: QWidget, own: QAbstractItemView) -> None:
        super().__init__(parent)
        self._window, self._own = parent, own
        self._action: QAction | None = None
        self._is_wanted = False
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)

    def use(self, action: QAction) -> None:
        """The command that has the key."""
        self._action = action

    def set_wanted(self, is_wanted: bool) -> None:
        """Whether there is something to be sounded."""
        self._is_wanted = is_wanted
        self._follow_focus(None, QApplication.focusWidget())

    def _follow_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._action is not None:
            is_here = now is None or now.window() is self._window
            is_free = now is self._own or not isinstance(now, _TAKES_ENTER)
            self._action.setEnabled(self._is_wanted and is_here and is_free)
