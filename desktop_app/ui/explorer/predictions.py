# SPDX-License-Identifier: MIT
"""The answers that a training has written down: ``predictions.npz`` beside ``metrics.json``."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import CorpusError
from desktop_app.io.corpora.index import EntryIndex
from desktop_app.ui.explorer.answers import Answer

_KEYS: Final = "__keys"


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What is told of n sounds.

    Attributes
    ----------
    keys
        As the training calls them: the name of the corpus's folder, then the sound's key in the corpus.
    parts
        What each was in the training, such as ``learnt`` or ``unseen bank``.
    probabilities : ndarray, shape (n, n_classes), float32
    is_right : ndarray, shape (n,), bool
        Whether the most probable class is true.
    """

    keys: list[str]
    parts: list[str]
    probabilities: NDArray[np.float32]
    is_right: NDArray[np.bool_]


class Predictions:
    """The answers of a trained recipe about the sounds of a corpus; see :class:`answers.Answers`.

    Parameters
    ----------
    title
        What to call the recipe.
    classes
        Its labels.
    row_of
        Where each sound stands in what is told, by its number in the index.
    told
        What the training has written down, of other corpora too.
    """

    def __init__(self, title: str, classes: tuple[str, ...], row_of: Mapping[int, int], told: _Told) -> None:
        self.title, self._classes, self._told = title, classes, told
        self.numbers: NDArray[np.int32] = np.array(sorted(row_of), np.int32)
        self._rows = np.array([row_of[number] for number in self.numbers.tolist()])

    def get(self, number: int) -> Answer | None:
        """See :class:`~desktop_app.ui.explorer.answers.Answers`."""
        place = int(np.searchsorted(self.numbers, number))
        if place == self.numbers.size or self.numbers[place] != number:
            return None
        row = int(self._rows[place])
        values = tuple(float(value) for value in self._told.probabilities[row])
        label = self._classes[values.index(max(values))]
        is_right = bool(self._told.is_right[row])
        return Answer(label, self._classes, values, "", is_right, self._told.parts[row])

    def mistakes(self) -> NDArray[np.int32]:
        """See :class:`~desktop_app.ui.explorer.answers.Answers`."""
        return self.numbers[~self._told.is_right[self._rows]]

    def judged(self) -> NDArray[np.int32]:
        """See :class:`~desktop_app.ui.explorer.answers.Answers`."""
        return self.numbers


def read_predictions(file: Path, index_file: Path, folder: Path) -> Predictions:
    """The answers of a result folder about the sounds of a corpus.

    Parameters
    ----------
    file
        ``predictions.npz``; ``metrics.json`` beside it names the classes.
    index_file, folder
        The index of the corpus, and the corpus.

    Raises
    ------
    CorpusError
        When the files cannot be read, or tell nothing of this corpus.
    """
    try:
        metrics = json.loads((file.parent / "metrics.json").read_text(encoding="utf-8"))
        classes = tuple(str(name) for name in metrics["classes"])
        title = str(metrics.get("title", file.parent.name))
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            told = _read(arrays, len(classes))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise CorpusError(f"{file} could not be read as the answers of a trained recipe.") from error
    start = f"{folder.name}/"
    row_of_key = {key.removeprefix(start): row for row, key in enumerate(told.keys) if key.startswith(start)}
    with EntryIndex(index_file, folder) as index:
        numbers_of = index.numbers_of(row_of_key.keys())
    if not numbers_of:
        raise CorpusError(f"{file} tells nothing of the sounds of {folder.name}.")
    row_of = {number: row_of_key[key] for key, number in numbers_of.items()}
    return Predictions(title, classes, row_of, told)


def _read(arrays: Mapping[str, Any], n_classes: int) -> _Told:
    """All parts; a sound may be in two of them."""
    keys: list[str] = []
    parts: list[str] = []
    probabilities: list[NDArray[np.float32]] = []
    is_right: list[NDArray[np.bool_]] = []
    for name in (name for name in arrays if name.endswith(_KEYS)):
        start = name.removesuffix(_KEYS)
        held = [str(key) for key in arrays[name]]
        told, truth = arrays[f"{start}__probabilities"], arrays[f"{start}__truth"]
        if told.shape != (len(held), n_classes) or truth.shape[0] != len(held):
            raise ValueError(f"{start} has {told.shape} answers to {len(held)} sounds")
        best = told.argmax(axis=1)
        keys += held
        parts += [start.replace("_", " ")] * len(held)
        probabilities.append(told.astype(np.float32))
        is_right.append(best == truth if truth.ndim == 1 else truth[np.arange(len(held)), best] == 1)
    if not keys:
        raise ValueError("no answers")
    return _Told(keys, parts, np.concatenate(probabilities), np.concatenate(is_right))
