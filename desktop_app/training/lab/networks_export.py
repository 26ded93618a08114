# SPDX-License-Identifier: MIT
"""From a fitted network of the lab to files that say the same as it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np

from desktop_app.domain.errors import ModelError
from desktop_app.ml.runtime import TfliteModel
from desktop_app.training.export import to_tflite
from desktop_app.training.lab import networks_layers

KERAS_FILE: Final = "model.keras"
TFLITE_FILE: Final = "model.tflite"
_TOLERANCE: Final = 1e-4
# Reading a network needs its layers registered; naming them here keeps the import from looking unused.
_LAYERS: Final = {
    layer.__name__: layer for layer in (networks_layers.Standardise, networks_layers.CaffeColours)
}


def load_network(path: Path) -> keras.Model:
    """A network from a ``.keras`` file, not compiled; code inside the file is refused.

    Raises
    ------
    ModelError
        If there is no such file, or it is damaged or needs code of its own.
    """
    try:
        return keras.saving.load_model(path, custom_objects=_LAYERS, compile=False, safe_mode=True)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise ModelError(f"The network {path} cannot be read.") from error


def export(model: keras.Model, folder: Path, examples: np.ndarray | Sequence[np.ndarray]) -> list[Path]:
    """Write ``model.keras`` and, with one input, ``model.tflite``; each is read back and compared.

    Parameters
    ----------
    model
        Fitted.
    folder
        Where to; made if need be.
    examples
        A few inputs, shape (n, …), or a list of such arrays for several inputs.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ModelError
        If a file says something else than the network by more than 0.0001; it is not left there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    expected = np.asarray(model(examples, training=False))
    written = [_kept(folder / KERAS_FILE, model.save, _keras_answers, examples, expected)]
    if len(model.inputs) == 1:
        content = to_tflite(keras.Model(model.inputs[0], {"scores": model.outputs[0]}))
        written.append(
            _kept(
                folder / TFLITE_FILE,
                lambda path: path.write_bytes(content),
                _lite_answers,
                examples,
                expected,
            )
        )
    return written


def _kept(
    path: Path,
    write: Callable[[Path], Any],
    answers: Callable[[Path, Any], np.ndarray],
    examples: np.ndarray | Sequence[np.ndarray],
    expected: np.ndarray,
) -> Path:
    """Written beside its place first, so that a file that says something else never stands there."""
    beside = path.with_stem(path.stem + "-part")
    write(beside)
    off = float(np.abs(answers(beside, examples) - expected).max())
    if not off <= _TOLERANCE:
        beside.unlink()
        raise ModelError(f"{path.name} says something else than the network itself (off by {off:.4f}).")
    os.replace(beside, path)
    return path


def _keras_answers(path: Path, examples: Any) -> np.ndarray:
    return np.asarray(load_network(path)(examples, training=False))


def _lite_answers(path: Path, examples: Any) -> np.ndarray:
    return TfliteModel(path.read_bytes()).run(np.asarray(examples, np.float32))["scores"]
