# SPDX-License-Identifier: MIT
"""Networks that take arrays of features: mel levels, MFCCs, scalars and note qualities.

The deeper CNN on mel levels follows Han, Kim and Lee, "Deep Convolutional Neural Networks for Predominant
Instrument Recognition in Polyphonic Music", IEEE/ACM TASLP 25(1), 2017, in narrower layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from desktop_app.training.lab.networks_layers import (
    NORM_MOMENTUM,
    Standardise,
    convolved,
    halved,
    mean_and_peak,
    normalised,
    scaled,
    with_channel,
)
from desktop_app.training.lab.recipe_settings import NetSettings


def cnn_mfcc_small(shape: tuple[int, ...], n_classes: int, settings: NetSettings) -> keras.Model:
    """Three plain convolutions, each halved, and a dense layer, on MFCCs of shape (n, n_mfcc, n_frames)."""
    mfcc, x = with_channel(shape, "mfcc")
    for width in (16, 32, 64):
        width = scaled(width, settings.width)
        x = layers.Conv2D(width, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
        x = halved(x)
    x = layers.Dropout(settings.dropout)(layers.Flatten()(x))
    x = layers.Dense(scaled(64, settings.width), activation="relu", kernel_initializer="he_normal")(x)
    return keras.Model(mfcc, _scores(x, n_classes, settings))


def two_branch(shapes: Sequence[tuple[int, ...]], n_classes: int, settings: NetSettings) -> keras.Model:
    """A CNN on MFCCs joined with the spectral scalars; the inputs are a list of the two.

    Hertz beside rates below one, joined without being brought to one scale, is what kept such a network
    from converging: here both branches are standardised at their inputs and normalised before they meet.
    """
    mfcc, x = with_channel(shapes[0], "mfcc")
    for width in (32, 64, 128):
        x = convolved(x, scaled(width, settings.width))
    scalars = keras.Input(shapes[1], name="scalars")
    y = Standardise(name="standardise_scalars")(scalars)
    y = _dense(y, scaled(32, settings.width))
    joined = layers.Concatenate()((_dense(mean_and_peak(x), scaled(96, settings.width)), y))
    joined = layers.Dropout(settings.dropout)(joined)
    joined = layers.Dropout(settings.dropout)(_dense(joined, scaled(64, settings.width)))
    return keras.Model([mfcc, scalars], _scores(joined, n_classes, settings))


def cnn_time_frequency(shape: tuple[int, ...], n_classes: int, settings: NetSettings) -> keras.Model:
    """One CNN for mel, log-mel and MFCC input alike, shape (n, rows, n_frames)."""
    given, x = with_channel(shape, "features")
    for width in (32, 64, 128):
        x = convolved(x, scaled(width, settings.width))
    x = layers.Dropout(settings.dropout)(mean_and_peak(x))
    x = layers.Dropout(settings.dropout)(_dense(x, scaled(128, settings.width)))
    return keras.Model(given, _scores(x, n_classes, settings))


def deep_mel_cnn(shape: tuple[int, ...], n_classes: int, settings: NetSettings) -> keras.Model:
    """Pairs of convolutions, halvings, then each channel's peak, on mel levels (n, n_mels, n_frames)."""
    mel, x = with_channel(shape, "mel")
    for width in (24, 48, 96, 192):
        width = scaled(width, settings.width)
        y = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
        x = layers.Dropout(settings.dropout / 2)(convolved(normalised(y), width))
    x = _dense(layers.GlobalMaxPooling2D()(x), scaled(256, settings.width))
    x = layers.Dropout(settings.dropout)(x)
    return keras.Model(mel, _scores(x, n_classes, settings))


def mlp(shape: tuple[int, ...], n_classes: int, settings: NetSettings) -> keras.Model:
    """Two dense layers on the note qualities and the source, shape (n, n_flags)."""
    flags = keras.Input(shape, name="qualities")
    x = Standardise(name="standardise_qualities")(flags)
    for _ in range(2):
        x = layers.Dropout(settings.dropout)(_dense(x, scaled(64, settings.width)))
    return keras.Model(flags, _scores(x, n_classes, settings))


def _dense(x: Any, width: int) -> Any:
    y = layers.Dense(width, use_bias=False, kernel_initializer="he_normal")(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=NORM_MOMENTUM)(y))


def _scores(x: Any, n_classes: int, settings: NetSettings) -> Any:
    return layers.Dense(n_classes, activation=settings.activation, name="scores")(x)
