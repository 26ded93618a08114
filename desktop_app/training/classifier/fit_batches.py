# SPDX-License-Identifier: MIT
"""Which windows a model learns from, and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.labels import FAMILIES, MIDI_MIN, N_PITCHES, NOT_AN_INSTRUMENT, SOURCES
from desktop_app.training.classifier.corpus import Item
from desktop_app.training.classifier.datasets import FeatureStore

CLASSES = (*FAMILIES, NOT_AN_INSTRUMENT)
UNKNOWN = -1
NO_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({})
Batch = tuple[NDArray[Any], NDArray[np.int32]]
Rows = NDArray[np.intp]
_BATCHES_AT_ONCE: Final = 16


def targets(items: Sequence[Item]) -> NDArray[np.int32]:
    """Family, source and pitch of each item as indices, shape (n, 3); -1 where unknown."""
    return np.array([_target(item) for item in items], np.int32).reshape(-1, 3)


def _target(item: Item) -> tuple[int, int, int]:
    source = SOURCES.index(item.source) if item.source in SOURCES else UNKNOWN
    pitch = UNKNOWN if item.midi is None else item.midi - MIDI_MIN
    return CLASSES.index(item.family), source, pitch if 0 <= pitch < N_PITCHES else UNKNOWN


def row_weights(
    store: FeatureStore,
    chosen: NDArray[np.bool_],
    exponent: float,
    bank_weights: Mapping[str, float] = NO_WEIGHTS,
) -> NDArray[np.float64]:
    """How often each row is drawn; sums to 1, 0 for the rows of items that are not ``chosen``.

    Families are equal, each half recordings and half renders where it has both; within these an
    instrument of n rows has the weight n ** (1 + exponent), times that of its bank where it has one, and
    its rows are equal.
    """
    rows_of = np.bincount(store.item_index, minlength=len(store.items)) * chosen
    n_rows: dict[tuple[str, bool, str], int] = {}
    keys = [(item.family, is_recorded(item), item.instrument) for item in store.items]
    for key, n in zip(keys, rows_of.tolist(), strict=True):
        n_rows[key] = n_rows.get(key, 0) + n
    bank_of = {key: item.bank for key, item in zip(keys, store.items, strict=True)}
    of_instrument = {
        key: n ** (1.0 + exponent) * bank_weights.get(bank_of[key], 1.0) for key, n in n_rows.items() if n
    }
    of_half = _sums(of_instrument, 2)
    n_halves = _sums(dict.fromkeys(of_half, 1.0), 1)
    weights = np.zeros(len(store.items))
    for i, key in enumerate(keys):
        if rows_of[i]:
            share = of_instrument[key] / of_half[key[:2]] / n_halves[key[:1]]
            weights[i] = share / n_rows[key]
    row = weights[store.item_index]
    return row / row.sum()


def is_recorded(item: Item) -> bool:
    """Whether the item is a recording of its own, not a note rendered from a bank."""
    return "/" in item.bank


def _sums(values: dict[tuple, float], length: int) -> dict[tuple, float]:
    sums: dict[tuple, float] = {}
    for key, value in values.items():
        sums[key[:length]] = sums.get(key[:length], 0.0) + value
    return sums


def batches(
    take: Callable[[Rows, np.random.Generator], NDArray[Any]],
    target: NDArray[np.int32],
    weights: NDArray[np.float64],
    batch_size: int,
    seed: int,
) -> Iterator[Batch]:
    """Endless batches of what ``take`` gives for rows, with their targets, shape (batch_size, 3).

    Parameters
    ----------
    target : ndarray, shape (n_rows, 3)
    weights : ndarray, shape (n_rows,)
        How often each row is drawn.
    """
    rng = np.random.default_rng(seed)
    cumulative = np.cumsum(weights)
    cumulative /= cumulative[-1]
    while True:
        drawn = np.searchsorted(cumulative, rng.random(batch_size * _BATCHES_AT_ONCE), side="right")
        rows = np.sort(np.minimum(drawn, weights.size - 1))  # in order, the disk is read once
        taken, order = take(rows, rng), rng.permutation(rows.size)
        for at in range(0, rows.size, batch_size):
            part = order[at : at + batch_size]
            yield taken[part], target[rows[part]]
