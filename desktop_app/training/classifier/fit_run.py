# SPDX-License-Identifier: MIT
"""The whole way from corpora to a model in a folder: windows, fit, calibration, figures, card."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from desktop_app.domain.errors import ModelError
from desktop_app.ml.classifier import Classifier, Thresholds
from desktop_app.training.classifier.calibrate import fit_temperature, fit_thresholds
from desktop_app.training.classifier.card import write_card
from desktop_app.training.classifier.corpus import Item, is_recorded, load_items
from desktop_app.training.classifier.datasets import FeatureStore, build_features
from desktop_app.training.classifier.datasets_joined import join_stores
from desktop_app.training.classifier.evaluate import figures, table
from desktop_app.training.classifier.evaluate_answers import Answers, answer_recordings, answer_store
from desktop_app.training.classifier.export import Exported, write_json, write_model
from desktop_app.training.classifier.fit_recipe import CorpusSettings, Recipe
from desktop_app.training.classifier.splits import split_by_instrument, split_random

_BEFORE_CALIBRATION = Thresholds(0.9, 0.5, 0.5)
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is.

    Attributes
    ----------
    corpora, unseen, check
        Folders to learn from, of banks that are held back whole, and of recordings that are only measured.
    out
        Folder of models.
    work
        Features and checkpoints; an interrupted training goes on from there.
    """

    corpora: Sequence[Path]
    unseen: Sequence[Path]
    check: Sequence[Path]
    out: Path
    work: Path


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Windows, and which items of ``store`` are for what; ``unseen`` is None where no bank is held back."""

    store: FeatureStore
    learn: BoolArray
    held_sounds: BoolArray
    held_instruments: BoolArray
    unseen: FeatureStore | None


def make_model(recipe: Recipe, places: Places, *, jobs: int, is_default: bool) -> str:
    """Make a model and everything that goes with it; returns the table of its figures.

    Raises
    ------
    ModelError, CorpusError
        When there is nothing to learn from.
    """
    start_s = time.monotonic()
    material = gather(recipe.corpus, places, jobs)
    content = _fit(recipe, material, places.work / recipe.model_id, jobs)
    exported = Exported(recipe.model_id, recipe.title, recipe.kind, content, 1.0, _BEFORE_CALIBRATION)
    exported = _calibrate(exported, recipe, material, places.out)
    classifier = write_model(places.out, exported, is_default=is_default)
    sets = measure(classifier, material, places.check)
    minutes, memory = (time.monotonic() - start_s) / 60.0, psutil.Process().memory_info().rss / 1024**2
    cost = {"minutes": round(minutes, 1), "memory_mib": round(memory)}
    home = places.out / recipe.model_id
    write_json(home / "metrics.json", {"model": recipe.model_id, "sets": sets, "training": cost})
    write_card(home / "card.md", exported, material, sets, cost)
    return table(sets)


def gather(settings: CorpusSettings, places: Places, jobs: int) -> Material:
    """Windows of everything, and what is held back: the same always."""
    store = _store(places.corpora, places.work / "features", settings, jobs)
    items = store.items
    seed = settings.split_seed
    sounds = _mask(split_random(items, settings.random_share, seed)[1], len(items))
    instruments = _mask(split_by_instrument(items, settings.instrument_share, seed)[1], len(items))
    is_used = np.array([not _is_left_out(item, settings.leave_out) for item in items])
    learn = is_used & np.array([item.weights_ok for item in items]) & ~sounds & ~instruments
    if not learn.any():
        raise ModelError("There is nothing to learn from: no sound's licence allows it.")
    unseen = _store(places.unseen, places.work / "unseen", settings, jobs) if places.unseen else None
    return Material(store, learn, is_used & sounds & ~instruments, is_used & instruments, unseen)


def _is_left_out(item: Item, names: tuple[str, ...]) -> bool:
    return item.bank in names or item.instrument.startswith(names)


def _mask(indices: Sequence[int], n: int) -> BoolArray:
    mask = np.zeros(n, np.bool_)
    mask[np.array(indices, np.intp)] = True
    return mask


def _store(folders: Sequence[Path], out: Path, settings: CorpusSettings, jobs: int) -> FeatureStore:
    """Stores that are ready, as one, or one made of corpora."""
    if all((folder / "store.json").is_file() for folder in folders):
        return join_stores([FeatureStore.open(folder) for folder in folders])
    n_variants: dict[Item, int] = {}
    for folder in folders:
        variants = settings.recorded_variants if is_recorded(folder) else settings.rendered_variants
        n_variants |= dict.fromkeys(load_items(folder), variants)
    return build_features(
        list(n_variants),
        out,
        n_variants=n_variants.__getitem__,
        jobs=jobs,
        seed=settings.seed,
        n_later=settings.later_windows,
    )


def _fit(recipe: Recipe, material: Material, folder: Path, jobs: int) -> bytes:
    folder.mkdir(parents=True, exist_ok=True)
    if recipe.kind == "forest":
        from desktop_app.training.classifier.forest import grow

        return grow(material.store, material.learn, recipe.forest, jobs, recipe.corpus.bank_weights)
    from desktop_app.training.classifier.fit_network import fit_network

    return fit_network(recipe, material, folder, jobs)


def _calibrate(exported: Exported, recipe: Recipe, material: Material, out: Path) -> Exported:
    """First the temperature, then the thresholds of what it makes of the probabilities."""
    plain = write_model(out, exported, is_default=False)
    exported = replace(exported, temperature=fit_temperature(_kinds(plain, material)))
    warm = write_model(out, exported, is_default=False)
    return replace(exported, thresholds=fit_thresholds(_kinds(warm, material), recipe.calibration))


def _kinds(classifier: Classifier, material: Material) -> list[Answers]:
    """Answers to unknown recorded instruments, to unknown rendered ones and to the unseen bank."""
    recorded = np.array(["/" in item.bank for item in material.store.items])
    parts = [
        (material.store, material.held_instruments & recorded),
        (material.store, material.held_instruments & ~recorded),
    ]
    if material.unseen:
        parts.append((material.unseen, np.ones(len(material.unseen.items), np.bool_)))
    return [answer_store(classifier, store, chosen) for store, chosen in parts if chosen.any()]


def measure(classifier: Classifier, material: Material, check: Sequence[Path]) -> dict[str, Any]:
    """Figures of each set of sounds that the model did not learn from, from the easiest on."""
    parts = {
        "random notes": (material.store, material.held_sounds),
        "unseen instruments": (material.store, material.held_instruments),
    }
    if material.unseen:
        parts["unseen bank"] = (material.unseen, np.ones(len(material.unseen.items), np.bool_))
    sets = {
        name: figures(answer_store(classifier, store, chosen), classifier.thresholds)
        for name, (store, chosen) in parts.items()
        if chosen.any()
    }
    items = [item for folder in check for item in load_items(folder)]
    if items:
        sets["real recordings"] = figures(answer_recordings(classifier, items), classifier.thresholds)
    return sets
