# SPDX-License-Identifier: MIT
"""What ``analyse`` prints of one file; made in the job process, so that only bytes travel back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from desktop_app.domain.errors import ExportError
from desktop_app.io.audio_file_text import shown_name
from desktop_app.jobs.tasks import AnalyseOptions, analyse_file

if TYPE_CHECKING:
    from desktop_app.domain.analysis import Analysis
    from desktop_app.jobs.worker import Progress

Format = Literal["json", "csv", "midi", "musicxml", "labels", "svl"]
SUFFIXES: Final[dict[Format, str]] = {
    "json": ".json",
    "csv": ".csv",
    "midi": ".mid",
    "musicxml": ".musicxml",
    "labels": ".txt",
    "svl": ".svl",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A file's result as bytes, and what is to be said about it."""

    content: bytes
    warnings: tuple[str, ...] = ()


def report_file(
    path: str, options: AnalyseOptions, output_format: Format, with_f0: bool, progress: Progress
) -> Report:
    """Analyse one file and put the result into its format; a task of the job pool.

    Raises
    ------
    AudioFileError
        When the file cannot be read as audio.
    ExportError
        When a score is wanted of a file without notes.
    ModelError
        When the model is missing, damaged or does not fit.
    """
    analysis = analyse_file(path, options, None, progress)
    if output_format in ("midi", "musicxml"):
        return Report(_score(analysis, output_format), analysis.warnings)
    return Report(
        _table(analysis, output_format, with_f0).encode("utf-8", "surrogateescape"), analysis.warnings
    )


def _score(analysis: Analysis, output_format: Literal["midi", "musicxml"]) -> bytes:
    from desktop_app.jobs.export import ExportOptions, exported

    if not analysis.notes:
        raise ExportError(f"{shown_name(analysis.path)} has no notes to write down.")
    return exported(analysis, ExportOptions(output_format))


def _table(analysis: Analysis, output_format: Format, with_f0: bool) -> str:
    from desktop_app.io import exports_json, exports_notes

    if output_format == "json":
        return exports_json.to_json_line(exports_json.analysis_to_dict(analysis, with_f0=with_f0))
    if output_format == "csv":
        return exports_notes.notes_to_csv(analysis)
    if output_format == "labels":
        return exports_notes.notes_to_labels(analysis)
    return exports_notes.notes_to_svl(analysis)
