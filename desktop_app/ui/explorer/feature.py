# SPDX-License-Identifier: MIT
"""ExplorerFeature: the window of the explorer, made when it is first asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop_app.ui.command import Feature
from desktop_app.ui.exporting.side_jobs import SideJobs

if TYPE_CHECKING:
    from desktop_app.ui.explorer.control import ExplorerControl
    from desktop_app.ui.main_window import MainWindow


class ExplorerFeature(Feature):
    """See :mod:`desktop_app.ui.command`.

    Attributes
    ----------
    control
        The explorer, once it was asked for.
    jobs
        The process that lists corpora and analyses their sounds.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.control: ExplorerControl | None = None
        self.jobs = SideJobs()
        window.closed.connect(self._end)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its command does."""
        return {"explore": self.explore}

    def explore(self) -> None:
        """Show the window; without a corpus in it, ask for one."""
        window = self.opened().window
        window.show()
        window.raise_()
        window.activateWindow()
        if self.opened().corpus is None:
            self.ask_corpus()

    def ask_corpus(self) -> None:
        """Ask for the folder of a corpus."""
        control = self.opened()
        dialog = self._dialog("Choose the folder of a corpus")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: control.open(Path(name)))
        dialog.open()

    def ask_results(self) -> None:
        """Ask for the answers of a training."""
        control = self.opened()
        dialog = self._dialog("Choose the answers of a training")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Answers (predictions.npz)")
        dialog.fileSelected.connect(lambda name: control.read_results(Path(name)))
        dialog.open()

    def tick(self) -> None:
        """Follow the jobs and the sound."""
        if self.control is not None:
            self.jobs.tick()
            self.control.tick()

    def opened(self) -> ExplorerControl:
        """The explorer, made now where it was not asked for yet."""
        if self.control is None:  # only now imported, so that the first paint need not wait for it
            from desktop_app.ui.explorer.control import ExplorerControl
            from desktop_app.ui.explorer.window import ExplorerWindow

            window = ExplorerWindow()
            pictures = self.controller.folders.cache / "overviews" / str(os.getpid()) / "explorer"
            self.control = ExplorerControl(window, self.controller, self.jobs, pictures)
            self.controller.models_listed.connect(self.control.choice.fill)
            self.control.sent.connect(self._show_main_view)
            window.choose_button.clicked.connect(self.ask_corpus)
            window.results_button.clicked.connect(self.ask_results)
            window.add_key("Ctrl+O").activated.connect(self.ask_corpus)
        return self.control

    def _show_main_view(self) -> None:
        self.window.raise_()
        self.window.activateWindow()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self.opened().window, title, self.controller.settings.last_folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _end(self) -> None:
        self.jobs.close()
        if self.control is not None:
            self.control.close()
            self.control.window.close()
            self.control.window.deleteLater()
            self.control = None
