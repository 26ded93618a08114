# SPDX-License-Identifier: MIT
"""Exporting the views as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QTimer
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QComboBox

from desktop_app.io.exports_file import write_whole
from desktop_app.ui.exporting.output_dialog import OutputDialog
from desktop_app.ui.exporting.pictures import Picture

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow

_SCALES: Final = (1, 2, 4)
_SVG: Final = 0


class PictureDialog(OutputDialog):
    """Exports the views of the open recording as they are: what is hidden stays out."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, "Export picture")
        self._controller = window.controller
        document = self._controller.document
        assert document is not None
        self._views = window.views
        if self._controller.is_live_shown:
            self._title, self._facts = "Live sound", ""
        else:
            self._title, self._facts = document.path.name, document.facts()
        self._writing: _Writing | None = None
        size_px = self._picture().size
        self.format = QComboBox()
        self.format.setAccessibleName("Format")
        for scale in _SCALES:
            size = size_px * scale
            self.format.addItem(f"PNG, {size.width()} × {size.height()} pixels", scale)
        self.format.addItem("SVG, for print: lines and text stay sharp at any size", _SVG)
        chosen = self.format.findData(self._controller.settings.picture_scale)
        self.format.setCurrentIndex(max(0, chosen))
        self.form.addRow("Fo&rmat", self.format)
        self.about.setText("Writes the views as they are now, with title, names and time axis.")

    def _picture(self) -> Picture:
        return Picture(self._views, self._title, self._facts)

    @property
    def _suffix(self) -> str:
        return "svg" if self.format.currentData() == _SVG else "png"

    def suggested(self) -> Path:
        """Beside the last export, named after the recording."""
        folder = Path(self._controller.settings.last_folder or Path.home())
        return folder / f"{Path(self._title).stem}.{self._suffix}"

    def filters(self) -> str:
        """The format's files."""
        return f"{self._suffix.upper()} pictures (*.{self._suffix})"

    def write(self, target: Path) -> None:
        """Paint here, a part at a time; pack and write aside, because that takes longer still."""
        scale = self.format.currentData()
        settings = self._controller.settings
        settings.last_folder, settings.picture_scale = str(target.parent), scale
        picture, writing = self._picture(), _Writing(target)
        self._writing = writing
        steps = iter((picture.svg(),)) if scale == _SVG else picture.image_by_parts(scale)
        self._paint(steps, writing)

    def _paint(self, steps: Iterator[bytes | QImage], writing: _Writing) -> None:
        painted = next(steps, None)
        if writing.is_given_up:
            return
        if painted is not None:
            writing.painted = painted
            QTimer.singleShot(0, self, lambda: self._paint(steps, writing))
            return
        target = writing.target
        self._controller.background.submit(
            writing.run,
            then=lambda _none: None if writing.is_given_up else self.succeed(f"“{target.name}” is written."),
            failed=lambda error: None if writing.is_given_up else self.fail(error),
        )

    def stop(self) -> None:
        """Write nothing; what was begun is not heard of again."""
        if self._writing is not None:
            self._writing.is_given_up = True


class _Writing:
    """One picture on its way to its file, on a thread of its own."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.painted: bytes | QImage = b""
        self.is_given_up = False

    def run(self) -> None:
        """Write it, unless it is given up."""
        content = _packed(self.painted)
        if not self.is_given_up:
            write_whole(self.target, content, overwrite=True)  # the file dialog has asked


def _packed(painted: bytes | QImage) -> bytes:
    if isinstance(painted, bytes):
        return painted
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(painted)
    return bytes(buffer.data().data())
