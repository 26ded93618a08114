# SPDX-License-Identifier: MIT
"""The whole way of a recipe of the lab: corpora, split, features, fit, figures, files, card."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop_app.domain.frames import Float32Array
from desktop_app.training.lab.card_lab import card_text, figures_table
from desktop_app.training.lab.classical import forest_report
from desktop_app.training.lab.fit import Examples
from desktop_app.training.lab.recipe import LabRecipe, recipe_values
from desktop_app.training.lab.run_data import LabPlaces, gather_examples, gather_parts, tell
from desktop_app.training.lab.run_fit import Fitted, LabOptions, fit_recipe
from desktop_app.training.lab.run_measure import figures
from desktop_app.training.lab.run_windows import FeatureMaker, mean_over_windows
from desktop_app.training.lab.run_write import (
    splits_report,
    write_golden,
    write_predictions,
    write_text_whole,
)
from desktop_app.training.lab.splits_lab import VALID, Leak, leaks

__all__ = ["LabOptions", "LabPlaces", "LabResult", "train_lab"]


@dataclass(frozen=True, slots=True)
class LabResult:
    """The folder with the result, and its figures as in ``metrics.json``."""

    folder: Path
    metrics: dict[str, Any]

    def table(self) -> str:
        """The figures of every part as a Markdown table."""
        return figures_table(self.metrics["parts"])


def train_lab(recipe: LabRecipe, places: LabPlaces, options: LabOptions) -> LabResult:
    """Make the model of a recipe, measure it on everything that was held back, and describe it.

    Raises
    ------
    ModelError, CorpusError
        When there is nothing to learn from, the recipe does not fit, or something cannot be written.
    """
    start_s = time.monotonic()
    parts, classes, notes = gather_parts(recipe, places)
    tell(notes)
    maker = FeatureMaker(places.work / "features", options.jobs, options.scheduler)
    examples = gather_examples(recipe, parts, classes, maker)
    parts = {name: part for name, part in parts.items() if name in examples}
    home = places.out / recipe.model_id
    fitted = fit_recipe(recipe, examples, home, places.work / recipe.model_id, options)
    told = {name: fitted.predict(of) for name, of in examples.items()}
    if recipe.data.later_windows_s:
        told = mean_over_windows(recipe, parts, told, fitted.predict, maker)
    leak = leaks(parts)
    measured = _measured(recipe, classes, examples, told, leak)
    metrics = _metrics(recipe, classes, measured, fitted, notes)
    fitted_s = sum(fitted.history.get("seconds", ()))  # all of it, also what a training that was killed did
    metrics["training"]["seconds"] = round(fitted_s or time.monotonic() - start_s, 1)
    splits = splits_report(parts, leak, classes, recipe.split.kind, recipe.split.seed)
    write_predictions(
        home / "predictions.npz", parts, told, {n: e.truth for n, e in examples.items()}, recipe.data
    )
    write_golden(home / "golden.npz", examples[VALID], fitted.predict)
    write_text_whole(home / "card.md", card_text(recipe, metrics, splits))
    values = {"recipe": recipe_values(recipe), "splits": splits, "history": fitted.history}
    for name, value in (values | {"metrics": metrics}).items():
        write_text_whole(home / f"{name}.json", json.dumps(value, indent=2, ensure_ascii=False) + "\n")
    return LabResult(home, metrics)


def _measured(
    recipe: LabRecipe,
    classes: Sequence[str],
    examples: Mapping[str, Examples],
    told: Mapping[str, Float32Array],
    leak: Mapping[str, Leak],
) -> dict[str, dict[str, Any]]:
    """Figures of each part, with its leak."""
    data = recipe.data
    return {
        name: figures(told[name], of.truth, classes, multi_label=data.multi_label, threshold=data.threshold)
        | ({"leak": asdict(leak[name])} if name in leak else {})
        for name, of in examples.items()
    }


def _metrics(
    recipe: LabRecipe,
    classes: Sequence[str],
    measured: dict[str, dict[str, Any]],
    fitted: Fitted,
    notes: Sequence[str],
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "id": recipe.model_id,
        "title": recipe.title,
        "kind": "lab",
        "model": recipe.model,
        "classes": list(classes),
        "multi_label": recipe.data.multi_label,
        "threshold": recipe.data.threshold,
        "small": recipe.is_small,
        "set": dict(recipe.changed),
        "features": [{"kind": each.kind, **each.settings} for each in recipe.features],
        "published": asdict(recipe.published),
        "parts": measured,
        "training": dict(fitted.training),
        "notes": list(notes),
    }
    if fitted.grown is not None:
        n_columns = fitted.grown.importances.shape[0]
        names = [f"{recipe.features[0].kind} {i + 1}" for i in range(n_columns)]
        result["forest"] = forest_report(fitted.grown, names, measured)
    return result
