# SPDX-License-Identifier: MIT
"""A random forest as plain arrays (Breiman, "Random Forests", 2001): no pickle, no scikit-learn."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array

_FULL = 255.0


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees that share one list of nodes.

    Attributes
    ----------
    roots : ndarray, shape (n_trees,), int32
        First node of each tree.
    feature : ndarray, shape (n_nodes,), int16
        Column that a node asks for.
    threshold : ndarray, shape (n_nodes,), float32
        Greater values go right; infinite in a leaf.
    left : ndarray, shape (n_nodes,), int32
        Left child; the right one follows it. A leaf is its own child: every path goes on for ``depth`` steps.
    leaf : ndarray, shape (n_nodes,), int32
        Row of ``votes`` of a leaf, 0 elsewhere.
    votes : ndarray, shape (n_leaves, n_outputs), uint8
        Probabilities in steps of 1 / 255.
    depth
        Steps from a root to the deepest leaf.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: Float32Array
    left: NDArray[np.int32]
    leaf: NDArray[np.int32]
    votes: NDArray[np.uint8]
    depth: int

    def predict(self, features: Float32Array) -> Float32Array:
        """Mean votes, shape (n, n_outputs), of feature vectors of shape (n, n_features)."""
        n = features.shape[0]
        node = np.broadcast_to(self.roots, (n, self.roots.shape[0]))
        row = np.arange(n)[:, None]
        for _ in range(self.depth):
            node = self.left[node] + (features[row, self.feature[node]] > self.threshold[node])
        result: Float32Array = self.votes[self.leaf[node]].mean(axis=1, dtype=np.float32) / np.float32(_FULL)
        return result


_ARRAYS = ("roots", "feature", "threshold", "left", "leaf", "votes")


def to_bytes(forest: Forest) -> bytes:
    """The forest as an ``.npz`` file."""
    file = io.BytesIO()
    arrays = {name: getattr(forest, name) for name in _ARRAYS}
    np.savez_compressed(file, depth=np.int32(forest.depth), **arrays)
    return file.getvalue()


def from_bytes(content: bytes) -> Forest:
    """The forest in an ``.npz`` file.

    Raises
    ------
    ValueError
        When the content is no such file or its arrays do not belong together.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            read = {name: arrays[name] for name in _ARRAYS}
            forest = Forest(**read, depth=int(arrays["depth"]))
    except (KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"not a forest: {error}") from error
    _check(forest)
    return forest


def _check(forest: Forest) -> None:
    n_nodes = forest.feature.shape[0]
    for name in ("threshold", "left", "leaf"):
        if getattr(forest, name).shape != (n_nodes,):
            raise ValueError(f"{name} must have {n_nodes} elements")
    inside = (
        forest.roots.min() >= 0
        and forest.roots.max() < n_nodes
        and forest.left.min() >= 0
        and forest.left.max() < n_nodes
        and forest.leaf.min() >= 0
        and forest.leaf.max() < forest.votes.shape[0]
    )
    if not inside:
        raise ValueError("a node points outside the forest")
