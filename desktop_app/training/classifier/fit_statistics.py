# SPDX-License-Identifier: MIT
"""Statistics of all windows of a store, computed once: as they are, and changed at random."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.training.classifier.datasets import FeatureStore
from desktop_app.training.classifier.fit_augment import augment, dequantise
from desktop_app.training.classifier.fit_batches import Rows
from desktop_app.training.classifier.fit_settings import AugmentSettings
from desktop_app.training.classifier.networks_statistics import Partials, Statistics
from desktop_app.training.corpus_files import write_json

_CHUNK_ROWS: Final = 256
Numbers = NDArray[np.float16]


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
        self._folder, self._unchanged_share = folder, unchanged_share
        self.rows = np.flatnonzero(chosen[store.item_index])
        self._about = {"n_rows": int(self.rows.size), "sum": int(self.rows.sum())}
        self._copies = [
            [self._kept(f"statistics-{k}", {}, store.windows, self.rows, _statistics(changes if k else None))]
            for k in range(1 + copies)
        ]

    @property
    def n_numbers(self) -> int:
        """Numbers of a row."""
        return sum(int(part.shape[1]) for part in self._copies[0])

    def add_partials(self, pitch: keras.Model) -> None:
        """From now on each row also has what is at the partials of the pitch that the network hears."""
        layer = Partials()

        def numbers(statistics: tf.Tensor) -> tf.Tensor:
            x = tf.ensure_shape(tf.cast(statistics, tf.float32), (None, pitch.input_shape[1]))
            return layer(x, pitch(x, training=False)["pitch"])

        every = np.arange(self.rows.size)
        about = {"pitch": zlib.crc32(b"".join(weight.tobytes() for weight in pitch.get_weights()))}
        for k, parts in enumerate(self._copies):
            parts.append(self._kept(f"partials-{k}", about, parts[0], every, numbers))

    def take(self, rows: Rows, rng: np.random.Generator) -> Numbers:
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
            chosen = which == number
            result[chosen] = np.concatenate([part[rows[chosen]] for part in self._copies[number]], axis=1)
        return result

    def _kept(
        self,
        name: str,
        about: dict[str, int],
        of: NDArray[Any],
        rows: Rows,
        numbers: Callable[[tf.Tensor], tf.Tensor],
    ) -> Numbers:
        """The numbers of the rows of an array, from the disk where they were computed before."""
        array, note = self._folder / f"{name}.npy", self._folder / f"{name}.json"
        about = self._about | about
        if not note.is_file() or json.loads(note.read_text(encoding="utf-8")) != about:
            np.save(array, _computed(of, rows, numbers))
            write_json(note, about)
        kept: Numbers = np.load(array, mmap_mode="r", allow_pickle=False)
        return kept


def _statistics(changes: AugmentSettings | None) -> Callable[[tf.Tensor], tf.Tensor]:
    layer = Statistics()

    def numbers(windows: tf.Tensor) -> tf.Tensor:
        mel_db = dequantise(windows)
        return layer((augment(mel_db, changes) if changes else mel_db)[..., None])

    return numbers


def _computed(of: NDArray[Any], rows: Rows, numbers: Callable[[tf.Tensor], tf.Tensor]) -> Numbers:
    """In a random order, because changes may take what stands next to a window."""
    compute = tf.function(numbers, reduce_retracing=True)
    order = np.random.default_rng(rows.size).permutation(rows.size)
    parts = [order[at : at + _CHUNK_ROWS] for at in range(0, rows.size, _CHUNK_ROWS)]
    computed = np.concatenate(
        [compute(tf.constant(of[rows[part]])).numpy().astype(np.float16) for part in parts]
    )
    result = np.empty_like(computed)
    result[order] = computed
    return result
