# SPDX-License-Identifier: MIT
"""Statistics of all windows of a store, computed once: as they are, and changed at random."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.training.classifier.datasets import FeatureStore
from desktop_app.training.classifier.fit_augment import augment, dequantise
from desktop_app.training.classifier.fit_batches import Rows
from desktop_app.training.classifier.fit_settings import AugmentSettings
from desktop_app.training.classifier.networks_statistics import Statistics
from desktop_app.training.corpus_files import write_json

_CHUNK_ROWS: Final = 128


class StatisticsCache:
    """Numbers of shape (n_rows, n_numbers), float16, kept in a folder: one file unchanged, others changed.

    Parameters
    ----------
    copies
        How many changed copies there are of each window.
    unchanged_share
        How often a row is taken as it is.
    """

    def __init__(
        self,
        store: FeatureStore,
        chosen: NDArray[np.bool_],
        folder: Path,
        changes: AugmentSettings,
        copies: int,
        unchanged_share: float,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._unchanged_share = unchanged_share
        self.rows = np.flatnonzero(chosen[store.item_index])
        about = {"n_rows": int(self.rows.size), "sum": int(self.rows.sum())}
        self._copies = [
            _kept(folder / f"statistics-{k}", about, store, self.rows, changes if k else None)
            for k in range(1 + copies)
        ]
        self.n_numbers = int(self._copies[0].shape[1])

    def take(self, rows: Rows, rng: np.random.Generator) -> NDArray[np.float16]:
        """Numbers of some rows, counted within those that were chosen, each from one of its copies."""
        n_changed = len(self._copies) - 1
        which = np.where(
            rng.random(rows.size) < self._unchanged_share,
            0,
            rng.integers(1, 1 + max(1, n_changed), rows.size),
        )
        which = np.minimum(which, n_changed)
        result = np.empty((rows.size, self.n_numbers), np.float16)
        for number in np.unique(which):
            result[which == number] = self._copies[number][rows[which == number]]
        return result


def _kept(
    path: Path, about: dict[str, Any], store: FeatureStore, rows: Rows, changes: AugmentSettings | None
) -> NDArray[np.float16]:
    """The numbers of one copy, from the disk where they were computed before."""
    array, note = path.with_suffix(".npy"), path.with_suffix(".json")
    if not note.is_file() or json.loads(note.read_text(encoding="utf-8")) != about:
        np.save(array, _computed(store, rows, changes))
        write_json(note, about)
    kept: NDArray[np.float16] = np.load(array, mmap_mode="r", allow_pickle=False)
    return kept


def _computed(store: FeatureStore, rows: Rows, changes: AugmentSettings | None) -> NDArray[np.float16]:
    layer = Statistics()

    def numbers(windows: tf.Tensor) -> tf.Tensor:
        mel_db = dequantise(windows)
        return layer((augment(mel_db, changes) if changes else mel_db)[..., None])

    compute = tf.function(numbers, reduce_retracing=True)
    chunks = [
        compute(tf.constant(store.windows[rows[at : at + _CHUNK_ROWS]])).numpy().astype(np.float16)
        for at in range(0, rows.size, _CHUNK_ROWS)
    ]
    return np.concatenate(chunks)
