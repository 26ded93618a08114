# SPDX-License-Identifier: MIT
"""Figures of a report: right and wrong by class, calibration, and which mistakes are the worst.

*Calibration* compares what a model claims with what comes true: the expected calibration error is the mean
over ten bins of equal width of |claimed - true|, weighted by the answers in the bin (Guo et al., "On
Calibration of Modern Neural Networks", ICML 2017). Of one class for each sound the claims are the
probabilities of the most probable classes; of several they are those of every class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from desktop_app.training.lab.run_measure import heard_classes
from desktop_app.training.reports.result import Part, Result, Sound

N_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Mistake:
    """A sound that was told wrong.

    Attributes
    ----------
    sound
        It.
    part
        Name of the part that it belongs to.
    true
        Names of its classes.
    told
        The most probable class that is wrong.
    probability, true_probability
        Of ``told``, and of the most probable class that is true.
    """

    sound: Sound
    part: str
    true: tuple[str, ...]
    told: str
    probability: float
    true_probability: float


def measure(
    part: Part, classes: Sequence[str], *, multi_label: bool, threshold: float = 0.5
) -> dict[str, Any]:
    """Everything that a report says of a part, as plain values for JSON.

    Parameters
    ----------
    threshold
        Where a sound may have several classes, the share of the strongest class's probability from which on
        another counts as told, as in the training.

    Returns
    -------
    dict
        ``n``; ``right`` (share whose most probable class is true); ``balanced`` (mean recall of the classes
        that occur); ``f1_macro`` (their mean F1) and ``f1_micro`` (of all answers together); ``per_class``
        with n, precision, recall and f1; ``confusion`` (of one class for each sound; a row for each true
        class); ``ece`` and ``reliability``.
    """
    heard, true = heard_classes(part.told, threshold if multi_label else None), part.truth > 0.5
    hits, of_true, of_heard = (heard & true).sum(0), true.sum(0), heard.sum(0)
    precision, recall = hits / np.maximum(of_heard, 1), hits / np.maximum(of_true, 1)
    f1, present = 2 * hits / np.maximum(of_true + of_heard, 1), of_true > 0
    columns = zip(of_true.tolist(), precision.tolist(), recall.tolist(), f1.tolist(), strict=True)
    figures: dict[str, Any] = {
        "n": len(part.sounds),
        "right": float(true[np.arange(true.shape[0]), part.told.argmax(axis=1)].mean()),
        "balanced": float(recall[present].mean()),
        "f1_macro": float(f1[present].mean()),
        "f1_micro": float(2 * hits.sum() / max(of_true.sum() + of_heard.sum(), 1)),
        "per_class": {
            name: {"n": n, "precision": p, "recall": r, "f1": f}
            for name, (n, p, r, f) in zip(classes, columns, strict=True)
        },
        **calibration(part, multi_label=multi_label),
    }
    if not multi_label:
        figures["confusion"] = (true.astype(np.int64).T @ heard.astype(np.int64)).tolist()
    return figures


def calibration(part: Part, *, multi_label: bool) -> dict[str, Any]:
    """``ece``, and ``reliability``: a row of n, mean claimed and share true for each bin that has answers."""
    if multi_label:
        claimed, is_true = part.told.ravel(), part.truth.ravel()
    else:
        best = part.told.argmax(axis=1)
        rows = np.arange(best.shape[0])
        claimed, is_true = part.told[rows, best], part.truth[rows, best]
    claimed = np.clip(claimed.astype(np.float64), 0.0, 1.0)
    place = np.minimum((claimed * N_BINS).astype(int), N_BINS - 1)
    rows_of = [place == i for i in range(N_BINS) if (place == i).any()]
    bins = [[int(b.sum()), float(claimed[b].mean()), float(is_true[b].mean())] for b in rows_of]
    error = sum(n * abs(claim - share) for n, claim, share in bins) / claimed.shape[0]
    return {"ece": float(error), "reliability": bins}


def worst_mistakes(result: Result, at_most: int) -> list[Mistake]:
    """The wrong answers that were the surest, the worst first; only of parts that were not learnt from."""
    found = [m for name, part in result.measured.items() for m in _mistakes(name, part, result.classes)]
    return sorted(found, key=lambda m: (-m.probability, m.part, m.sound.key))[:at_most]


def _mistakes(name: str, part: Part, classes: Sequence[str]) -> list[Mistake]:
    true = part.truth > 0.5
    best = part.told.argmax(axis=1)
    wrong = np.flatnonzero(~true[np.arange(best.shape[0]), best]).tolist()
    return [
        Mistake(
            part.sounds[i],
            name,
            tuple(classes[c] for c in np.flatnonzero(true[i]).tolist()),
            classes[int(best[i])],
            float(part.told[i, best[i]]),
            float(part.told[i, true[i]].max(initial=0.0)),
        )
        for i in wrong
    ]
