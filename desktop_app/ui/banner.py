# SPDX-License-Identifier: MIT
"""One sentence over the pictures, for what went wrong; never a dialog that stops the work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStyle, QToolButton


class Banner(QFrame):
    """Hidden until :meth:`say`; a newer sentence takes the place of the older one."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        self.close_button = QToolButton()
        self._action: Callable[[], None] | None = None
        self._build()
        self.hide()

    def say(self, sentence: str, button: str = "", action: Callable[[], None] | None = None) -> None:
        """Show a sentence, with a button where there is something to do about it."""
        self.label.setText(sentence)
        self.label.setAccessibleName(sentence)
        self._action = action
        self.button.setText(button)
        self.button.setVisible(action is not None)
        self.show()

    def _build(self) -> None:
        icon = QLabel()
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        symbol = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        icon.setPixmap(symbol.pixmap(size, size))
        self.close_button.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_TitleBarCloseButton))
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Hide this message")
        self.close_button.setAccessibleName("Hide this message")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 4, 4)
        layout.addWidget(icon)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.close_button)
        self.close_button.clicked.connect(self.hide)
        self.button.clicked.connect(self._on_button)

    def _on_button(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
