# SPDX-License-Identifier: MIT
"""From answers of the program's models to a result that a report can be made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from desktop_app.domain.labels import FAMILIES
from desktop_app.ml.classifier import Classifier
from desktop_app.training.classifier.corpus import Item
from desktop_app.training.classifier.evaluate_answers import N_FAMILIES, Answers
from desktop_app.training.reports.result import Part, Result, Sound

_LEAK: Final = (
    "These sounds are measured as they are given. Whether the model has heard their instruments in its "
    "training is said by its card."
)


def result_of(classifier: Classifier, sets: Mapping[str, Answers]) -> Result:
    """A result with a part for each corpus; sounds that are no instrument have no family and are left out."""
    parts = {name: _part(answers) for name, answers in sets.items()}
    title = f"Instrument families by {classifier.model_id}"
    return Result(
        classifier.model_id, title, FAMILIES, False, {name: p for name, p in parts.items() if p.sounds}
    )


def _part(answers: Answers) -> Part:
    rows = np.flatnonzero(answers.truth[:, 0] < N_FAMILIES)
    sounds = [_sound(answers.items[row]) for row in rows]
    truth = np.eye(N_FAMILIES, dtype=np.float32)[answers.truth[rows, 0]]
    return Part(sounds, truth, answers.told.family[rows], _LEAK)


def _sound(item: Item) -> Sound:
    return Sound(f"{item.bank}: {item.path.name}", item.path, item.family, item.source or "", item.midi)
