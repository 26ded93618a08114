# SPDX-License-Identifier: MIT
"""Fits the network of several notes and exports it.

``python -m desktop_app.training.poly.fit STORE RUN --steps N`` goes on where RUN left off and writes
``RUN/model.tflite`` every 250 steps.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import keras
import numpy as np
import tensorflow as tf

from desktop_app.ml.note_network import MARGIN_FRAMES, OUTPUTS
from desktop_app.training.classifier.export import to_tflite
from desktop_app.training.poly.batches import Store
from desktop_app.training.poly.network import build_poly

_SAVED_EVERY: Final = 250
_LOGGED_EVERY: Final = 25
_LEARNING_RATE: Final = 3e-3
_WARM_STEPS: Final = 100
_ONSET_WEIGHT: Final = 4.0
_SHARES: Final = {"onset": 2.0, "note": 1.0, "bend": 0.3}


def losses(logits: dict[str, tf.Tensor], targets: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Mean loss of each output over the inner frames; the bend counts only where a note sounds."""
    inner = slice(MARGIN_FRAMES, -MARGIN_FRAMES)
    told = {name: logits[name][:, inner] for name in OUTPUTS}
    truth = {name: targets[name][:, inner] for name in OUTPUTS}
    entropy = tf.nn.sigmoid_cross_entropy_with_logits
    onset = entropy(truth["onset"], told["onset"]) * (1.0 + _ONSET_WEIGHT * truth["onset"])
    wrong_bend = truth["note"] * tf.square(tf.tanh(told["bend"]) - truth["bend"])
    return {
        "onset": tf.reduce_mean(onset),
        "note": tf.reduce_mean(entropy(truth["note"], told["note"])),
        "bend": tf.reduce_mean(wrong_bend) / (tf.reduce_mean(truth["note"]) + 1e-3),
    }


class PolyFit:
    """The fitting of one network, with what is needed to go on.

    Parameters
    ----------
    folder
        Keeps the state.
    n_steps
        Steps in all: the learning rate falls to zero over them.
    """

    def __init__(self, folder: Path, n_steps: int) -> None:
        self.model = build_poly()
        falling = keras.optimizers.schedules.CosineDecay(
            _LEARNING_RATE / 30.0,
            max(1, n_steps - _WARM_STEPS),
            1e-3,
            warmup_target=_LEARNING_RATE,
            warmup_steps=_WARM_STEPS,
        )
        self._optimizer = keras.optimizers.AdamW(falling, weight_decay=1e-3, clipnorm=1.0)
        self._optimizer.build(self.model.trainable_variables)
        checkpoint = tf.train.Checkpoint(model=self.model, optimizer=self._optimizer)
        self._manager = tf.train.CheckpointManager(checkpoint, str(folder / "state"), max_to_keep=1)
        checkpoint.restore(self._manager.latest_checkpoint)
        self._compiled = tf.function(self._step, reduce_retracing=True)

    @property
    def n_done(self) -> int:
        """Steps so far."""
        return int(self._optimizer.iterations.numpy())

    def step(self, levels: np.ndarray, targets: dict[str, np.ndarray]) -> dict[str, float]:
        """Learn from one batch; returns its losses."""
        told = self._compiled(
            tf.constant(levels), {name: tf.constant(value) for name, value in targets.items()}
        )
        return {name: float(value) for name, value in told.items()}

    def _step(self, levels: tf.Tensor, targets: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        with tf.GradientTape() as tape:
            logits = self.model(tf.cast(levels, tf.float32) / 255.0, training=True)
            parts = losses(logits, targets)
            total = tf.add_n([_SHARES[name] * parts[name] for name in OUTPUTS])
        gradients = tape.gradient(total, self.model.trainable_variables)
        self._optimizer.apply_gradients(zip(gradients, self.model.trainable_variables, strict=True))
        return parts

    def save(self) -> None:
        """Keep the state."""
        self._manager.save()


def fit(store: Store, folder: Path, n_steps: int, batch_size: int, seed: int) -> bytes:
    """Fit up to ``n_steps`` steps; returns the ``.tflite`` file's bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    fitting = PolyFit(folder, n_steps)
    rng = np.random.default_rng((seed, fitting.n_done))
    sums, start_s = dict.fromkeys(OUTPUTS, 0.0), time.monotonic()
    for number in range(fitting.n_done + 1, n_steps + 1):
        told = fitting.step(*store.draw(batch_size, rng))
        sums = {name: sums[name] + told[name] / _LOGGED_EVERY for name in OUTPUTS}
        if number % _LOGGED_EVERY == 0:
            text = "  ".join(f"{name} {value:.4f}" for name, value in sums.items())
            print(f"step {number}  {text}  {time.monotonic() - start_s:.0f} s", flush=True)
            sums = dict.fromkeys(OUTPUTS, 0.0)
        if number % _SAVED_EVERY == 0:
            fitting.save()
            store.refresh()
            (folder / "model.tflite").write_bytes(to_tflite(fitting.model))
    fitting.save()
    content = to_tflite(fitting.model)
    (folder / "model.tflite").write_bytes(content)
    return content


def main(argv: Sequence[str] | None = None) -> int:
    """Fit."""
    parser = argparse.ArgumentParser(prog="poly_fit", description=__doc__)
    parser.add_argument("store", type=Path, metavar="STORE", help="made by poly_mixtures")
    parser.add_argument("run", type=Path, metavar="RUN", help="where the state and the model go")
    parser.add_argument("--steps", type=int, default=3000, metavar="N")
    parser.add_argument("--batch-size", type=int, default=4, metavar="N", help="windows of 5 s")
    parser.add_argument("--threads", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    fit(Store(args.store), args.run, args.steps, args.batch_size, args.seed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
