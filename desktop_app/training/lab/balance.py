# SPDX-License-Identifier: MIT
"""Classes of different sizes evened out: by drawing, by weights, or by made-up neighbours.

References
----------
Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique", JAIR 16, 2002.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.training.classifier.splits import share_of
from desktop_app.training.corpora.entry import Entry

_NEIGHBOURS = 5


def draw_per_class(entries: Iterable[Entry], n: int, seed: int) -> list[Entry]:
    """At most ``n`` sounds of each class (0: all), chosen by their keys alone, in the order given.

    Entries may be streamed: never more than ``n`` of a class are kept.
    """
    if n == 0:
        return list(entries)
    kept: dict[str, list[tuple[float, int, Entry]]] = {}
    for place, entry in enumerate(entries):
        heap = kept.setdefault(entry.labels[0], [])
        item = (-share_of(entry.key, seed), place, entry)
        if len(heap) < n:
            heapq.heappush(heap, item)
        elif item[:2] > heap[0][:2]:
            heapq.heapreplace(heap, item)
    drawn = sorted((place, entry) for heap in kept.values() for _, place, entry in heap)
    return [entry for _, entry in drawn]


def class_weights(truth: NDArray[np.integer], n_classes: int) -> Float32Array:
    """Weight of each class, shape (n_classes,): every class weighs as much as any other, 1 on average."""
    counts = np.bincount(truth, minlength=n_classes).astype(np.float32)
    present = counts > 0
    weights = np.zeros(n_classes, np.float32)
    weights[present] = truth.shape[0] / (present.sum() * counts[present])
    return weights


def smote(
    features: Float32Array, truth: NDArray[np.integer], seed: int
) -> tuple[Float32Array, NDArray[np.integer]]:
    """Fill every class up to the largest with points between neighbours.

    A class of a single example has no neighbour and stays as it is.

    Parameters
    ----------
    features : ndarray, shape (n, n_features)
        Of what is learnt only: made from held-back sounds they would tell the answers.
    truth : ndarray, shape (n,)
    """
    from imblearn.over_sampling import SMOTE

    counts = Counter(truth.tolist())
    wanted = {label: max(counts.values()) for label, n in counts.items() if n > 1}
    if not wanted:
        return features, truth
    neighbours = min(_NEIGHBOURS, min(counts[label] for label in wanted) - 1)
    maker = SMOTE(sampling_strategy=wanted, k_neighbors=neighbours, random_state=seed)
    filled, labels = maker.fit_resample(features, truth)
    return filled.astype(np.float32), labels
