# SPDX-License-Identifier: MIT
"""Fits the network of a recipe and judges each epoch on instruments and banks that it never heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.ml.classifier import ModelTraits, NetworkClassifier, Thresholds
from desktop_app.ml.manifest_entries import WINDOW_FRAMES
from desktop_app.training.classifier.datasets import FeatureStore
from desktop_app.training.classifier.evaluate import balanced
from desktop_app.training.classifier.evaluate_answers import Answers, answer_store
from desktop_app.training.classifier.export import to_tflite
from desktop_app.training.classifier.fit import Fitting
from desktop_app.training.classifier.fit_augment import augment, dequantise
from desktop_app.training.classifier.fit_batches import UNKNOWN, batches, is_recorded, row_weights, targets
from desktop_app.training.classifier.fit_recipe import Recipe
from desktop_app.training.classifier.fit_settings import FitSettings
from desktop_app.training.classifier.fit_statistics import StatisticsCache
from desktop_app.training.classifier.networks import assemble, build_members, build_picture, build_pitch
from desktop_app.training.classifier.networks_statistics import Statistics

if TYPE_CHECKING:
    from desktop_app.training.classifier.fit_run import Material

_MAX_JUDGED = 1500
Judge = Callable[[keras.Model], dict[str, float]]


def fit_network(recipe: Recipe, material: Material, folder: Path, n_threads: int) -> bytes:
    """Fit and convert; ``folder`` keeps the state between epochs. Returns the ``.tflite`` file's bytes."""
    tf.config.threading.set_intra_op_parallelism_threads(n_threads)
    # TensorFlow 2.21 with oneDNN joins convolutions with the leaky rectifiers behind them and then computes
    # something else; the eager network and the converted one agree, so judging has to go without it.
    tf.config.optimizer.set_experimental_options({"remapping": False})
    cache = StatisticsCache(
        material.store,
        material.learn,
        folder / "statistics",
        recipe.augment,
        recipe.statistics.copies,
        recipe.statistics.unchanged_share,
    )
    n_statistics = cache.n_numbers
    pitch = _fit_numbers(
        lambda: build_pitch(n_statistics),
        recipe.pitch,
        material,
        cache,
        recipe.corpus.bank_weights,
        folder / "pitch",
        lambda network: _judge_pitch(network, material.store, material.held_instruments),
    )
    cache.add_partials(pitch)
    members = _fit_numbers(
        lambda: build_members(cache.n_numbers, recipe.network),
        recipe.members,
        material,
        cache,
        recipe.corpus.bank_weights,
        folder / "members",
        lambda network: _judge(assemble(pitch, network), material),
    )
    pictures = []
    if recipe.network.widths:
        pictures.append(
            _fit_picture(
                recipe,
                material,
                folder / "picture",
                lambda network: _judge(assemble(pitch, members, [network]), material),
            )
        )
    return to_tflite(assemble(pitch, members, pictures))


def _fit_numbers(
    build: Callable[[], keras.Model],
    settings: FitSettings,
    material: Material,
    cache: StatisticsCache,
    bank_weights: Mapping[str, float],
    folder: Path,
    judge: Judge,
) -> keras.Model:
    """A network on the numbers of the cache."""
    n_numbers = cache.n_numbers
    fitting = Fitting(
        build, settings, lambda batch: tf.ensure_shape(tf.cast(batch, tf.float32), (None, n_numbers)), folder
    )
    store = material.store
    weights = row_weights(store, material.learn, settings.instrument_exponent, bank_weights)[cache.rows]
    target = targets(store.items)[store.item_index[cache.rows]]
    source = batches(cache.take, target, weights, settings.batch_size, settings.seed + fitting.n_epochs_done)
    return fitting.run(source, judge)


def _fit_picture(recipe: Recipe, material: Material, folder: Path, judge: Judge) -> keras.Model:
    """The member that looks; each epoch is judged by what it adds to the others."""
    spec: FeatureSpec = DEFAULT_SPEC
    fitting = Fitting(
        lambda: build_picture(spec.n_mels, WINDOW_FRAMES, recipe.network),
        recipe.fit,
        lambda batch: augment(
            dequantise(tf.ensure_shape(batch, (None, spec.n_mels, WINDOW_FRAMES))), recipe.augment
        )[..., None],
        folder,
    )
    store = material.store
    source = batches(
        lambda rows, _: store.windows[rows],
        targets(store.items)[store.item_index],
        row_weights(store, material.learn, recipe.fit.instrument_exponent, recipe.corpus.bank_weights),
        recipe.fit.batch_size,
        recipe.fit.seed + fitting.n_epochs_done,
    )
    return fitting.run(source, judge)


class _KerasModel:
    """Stands in for the converted network while it is being fitted."""

    def __init__(self, network: keras.Model) -> None:
        self._network = tf.function(
            lambda mel_db: network(mel_db, training=False),
            input_signature=[tf.TensorSpec((None, *network.input_shape[1:]), tf.float32)],
        )

    def run(self, windows: Float32Array) -> dict[str, Float32Array]:
        """As the converted one: outputs by name."""
        return {name: value.numpy() for name, value in self._network(windows).items()}


def _judge_pitch(network: keras.Model, store: FeatureStore, held: NDArray[np.bool_]) -> dict[str, float]:
    """Share of unknown instruments' notes whose pitch is found at the onset."""
    wanted = targets(store.items)[store.item_index, 2]
    is_asked = held[store.item_index] & (store.variant == 0) & (store.position == 0) & (wanted != UNKNOWN)
    rows = np.flatnonzero(_some(is_asked))
    logits = network(Statistics()(store.to_db(rows)[..., None]), training=False)["pitch"]
    return {"score": float(np.mean(np.argmax(logits, axis=1) == wanted[rows]))}


def _judge(network: keras.Model, material: Material) -> dict[str, float]:
    """Balanced accuracy on unknown recorded instruments and on the unseen bank; ``score`` is their mean."""
    traits = ModelTraits("", DEFAULT_SPEC, WINDOW_FRAMES, Thresholds(1.0, 1.0, 1.0), 1.0)
    classifier = NetworkClassifier(traits, _KerasModel(network))
    recorded = np.array([is_recorded(item) for item in material.store.items])
    parts = {"recorded": (material.store, _some(material.held_instruments & recorded))}
    if material.unseen:
        parts["bank"] = (material.unseen, _some(np.ones(len(material.unseen.items), np.bool_)))
    shares = {
        name: _balanced(answer_store(classifier, store, chosen))
        for name, (store, chosen) in parts.items()
        if chosen.any()
    }
    return {"score": float(np.mean(list(shares.values()))) if shares else 0.0, **shares}


def _some(chosen: np.ndarray) -> np.ndarray:
    """Every n-th of the chosen, so that few enough remain."""
    indices = np.flatnonzero(chosen)
    kept = np.zeros_like(chosen)
    kept[indices[:: 1 + indices.shape[0] // _MAX_JUDGED]] = True
    return kept


def _balanced(answers: Answers) -> float:
    family = answers.truth[:, 0]
    return balanced(family, answers.told.family.argmax(axis=1) == family) or 0.0
