# SPDX-License-Identifier: MIT
"""What is shown before there is any sound: two large choices and an example."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.ui.theme import current_theme, icon_pixmap


class EmptyState(QWidget):
    """*Record*, *Open a file* and *Try the example*.

    Attributes
    ----------
    record_requested, open_requested, example_requested
        Signals: the choices.
    """

    record_requested = Signal()
    open_requested = Signal()
    example_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty_state")
        self.setAccessibleName("Begin")
        self.title = QLabel("Which note was that, and which instrument?")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setWordWrap(True)
        self.record_button = self._choice("empty_record_button", "Record", "Listen with the microphone (R)")
        self.open_button = self._choice("empty_open_button", "Open a file", "Open a recording (Ctrl+O)")
        self.example_button = QPushButton("Try the example")
        self.example_button.setObjectName("empty_example_button")
        self.example_button.setToolTip("Open a few seconds of music that come with the program")
        self.example_button.setFlat(True)
        self.example_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hint = QLabel("… or drop files anywhere on this window. Nothing leaves this computer.")
        self.hint.setObjectName("empty_hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        self._build()

    def _choice(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _build(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(24)
        choices.addStretch(1)
        choices.addWidget(self.record_button)
        choices.addWidget(self.open_button)
        choices.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(18)
        layout.addStretch(2)
        layout.addWidget(self.title)
        layout.addLayout(choices)
        layout.addWidget(self.example_button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.hint)
        layout.addStretch(3)
        self.record_button.clicked.connect(self.record_requested)
        self.open_button.clicked.connect(self.open_requested)
        self.example_button.clicked.connect(self.example_requested)
        self._restyle()

    def set_record_enabled(self, enabled: bool, reason: str = "") -> None:
        """Whether recording is possible now; ``reason`` is the tool tip when it is not."""
        self.record_button.setEnabled(enabled)
        self.record_button.setToolTip("Listen with the microphone (R)" if enabled else reason)

    def _restyle(self) -> None:
        theme = current_theme()
        self._look = (theme.name, self.font().key())
        unit = self.fontMetrics().height()
        font = self.font()
        font.setPointSizeF(1.7 * self.font().pointSizeF())
        self.title.setFont(font)
        font.setPointSizeF(1.25 * self.font().pointSizeF())
        for button, name, colour in (
            (self.record_button, "microphone", theme.clip),
            (self.open_button, "open", theme.accent),
        ):
            picture = QIcon(icon_pixmap(name, colour, 96))
            picture.addPixmap(icon_pixmap(name, theme.cannot_tell, 96), QIcon.Mode.Disabled)
            button.setIcon(picture)
            button.setIconSize(QSize(3 * unit, 3 * unit))
            button.setFont(font)
            button.setFixedSize(12 * unit, 8 * unit)
        self.setStyleSheet(
            f"#{self.record_button.objectName()}, #{self.open_button.objectName()} {{"
            f" background: {theme.panel}; border: 1px solid {theme.border};"
            " border-radius: 10px; padding: 12px; }"
            f"#{self.record_button.objectName()}:hover, #{self.open_button.objectName()}:hover,"
            f"#{self.record_button.objectName()}:focus, #{self.open_button.objectName()}:focus {{"
            f" border: 2px solid {theme.accent}; }}"
            f"#empty_example_button {{ color: {theme.accent}; border: none; padding: 6px; }}"
            "#empty_example_button:hover, #empty_example_button:focus { text-decoration: underline; }"
            f"#empty_hint {{ color: {theme.muted}; }}"
        )

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        look = (current_theme().name, self.font().key())
        if hasattr(self, "_look") and look != self._look:
            self._restyle()
