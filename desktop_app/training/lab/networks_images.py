# SPDX-License-Identifier: MIT
"""Networks that look at pictures of sounds, and how the two from ImageNet are unfrozen.

Xception: Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", CVPR 2017.
VGG19: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2015.
"""

from __future__ import annotations

import math
import re
from typing import Any

import keras
from keras import layers

from desktop_app.training.lab.networks_layers import NORM_MOMENTUM, CaffeColours, scaled
from desktop_app.training.lab.recipe_settings import NetSettings

_BLOCK = re.compile(r"block(\d+)_")


def cnn_image(shape: tuple[int, ...], n_classes: int, settings: NetSettings) -> keras.Model:
    """Four convolutions, each halved, and a dense layer between two dropouts, without normalisation.

    Takes levels 0 … 255, shape (n, height, width, 3).
    """
    image = keras.Input(shape, name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(image)
    for width in (32, 64, 128, 128):
        x = layers.Conv2D(
            scaled(width, settings.width), 3, activation="relu", kernel_initializer="he_normal"
        )(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Dropout(settings.dropout)(layers.Flatten()(x))
    x = layers.Dense(scaled(240, settings.width), activation="relu", kernel_initializer="he_normal")(x)
    x = layers.Dropout(settings.dropout)(x)
    return keras.Model(image, layers.Dense(n_classes, activation=settings.activation, name="scores")(x))


def xception(shape: tuple[int, ...], n_classes: int, settings: NetSettings) -> keras.Model:
    """Xception without its top, on levels 0 … 255, shape (n, height, width, 3), sides of 71 and more."""
    base = keras.applications.Xception(include_top=False, weights=None, input_shape=shape, name="xception")
    _start_evenly(base)
    return _with_top(base, layers.Rescaling(1 / 127.5, offset=-1.0), n_classes, settings)


def vgg19(shape: tuple[int, ...], n_classes: int, settings: NetSettings) -> keras.Model:
    """VGG19 without its top, on levels 0 … 255, shape (n, height, width, 3), sides of 32 and more."""
    base = keras.applications.VGG19(include_top=False, weights=None, input_shape=shape, name="vgg19")
    _start_centred(base)
    return _with_top(base, CaffeColours(), n_classes, settings)


def _start_evenly(base: keras.Model) -> None:
    """Random weights that keep the size of what passes through (He et al., ICCV 2015).

    Keras starts depthwise kernels as if every channel were added up; what leaves them is then thousands of
    times smaller than the running figures of the normalisation behind them assume at first.
    """
    for layer in base.layers:
        if isinstance(layer, layers.SeparableConv2D):
            height, width, n_channels, _ = layer.depthwise_kernel.shape
            _draw(layer.depthwise_kernel, 2.0 / (height * width))
            _draw(layer.pointwise_kernel, 1.0 / n_channels)


def _start_centred(base: keras.Model) -> None:
    """Random weights whose mean is 0 in each filter (after Brock, De and Smith, ICLR 2021).

    Without normalisation, what all pictures have in common grows from layer to layer, until the sixteenth
    says the same of each of them; a filter without a mean does not pass it on.
    """
    for layer in base.layers:
        if isinstance(layer, layers.Conv2D):
            kernel = layer.kernel
            _draw(kernel, 2.0 / (1.0 - 1.0 / math.pi) / math.prod(kernel.shape[:3]))
            kernel.assign(kernel - keras.ops.mean(kernel, axis=(0, 1, 2), keepdims=True))


def _draw(kernel: Any, variance: float) -> None:
    kernel.assign(keras.random.normal(kernel.shape, stddev=variance**0.5))


def _with_top(base: Any, colours: Any, n_classes: int, settings: NetSettings) -> keras.Model:
    """The base between its own colour levels and a new top; the top's width follows the settings."""
    for layer in base.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = NORM_MOMENTUM
    image = keras.Input(base.input_shape[1:], name="image")
    x = layers.GlobalAveragePooling2D()(base(colours(image)))
    # The base's outputs differ by orders of magnitude between random and ImageNet weights. Each picture by
    # itself: pictures of sounds are so alike that running figures would lag behind for hundreds of steps.
    x = layers.LayerNormalization()(x)
    x = layers.Dense(scaled(256, settings.width), activation="relu", kernel_initializer="he_normal")(x)
    x = layers.Dropout(settings.dropout)(x)
    return keras.Model(image, layers.Dense(n_classes, activation=settings.activation, name="scores")(x))


def base_of(model: keras.Model) -> keras.Model | None:
    """The Xception or VGG19 inside a network, None where there is none."""
    return next((layer for layer in model.layers if isinstance(layer, keras.Model)), None)


def blocks(model: keras.Model) -> list[list[Any]]:
    """The layers of the base by its blocks, the first block nearest to the image: Xception 14, VGG19 five.

    Xception's four shortcuts have no block in their names: each belongs to the block of the layer before it.

    Raises
    ------
    ValueError
        If the network has no base.
    """
    base = base_of(model)
    if base is None:
        raise ValueError(f"{model.name} has no blocks to unfreeze")
    grouped: list[list[Any]] = []
    for layer in base.layers:
        named = _BLOCK.match(layer.name)
        number = int(named[1]) if named else max(1, len(grouped))
        while len(grouped) < number:
            grouped.append([])
        grouped[number - 1].append(layer)
    return grouped


def unfreeze_blocks(model: keras.Model, n: int) -> None:
    """Let the last ``n`` blocks of the base learn, and none before them; the top always learns.

    A frozen block also keeps the running figures of its batch normalisation. A compiled model must be
    compiled again to take notice.

    Parameters
    ----------
    model
        From `networks.build`, Xception or VGG19.
    n
        0 (only the top) to all blocks; more than there are means all.

    Raises
    ------
    ValueError
        If the network has no base or ``n`` is negative.
    """
    if n < 0:
        raise ValueError(f"{n} blocks cannot be unfrozen")
    grouped = blocks(model)
    for number, block in enumerate(grouped):
        for layer in block:
            layer.trainable = number >= len(grouped) - n
