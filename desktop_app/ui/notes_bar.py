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
        self.facts = QLabel()
        self._facts = ""
        for name, tip in _TIPS.items():
            actions[name].setToolTip(tip)
        self._build()
        self.set_progress(None)

    def set_progress(self, fraction: float | None) -> None:
        """Show how far the analysis is; None hides it."""
        for widget in (self.bar, self.cancel_button):
            widget.setVisible(fraction is not None)
        self.facts.setVisible(fraction is None)
        self.bar.setValue(round(100 * (fraction or 0.0)))

    def set_facts(self, text: str) -> None:
        """Show what is known of the whole recording, as far as there is room."""
        self._facts = text
        self.facts.setToolTip(text)
        metrics, width_px = self.facts.fontMetrics(), self.facts.width()
        self.facts.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, width_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more room, or less."""
        super().resizeEvent(event)
        self.layout().activate()
        self.set_facts(self._facts)

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
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        for widget in (self.switch, self.settings_button, self.bar, self.cancel_button):
            layout.addWidget(widget)
        layout.addStretch()
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
