# SPDX-License-Identifier: MIT
"""File and number dialogs: native, and never stopping the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from desktop_app.ui.settings import A4_RANGE_HZ

_SOUNDS = "*.wav *.flac *.ogg *.oga *.opus *.mp3 *.m4a *.aac *.aif *.aiff *.au *.caf"
_FILTERS = (
    f"Sound files and projects ({_SOUNDS} *.rit)",
    f"Sound files ({_SOUNDS})",
    "Projects (*.rit)",
    "All files (*)",
)


def ask_files(parent: QWidget, folder: str, then: Callable[[list[Path]], None]) -> QFileDialog:
    """Ask for sound files, or a project."""
    dialog = _dialog(parent, "Open", folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters(_FILTERS)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()
    return dialog


def ask_folder(parent: QWidget, folder: str, then: Callable[[list[Path]], None]) -> QFileDialog:
    """Ask for a folder of sound files."""
    dialog = _dialog(parent, "Open a folder of sound files", folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()
    return dialog


def ask_target(parent: QWidget, suggested: Path, then: Callable[[Path], None]) -> QFileDialog:
    """Ask where to write; the dialog itself asks before a file is replaced."""
    dialog = _dialog(parent, "Save take as", str(suggested.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suggested.suffix.lstrip("."))
    dialog.selectFile(suggested.name)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
    return dialog


def ask_a4(parent: QWidget, a4_hz: int, then: Callable[[int], None]) -> QInputDialog:
    """Ask for the tuning reference."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("A4 reference")
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setIntRange(*A4_RANGE_HZ)
    dialog.setIntValue(a4_hz)
    dialog.setLabelText(f"Frequency of A4 in Hz ({A4_RANGE_HZ[0]} … {A4_RANGE_HZ[1]}):")
    dialog.intValueSelected.connect(then)
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str, folder: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
