# SPDX-License-Identifier: MIT
"""ExplorerWindow: the list of the sounds of a corpus, and the chosen one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.banner import Banner
from desktop_app.ui.explorer.entries_model import EntriesModel
from desktop_app.ui.explorer.entries_table import EntriesTable
from desktop_app.ui.explorer.filter_bar import FilterBar
from desktop_app.ui.explorer.sound_panel import SoundPanel
from desktop_app.ui.listening.keys import ButtonsKeepSpace
from desktop_app.ui.theme import icon

_SIZE: Final = (1280, 800)
_LIST_PX: Final = 700


class ExplorerWindow(QWidget):
    """The widgets; what they do is in :class:`~desktop_app.ui.explorer.control.ExplorerControl`.

    Signals
    -------
    closed
        The user has closed the window.
    dropped : Path
        A folder was dropped on it.
    """

    closed = Signal()
    dropped = Signal(Path)

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("explorer")
        self.setWindowTitle("Explore a corpus")
        self.setWindowIcon(icon("app"))
        self.setAcceptDrops(True)
        self.model = EntriesModel()
        self.choose_button = QPushButton("&Choose a corpus…")
        self.corpus_label = QLabel("No corpus is open: choose a folder.")
        self.answers_of = QComboBox()
        self.results_button = QPushButton("&Results of a training…")
        self.filters = FilterBar()
        self.banner = Banner()
        self.work = QWidget()
        self.work_label = QLabel()
        self.work_bar = QProgressBar()
        self.cancel_button = QPushButton("Cancel")
        self.table = EntriesTable(self.model)
        self.count_label, self.mistakes_label = QLabel(), QLabel()
        self.test_button = QPushButton("&Test on all shown")
        self.sound = SoundPanel()
        self._keep_space = ButtonsKeepSpace(self)
        self._build()
        self.resize(*_SIZE)

    def show_work(self, text: str, fraction: float | None = None) -> None:
        """Show what is being done and how far it is; no text hides that."""
        self.work.setVisible(bool(text))
        self.work_label.setText(text)
        self.work_bar.setRange(0, 0 if fraction is None else 100)
        self.work_bar.setValue(0 if fraction is None else round(100.0 * fraction))

    def select_row(self, row: int) -> None:
        """Choose a row and bring it into sight."""
        index = self.model.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.table.scrollTo(index)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One folder may be dropped."""
        if _folder(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which."""
        folder = _folder(event)
        if folder is not None:
            event.acceptProposedAction()
            self.dropped.emit(folder)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that the window is closed."""
        super().closeEvent(event)
        self.closed.emit()

    def add_key(self, key: str) -> QShortcut:
        """A key that works anywhere in the window."""
        return QShortcut(QKeySequence(key), self)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self._name_widgets()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        counts = QHBoxLayout()
        counts.addWidget(self.count_label, 1)
        counts.addWidget(self.mistakes_label)
        counts.addWidget(self.test_button)
        column.addLayout(counts)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.sound)
        splitter.setSizes([_LIST_PX, _SIZE[0] - _LIST_PX])
        layout = QVBoxLayout(self)
        layout.addLayout(self._top())
        layout.addWidget(self.filters)
        layout.addWidget(self.banner)
        layout.addWidget(self._work_row())
        layout.addWidget(splitter, 1)
        self.installEventFilter(self._keep_space)

    def _name_widgets(self) -> None:
        for widget, name, tip in (
            (self.choose_button, "explorer_choose", "Choose the folder of a corpus (Ctrl+O)"),
            (self.results_button, "explorer_results", "Show the answers that a training has written down"),
            (self.answers_of, "explorer_answers_of", "Whose answers are shown beside the truth"),
            (self.cancel_button, "explorer_cancel", "Stop"),
            (
                self.test_button,
                "explorer_test",
                "Let the model answer to every sound in this list, to know its mistakes",
            ),
        ):
            widget.setObjectName(name)
            widget.setToolTip(tip)
        self.answers_of.setAccessibleName("Answers of")
        self.answers_of.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.corpus_label.setTextFormat(Qt.TextFormat.PlainText)
        for button in (self.results_button, self.test_button):
            button.setEnabled(False)

    def _top(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.addWidget(self.choose_button)
        top.addWidget(self.corpus_label, 1)
        answers = QLabel("&Answers of")
        answers.setBuddy(self.answers_of)
        for widget in (answers, self.answers_of, self.results_button):
            top.addWidget(widget)
        return top

    def _work_row(self) -> QWidget:
        self.work_bar.setTextVisible(False)
        self.work_bar.setAccessibleName("How far it is")
        row = QHBoxLayout(self.work)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.work_label)
        row.addWidget(self.work_bar, 1)
        row.addWidget(self.cancel_button)
        self.work.hide()
        return self.work


def _folder(event: QDropEvent) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].is_dir() else None
