# SPDX-License-Identifier: MIT
"""Fits the random forest on mean MFCCs and turns it into the plain arrays that the program runs.

It is trained on the pair (family, source); its votes are those of the families and of the sources.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from desktop_app.domain.frames import Float32Array
from desktop_app.ml.classifier import N_CLASSES, N_OUTPUTS, mean_mfcc
from desktop_app.ml.forest import Forest, to_bytes
from desktop_app.training.classifier.datasets import FeatureStore
from desktop_app.training.classifier.fit_batches import NO_WEIGHTS, row_weights, targets
from desktop_app.training.classifier.fit_settings import ForestSettings

N_SOURCES = N_OUTPUTS["source"]
_CHUNK_ROWS = 2048


def mean_mfcc_of_rows(store: FeatureStore, rows: NDArray[np.integer]) -> Float32Array:
    """Feature vectors of some rows, shape (n, n_mfcc)."""
    chunks = [rows[at : at + _CHUNK_ROWS] for at in range(0, rows.shape[0], _CHUNK_ROWS)]
    return np.concatenate([mean_mfcc(store.to_db(chunk), store.spec.n_mfcc) for chunk in chunks])


def grow(
    store: FeatureStore,
    learn: NDArray[np.bool_],
    settings: ForestSettings,
    jobs: int,
    bank_weights: Mapping[str, float] = NO_WEIGHTS,
) -> bytes:
    """Draw the rows, grow the forest and return it as an ``.npz`` file."""
    weights = row_weights(store, learn, settings.instrument_exponent, bank_weights)
    drawn = np.random.default_rng(settings.seed).choice(weights.shape[0], settings.n_draws, p=weights)
    rows, place = np.unique(drawn, return_inverse=True)
    features, target = mean_mfcc_of_rows(store, rows), targets(store.items)[store.item_index[rows]]
    return to_bytes(fit_forest(features[place], target[place], settings, jobs))


def fit_forest(
    features: Float32Array, targets: NDArray[np.int32], settings: ForestSettings, jobs: int
) -> Forest:
    """Grow the trees.

    Parameters
    ----------
    features : ndarray, shape (n, n_features)
    targets : ndarray, shape (n, 3)
        Family, source and pitch as indices, -1 where unknown.
    jobs
        Processes.
    """
    pairs = targets[:, 0] * (N_SOURCES + 1) + targets[:, 1] + 1
    classifier = RandomForestClassifier(
        n_estimators=settings.n_trees,
        max_features="sqrt",
        max_leaf_nodes=settings.max_leaves,
        min_samples_leaf=settings.min_leaf_rows,
        random_state=settings.seed,
        n_jobs=jobs,
    )
    classifier.fit(features, pairs)
    return to_arrays(classifier.estimators_, _votes_of_pairs(classifier.classes_))


def _votes_of_pairs(pairs: NDArray[np.integer]) -> NDArray[np.float64]:
    """What a vote for each pair says of the families and the sources, shape (n_pairs, 12 + 3)."""
    votes = np.zeros((pairs.shape[0], N_CLASSES + N_SOURCES))
    for i, pair in enumerate(pairs.tolist()):
        family, source = divmod(pair, N_SOURCES + 1)
        votes[i, family] = 1.0
        votes[i, N_CLASSES:] = np.eye(N_SOURCES)[source - 1] if source else 1.0 / N_SOURCES
    return votes


def to_arrays(trees: list[DecisionTreeClassifier], votes: NDArray[np.float64]) -> Forest:
    """The trees as one list of nodes; ``votes``, shape (n_classes, n_outputs), maps classes to outputs."""
    parts = [_tree_arrays(tree, votes) for tree in trees]
    first_node = np.cumsum([0] + [part[0].shape[0] for part in parts[:-1]])
    first_leaf = np.cumsum([0] + [part[4].shape[0] for part in parts[:-1]])
    return Forest(
        roots=first_node.astype(np.int32),
        feature=np.concatenate([part[0] for part in parts]),
        threshold=np.concatenate([part[1] for part in parts]),
        left=np.concatenate([p[2] + at for p, at in zip(parts, first_node, strict=True)]).astype(np.int32),
        leaf=np.concatenate([p[3] + at for p, at in zip(parts, first_leaf, strict=True)]).astype(np.int32),
        votes=np.concatenate([part[4] for part in parts]),
        depth=max(int(tree.get_depth()) for tree in trees),
    )


def _tree_arrays(tree: DecisionTreeClassifier, votes: NDArray[np.float64]) -> tuple[NDArray, ...]:
    """Nodes by breadth, so that the two children of a node are neighbours."""
    nodes = tree.tree_
    is_leaf = nodes.children_left < 0
    order, position = [0], 0
    while position < len(order):
        node = order[position]
        if not is_leaf[node]:
            order += [int(nodes.children_left[node]), int(nodes.children_right[node])]
        position += 1
    old = np.array(order)
    new_of_old = np.argsort(old)
    ends = is_leaf[old]
    left = np.where(ends, np.arange(old.shape[0]), new_of_old[nodes.children_left[old]])
    leaf = np.where(ends, np.cumsum(ends) - 1, 0)
    shares = nodes.value[old[ends], 0] / nodes.value[old[ends], 0].sum(axis=1, keepdims=True)
    threshold = _round_down(np.where(ends, np.inf, nodes.threshold[old]))
    feature = np.where(ends, 0, nodes.feature[old]).astype(np.int16)
    return feature, threshold, left, leaf, np.round(shares @ votes * 255.0).astype(np.uint8)


def _round_down(values: NDArray[np.float64]) -> Float32Array:
    """The greatest float32 that is not above: float32 features then fall on the same side as in training."""
    near = values.astype(np.float32)
    return np.where(near > values, np.nextafter(near, np.float32(-np.inf)), near)
