# SPDX-License-Identifier: MIT
"""Fits the network: steps, moving average, selection of the best epoch, and going on after a break."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from desktop_app.ml.classifier import N_OUTPUTS
from desktop_app.training.classifier.fit_batches import Batch
from desktop_app.training.classifier.fit_settings import FitSettings


class Fitting:
    """A network on its way; ``model`` learns, ``averaged`` is what is judged and kept.

    Parameters
    ----------
    build
        Makes the untrained network.
    settings
        Of the steps.
    prepare
        Takes a batch as it comes from the source to what the network takes.
    folder
        Where the state is saved after each epoch; a fitting with the same folder goes on from there.
    """

    def __init__(
        self,
        build: Callable[[], keras.Model],
        settings: FitSettings,
        prepare: Callable[[tf.Tensor], tf.Tensor],
        folder: Path,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        keras.utils.set_random_seed(settings.seed)
        self._settings, self._prepare = settings, prepare
        self.model, self.averaged = build(), build()
        self.averaged.set_weights(self.model.get_weights())
        rate = keras.optimizers.schedules.CosineDecay(
            0.0,
            max(1, settings.epochs * settings.steps_per_epoch - settings.warmup_steps),
            warmup_target=settings.learning_rate,
            warmup_steps=settings.warmup_steps,
        )
        self._optimiser = keras.optimizers.AdamW(
            rate, weight_decay=settings.weight_decay, global_clipnorm=1.0
        )
        self._optimiser.build(self.model.trainable_variables)
        self._epoch, self._best = tf.Variable(0), tf.Variable(-1.0)
        parts = {"model": self.model, "averaged": self.averaged, "optimiser": self._optimiser}
        state = tf.train.Checkpoint(**parts, epoch=self._epoch, best=self._best)
        self._saved = tf.train.CheckpointManager(state, str(folder / "checkpoints"), max_to_keep=1)
        self._best_file = folder / "best.weights.h5"
        if self._saved.restore_or_initialize():
            print(f"going on after epoch {self.n_epochs_done}", flush=True)
        self._step = tf.function(self._learn)

    @property
    def n_epochs_done(self) -> int:
        """Epochs that were finished, also before a break."""
        return int(self._epoch)

    def run(self, source: Iterator[Batch], judge: Callable[[keras.Model], dict[str, float]]) -> keras.Model:
        """Go through the epochs; returns the average of the epoch whose ``score`` was best."""
        while self.n_epochs_done < self._settings.epochs:
            start_s = time.monotonic()
            losses = [
                self._step(*map(tf.constant, next(source))) for _ in range(self._settings.steps_per_epoch)
            ]
            self._end_epoch(float(np.mean(losses)), judge(self.averaged), time.monotonic() - start_s)
        self.averaged.load_weights(self._best_file)
        return self.averaged

    def _end_epoch(self, loss: float, figures: dict[str, float], duration_s: float) -> None:
        self._epoch.assign_add(1)
        if figures["score"] > float(self._best):
            self._best.assign(figures["score"])
            self.averaged.save_weights(self._best_file)
        self._saved.save()
        shown = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
        print(f"epoch {int(self._epoch)}  loss {loss:.3f}  {shown}  {duration_s:.0f} s", flush=True)

    def _learn(self, batch: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """One step; the moving average follows, normalisation statistics included."""
        x, labels = self._mixed(self._prepare(batch), self._labels(targets))
        with tf.GradientTape() as tape:
            logits = self.model(x, training=True)
            loss = self._loss(logits, labels)
        variables = self.model.trainable_variables
        self._optimiser.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        step = tf.cast(self._optimiser.iterations, tf.float32)
        keep = tf.minimum(self._settings.average, (1.0 + step) / (10.0 + step))
        for mean, new in zip(self.averaged.variables, self.model.variables, strict=True):
            if mean.dtype == "float32":
                mean.assign(keep * mean + (1.0 - keep) * new)
        return loss

    def _labels(self, targets: tf.Tensor) -> dict[str, tf.Tensor]:
        """One-hot rows; all zeros, which no loss counts, where the label is unknown."""
        return {name: tf.one_hot(targets[:, i], size) for i, (name, size) in enumerate(N_OUTPUTS.items())}

    def _mixed(self, x: tf.Tensor, labels: dict[str, tf.Tensor]) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """Some inputs mixed with the one before them (Zhang et al., "mixup", ICLR 2018)."""
        n = tf.shape(x)[0]
        alpha = self._settings.mixup_alpha
        first, second = tf.random.gamma((n,), alpha), tf.random.gamma((n,), alpha)
        share = tf.maximum(first, second) / (first + second + 1e-9)
        share = tf.where(tf.random.uniform((n,)) < self._settings.mixup_probability, share, 1.0)
        of_all = tf.reshape(share, (-1, *[1] * (len(x.shape) - 1)))
        mixed = of_all * x + (1.0 - of_all) * tf.roll(x, 1, 0)
        blend = {k: share[:, None] * v + (1.0 - share[:, None]) * tf.roll(v, 1, 0) for k, v in labels.items()}
        return mixed, blend

    def _loss(self, logits: dict[str, tf.Tensor], labels: dict[str, tf.Tensor]) -> tf.Tensor:
        s = self._settings
        weights = {"family": 1.0, "source": s.source_weight, "pitch": s.pitch_weight}
        total = tf.constant(0.0)
        for name in logits:
            smooth = s.label_smoothing if name == "family" else 0.0
            total += weights[name] * _cross_entropy(labels[name], logits[name], smooth)
        return total


def _cross_entropy(labels: tf.Tensor, logits: tf.Tensor, smooth: float) -> tf.Tensor:
    """Mean over the known labels, and over members where the logits have the shape (n, n_members, size).

    Rows of zeros are unknown. They are given some label before they get the weight 0: TensorFlow's gradient
    takes for granted that labels sum to 1 and would push all logits of such rows down without end.
    """
    known = tf.reduce_sum(labels, axis=1)
    size = float(labels.shape[-1])
    wanted = tf.where(known[:, None] > 0.0, labels / tf.maximum(known, 1e-6)[:, None], 1.0 / size)
    wanted = (1.0 - smooth) * wanted + smooth / size
    if len(logits.shape) == 3:
        wanted = tf.repeat(wanted[:, None], logits.shape[1], axis=1)
    losses = tf.nn.softmax_cross_entropy_with_logits(wanted, logits)
    each = losses if len(losses.shape) == 1 else tf.reduce_mean(losses, axis=1)
    return tf.reduce_sum(known * each) / tf.maximum(tf.reduce_sum(known), 1.0)
