# SPDX-License-Identifier: MIT
"""Several stores of windows as one, where each stays on disk as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.training.classifier.datasets import FeatureStore, UInt8Array


class JoinedRows:
    """Arrays one after another along the first axis; only the rows that are asked for are read."""

    def __init__(self, parts: Sequence[NDArray[Any]]) -> None:
        self._parts = list(parts)
        self._ends = np.cumsum([part.shape[0] for part in parts])
        self.shape = (int(self._ends[-1]), *parts[0].shape[1:])

    def __getitem__(self, rows: NDArray[np.integer] | slice) -> NDArray[Any]:
        wanted = np.arange(self.shape[0])[rows] if isinstance(rows, slice) else np.asarray(rows)
        result = np.empty((wanted.shape[0], *self.shape[1:]), self._parts[0].dtype)
        of_part = np.searchsorted(self._ends, wanted, side="right")
        for number in np.unique(of_part):
            inside, part = of_part == number, self._parts[number]
            result[inside] = part[wanted[inside] - (self._ends[number] - part.shape[0])]
        return result


def join_stores(stores: Sequence[FeatureStore]) -> FeatureStore:
    """One store of all windows; the items are counted on from store to store."""
    if len(stores) == 1:
        return stores[0]
    firsts = np.cumsum([0, *(len(store.items) for store in stores)])
    windows: Any = JoinedRows([store.windows for store in stores])
    joined: UInt8Array = windows
    return FeatureStore(
        [item for store in stores for item in store.items],
        joined,
        np.concatenate([store.item_index + first for store, first in zip(stores, firsts, strict=False)]),
        np.concatenate([store.variant for store in stores]),
        np.concatenate([store.position for store in stores]),
        stores[0].spec,
    )
