# SPDX-License-Identifier: MIT
"""What breaks a model of the program; see :mod:`desktop_app.training.reports.breaks`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import SOURCES
from desktop_app.dsp.spec import FeatureSpec
from desktop_app.ml.classifier import Classifier, Prediction, Thresholds
from desktop_app.training.classifier.corpus import Item
from desktop_app.training.classifier.evaluate_answers import N_FAMILIES, Answers, answer_recordings
from desktop_app.training.reports.breaks import HEAD, LEAD, TITLE, break_row, thirds
from desktop_app.training.reports.extra import Extra

_AT_MOST: Final = 400


class _Deaf:
    """A classifier that hears silence in some of the mel bands."""

    def __init__(self, classifier: Classifier, bands: slice) -> None:
        self._classifier, self._bands = classifier, bands

    @property
    def model_id(self) -> str:
        """Name in the manifest."""
        return self._classifier.model_id

    @property
    def spec(self) -> FeatureSpec:
        """The features that it was trained on."""
        return self._classifier.spec

    @property
    def window_frames(self) -> int:
        """Frames of a window."""
        return self._classifier.window_frames

    @property
    def thresholds(self) -> Thresholds:
        """When it is sure."""
        return self._classifier.thresholds

    def predict(self, mel_db: Float32Array) -> Prediction:
        """See :meth:`Classifier.predict`."""
        changed = mel_db.copy()
        changed[:, self._bands] = self.spec.db_floor
        return self._classifier.predict(changed)


def break_model(classifier: Classifier, answers: Answers) -> Extra:
    """The breaks of a model of the program, on sounds that it has answered to.

    Parameters
    ----------
    answers
        At most 400 of them, evenly drawn, are asked again in every other way.
    """
    rows = [_row("plain: all sounds", answers)]
    for i, source in enumerate(SOURCES):
        rows += [_row(f"{source} sounds", answers, answers.truth[:, 1] == i)]
    every = -(-len(answers.items) // _AT_MOST)
    some: Sequence[Item] = answers.items[::every]
    if every > 1:
        rows.append(_row("some of the sounds", answers, np.arange(len(answers.items)) % every == 0))
    rows.append(_row("the same, backwards", answer_recordings(classifier, some, reverse=True)))
    for name, bands in thirds(classifier.spec.n_mels):
        rows.append(
            _row(
                f"the same without the {name} third of the mel bands",
                answer_recordings(_Deaf(classifier, bands), some),
            )
        )
    return Extra(TITLE, LEAD, HEAD, [row for row in rows if row])


def _row(name: str, answers: Answers, chosen: np.ndarray | None = None) -> list[str]:
    """A row over the chosen sounds that are instruments; empty where there are none."""
    is_in = answers.truth[:, 0] < N_FAMILIES
    if chosen is not None:
        is_in &= chosen
    if not is_in.any():
        return []
    truth = np.eye(N_FAMILIES, dtype=np.float32)[answers.truth[is_in, 0]]
    return break_row(name, truth, answers.told.family[is_in])
