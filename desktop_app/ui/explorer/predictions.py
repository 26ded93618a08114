# SPDX-License-Identifier: MIT
"""The answers that a training has written down: ``predictions.npz`` beside ``metrics.json``."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import CorpusError
from desktop_app.io.corpora.index import EntryIndex
from desktop_app.ui.explorer.answers import Answer

_KEYS: Final = "__keys"


class Predictions:
    """The answers of a trained recipe about the sounds of a corpus; see :class:`answers.Answers`.

    Parameters
    ----------
    title
        What to call the recipe.
    classes
        Its labels.
    numbers : ndarray, shape (n,), int32
        Of the sounds in the index, rising.
    probabilities : ndarray, shape (n, n_classes), float32
        Its answers.
    is_right : ndarray, shape (n,), bool
        Whether they are what the corpus says.
    """

    def __init__(
        self,
        title: str,
        classes: tuple[str, ...],
        numbers: NDArray[np.int32],
        probabilities: NDArray[np.float32],
        is_right: NDArray[np.bool_],
    ) -> None:
        self.title, self._classes = title, classes
        self.numbers, self._probabilities, self._is_right = numbers, probabilities, is_right

    def get(self, number: int) -> Answer | None:
        """See :class:`~desktop_app.ui.explorer.answers.Answers`."""
        place = int(np.searchsorted(self.numbers, number))
        if place == self.numbers.size or self.numbers[place] != number:
            return None
        row = self._probabilities[place]
        label = self._classes[int(row.argmax())]
        values = tuple(float(value) for value in row)
        return Answer(label, self._classes, values, "", bool(self._is_right[place]))

    def mistakes(self) -> NDArray[np.int32]:
        """See :class:`~desktop_app.ui.explorer.answers.Answers`."""
        return self.numbers[~self._is_right]

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
            keys, probabilities, is_right = _rows(arrays, len(classes))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise CorpusError(f"{file} could not be read as the answers of a trained recipe.") from error
    with EntryIndex(index_file, folder) as index:
        numbers_of = index.numbers_of(frozenset(keys))
    found = [(numbers_of[key], row) for row, key in enumerate(keys) if key in numbers_of]
    if not found:
        raise CorpusError(f"{file} tells nothing of the sounds of {folder.name}.")
    order = dict(sorted(found))  # a sound may be in two parts: the later is kept
    rows = np.array(list(order.values()))
    return Predictions(title, classes, np.array(list(order), np.int32), probabilities[rows], is_right[rows])


def _rows(
    arrays: Mapping[str, Any], n_classes: int
) -> tuple[list[str], NDArray[np.float32], NDArray[np.bool_]]:
    """Keys, probabilities and whether the most probable class is true, of all parts."""
    keys: list[str] = []
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
        probabilities.append(told.astype(np.float32))
        is_right.append(best == truth if truth.ndim == 1 else truth[np.arange(len(held)), best] == 1)
    if not keys:
        raise ValueError("no answers")
    return keys, np.concatenate(probabilities), np.concatenate(is_right)
