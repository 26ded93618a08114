# SPDX-License-Identifier: MIT
"""Exporting the loop as it sounds now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QComboBox

from desktop_app.domain.listening import Listening, Stretch
from desktop_app.jobs.playable import playable_path
from desktop_app.jobs.render import render_loop
from desktop_app.ui.exporting.output_dialog import OutputDialog

if TYPE_CHECKING:
    from desktop_app.ui.exporting.side_jobs import SideJobs
    from desktop_app.ui.main_window import MainWindow

_FORMATS: Final = (("wav", "WAV"), ("flac", "FLAC"))


def stretch_of(listening: Listening) -> Stretch | None:
    """The loop at the present speed and pitch; None where there is none."""
    if listening.loop_s is None:
        return None
    return Stretch(*listening.loop_s, listening.speed, listening.semitones)


class SoundDialog(OutputDialog):
    """Exports a stretch of the open recording as sound.

    Parameters
    ----------
    stretch
        Which, how fast and how high.
    jobs
        Run the job.
    """

    def __init__(self, window: MainWindow, stretch: Stretch, jobs: SideJobs) -> None:
        super().__init__(window, "Export loop as sound")
        entry = window.controller.library.open_entry
        assert entry is not None
        assert entry.folder is not None
        self._path, self._played = entry.path, playable_path(entry.path, entry.folder)
        self._settings, self._stretch, self._jobs = window.controller.settings, stretch, jobs
        self._job_id: int | None = None
        self.format = QComboBox()
        self.format.setAccessibleName("Format")
        for name, title in _FORMATS:
            self.format.addItem(title, name)
        self.form.addRow("Fo&rmat", self.format)
        self.about.setText(f"Writes {self._what()}.")
        jobs.prepare()

    def suggested(self) -> Path:
        """Beside the last export, named after the recording."""
        folder = Path(self._settings.last_folder or Path.home())
        return folder / f"{self._path.stem} loop.{self.format.currentData()}"

    def filters(self) -> str:
        """The format's files."""
        return f"{self.format.currentText()} files (*.{self.format.currentData()})"

    def write(self, target: Path) -> None:
        """Send the job."""
        self._settings.last_folder = str(target.parent)
        suffix = f".{self.format.currentData()}"
        is_as_asked = target.suffix.lower() == suffix
        if not is_as_asked:
            target = target.with_name(target.name + suffix)
        self.target = target
        self._job_id = self._jobs.submit(
            render_loop,
            str(self._played),
            self._stretch,
            str(target),
            is_as_asked,  # only about this name the file dialog has asked
            label="The export",
            then=lambda _none: self.succeed(f"“{target.name}” is written: {self._what()}."),
            failed=self.fail,
            progress=self.set_progress,
        )

    def stop(self) -> None:
        """Give the job up."""
        self._jobs.cancel(self._job_id)

    def _what(self) -> str:
        stretch = self._stretch
        heard_s = (stretch.end_s - stretch.start_s) / stretch.speed
        told = f"{heard_s:.1f} s of sound: {stretch.start_s:.2f} s to {stretch.end_s:.2f} s"
        told += f" at {100.0 * stretch.speed:.0f} % speed"
        if stretch.semitones:
            told += f", {stretch.semitones:+g} semitones"
        return told
