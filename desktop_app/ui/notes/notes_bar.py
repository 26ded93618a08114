# SPDX-License-Identifier: MIT
"""The line above the list of notes: one or several at once, the settings, and what is known of the whole."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from desktop_app.ui.theme import set_icon

_TIPS = {
    "several_notes": "Tell several notes at once, as of chords and pianos, in this recording (N)",
    "note_settings": "How much evidence makes a note (Shift+N)",
}


class ShortenedLabel(QLabel):
    """Text at the right, as much as there is room for; all of it where the mouse points."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show another text."""
        self.setToolTip(text)
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more room, or less."""
        super().resizeEvent(event)
        self.show_text(self.toolTip())


class NotesBar(QWidget):
    """Buttons and texts; the commands are the window's.

    Signals
    -------
    cancel_requested
        The analysis that is under way is not wanted.
    """

    cancel_requested = Signal()

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setAccessibleName("About the notes")
        self.switch = _button("several_notes_button", actions["several_notes"], "note")
        self.settings_button = _button("note_settings_button", actions["note_settings"], "settings")
        self.bar = QProgressBar()
        self.cancel_button = QToolButton()
        self.facts = ShortenedLabel()
        for name, tip in _TIPS.items():
            actions[name].setToolTip(tip)
        self._build()
        self.set_progress(None)

    def set_progress(self, fraction: float | None) -> None:
        """Show how far the analysis is; None hides it."""
        for widget in (self.bar, self.cancel_button):
            widget.setVisible(fraction is not None)
        self.bar.setValue(round(100 * (fraction or 0.0)))

    def set_facts(self, text: str) -> None:
        """Show what is known of the whole recording."""
        self.facts.show_text(text)

    def _build(self) -> None:
        self.bar.setAccessibleName("Analysis of the notes")
        self.bar.setFixedWidth(8 * self.fontMetrics().height())
        self.bar.setFormat("Listening %p %")
        self.cancel_button.setObjectName("cancel_notes_button")
        self.cancel_button.setAutoRaise(True)
        self.cancel_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel_button.setAccessibleName("Cancel")
        self.cancel_button.setToolTip("Stop looking for notes and keep those that are shown")
        self.cancel_button.clicked.connect(self.cancel_requested)
        set_icon(self.cancel_button, "cancel")
        self.facts.setAccessibleName("Number of notes, tempo and key")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        for widget in (self.switch, self.settings_button, self.bar, self.cancel_button):
            layout.addWidget(widget)
        layout.addWidget(self.facts, 1)


def _button(name: str, action: QAction, icon_name: str) -> QToolButton:
    set_icon(action, icon_name)
    action.setIconVisibleInMenu(False)  # the others have none
    button = QToolButton()
    button.setDefaultAction(action)
    button.setObjectName(name)
    button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(18, 18))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
