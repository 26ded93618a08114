# SPDX-License-Identifier: MIT
"""The running program: what is made at the start, in which order, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop_app import __version__
from desktop_app.ui.bridge import ResultPump
from desktop_app.ui.controller import Controller
from desktop_app.ui.diagnostics import Diagnostics, trace_start
from desktop_app.ui.folders import user_folders
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.services import Services
from desktop_app.ui.settings import load_settings, save_settings
from desktop_app.ui.theme import apply_theme, icon


class Program:
    """Application, window and everything behind it.

    Parameters
    ----------
    files
        To be opened at the start.
    services
        What the window uses; fakes in tests.

    Attributes
    ----------
    is_clean
        After :meth:`close`, whether everything has ended; else a thread hangs in a sound driver.
    """

    def __init__(self, files: Sequence[Path] = (), services: Services | None = None) -> None:
        existing = QApplication.instance()
        self.application = existing if isinstance(existing, QApplication) else QApplication(["right-in-tune"])
        self.application.setApplicationName("Right In Tune")
        self.application.setApplicationVersion(__version__)
        self.application.setDesktopFileName("right-in-tune")
        self._files = list(files)
        self._folders = user_folders()
        self._is_closed = self.is_clean = False
        self.diagnostics = Diagnostics(self._folders.log_file)
        self.diagnostics.install()
        self.settings = load_settings(self._folders.settings_file)
        apply_theme(self.application, self.settings.theme)
        self.controller = Controller(self.settings, self._folders, services)
        self.window = MainWindow(self.controller)
        self.window.setWindowIcon(icon("app"))
        self.pump = ResultPump(
            self.controller,
            self.window.screen_.show,
            self.window.screen_.show_heard,
            self.diagnostics.problems,
            self.window.say,
        )
        self.window.painted.connect(self._on_painted)
        self.window.closed.connect(self.close)

    def show(self) -> None:
        """Show the window; everything that it does not need for its first paint comes after that."""
        self.window.show()

    def run(self) -> tuple[int, bool]:
        """Show the window and run until it is closed.

        Returns
        -------
        tuple of int and bool
            Exit status, and whether everything has ended.
        """
        self.show()
        status = self.application.exec()
        self.close()
        return status, self.is_clean

    def quit(self) -> None:
        """Close the window."""
        self.window.close()

    def quit_soon(self) -> None:
        """Close the window unasked, from the event loop: a signal comes in the middle of anything."""
        QTimer.singleShot(0, self.window.close_unasked)

    def close(self) -> None:
        """End everything in order: sound, threads, processes, settings, log. May be called again."""
        if self._is_closed:
            return
        self._is_closed = True
        self.pump.stop()
        self.window.store_settings()
        self.is_clean = self.controller.close()
        save_settings(self.settings, self._folders.settings_file)
        self.diagnostics.close()
        self.application.quit()

    def _on_painted(self) -> None:
        trace_start("visible")
        QTimer.singleShot(0, self._start_rest)

    def _start_rest(self) -> None:
        if self._is_closed:
            return
        self.controller.start()
        self.pump.start()
        if self._files:
            self.controller.open_files(self._files)
