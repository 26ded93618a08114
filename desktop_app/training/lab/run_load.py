# SPDX-License-Identifier: MIT
"""A result of the lab, read back to be asked again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.ml.forest import from_bytes
from desktop_app.training.lab.fit import Examples, probabilities
from desktop_app.training.lab.recipe import FOREST, LabRecipe, recipe_of

Inputs = Sequence[Any]


@dataclass(frozen=True, slots=True, eq=False)
class LoadedResult:
    """A fitted model with its recipe.

    Attributes
    ----------
    recipe
        With the numbers that it was made with.
    classes
        What its probabilities are of.
    predict
        Takes one array of rows for each input of the recipe and gives probabilities,
        shape (n, n_classes), float32.
    """

    recipe: LabRecipe
    classes: tuple[str, ...]
    predict: Callable[[Inputs], Float32Array]


def load_result(folder: Path) -> LoadedResult:
    """The model in a folder that a training of the lab wrote.

    Raises
    ------
    ModelError
        When the folder holds no such result, or it is damaged.
    """
    try:
        recipe = recipe_of(json.loads((folder / "recipe.json").read_text(encoding="utf-8")))
        classes = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["classes"]
        predict = _forest(folder / "forest.npz") if recipe.model == FOREST else _network(folder)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder} holds no result of the training lab, or it is damaged.") from error
    return LoadedResult(recipe, tuple(classes), predict)


def _forest(path: Path) -> Callable[[Inputs], Float32Array]:
    forest = from_bytes(path.read_bytes())
    return lambda inputs: forest.predict(
        np.concatenate([np.asarray(table, np.float32) for table in inputs], axis=1)
    )


def _network(folder: Path) -> Callable[[Inputs], Float32Array]:
    from desktop_app.training.lab.networks_files import load_network

    model = load_network(folder / "model.keras")

    def predict(inputs: Inputs) -> Float32Array:
        n = len(inputs[0])
        tables = {str(place): table for place, table in enumerate(inputs)}
        return probabilities(model, Examples(tables, np.arange(n), np.zeros((n, 0), np.float32)))

    return predict
