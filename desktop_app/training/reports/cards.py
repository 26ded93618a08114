# SPDX-License-Identifier: MIT
"""The cards of trainings and the tables that compare them, in Markdown, for a folder of the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import ModelError
from desktop_app.training.lab.run_write import write_text_whole
from desktop_app.training.reports.comparison import comparison
from desktop_app.training.reports.extra import Extra, markdown

CARD: Final = "card.md"
TABLES: Final = "README.md"


def write_cards(folders: Sequence[Path], out: Path, extras: Mapping[Path, Sequence[Extra]]) -> Path:
    """Write ``README.md`` with all tables, and the card of each training beside it; returns the former.

    Parameters
    ----------
    folders
        As trainings left them.
    extras
        Tables more for the cards of some.

    Raises
    ------
    ModelError
        When figures or a card are missing, or something cannot be written.
    """
    tables = comparison(folders)
    for folder in folders:
        try:
            card = (folder / CARD).read_text(encoding="utf-8")
        except OSError as error:
            raise ModelError(f"{folder} holds no card of a training.") from error
        for extra in extras.get(folder, ()):
            card += f"\n## {extra.title}\n\n{extra.lead}\n\n{markdown(extra.head, extra.rows)}\n"
        write_text_whole(out / f"{folder.name}.md", card)
        tables = tables.replace(f"| {folder.name} |", f"| [{folder.name}]({folder.name}.md) |")
    write_text_whole(out / TABLES, f"# Results of the training lab\n\n{tables}\n")
    return out / TABLES
