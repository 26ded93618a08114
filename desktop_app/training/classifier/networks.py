# SPDX-License-Identifier: MIT
"""The network: dense members on statistics and a residual CNN on mel levels, heard together.

Each tells family and source; the pitch is found first, because its partials tell families apart.

Residual blocks follow He et al., "Identity Mappings in Deep Residual Networks", 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import tensorflow as tf
from keras import layers

from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.ml.classifier import N_OUTPUTS
from desktop_app.ml.manifest_entries import WINDOW_FRAMES
from desktop_app.training.classifier.fit_settings import NetworkSettings
from desktop_app.training.classifier.networks_statistics import (
    Partials,
    PitchEvidence,
    Statistics,
    relative_levels,
)


@keras.saving.register_keras_serializable("right_in_tune")
class Picture(layers.Layer):
    """Relative levels, and in a second channel the height of the band, 0 … 1.

    A convolution does not know where it is otherwise.
    """

    def call(self, mel_db: tf.Tensor) -> tf.Tensor:
        """Shape (n, n_mels, n_frames, 1) to (n, n_mels, n_frames, 2)."""
        _, level = relative_levels(mel_db[..., 0])
        n_mels = int(mel_db.shape[1])
        height = tf.reshape(tf.linspace(0.0, 1.0, n_mels), (1, n_mels, 1))
        return tf.stack((level, tf.zeros_like(level) + height), axis=-1)


@keras.saving.register_keras_serializable("right_in_tune")
class Side(layers.Layer):
    """Puts the members' logits side by side, shape (n, n_members, size)."""

    def call(self, logits: list[tf.Tensor]) -> tf.Tensor:
        """Members' logits of shape (n, size) each."""
        return tf.stack(logits, axis=1)


@keras.saving.register_keras_serializable("right_in_tune")
class Agreement(layers.Layer):
    """The mean of the members' log probabilities: what they say together."""

    def call(self, logits: tf.Tensor) -> tf.Tensor:
        """Shape (n, n_members, size) to (n, size)."""
        return tf.reduce_mean(tf.nn.log_softmax(logits), axis=1)


def _normalised(x: keras.KerasTensor) -> keras.KerasTensor:
    return _rectified(layers.BatchNormalization(momentum=0.98)(x))


def _rectified(x: keras.KerasTensor) -> keras.KerasTensor:
    """Leaky, because without normalisation whole channels would fall silent for ever."""
    return layers.LeakyReLU(negative_slope=0.1)(x)


def _residual(x: keras.KerasTensor, width: int) -> keras.KerasTensor:
    """Two 3 × 3 convolutions, the first of which halves the picture, beside a mean-pooled shortcut.

    Only the first is normalised (normalising everything takes half of the training time on a CPU); the
    second starts at zero, so that every block begins as its shortcut (Zhang et al., "Fixup", ICLR 2019).
    """
    shortcut = layers.Conv2D(width, 1)(layers.AveragePooling2D(2, padding="same")(x))
    y = _normalised(layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(x))
    y = layers.Conv2D(width, 3, padding="same", kernel_initializer="zeros")(y)
    return _rectified(layers.Add()((y, shortcut)))


def _pitch(statistics: keras.KerasTensor, normal: keras.KerasTensor) -> keras.KerasTensor:
    """Logits of the pitches: the same weights judge each pitch's partials, others the sound as a whole."""
    evidence = layers.Dense(24, activation="relu")(PitchEvidence()(statistics))
    each = layers.Flatten()(layers.Dense(1)(evidence))
    whole = layers.Dense(128, activation="relu")(layers.Dropout(0.2)(normal))
    return layers.Add(name="pitch")((layers.Dense(N_OUTPUTS["pitch"])(whole), each))


def _seen(mel_db: keras.KerasTensor, settings: NetworkSettings) -> keras.KerasTensor:
    """The picture: time is averaged and its maximum taken, the bands are kept apart."""
    x = _normalised(
        layers.Conv2D(settings.widths[0], (5, 7), strides=(2, 4), padding="same", use_bias=False)(
            Picture()(mel_db)
        )
    )
    for width in settings.widths[1:]:
        x = _residual(x, width)
    mean = layers.AveragePooling2D((1, int(x.shape[2])))(x)
    peak = layers.MaxPooling2D((1, int(x.shape[2])))(x)
    shared = layers.Flatten()(layers.Concatenate()((mean, peak)))
    shared = layers.Dense(settings.hidden, use_bias=False)(layers.Dropout(settings.dropout)(shared))
    return layers.Dropout(settings.dropout)(_normalised(shared))


def _counted(numbers: keras.KerasTensor, settings: NetworkSettings) -> keras.KerasTensor:
    """The statistics, through dense layers."""
    y = layers.Dropout(settings.input_dropout)(numbers)
    for units in settings.units:
        y = layers.Dropout(settings.units_dropout)(_normalised(layers.Dense(units, use_bias=False)(y)))
    return y


def build_pitch(n_numbers: int) -> keras.Model:
    """The untrained network that finds the pitch in statistics, shape (n, n_numbers): logits (n, 88)."""
    statistics = keras.Input((n_numbers,), name="statistics")
    return keras.Model(statistics, {"pitch": _pitch(statistics, _whitened(statistics))}, name="pitch")


def build_members(n_numbers: int, settings: NetworkSettings) -> keras.Model:
    """The untrained members that judge statistics and partials together, shape (n, n_numbers).

    The outputs are logits named ``family`` (11 families, then not an instrument) and ``source`` (3), both
    of shape (n, n_members, size). Each member is trained as if it were alone.
    """
    numbers = keras.Input((n_numbers,), name="numbers")
    normal = _whitened(numbers)
    outputs = _heads([_counted(normal, settings) for _ in range(settings.members)])
    return keras.Model(numbers, outputs, name="members")


def build_picture(n_mels: int, window_frames: int, settings: NetworkSettings) -> keras.Model:
    """The untrained member that looks at mel levels in dB, shape (n, n_mels, window_frames, 1)."""
    mel_db = keras.Input((n_mels, window_frames, 1), name="mel_db")
    return keras.Model(mel_db, _heads([_seen(mel_db, settings)]), name="picture")


def _heads(members: list[keras.KerasTensor]) -> dict[str, keras.KerasTensor]:
    return {
        name: Side(name=name)([layers.Dense(N_OUTPUTS[name])(member) for member in members])
        for name in ("family", "source")
    }


def assemble(pitch: keras.Model, members: keras.Model, pictures: Sequence[keras.Model] = ()) -> keras.Model:
    """One network of all: mel levels in dB, shape (n, 128, 100, 1), to one answer, (n, size) each."""
    mel_db = keras.Input((DEFAULT_SPEC.n_mels, WINDOW_FRAMES, 1), name="mel_db")
    statistics = Statistics()(mel_db)
    heard = pitch(statistics)["pitch"]
    numbers = layers.Concatenate()((statistics, Partials()(statistics, heard)))
    told = [members(numbers), *(picture(mel_db) for picture in pictures)]
    outputs = {
        name: Agreement(name=name)(layers.Concatenate(axis=1)([one[name] for one in told]))
        if len(told) > 1
        else Agreement(name=name)(told[0][name])
        for name in ("family", "source")
    }
    return keras.Model(mel_db, {**outputs, "pitch": heard}, name="multitask")


def _whitened(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.BatchNormalization(momentum=0.98, center=False, scale=False)(x)
