# SPDX-License-Identifier: MIT
"""Layers that the networks of the lab share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import keras
import numpy as np
from keras import layers, ops

# Keras's own 0.99 needs several hundred steps before the running figures are worth anything; a short
# training would then be judged with the figures that it started from.
NORM_MOMENTUM: Final = 0.9
_CAFFE_MEAN_BGR: Final = (103.939, 116.779, 123.68)


@keras.saving.register_keras_serializable("right_in_tune")
class Standardise(layers.Layer):
    """Brings every row (band, coefficient, scalar) to mean 0 and deviation 1 by figures of what is learnt.

    The figures are weights that no training step changes: they are set once by `adapt`, travel with the
    model's files, and do not depend on what is being judged. What lies further out than ``LIMIT``
    deviations is cut off, so that one odd sound does not outweigh all others.
    """

    LIMIT = 8.0

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Two figures for each row, the first axis after the batch."""
        shape = (input_shape[1], *(1 for _ in input_shape[2:]))
        self.mean = self.add_weight(shape=shape, initializer="zeros", trainable=False, name="mean")
        self.scale = self.add_weight(shape=shape, initializer="ones", trainable=False, name="scale")

    def call(self, x: Any) -> Any:
        """The same shape, within ±``LIMIT``."""
        return ops.clip((x - self.mean) * self.scale, -self.LIMIT, self.LIMIT)

    def adapt(self, chunks: Iterable[np.ndarray]) -> None:
        """Take mean and deviation from chunks of examples, each of shape (n, rows, …), read once.

        Raises
        ------
        ValueError
            Without a single example.
        """
        n, mean, spread = 0, np.zeros(self.mean.shape), np.zeros(self.mean.shape)
        for chunk in chunks:
            x = np.asarray(chunk, np.float64)
            axes = (0, *range(2, x.ndim))
            n_more = x.size // x.shape[1]
            mean_more = x.mean(axis=axes).reshape(mean.shape)
            off = mean_more - mean
            # Chan et al., "Algorithms for Computing the Sample Variance", 1983: exact, chunk by chunk.
            spread += x.var(axis=axes).reshape(mean.shape) * n_more + off**2 * n * n_more / (n + n_more)
            mean += off * n_more / (n + n_more)
            n += n_more
        if not n:
            raise ValueError("there are no examples to take the mean and the deviation from")
        deviation = np.sqrt(spread / n)
        # A row that never changes stays 0 instead of being blown up.
        self.mean.assign(mean)
        self.scale.assign(np.where(deviation > 1e-6 * (1e-6 + np.abs(mean)), 1.0 / (deviation + 1e-12), 0.0))


@keras.saving.register_keras_serializable("right_in_tune")
class CaffeColours(layers.Layer):
    """Red, green, blue 0 … 255 to what VGG19's ImageNet weights expect: blue first, less ImageNet's mean."""

    def call(self, image: Any) -> Any:
        """The same shape (n, height, width, 3)."""
        return ops.flip(image, axis=-1) - ops.array(_CAFFE_MEAN_BGR, image.dtype)


def scaled(width: int, scale: float) -> int:
    """A layer's width for a network of ``scale`` times the usual width, at least 4."""
    return max(4, round(width * scale))


def normalised(x: Any) -> Any:
    """Batch normalisation, then ReLU."""
    return layers.ReLU()(layers.BatchNormalization(momentum=NORM_MOMENTUM)(x))


def convolved(x: Any, width: int) -> Any:
    """A 3 × 3 convolution of the same size, normalised, and halved by its maxima."""
    y = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    return halved(normalised(y))


def halved(x: Any) -> Any:
    """Maxima of 2 × 2, of fewer where the picture is only one row or column."""
    return layers.MaxPooling2D(tuple(min(2, int(size)) for size in x.shape[1:3]))(x)


def mean_and_peak(x: Any) -> Any:
    """The mean and the maximum of each channel, shape (n, 2 × channels)."""
    mean, peak = layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)
    return layers.Concatenate()((mean, peak))


def with_channel(shape: tuple[int, ...], name: str) -> tuple[Any, Any]:
    """An input of (rows, frames) or (rows, frames, 1), and the same standardised and with a channel."""
    given = keras.Input(shape, name=name)
    x = Standardise(name=f"standardise_{name}")(given)
    return given, x if len(shape) == 3 else layers.Reshape((*shape, 1))(x)
