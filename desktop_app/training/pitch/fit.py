# SPDX-License-Identifier: MIT
"""Fits the pitch ranker: a softmax over the candidates and "no pitch", whose logit is 0."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.pitch_ranker import PitchRanker, ranker_from_bytes
from desktop_app.training.pitch.frames import RankerFrames


@dataclass(frozen=True, slots=True)
class RankerSettings:
    """Hyper-parameters of the ranker."""

    hidden: tuple[int, ...] = (64, 32)
    epochs: int = 5
    batch: int = 512
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    seed: int = 0


def fit_ranker(frames: RankerFrames, check: RankerFrames, settings: RankerSettings) -> bytes:
    """Train; prints accuracy on ``check`` after each epoch.

    Returns
    -------
    bytes
        An ``.npz`` for :func:`desktop_app.dsp.pitch_ranker.ranker_from_bytes`.
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(settings.seed)
    n_candidates, n_features = frames.features.shape[1:]
    inputs = keras.Input((n_candidates, n_features))
    values = inputs
    for width in settings.hidden:
        values = keras.layers.Dense(width, activation="relu")(values)
    model = keras.Model(inputs, keras.layers.Dense(1)(values)[:, :, 0])
    n_steps = settings.epochs * (len(frames.midi) // settings.batch)
    schedule = keras.optimizers.schedules.CosineDecay(settings.learning_rate, n_steps, alpha=0.01)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=settings.weight_decay)
    weight = _weights(frames)

    def step(x: Any, right: Any, w: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w * _loss(model(x), right)) / tf.reduce_sum(w)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
        )
        return loss

    fast_step = tf.function(step)
    rng = np.random.default_rng(settings.seed)
    for epoch in range(settings.epochs):
        order = rng.permutation(len(frames.midi))
        losses = []
        for start in range(0, order.size - settings.batch + 1, settings.batch):
            rows = np.sort(order[start : start + settings.batch])
            x = frames.features[rows].astype(np.float32)
            losses.append(fast_step(x, frames.is_right[rows].astype(np.float32), weight[rows]))
        told = figures(ranker_from_bytes(_to_bytes(model)), check)
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}; {told}", flush=True)
    return _to_bytes(model)


def _loss(logits: Any, is_right: Any) -> Any:
    """Negative logarithm of the probability of what is right; candidates beyond are in the sum with 0."""
    import tensorflow as tf

    all_logits = tf.concat([logits, tf.zeros_like(logits[:, :1])], axis=1)
    nothing = 1.0 - tf.reduce_max(is_right, axis=1, keepdims=True)
    right = tf.concat([is_right, nothing], axis=1)
    total = tf.reduce_logsumexp(all_logits, axis=1)
    return total - tf.reduce_logsumexp(all_logits + tf.math.log(right + 1e-9), axis=1)


def _weights(frames: RankerFrames) -> Float32Array:
    """Rare registers count more, by the root of how rare they are."""
    register = np.clip(np.rint(frames.midi / 6.0), -1, 20).astype(int) + 1
    share = np.bincount(register, minlength=22) / register.size
    weight = np.sqrt(1.0 / np.maximum(share, 0.005))[register]
    return (weight / weight.mean()).astype(np.float32)


def figures(ranker: PitchRanker, frames: RankerFrames) -> dict[str, float]:
    """Percent of frames with a pitch that are named right or heard at all, and of others heard falsely."""
    parts = range(0, len(frames.midi), 4096)
    logits = np.concatenate([ranker.logits(frames.features[i : i + 4096].astype(np.float32)) for i in parts])
    has_pitch = frames.midi >= 0.0
    is_right = frames.is_right[np.arange(len(logits)), logits.argmax(axis=1)]
    is_heard = np.exp(logits).sum(axis=1) > 1.0
    shares = {
        "right_percent": is_right[has_pitch],
        "heard_percent": is_heard[has_pitch],
        "falsely_heard_percent": is_heard[~has_pitch],
    }
    return {name: round(100.0 * float(share.mean()), 2) for name, share in shares.items()}


def _to_bytes(model: Any) -> bytes:
    arrays = {}
    for i, layer in enumerate(layer for layer in model.layers if layer.weights):
        arrays[f"weight_{i}"], arrays[f"bias_{i}"] = (w.numpy().astype(np.float32) for w in layer.weights)
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()
