# SPDX-License-Identifier: MIT
"""When a model may say *sure*: its temperature and thresholds, fitted on sounds that it did not learn from.

The temperature follows Guo et al., "On Calibration of Modern Neural Networks", ICML 2017. A calibration
does not carry over from one kind of sound to another, so it is fitted on several kinds at once: each
counts alike, and a threshold must hold for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.ml.classifier import Thresholds
from desktop_app.training.classifier.evaluate_answers import N_FAMILIES, Answers

_TEMPERATURES = np.geomspace(0.4, 4.0, 60)
_THRESHOLDS = np.concatenate((np.linspace(0.1, 0.95, 86), np.linspace(0.955, 0.999, 45)))


@dataclass(frozen=True, slots=True)
class CalibrationSettings:
    """What the words promise.

    Attributes
    ----------
    sure_right
        Least share of the *sure* answers that is right.
    maybe_right
        The same for each of the answers that are just *maybe* (within 0.1 of the threshold).
    instruments_refused
        Greatest share of instruments that are taken for none.
    """

    sure_right: float = 0.97
    maybe_right: float = 0.5
    instruments_refused: float = 0.03


def fit_temperature(kinds: Sequence[Answers]) -> float:
    """The temperature with the least mean negative log likelihood of the families, each kind alike.

    Pooling over windows is a mean of logarithms, so dividing pooled ones is the same as dividing each.
    """
    losses = [np.mean([_loss(answers, temperature) for answers in kinds]) for temperature in _TEMPERATURES]
    return float(np.round(_TEMPERATURES[int(np.argmin(losses))], 3))


def _loss(answers: Answers, temperature: float) -> float:
    """Mean over the families, so that a frequent one does not decide."""
    logits = np.log(joint(answers)) / temperature
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    family = answers.truth[:, 0]
    own = -logits[np.arange(family.shape[0]), family]
    return float(np.mean([own[family == i].mean() for i in np.unique(family)]))


def joint(answers: Answers) -> NDArray[np.float64]:
    """Probabilities of the families and of no instrument, shape (n, 12)."""
    none = answers.told.not_an_instrument[:, None].astype(np.float64)
    both = np.concatenate((answers.told.family * (1.0 - none), none), axis=1)
    return np.maximum(both, 1e-6)


def fit_thresholds(kinds: Sequence[Answers], settings: CalibrationSettings) -> Thresholds:
    """The lowest thresholds that keep the promises on every kind of sound."""
    refuse = _refusal(kinds, settings.instruments_refused)
    views = [_view(answers, refuse) for answers in kinds]
    sure = next(
        (t for t in _THRESHOLDS if all(_is_right(view, t, 1.1, settings.sure_right) for view in views)), 0.999
    )
    maybe = next(
        (t for t in _THRESHOLDS if all(_is_right(v, t, t + 0.1, settings.maybe_right) for v in views)), sure
    )
    return Thresholds(round(float(sure), 3), round(float(min(maybe, sure)), 3), round(refuse, 3))


def _refusal(kinds: Sequence[Answers], greatest_share: float) -> float:
    """The lowest threshold at which few enough instruments of each kind are taken for none."""
    quantiles = [
        float(
            np.quantile(
                answers.told.not_an_instrument[answers.truth[:, 0] < N_FAMILIES], 1.0 - greatest_share
            )
        )
        for answers in kinds
    ]
    return float(np.clip(max(quantiles), 0.2, 0.9))


def _view(answers: Answers, refuse: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Confidence and rightness of the answers that are not refused."""
    kept = answers.told.not_an_instrument < refuse
    is_right = answers.told.family.argmax(axis=1) == answers.truth[:, 0]
    return answers.told.family.max(axis=1)[kept].astype(np.float64), is_right[kept]


def _is_right(
    view: tuple[NDArray[np.float64], NDArray[np.bool_]], low: float, high: float, least: float
) -> bool:
    """Whether enough of the answers with a confidence within low … high are right; none break no promise."""
    confidence, is_right = view
    within = (confidence >= low) & (confidence < high)
    return bool(not within.any() or is_right[within].mean() >= least)
