# SPDX-License-Identifier: MIT
"""The files of a result: model, figures, predictions, splits and golden arrays."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.training.lab.fit import Examples
from desktop_app.training.lab.recipe_settings import DataSettings
from desktop_app.training.lab.splits_lab import Leak, Parts

if TYPE_CHECKING:
    import keras

GOLDEN_ROWS: Final = 8


class Predicts(Protocol):
    """What a fitted model can do."""

    def __call__(self, examples: Examples) -> Float32Array:
        """Probabilities, shape (n, n_classes)."""


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place, then move it there.

    Raises
    ------
    ModelError
        When it cannot be written, as on a full disk.
    """
    temporary = path.with_name(f"part-{path.name}")  # Keras looks at the end of the name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ModelError(f"{path} could not be written: {error.strerror or 'the disk refuses'}.") from error


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays as a compressed ``.npz`` without objects."""
    write_whole(path, lambda at: np.savez_compressed(at, allow_pickle=False, **arrays))


def write_network(path: Path, model: keras.Model) -> None:
    """Write a network as Keras's own file."""
    write_whole(path, model.save)


def write_text_whole(path: Path, text: str) -> None:
    """Write text in UTF-8."""
    write_whole(path, lambda at: at.write_text(text, encoding="utf-8"))


def write_predictions(
    path: Path,
    parts: Parts,
    told: Mapping[str, Float32Array],
    truth: Mapping[str, Float32Array],
    data: DataSettings,
) -> None:
    """Write keys, paths, family, source, pitch, truth and probabilities of every part.

    The names are as ``unseen_bank__keys``; what is unknown is "" or, of the pitch, -1.
    """
    arrays: dict[str, Any] = {}
    for name, probabilities in told.items():
        start = name.replace(" ", "_")
        true = truth[name]
        arrays |= {
            f"{start}__keys": np.array([entry.key for entry in parts[name]]),
            f"{start}__paths": np.array([str(entry.path) for entry in parts[name]]),
            f"{start}__family": np.array([entry.family or "" for entry in parts[name]]),
            f"{start}__source": np.array([entry.source or "" for entry in parts[name]]),
            f"{start}__midi": np.array([-1 if e.midi is None else e.midi for e in parts[name]], np.int16),
            f"{start}__truth": true.astype(np.uint8)
            if data.multi_label
            else true.argmax(axis=1).astype(np.int32),
            f"{start}__probabilities": probabilities,
        }
    write_arrays(path, arrays)


def write_golden(path: Path, examples: Examples, predict: Predicts) -> None:
    """Write the first inputs and what the model says of them: a later program must say the same."""
    n = min(GOLDEN_ROWS, examples.rows.shape[0])
    first = Examples(examples.inputs, examples.rows[:n], examples.truth[:n])
    inputs = {f"input_{name}": np.asarray(table[first.rows]) for name, table in first.inputs.items()}
    write_arrays(path, inputs | {"probabilities": predict(first)})


def splits_report(
    parts: Parts, leak: Mapping[str, Leak], classes: Sequence[str], kind: str, seed: int
) -> dict[str, Any]:
    """What each part holds and how much of it was heard in learning."""
    held: dict[str, Any] = {}
    for name, part in parts.items():
        counts = Counter(label for entry in part for label in entry.labels)
        held[name] = {"n": len(part), "counts": {label: counts[label] for label in classes}}
        held[name]["banks"] = dict(sorted(Counter(entry.bank for entry in part).items()))
        held[name]["corpora"] = dict(sorted(Counter(e.key.partition("/")[0] for e in part).items()))
        if name in leak:
            held[name]["leak"] = asdict(leak[name])
    return {"kind": kind, "seed": seed, "classes": list(classes), "parts": held}
