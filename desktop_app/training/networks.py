# SPDX-License-Identifier: MIT
"""The network: a residual CNN on mel levels with three heads (family, source, pitch).

Residual blocks follow He et al., "Identity Mappings in Deep Residual Networks", 2016.
"""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers

from desktop_app.ml.classifier import N_OUTPUTS
from desktop_app.training.fit_settings import NetworkSettings


@keras.saving.register_keras_serializable("right_in_tune")
class RelativeLevel(layers.Layer):
    """Levels relative to the loudest of the window, 0 … 1 over 80 dB, so that loudness does not matter.

    Below a loudest level of -75 dB the reference stays there: a silent room is not turned up to full scale.
    A second channel holds the height of the band, 0 … 1, because a convolution does not know where it is.
    """

    RANGE_DB = 80.0
    LOWEST_REFERENCE_DB = -75.0

    def call(self, mel_db: tf.Tensor) -> tf.Tensor:
        """Shape (n, n_mels, n_frames, 1) to (n, n_mels, n_frames, 2)."""
        loudest = tf.reduce_max(mel_db, axis=(1, 2, 3), keepdims=True)
        reference = tf.maximum(loudest, self.LOWEST_REFERENCE_DB)
        level = tf.nn.relu(1.0 + (mel_db - reference) / self.RANGE_DB)
        n_mels = int(mel_db.shape[1])
        height = tf.reshape(tf.linspace(0.0, 1.0, n_mels), (1, n_mels, 1, 1))
        return tf.concat((level, tf.zeros_like(level) + height), axis=-1)


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


def build_multitask(n_mels: int, window_frames: int, settings: NetworkSettings) -> keras.Model:
    """The untrained network: mel levels in dB, shape (n, n_mels, window_frames, 1), to a dict of logits.

    The outputs are named ``family`` (11 families, then not an instrument), ``source`` (3) and ``pitch`` (88).
    Time is averaged and its maximum taken; the bands are kept apart until the shared dense layer.
    """
    mel_db = keras.Input((n_mels, window_frames, 1), name="mel_db")
    x = RelativeLevel()(mel_db)
    x = _normalised(
        layers.Conv2D(settings.widths[0], (5, 7), strides=(2, 4), padding="same", use_bias=False)(x)
    )
    for width in settings.widths[1:]:
        x = _residual(x, width)
    mean = layers.AveragePooling2D((1, int(x.shape[2])))(x)
    peak = layers.MaxPooling2D((1, int(x.shape[2])))(x)
    shared = layers.Flatten()(layers.Concatenate()((mean, peak)))
    shared = layers.Dense(settings.hidden, use_bias=False)(layers.Dropout(settings.dropout)(shared))
    shared = _normalised(shared)
    shared = layers.Dropout(settings.dropout)(shared)
    outputs = {name: layers.Dense(size, name=name)(shared) for name, size in N_OUTPUTS.items()}
    return keras.Model(mel_db, outputs, name="multitask_mel")
