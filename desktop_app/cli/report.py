# SPDX-License-Identifier: MIT
"""What ``analyse`` prints of one file; made in the job process, so that only text travels back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from desktop_app.jobs.tasks import AnalyseOptions, analyse_file

if TYPE_CHECKING:
    from desktop_app.jobs.worker import Progress

Format = Literal["json", "csv", "labels", "svl"]
SUFFIXES: Final[dict[Format, str]] = {"json": ".json", "csv": ".csv", "labels": ".txt", "svl": ".svl"}


@dataclass(frozen=True, slots=True)
class Report:
    """A file's result as text, and what is to be said about it."""

    text: str
    warnings: tuple[str, ...] = ()


def report_file(
    path: str, options: AnalyseOptions, output_format: Format, with_f0: bool, progress: Progress
) -> Report:
    """Analyse one file and put the result into words; a task of the job pool.

    Raises
    ------
    AudioFileError
        When the file cannot be read as audio.
    ModelError
        When the model is missing, damaged or does not fit.
    """
    from desktop_app.io import exports_json, exports_notes

    analysis = analyse_file(path, options, None, progress)
    if output_format == "json":
        text = exports_json.to_json_line(exports_json.analysis_to_dict(analysis, with_f0=with_f0))
    elif output_format == "csv":
        text = exports_notes.notes_to_csv(analysis)
    elif output_format == "labels":
        text = exports_notes.notes_to_labels(analysis)
    else:
        text = exports_notes.notes_to_svl(analysis)
    return Report(text, analysis.warnings)
