# SPDX-License-Identifier: MIT
"""The table of all models: the same question asked of sounds that are ever further from the training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from desktop_app.domain.errors import ModelError
from desktop_app.training.evaluate import percent
from desktop_app.training.reports.extra import markdown
from desktop_app.training.reports.result import METRICS

COLUMNS: Final = ("random", "unseen instrument", "unseen bank", "real")
HEAD: Final = ("model", *COLUMNS, "published")
CAPTION: Final = "Balanced share of right answers: random notes, then what was never heard"
# The bundled models' metrics name their sets so.
_SETS: Final = dict(
    zip(COLUMNS, ("random notes", "unseen instruments", "unseen bank", "real recordings"), strict=True)
)


def comparison(folders: Sequence[Path]) -> str:
    """The table in Markdown, a row for each folder with a ``metrics.json``.

    Raises
    ------
    ModelError
        When a folder has no readable figures.
    """
    return markdown(HEAD, comparison_rows(folders))


def comparison_rows(folders: Sequence[Path]) -> list[list[str]]:
    """The cells of :func:`comparison`, in the order of :data:`HEAD`.

    Raises
    ------
    ModelError
        When a folder has no readable figures.
    """
    return [_row(folder) for folder in folders]


def _row(folder: Path) -> list[str]:
    try:
        metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
        parts = (
            metrics["parts"] if "parts" in metrics else {c: metrics["sets"].get(_SETS[c]) for c in COLUMNS}
        )
        figures = [percent((parts.get(column) or {}).get("balanced")) for column in COLUMNS]
        return [f"{metrics.get('id') or metrics['model']}", *figures, _published(metrics)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{folder} has no readable figures in {METRICS}.") from error


def _published(metrics: dict[str, Any]) -> str:
    return (metrics.get("published") or {}).get("text") or "–"
