# SPDX-License-Identifier: MIT
"""Offers what an earlier run of the program could not save: each recording alone, and all of it later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.io.audio_file_text import shown_name

if TYPE_CHECKING:
    from desktop_app.io.autosave import Left


class RestoreDialog(QDialog):
    """One row for each recording, with Restore and Discard; what is not answered is offered again.

    Signals
    -------
    restore_requested, discard_requested : Left
    """

    restore_requested = Signal(object)
    discard_requested = Signal(object)

    def __init__(self, parent: QWidget, left: Sequence[Left]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Unsaved work")
        self._n_open = len(left)
        self._rows = QGridLayout()
        self._rows.setColumnStretch(0, 1)
        for row, one in enumerate(left):
            self._add(row, one)
        about = QLabel("The program did not end as it should. This can be restored:")
        about.setWordWrap(True)
        later = QDialogButtonBox()
        self.later_button = later.addButton("Not now", QDialogButtonBox.ButtonRole.RejectRole)
        self.later_button.setToolTip("Ask again at the next start (Esc)")
        later.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addLayout(self._rows)
        layout.addWidget(later)

    def _add(self, row: int, left: Left) -> None:
        text = restore_text(left)
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        restore = self._button("Restore", f"Restore: {text}")
        discard = self._button("Discard", f"Discard: {text}")
        restore.setDefault(row == 0)
        widgets = (label, restore, discard)
        for column, widget in enumerate(widgets):
            self._rows.addWidget(widget, row, column)
        restore.clicked.connect(lambda: self._answer(widgets, self.restore_requested.emit, left))
        discard.clicked.connect(lambda: self._answer(widgets, self.discard_requested.emit, left))

    def _button(self, text: str, accessible_name: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(accessible_name)
        button.setToolTip(accessible_name)
        return button

    def _answer(self, widgets: Sequence[QWidget], tell: Callable[[Left], object], left: Left) -> None:
        for widget in widgets:
            widget.setEnabled(False)
        tell(left)
        self._n_open -= 1
        if self._n_open == 0:
            self.accept()


def restore_text(left: Left) -> str:
    """Such as ``Your work on “song.wav” from 10:32``."""
    name = left.project_path or Path(left.project.audio.path)
    is_today = left.saved_at.date() == datetime.now(left.saved_at.tzinfo).date()
    day = "" if is_today else f"{left.saved_at.day} {left.saved_at:%b} "
    return f"Your work on {shown_name(name)} from {day}{left.saved_at:%H:%M}"
