# SPDX-License-Identifier: MIT
"""Fits what a recipe names, a network or a forest, and writes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.ml.forest import to_bytes
from desktop_app.training.lab.balance import class_weights
from desktop_app.training.lab.classical import ForestSize, Grown, grow_forest
from desktop_app.training.lab.fit import Examples, LabFitting, probabilities
from desktop_app.training.lab.recipe import FOREST, LabRecipe
from desktop_app.training.lab.resume import StateFolder
from desktop_app.training.lab.run_write import Predicts, write_network, write_whole
from desktop_app.training.lab.splits_lab import LEARNT, VALID

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class LabOptions:
    """How a recipe is run; nothing here changes what is learnt but ``weights``.

    Attributes
    ----------
    jobs
        Processes of the features, threads of the fitting.
    scheduler
        Address of a Dask cluster that makes the features.
    weights
        ``imagenet``, ``random`` or a file, for the networks that have ready-made ones.
    tensorboard
        Folder of logs for TensorBoard.
    """

    jobs: int = 1
    scheduler: str | None = None
    weights: str = "random"
    tensorboard: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A model that predicts, how its fitting went, its history, and the forest if it is one."""

    predict: Predicts
    training: dict[str, Any]
    history: dict[str, list[float]]
    grown: Grown | None = None


def fit_recipe(
    recipe: LabRecipe, examples: Mapping[str, Examples], home: Path, state: Path, options: LabOptions
) -> Fitted:
    """Fit and write the model of a recipe.

    Parameters
    ----------
    examples
        Of every part; ``learnt`` and ``valid`` are used.
    home, state
        Folders of the result, and of the state that an interrupted fitting goes on from.

    Raises
    ------
    ModelError
        When the recipe's model is not understood, does not converge, or cannot be written.
    """
    if recipe.model == FOREST:
        return _fit_forest(recipe, examples, home, options)
    return _fit_network(recipe, examples, home, state, options)


def _not_understood(recipe: LabRecipe, error: Exception) -> ModelError:
    return ModelError(f"The model of the recipe {recipe.model_id} cannot be made: {error}.")


def _fit_forest(
    recipe: LabRecipe, examples: Mapping[str, Examples], home: Path, options: LabOptions
) -> Fitted:
    """A forest has no epochs to choose: ``valid`` is only measured."""
    try:
        size = ForestSize(**recipe.model_settings)
    except (TypeError, ValueError) as error:
        raise _not_understood(recipe, error) from error
    learnt, truth = _vectors(examples[LEARNT]), examples[LEARNT].truth
    grown = grow_forest(
        learnt,
        truth.argmax(axis=1),
        truth.shape[1],
        size,
        seed=recipe.fit.seed,
        jobs=options.jobs,
        with_smote=recipe.balance.smote,
        with_class_weights=recipe.balance.class_weights,
    )
    write_whole(home / "forest.npz", lambda at: at.write_bytes(to_bytes(grown.forest)))
    training = {"nodes": int(grown.forest.feature.shape[0]), "n_learnt": grown.n_learnt}
    return Fitted(lambda of: grown.forest.predict(_vectors(of)), training, {}, grown)


def _vectors(examples: Examples) -> Float32Array:
    return np.concatenate(
        [np.asarray(table[examples.rows], np.float32) for table in examples.inputs.values()], axis=1
    )


def _fit_network(
    recipe: LabRecipe, examples: Mapping[str, Examples], home: Path, state: Path, options: LabOptions
) -> Fitted:
    import tensorflow as tf

    with suppress(RuntimeError):  # the number is taken only before the first step in a process
        tf.config.threading.set_intra_op_parallelism_threads(options.jobs)
    learn, valid = examples[LEARNT], examples[VALID]
    model = _build(recipe, learn, options)
    fit = recipe.fit
    if fit.unfreeze and options.weights == "random":
        # Random blocks have nothing to keep: all learn from the start, for as many epochs.
        fit = replace(fit, unfreeze=(), epochs=len(fit.unfreeze) * fit.stage_epochs)
    n_classes = learn.truth.shape[1]
    weighted = recipe.balance.class_weights and not recipe.data.multi_label
    weights = (
        class_weights(learn.truth.argmax(axis=1), n_classes) if weighted else np.ones(n_classes, np.float32)
    )
    fitting = LabFitting(
        model,
        fit,
        weights,
        StateFolder(state, fingerprint(recipe, options, learn, valid)),
        multi_label=recipe.data.multi_label,
        tensorboard=options.tensorboard,
    )
    progress = fitting.run(learn, valid)
    write_network(home / "model.keras", model)
    training = {
        "epochs": progress.epoch,
        "best_epoch": progress.best_epoch,
        "stopped": "early" if progress.epoch < fitting.n_epochs() else "all epochs",
        "parameters": int(model.count_params()),
        "weights": Path(options.weights).name,
    }
    return Fitted(lambda of: probabilities(model, of), training, progress.history)


def _build(recipe: LabRecipe, learn: Examples, options: LabOptions) -> keras.Model:
    import keras

    from desktop_app.training.lab.networks import adapt_inputs, build
    from desktop_app.training.lab.weights import parse_weights

    keras.utils.set_random_seed(recipe.fit.seed)
    shapes = [tuple(table.shape[1:]) for table in learn.inputs.values()]
    settings = recipe.model_settings | ({"multi_label": True} if recipe.data.multi_label else {})
    shape = shapes[0] if len(shapes) == 1 else shapes
    try:
        model = build(recipe.model, shape, learn.truth.shape[1], settings, parse_weights(options.weights))
    except (TypeError, ValueError) as error:
        raise _not_understood(recipe, error) from error
    tables = list(learn.inputs.values())
    adapt_inputs(model, tables if len(tables) > 1 else tables[0], rows=np.sort(learn.rows))
    return model


def fingerprint(recipe: LabRecipe, options: LabOptions, *parts: Examples) -> str:
    """Tells two fittings apart: the recipe, the weights it starts from, and the sounds it sees."""
    digest = hashlib.sha256(repr((recipe, options.weights)).encode())
    for part in parts:
        digest.update(part.rows.astype(np.int64).tobytes())
        digest.update(part.truth.tobytes())
    return digest.hexdigest()
