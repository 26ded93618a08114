# SPDX-License-Identifier: MIT
"""Fits a network of the lab: epochs, stages, early stopping, best weights, and going on after a break."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.training.lab.fit_progress import ProgressLine
from desktop_app.training.lab.recipe_settings import LabFitSettings
from desktop_app.training.lab.resume import Progress, State, StateFolder
from desktop_app.training.lab.run_measure import cross_entropy, share_right

if TYPE_CHECKING:
    import keras

Rows = NDArray[np.integer]
_MEASURE_ROWS = 128


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Rows of feature tables with what is known of them.

    Attributes
    ----------
    inputs
        Arrays of shape (n_all, …) by the name of the feature; they may be mapped from disk.
    rows : ndarray, shape (n,), int
        Which rows these are.
    truth : ndarray, shape (n, n_classes), float32
        1 for the label, or for each of the labels.
    """

    inputs: Mapping[str, Any]
    rows: Rows
    truth: Float32Array

    def batch(self, places: Rows) -> Any:
        """What the network takes for some of them: an array, or a list of them."""
        rows = self.rows[places]
        taken = [np.asarray(table[rows], np.float32) for table in self.inputs.values()]
        return taken if len(taken) > 1 else taken[0]


def probabilities(model: keras.Model, examples: Examples) -> Float32Array:
    """What the network says, shape (n, n_classes)."""
    n = examples.rows.shape[0]
    places = np.arange(n)
    told = [
        np.asarray(model.predict_on_batch(examples.batch(places[at : at + _MEASURE_ROWS])), np.float32)
        for at in range(0, n, _MEASURE_ROWS)
    ]
    return np.concatenate(told)


class LabFitting:
    """A network on its way.

    Parameters
    ----------
    model
        Not compiled; its standardising layers are set.
    settings
        Of the recipe.
    weights : ndarray, shape (n_classes,)
        Of the classes in the loss; all 1 where they are not balanced.
    states
        Where the state is saved after each epoch, and gone on from.
    multi_label
        Whether each class is a yes or no of its own.
    tensorboard
        Folder of logs for TensorBoard, if wanted.
    """

    def __init__(
        self,
        model: keras.Model,
        settings: LabFitSettings,
        weights: Float32Array,
        states: StateFolder,
        *,
        multi_label: bool = False,
        tensorboard: Path | None = None,
    ) -> None:
        self.model, self.progress = model, Progress()
        self._settings, self._weights, self._states = settings, weights, states
        self._multi_label, self._tensorboard = multi_label, tensorboard

    def run(self, learn: Examples, valid: Examples) -> Progress:
        """Go through the epochs; leaves the best weights in the model.

        Raises
        ------
        ModelError
            When the loss is no number any more, or the state cannot be saved.
        """
        self._restore()
        n_batches = -(-learn.rows.shape[0] // self._settings.batch_size)
        done = self.progress.epoch * n_batches
        line = ProgressLine(self.model.name, self.n_epochs() * n_batches, done)
        while not self.progress.is_done:
            start_s = time.monotonic()
            learnt = self._epoch(learn, line)
            told = probabilities(self.model, valid)
            figures = {
                "loss": learnt["loss"],
                "accuracy": learnt["accuracy"],
                "val_loss": cross_entropy(told, valid.truth, multi_label=self._multi_label),
                "val_accuracy": share_right(told, valid.truth),
                "learning_rate": float(self.model.optimizer.learning_rate.numpy()),
                "seconds": time.monotonic() - start_s,
            }
            self._end_epoch(figures)
            line.line(_epoch_text(self.progress.epoch, figures))
        if (best := self._states.load_best()) is not None:
            self.model.set_weights(best)
        return self.progress

    def n_epochs(self) -> int:
        """Epochs if none is spared."""
        s = self._settings
        return len(s.unfreeze) * s.stage_epochs if s.unfreeze else s.epochs

    def _restore(self) -> None:
        """Go on from the saved state, or begin."""
        state = self._states.load()
        if state is None:
            self._start_stage()
            return
        self.progress = state.progress
        self._start_stage()
        for variable, value in zip(self._variables(), state.network, strict=True):
            variable.assign(value)
        for variable, value in zip(self.model.optimizer.variables, state.optimiser, strict=True):
            variable.assign(value)
        print(f"going on after epoch {self.progress.epoch}", flush=True)

    def _start_stage(self) -> None:
        """Let as many blocks learn as the stage says, with a fresh optimiser at its rate."""
        import keras

        from desktop_app.training.lab.networks import unfreeze_blocks

        s, stage = self._settings, self.progress.stage
        if s.unfreeze:
            unfreeze_blocks(self.model, s.unfreeze[stage])
        loss: Any = (
            keras.losses.BinaryCrossentropy(label_smoothing=s.label_smoothing)
            if self._multi_label
            else keras.losses.CategoricalCrossentropy(label_smoothing=s.label_smoothing)
        )
        accuracy = "binary_accuracy" if self._multi_label else "categorical_accuracy"
        rate = s.learning_rate * s.stage_rate**stage
        self.model.compile(keras.optimizers.Adam(rate), loss, metrics=[accuracy], jit_compile=False)
        self.model.optimizer.build(self.model.trainable_variables)

    def _variables(self) -> list[Any]:
        """Every variable of the network, those of its random numbers too."""
        return [*self.model.trainable_variables, *self.model.non_trainable_variables]

    def _epoch(self, learn: Examples, line: ProgressLine) -> dict[str, float]:
        sums, n = {"loss": 0.0, "accuracy": 0.0}, 0
        for places in self._batches(learn.rows.shape[0]):
            truth = learn.truth[places]
            weights = None if self._multi_label else truth @ self._weights
            self.model.reset_metrics()
            told = self.model.train_on_batch(learn.batch(places), truth, weights)
            if not np.isfinite(told[0]):
                raise ModelError("The training does not converge: its loss is no number any more.")
            n += places.shape[0]
            for name, value in zip(sums, told, strict=True):
                sums[name] += float(value) * places.shape[0]
            line.step(note=f"loss {sums['loss'] / n:.3f}")
        return {name: total / n for name, total in sums.items()}

    def _batches(self, n: int) -> Iterator[Rows]:
        """The order depends on the seed and the epoch alone, so that a resumed epoch is the same."""
        order = np.random.default_rng([self._settings.seed, self.progress.epoch]).permutation(n)
        for at in range(0, n, self._settings.batch_size):
            yield order[at : at + self._settings.batch_size]

    def _end_epoch(self, figures: dict[str, float]) -> None:
        p = self.progress
        p.epoch += 1
        p.stage_epoch += 1
        p.waited += 1
        for name, value in {"epoch": float(p.epoch), **figures}.items():
            p.history.setdefault(name, []).append(value)
        if figures["val_loss"] < p.best_loss:
            p.best_loss, p.best_epoch, p.waited = figures["val_loss"], p.epoch, 0
            self._states.save_best(self.model.get_weights())
        self._log(figures)
        if self._stage_has_ended():
            self._next_stage()
        self._states.save(
            State(
                p,
                [variable.numpy() for variable in self._variables()],
                [variable.numpy() for variable in self.model.optimizer.variables],
            )
        )

    def _stage_has_ended(self) -> bool:
        s, p = self._settings, self.progress
        longest = s.stage_epochs if s.unfreeze else s.epochs
        return p.stage_epoch >= longest or p.waited >= max(s.patience, 1)

    def _next_stage(self) -> None:
        p = self.progress
        if p.stage + 1 >= len(self._settings.unfreeze):
            p.is_done = True
            return
        p.stage, p.stage_epoch, p.waited = p.stage + 1, 0, 0
        self._start_stage()

    def _log(self, figures: Mapping[str, float]) -> None:
        if self._tensorboard is None:
            return
        import tensorflow as tf

        # Written as plain messages: TensorFlow's own function wants TensorBoard to be installed.
        values = [tf.compat.v1.Summary.Value(tag=name, simple_value=value) for name, value in figures.items()]
        message = tf.compat.v1.Summary(value=values).SerializeToString()
        writer = tf.summary.create_file_writer(str(self._tensorboard / self.model.name))
        with writer.as_default():
            tf.summary.experimental.write_raw_pb(message, step=self.progress.epoch)
        writer.close()


def _epoch_text(epoch: int, figures: Mapping[str, float]) -> str:
    return (
        f"epoch {epoch}  loss {figures['loss']:.3f}  right {figures['accuracy']:.3f}  "
        f"held back: loss {figures['val_loss']:.3f}  right {figures['val_accuracy']:.3f}"
    )
