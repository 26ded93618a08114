# SPDX-License-Identifier: MIT
"""A dialog that asks how and where something is written, and tells in the same place how it went."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.errors import RightInTuneError
from desktop_app.ui.theme import current_theme


class OutputDialog(QDialog):
    """The frame of all export dialogs; a subclass fills :attr:`form` and writes in :meth:`write`.

    Attributes
    ----------
    about
        One line that says what will be written.
    message
        How it went: one sentence.
    ask_target
        Asks for the target; the file dialog asks before a file is replaced.
    """

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields = QWidget()
        self.form = QFormLayout(self.fields)
        self.about, self.message = _label("What will be written"), _label("How it went")
        self.bar = QProgressBar()
        self.show_button = QPushButton("Show in &folder")
        box = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(box.Save | box.Close)
        self.export_button = self.buttons.button(box.Save)
        self.close_button = self.buttons.button(box.Close)
        self.target: Path | None = None
        self._build()

    # -- what subclasses give ------------------------------------------------------------------

    def suggested(self) -> Path:
        """Where the file dialog begins."""
        raise NotImplementedError

    def filters(self) -> str:
        """The kind of file, as a file dialog wants it: ``"MIDI (*.mid)"``."""
        raise NotImplementedError

    def write(self, target: Path) -> None:
        """Begin to write; :meth:`succeed` or :meth:`fail` ends it."""
        raise NotImplementedError

    def stop(self) -> None:
        """Give up what is being written."""

    # -- how it goes ---------------------------------------------------------------------------

    def ask_target(self) -> None:
        """Ask for the target, then write."""
        suggested = self.suggested()
        dialog = QFileDialog(self, self.windowTitle(), str(suggested.parent), self.filters())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggested.suffix.lstrip("."))
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(lambda name: self.start(Path(name)))
        dialog.open()

    def start(self, target: Path) -> None:
        """Write to a target that the user has agreed to."""
        self.target = target
        self._tell("", is_error=False)
        self._set_running(True)
        self.write(target)

    def set_progress(self, fraction: float | None) -> None:
        """Show how much is done; None where that is not known."""
        self.bar.setRange(0, 0 if fraction is None else 100)
        self.bar.setValue(round(100 * (fraction or 0.0)))

    def succeed(self, sentence: str) -> None:
        """All is written."""
        self._set_running(False)
        self._tell(sentence, is_error=False)
        self.show_button.show()
        self.close_button.setFocus()

    def fail(self, error: RightInTuneError) -> None:
        """Nothing was written, and this is why."""
        self._set_running(False)
        self._tell(str(error), is_error=True)

    @property
    def is_running(self) -> bool:
        """Whether something is being written."""
        return not self.fields.isEnabled()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing gives up what is being written."""
        self.reject()
        event.accept()

    def reject(self) -> None:
        """While something is being written, give it up; else close."""
        if self.is_running:
            self.stop()
            self._set_running(False)
            self._tell("Nothing was written.", is_error=False)
        else:
            super().reject()

    def _build(self) -> None:
        self.form.setContentsMargins(0, 0, 0, 0)
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.export_button.setText("&Export…")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self.ask_target)
        self.close_button.clicked.connect(self.reject)
        self.show_button.setAutoDefault(False)
        self.show_button.hide()
        self.show_button.clicked.connect(self._show_in_folder)
        told = QHBoxLayout()
        told.addWidget(self.message, 1)
        told.addWidget(self.show_button)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(self.fields)
        layout.addWidget(self.about)
        layout.addStretch(1)
        layout.addWidget(self.bar)
        layout.addLayout(told)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(30 * self.fontMetrics().height())

    def _set_running(self, is_running: bool) -> None:
        self.fields.setEnabled(not is_running)
        self.export_button.setEnabled(not is_running)
        self.close_button.setText("Cancel" if is_running else "Close")
        self.bar.setVisible(is_running)
        self.set_progress(None)
        self.show_button.hide()

    def _tell(self, sentence: str, *, is_error: bool) -> None:
        self.message.setText(sentence)
        self.message.setAccessibleName(sentence or "How it went")
        colour = current_theme().clip if is_error else current_theme().text
        self.message.setStyleSheet(f"color: {colour}")

    def _show_in_folder(self) -> None:
        if self.target is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.target.parent)))


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(name)
    return label
