# SPDX-License-Identifier: MIT
"""Keys that need AltGr on many keyboards, which Qt's shortcuts do not know."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent


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
