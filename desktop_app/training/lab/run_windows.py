# SPDX-License-Identifier: MIT
"""Long recordings are measured on several windows, whose probabilities are averaged.

As in Han, Kim and Lee, "Deep Convolutional Neural Networks for Predominant Instrument Recognition in
Polyphonic Music", IEEE/ACM TASLP 25(1), 2017: a model that learnt from three seconds then hears them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.training.corpora.entry import Entry
from desktop_app.training.lab.cache import build_matrix
from desktop_app.training.lab.fit import Examples
from desktop_app.training.lab.recipe import LabRecipe
from desktop_app.training.lab.run_write import Predicts
from desktop_app.training.lab.splits_lab import Parts

_LEAST_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class FeatureMaker:
    """How features are made: where they are kept, in how many processes, on which cluster."""

    cache: Path
    jobs: int = 1
    scheduler: str | None = None

    def table(
        self, entries: Iterable[Entry], kind: str, settings: dict[str, Any], progress: Any = None
    ) -> Any:
        """Features of the sounds, as :func:`desktop_app.training.lab.cache.build_matrix` gives them."""
        return build_matrix(
            entries, kind, settings, self.cache, jobs=self.jobs, scheduler=self.scheduler, progress=progress
        )


def mean_over_windows(
    recipe: LabRecipe, parts: Parts, told: Mapping[str, Float32Array], predict: Predicts, maker: FeatureMaker
) -> dict[str, Float32Array]:
    """Bring the recipe's later windows of each sound in; sounds that end before them keep what they have.

    Parameters
    ----------
    told
        Probabilities of the first windows, shape (n, n_classes), in the order of ``parts``.
    """
    sums = {name: of.astype(np.float64) for name, of in told.items()}
    counts = {name: np.ones(of.shape[0]) for name, of in told.items()}
    entries = {entry.key: entry for part in parts.values() for entry in part}
    durations_s = {key: _duration_s(entry.path) for key, entry in entries.items()}
    for start_s in recipe.data.later_windows_s:
        longer = [entry for key, entry in entries.items() if durations_s[key] >= start_s + _LEAST_S]
        if not longer:
            continue
        found = _told_of(recipe, longer, start_s, predict, maker)
        for name, part in parts.items():
            for row, entry in enumerate(part):
                if entry.key in found:
                    sums[name][row] += found[entry.key]
                    counts[name][row] += 1
    return {name: (of / counts[name][:, None]).astype(np.float32) for name, of in sums.items()}


def _told_of(
    recipe: LabRecipe, entries: list[Entry], start_s: float, predict: Predicts, maker: FeatureMaker
) -> dict[str, Float32Array]:
    """Probabilities of one window of each sound, by its key."""
    (each,) = recipe.features
    table = maker.table(entries, each.kind, each.settings | {"start_s": start_s})
    rows = np.arange(len(table.keys))
    blank = np.zeros((rows.shape[0], 0), np.float32)
    return dict(zip(table.keys, predict(Examples({each.kind: table.X}, rows, blank)), strict=True))


def _duration_s(path: Path) -> float:
    try:
        return float(soundfile.info(path).duration)
    except (OSError, soundfile.LibsndfileError):
        return 0.0
