# SPDX-License-Identifier: MIT
"""Reports on results of trainings: one model's page, or one for each and a table of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop_app.domain.errors import ModelError
from desktop_app.training.classifier.export import write_text
from desktop_app.training.reports.comparison import comparison, comparison_tables
from desktop_app.training.reports.extra import Extra
from desktop_app.training.reports.markup import link, page, paragraph, table
from desktop_app.training.reports.moved import found_again
from desktop_app.training.reports.page import PAGE, write_page
from desktop_app.training.reports.result import is_result, read_result
from desktop_app.training.reports.scatter import class_scatter


def result_folders(place: Path) -> list[Path]:
    """The folder itself where it holds results of a training, else those in it that do."""
    if is_result(place):
        return [place]
    return sorted(folder for folder in place.iterdir() if is_result(folder)) if place.is_dir() else []


def report(
    folders: Sequence[Path],
    out: Path,
    extras: Mapping[Path, Sequence[Extra]] | None = None,
    corpora: Sequence[Path] = (),
) -> Path:
    """Write the report on results; returns its ``index.html``.

    Parameters
    ----------
    folders
        As trainings left them. Of several, each gets a page in a folder of its name.
    extras
        Tables more for the pages of some.
    corpora
        Where sounds are looked for that are no longer where the training found them.

    Raises
    ------
    ModelError, CorpusError
        When there are no results, they are damaged, or a corpus cannot be read.
    """
    if not folders:
        raise ModelError("There are no results of a training to report on.")
    more = extras or {}
    if len(folders) == 1:
        return _write(folders[0], out, more, corpora)
    names = [folder.name for folder in folders]
    for folder in folders:
        _write(folder, out / folder.name, more, corpora)
    write_text(out / "comparison.md", comparison(folders) + "\n")
    pages = "".join(f"<li>{link(f'{name}/{PAGE}', name)}</li>" for name in names)
    tables = comparison_tables(folders)
    sections = [
        (f"table-{i}", of.title, paragraph(of.lead) + table(of.title, of.head, of.rows))
        for i, of in enumerate(tables)
    ]
    sections.append(("pages", "Their pages", f"<ul>{pages}</ul>"))
    lead = "The same models on notes of known instruments, and on ever more that they never heard."
    write_text(out / PAGE, page("Models compared", lead, sections))
    return out / PAGE


def _write(folder: Path, out: Path, extras: Mapping[Path, Sequence[Extra]], corpora: Sequence[Path]) -> Path:
    result = found_again(read_result(folder), corpora)
    return write_page(result, out, extras.get(folder, ()), class_scatter(folder, result))
