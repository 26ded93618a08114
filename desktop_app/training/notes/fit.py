# SPDX-License-Identifier: MIT
"""Fits the note network and turns it into the arrays that the program loads."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.onsets_network import KERNEL_FRAMES
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.notes.data import Example, to_levels

Batch = tuple[Float32Array, Float32Array, Float32Array]
_CROP_FRAMES: Final = 600


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How the network is made and fitted.

    Attributes
    ----------
    width, n_layers
        Of the network; it sees ``2 ** (n_layers + 1)`` frames of the past.
    onset_weight
        How much more an attack counts than none.
    silent_share
        Share of the batches of what holds no notes.
    n_steps, batch_size, learning_rate, seed
        Of the fit; the rate falls to nothing along a cosine.
    """

    width: int = 48
    n_layers: int = 6
    onset_weight: float = 4.0
    silent_share: float = 0.2
    n_steps: int = 4000
    batch_size: int = 32
    learning_rate: float = 3e-3
    seed: int = 1


def build_network(settings: FitSettings) -> keras.Model:
    """The untrained network: levels, shape (n, n_frames, n_mels), to logits, shape (n, n_frames, 2)."""
    keras.utils.set_random_seed(settings.seed)
    levels = keras.Input((None, DEFAULT_SPEC.n_mels))
    x = layers.Dense(settings.width, activation="relu", name="entry")(levels)
    for i in range(settings.n_layers):
        convolution = layers.Conv1D(
            settings.width,
            KERNEL_FRAMES,
            dilation_rate=2**i,
            padding="causal",
            activation="relu",
            name=f"layer{i}",
        )
        x = layers.Add()((x, convolution(x)))
    return keras.Model(levels, layers.Dense(2, name="head")(x))


def fit_network(material: Sequence[Example], settings: FitSettings, n_threads: int) -> keras.Model:
    """The fitted network."""
    tf.config.threading.set_intra_op_parallelism_threads(n_threads)
    network = build_network(settings)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, settings.n_steps, warmup_target=settings.learning_rate, warmup_steps=settings.n_steps // 20
    )
    optimizer = keras.optimizers.Adam(rate, clipnorm=1.0)

    @tf.function  # type: ignore[untyped-decorator]
    def step(levels: tf.Tensor, targets: tf.Tensor, counts: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = loss(network(levels, training=True), targets, counts, settings.onset_weight)
        gradients = tape.gradient(value, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return value

    smooth = 0.0
    for i, batch in enumerate(batches(material, settings)):
        value = float(step(*map(tf.constant, batch)))
        smooth += (value - smooth) * max(0.01, 1.0 / (i + 1))
        if (i + 1) % 250 == 0:
            print(f"step {i + 1}: loss {smooth:.4f}", flush=True)
    return network


def loss(logits: tf.Tensor, targets: tf.Tensor, counts: tf.Tensor, onset_weight: float) -> tf.Tensor:
    """Mean cross entropy over the frames that count, attacks weighted."""
    entropy = tf.nn.sigmoid_cross_entropy_with_logits(targets, logits)
    attack = entropy[..., 0] * (1.0 + (onset_weight - 1.0) * targets[..., 0])
    return tf.reduce_sum((attack + entropy[..., 1]) * counts) / tf.reduce_sum(counts)


def batches(material: Sequence[Example], settings: FitSettings) -> Iterator[Batch]:
    """Stretches of random examples: levels, targets, and which frames count.

    Where a stretch begins within a phrase, the network lacks the past; those frames do not count.
    """
    rng = np.random.default_rng(settings.seed)
    n_unsure = 2 ** (settings.n_layers + 1)
    shares = _shares(material, settings.silent_share)
    for _ in range(settings.n_steps):
        levels = np.zeros((settings.batch_size, _CROP_FRAMES, DEFAULT_SPEC.n_mels), np.float32)
        targets = np.zeros((settings.batch_size, _CROP_FRAMES, 2), np.float32)
        counts = np.zeros((settings.batch_size, _CROP_FRAMES), np.float32)
        for row, index in enumerate(rng.choice(len(material), settings.batch_size, p=shares)):
            example = material[index]
            start = int(rng.integers(-_CROP_FRAMES // 4, max(1, example.levels.shape[0] - n_unsure)))
            start = max(start, 0)
            piece = slice(start, start + _CROP_FRAMES)
            n = example.levels[piece].shape[0]
            levels[row, :n] = to_levels(example.levels[piece])
            targets[row, :n] = example.targets[piece]
            counts[row, n_unsure if start else 0 : n] = 1.0
        yield levels, targets, counts


def _shares(material: Sequence[Example], silent_share: float) -> NDArray[np.float64]:
    """Probability of each example: by its length, with a fixed share for what holds no notes."""
    lengths = np.array([example.levels.shape[0] for example in material], np.float64)
    silent = np.array([example.onsets_s.size == 0 for example in material])
    lengths[silent] *= silent_share / max(1.0, lengths[silent].sum())
    lengths[~silent] *= (1.0 - silent_share) / max(1.0, lengths[~silent].sum())
    return lengths / lengths.sum()


def to_npz(network: keras.Model) -> bytes:
    """The file that :func:`desktop_app.dsp.onsets_network.read_weights` reads."""
    arrays = {}
    for layer in network.layers:
        if not layer.weights:
            continue
        matrix, bias = (np.asarray(weight, np.float32) for weight in layer.get_weights())
        arrays[f"{layer.name}_matrix"] = matrix.reshape(-1, matrix.shape[-1])
        arrays[f"{layer.name}_bias"] = bias
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()
