# SPDX-License-Identifier: MIT
"""What a report is made of: sounds whose classes are known, beside what a model says of them."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array

PREDICTIONS: Final = "predictions.npz"
METRICS: Final = "metrics.json"
HISTORY: Final = "history.json"
LEARNING: Final = ("learnt", "valid")
_DAMAGE: Final = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound of a report.

    Attributes
    ----------
    key
        What its corpus calls it.
    path
        The audio file; it need not exist.
    family, source
        "" where unknown.
    midi
        Pitch, None where unknown.
    """

    key: str
    path: Path
    family: str = ""
    source: str = ""
    midi: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Sounds that were measured together.

    Attributes
    ----------
    sounds
        n of them.
    truth : ndarray, shape (n, n_classes), float32
        1 for each true class.
    told : ndarray, shape (n, n_classes), float32
        Probabilities.
    leak
        What of these sounds the model has heard in its training, in a sentence; "" where unknown.
    """

    sounds: Sequence[Sound]
    truth: Float32Array
    told: Float32Array
    leak: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A model and its answers, by part.

    Attributes
    ----------
    model_id, title
        Its name and what to call it.
    classes
        Names of the columns of every part.
    multi_label
        Whether a sound may have several classes.
    parts
        By name, those learnt from included where they are known.
    history
        Figures by epoch, as ``history.json`` has them; empty where there are none.
    training
        Facts of the training for people to read.
    published
        What the publication reports; "" for our own.
    importances
        Features and their shares, the greatest first; empty where the model has none.
    threshold
        Where a sound may have several classes, the share of the strongest one's probability from which on
        another counts as told.
    notes
        Sentences on what was left out.
    """

    model_id: str
    title: str
    classes: tuple[str, ...]
    multi_label: bool
    parts: Mapping[str, Part]
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    published: str = ""
    importances: Sequence[tuple[str, float]] = ()
    threshold: float = 0.5
    notes: Sequence[str] = ()

    @property
    def measured(self) -> dict[str, Part]:
        """The parts that say how good it is: not those that it learnt from or was chosen by."""
        return {name: part for name, part in self.parts.items() if name not in LEARNING}


def is_result(folder: Path) -> bool:
    """Whether a training has left its results in the folder."""
    return (folder / PREDICTIONS).is_file() and (folder / METRICS).is_file()


def read_result(folder: Path) -> Result:
    """The results that a training has left in a folder.

    Raises
    ------
    ModelError
        When something is missing or damaged.
    """
    try:
        metrics = _json(folder / METRICS)
        with (folder / PREDICTIONS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            loaded = {name: arrays[name] for name in arrays.files}
        return _result(metrics, loaded, _history(folder))
    except FileNotFoundError as error:
        raise ModelError(f"{folder} holds no results of a training: {PREDICTIONS} is missing.") from error
    except _DAMAGE as error:
        raise ModelError(f"The results in {folder} are damaged.") from error


def _json(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def _history(folder: Path) -> dict[str, list[float]]:
    """Columns of numbers with a row for each epoch; a forest has none."""
    path = folder / HISTORY
    columns = _json(path) if path.is_file() else {}
    return {name: column for name, column in columns.items() if isinstance(column, list)}


def _result(metrics: dict[str, Any], arrays: Mapping[str, NDArray[Any]], history: dict[str, Any]) -> Result:
    classes = tuple(metrics["classes"])
    parts = {
        name: _part(name, arrays, len(classes), of.get("leak", {}).get("text", ""))
        for name, of in metrics["parts"].items()
        if f"{_prefix(name)}truth" in arrays
    }
    forest = metrics.get("forest") or {}
    parts = {name: part for name, part in parts.items() if part.sounds}
    return Result(
        metrics["id"],
        metrics["title"],
        classes,
        bool(metrics["multi_label"]),
        parts,
        history,
        metrics.get("training") or {},
        (metrics.get("published") or {}).get("text", ""),
        [(str(name), float(share)) for name, share in forest.get("importances", [])],
        float(metrics.get("threshold", 0.5)),
        [str(note) for note in metrics.get("notes", [])],
    )


def _prefix(part: str) -> str:
    return f"{part.replace(' ', '_')}__"


def _part(name: str, arrays: Mapping[str, NDArray[Any]], n_classes: int, leak: str) -> Part:
    prefix = _prefix(name)
    truth, told = arrays[f"{prefix}truth"], arrays[f"{prefix}probabilities"].astype(np.float32)
    if truth.ndim == 1:
        truth = np.eye(n_classes, dtype=np.float32)[truth]
    if truth.shape != told.shape or told.shape[1] != n_classes:
        raise ValueError("truth and probabilities differ in shape")
    keys, paths = arrays[f"{prefix}keys"], arrays[f"{prefix}paths"]
    n = told.shape[0]
    family, source = (arrays.get(f"{prefix}{what}", np.full(n, "")) for what in ("family", "source"))
    midi = arrays.get(f"{prefix}midi", np.full(n, -1))
    sounds = [
        Sound(str(key), Path(str(path)), str(f), str(s), int(m) if m >= 0 else None)
        for key, path, f, s, m in zip(keys, paths, family, source, midi, strict=True)
    ]
    return Part(sounds, truth.astype(np.float32), told, leak)
