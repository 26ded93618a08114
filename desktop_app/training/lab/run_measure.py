# SPDX-License-Identifier: MIT
"""Figures of a part: what was told beside what is true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

_LEAST: Final = 1e-7


def cross_entropy(told: Float32Array, truth: Float32Array, *, multi_label: bool = False) -> float:
    """Mean of the natural logarithm's loss; both of shape (n, n_classes)."""
    p = np.clip(told.astype(np.float64), _LEAST, 1.0 - _LEAST)
    if multi_label:
        return float(-(truth * np.log(p) + (1.0 - truth) * np.log(1.0 - p)).mean())
    return float(-(truth * np.log(p)).sum(axis=1).mean())


def share_right(told: Float32Array, truth: Float32Array) -> float:
    """Share of sounds whose most probable class is (one of) the true."""
    return float(truth[np.arange(truth.shape[0]), told.argmax(axis=1)].mean())


def heard_classes(told: Float32Array, threshold: float | None) -> NDArray[np.bool_]:
    """Which classes a model names, shape (n, n_classes): never none of them.

    Parameters
    ----------
    threshold
        Share of the strongest class's probability from which on another counts as heard (Han, Kim and Lee,
        2017); None: the strongest alone.
    """
    strongest = np.eye(told.shape[1], dtype=bool)[told.argmax(axis=1)]
    return (
        strongest if threshold is None else strongest | (told >= threshold * told.max(axis=1, keepdims=True))
    )


def figures(
    told: Float32Array,
    truth: Float32Array,
    classes: Sequence[str],
    *,
    multi_label: bool = False,
    threshold: float = 0.5,
) -> dict[str, Any]:
    """Everything that a report says of a part.

    Parameters
    ----------
    told, truth : ndarray, shape (n, n_classes), float32
        Probabilities, and 1 for each true label.
    threshold
        Share of the strongest label's probability from which on another counts as heard; of a single label
        the most probable one does.

    Returns
    -------
    dict
        ``n``, ``right`` (the most probable is true), ``balanced`` (mean recall of the classes present),
        ``f1_micro``, ``f1_macro``, ``loss``, ``per_class`` and, of a single label, ``confusion`` with a row
        for each true class.
    """
    heard = heard_classes(told, threshold if multi_label else None)
    true = truth > 0.5
    hits, of_true, of_heard = (heard & true).sum(0), true.sum(0), heard.sum(0)
    recall, precision = _ratio(hits, of_true), _ratio(hits, of_heard)
    f1 = _ratio(2 * hits, of_true + of_heard)
    present = of_true > 0
    result: dict[str, Any] = {
        "n": int(truth.shape[0]),
        "right": share_right(told, truth),
        "balanced": float(recall[present].mean()),
        "f1_micro": float(2 * hits.sum() / max(of_true.sum() + of_heard.sum(), 1)),
        "f1_macro": float(f1[present].mean()),
        "loss": cross_entropy(told, truth, multi_label=multi_label),
        "per_class": {
            name: {
                "n": int(of_true[i]),
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
            }
            for i, name in enumerate(classes)
        },
    }
    if not multi_label:
        result["confusion"] = (true.astype(np.int64).T @ heard.astype(np.int64)).tolist()
    return result


def _ratio(part: NDArray[np.integer], whole: NDArray[np.integer]) -> NDArray[np.float64]:
    return part / np.maximum(whole, 1)
