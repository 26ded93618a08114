# SPDX-License-Identifier: MIT
"""Where results go: to stdout in order, or into a folder, a file each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from desktop_app.cli.inputs import Input
from desktop_app.cli.report import Format, Report
from desktop_app.domain.errors import AudioFileError, ExportError, RightInTuneError
from desktop_app.io.audio_file_text import shown_name
from desktop_app.io.exports_file import write_whole
from desktop_app.io.exports_json import error_to_dict, to_json_line


class Output(Protocol):
    """Takes what became of each input."""

    def check(self, index: int) -> None:
        """Raise an :class:`ExportError` when the result of this input could not be written anyway."""

    def write(self, index: int, report: Report) -> None:
        """Write a result; raises an :class:`ExportError` when that fails."""

    def fail(self, index: int, error: RightInTuneError) -> None:
        """Write that an input failed."""


class StreamOutput:
    """Everything to stdout, in the order of the inputs.

    Parameters
    ----------
    inputs
        The files.
    output_format
        What the reports hold.
    """

    def __init__(self, inputs: Sequence[Input], output_format: Format) -> None:
        self._inputs = inputs
        self._format = output_format
        self._print(_heading(output_format))

    def check(self, index: int) -> None:
        """Nothing stands in the way."""

    def write(self, index: int, report: Report) -> None:
        """Print the content."""
        self._print(report.content)

    def fail(self, index: int, error: RightInTuneError) -> None:
        """Print an error object where the format has one."""
        if self._format == "json":
            code = error.code if isinstance(error, AudioFileError) else "unreadable"
            line = to_json_line(error_to_dict(self._inputs[index].path, code, str(error)))
            self._print(line.encode("utf-8", "surrogateescape"))

    def _print(self, content: bytes) -> None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


class FolderOutput:
    """A file for each input; nothing for those that failed.

    Parameters
    ----------
    targets
        The files to write.
    output_format
        What the reports hold.
    force
        Whether files that are there may be replaced.
    """

    def __init__(self, targets: Sequence[Path], output_format: Format, *, force: bool) -> None:
        self._targets = targets
        self._format = output_format
        self._force = force

    def check(self, index: int) -> None:
        """Refuse before any work is done."""
        target = self._targets[index]
        if not self._force and target.exists():
            raise ExportError(f"{shown_name(target)} is there already: --force would replace it.")

    def write(self, index: int, report: Report) -> None:
        """Write the file, and the folders it lies in."""
        target = self._targets[index]
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(f"{shown_name(target.parent)} cannot be made: {error.strerror}.") from error
        write_whole(target, _heading(self._format) + report.content, overwrite=self._force)

    def fail(self, index: int, error: RightInTuneError) -> None:
        """Nothing is written."""


def _heading(output_format: Format) -> bytes:
    """What stands above the results of all files."""
    if output_format != "csv":
        return b""
    from desktop_app.io.exports_notes import csv_header

    return csv_header().encode()
