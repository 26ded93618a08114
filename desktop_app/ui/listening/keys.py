# SPDX-License-Identifier: MIT
"""Keys that Qt's shortcuts do not treat as one expects."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication


class AltGrKeys(QObject):
    """Triggers actions by the characters that are typed with AltGr, such as ``[`` in Germany and France.

    To be installed as an event filter of a window; fields for text keep what is typed into them.

    Parameters
    ----------
    actions
        By character.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Trigger, where no widget has claimed the key."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        action = self._actions.get(event.text())
        if action is None or not event.modifiers() & Qt.KeyboardModifier.GroupSwitchModifier:
            return False
        event.accept()
        action.trigger()
        return True


class ButtonsKeepSpace(QObject):
    """Lets Space press the button or the box that has the focus, in a window where that key plays too.

    To be installed as an event filter of a window.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the key for the button."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Space or not isinstance(QApplication.focusWidget(), QAbstractButton):
            return False
        event.accept()
        return True
