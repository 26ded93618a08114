# SPDX-License-Identifier: MIT
"""The random forest of the lab (Breiman, "Random Forests", 2001), kept as the plain arrays of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.ml.forest import Forest
from desktop_app.training.lab.balance import smote

_TOP = 20
_MAX_FEATURES = ("sqrt", "log2")


@dataclass(frozen=True, slots=True)
class ForestSize:
    """What a recipe may set of a forest.

    Attributes
    ----------
    n_trees
        Number of trees.
    max_features
        How many columns a node looks at: the square root or the logarithm of all.
    min_leaf_rows
        Fewest examples of a leaf.
    """

    n_trees: int = 100
    max_features: str = "sqrt"
    min_leaf_rows: int = 1

    def __post_init__(self) -> None:
        if self.n_trees < 1 or self.min_leaf_rows < 1 or self.max_features not in _MAX_FEATURES:
            raise ValueError(f"these are no settings of a forest: {self}")


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """A forest, what each column adds (shares that sum to 1), and the number of examples after SMOTE."""

    forest: Forest
    importances: Float32Array
    n_learnt: int


def grow_forest(
    features: Float32Array,
    truth: NDArray[np.integer],
    n_classes: int,
    size: ForestSize,
    *,
    seed: int,
    jobs: int,
    with_smote: bool = False,
    with_class_weights: bool = False,
) -> Grown:
    """Grow the trees on the part that is learnt.

    Parameters
    ----------
    features : ndarray, shape (n, n_features), float32
    truth : ndarray, shape (n,)
        Classes from 0 to ``n_classes`` - 1.
    with_smote, with_class_weights
        Two ways to even the classes out.

    Raises
    ------
    ModelError
        When the features are no vectors.
    """
    from sklearn.ensemble import RandomForestClassifier

    from desktop_app.training.classifier.forest import to_arrays

    if features.ndim != 2:
        raise ModelError("A forest learns from vectors: choose features such as mean_mfcc.")
    if with_smote:
        features, truth = smote(features, truth, seed)
    classifier = RandomForestClassifier(
        n_estimators=size.n_trees,
        max_features=size.max_features,
        min_samples_leaf=size.min_leaf_rows,
        class_weight="balanced" if with_class_weights else None,
        random_state=seed,
        n_jobs=jobs,
    )
    classifier.fit(features, truth)
    votes = np.eye(n_classes)[classifier.classes_]
    importances = classifier.feature_importances_.astype(np.float32)
    return Grown(to_arrays(classifier.estimators_, votes), importances, features.shape[0])


def forest_report(
    grown: Grown, names: Sequence[str], parts: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The publication's further figures.

    Returns
    -------
    dict
        ``importances``: every column's name and share, the greatest first; ``top``: the first 20 names and
        what they add together; ``misclassified``: the share of each class that is told wrong, by part.
    """
    order = np.argsort(-grown.importances, kind="stable")
    ranked = [[names[i], float(grown.importances[i])] for i in order]
    top = ranked[:_TOP]
    return {
        "importances": ranked,
        "top": {"names": [name for name, _ in top], "share": float(sum(share for _, share in top))},
        "misclassified": {
            part: {name: 1.0 - row["recall"] for name, row in of["per_class"].items() if row["n"]}
            for part, of in parts.items()
        },
        "n_learnt": grown.n_learnt,
    }
