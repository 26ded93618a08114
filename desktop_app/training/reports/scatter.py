# SPDX-License-Identifier: MIT
"""Where the classes lie: features on their first two principal components.

Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space", Phil. Mag. 2, 1901. Features
with a time axis enter by their mean over time; each column is brought to mean 0 and deviation 1 first.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import ModelError, RightInTuneError
from desktop_app.domain.frames import Float32Array
from desktop_app.training.lab.cache import build_matrix
from desktop_app.training.lab.recipe import FeatureInput, recipe_of
from desktop_app.training.reports.entries import drawn_entries
from desktop_app.training.reports.result import Result

_RECIPE: Final = "recipe.json"


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Sounds as points.

    Attributes
    ----------
    kind
        The features.
    points : ndarray, shape (n, 2)
    column : ndarray, shape (n,)
        Which class each is of.
    explained
        Share of the variance on each component.
    """

    kind: str
    points: NDArray[np.float64]
    column: NDArray[np.intp]
    explained: tuple[float, float]


def class_scatter(folder: Path, result: Result) -> Scatter | None:
    """Points of some held-back sounds; None where their features cannot be made again.

    Raises
    ------
    ModelError
        When the recipe that the training wrote beside its results is damaged.
    """
    part = result.measured.get("random") or next(iter(result.measured.values()), None)
    if part is None or not (folder / _RECIPE).is_file():
        return None
    try:
        each = recipe_of(json.loads((folder / _RECIPE).read_text(encoding="utf-8"))).features[0]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The results in {folder} are damaged.") from error
    entries = drawn_entries(part, result.classes, ())
    classes = {entry.key: result.classes.index(entry.labels[0]) for entry in entries}
    try:
        keys, rows = _rows(each, entries)
    except RightInTuneError:  # no sound is there any more, or the corpus would have to tell its qualities
        return None
    if len(keys) < 3:
        return None
    points, explained = principal_components(rows)
    return Scatter(each.kind, points, np.array([classes[key] for key in keys], np.intp), explained)


def _rows(each: FeatureInput, entries: list) -> tuple[tuple[str, ...], Float32Array]:
    with tempfile.TemporaryDirectory() as cache:
        table = build_matrix(entries, each.kind, each.settings, Path(cache))
        rows = np.asarray(table.X, np.float32)
    return table.keys, rows.mean(axis=2).reshape(rows.shape[0], -1) if rows.ndim > 2 else rows


def principal_components(rows: Float32Array) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Rows of shape (n, n_columns) on their first two components, and the share of each in the variance."""
    centred = rows.astype(np.float64) - rows.mean(axis=0)
    scaled = centred / np.maximum(centred.std(axis=0), 1e-9)
    left, strength, _ = np.linalg.svd(scaled, full_matrices=False)
    power = strength**2 / max(float((strength**2).sum()), 1e-12)
    return left[:, :2] * strength[:2], (float(power[0]), float(power[1]))
