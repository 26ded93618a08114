# SPDX-License-Identifier: MIT
"""Changes windows a little each time they are learnt from, so that the network hears more than there is.

Masking follows Park et al., "SpecAugment", Interspeech 2019.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import tensorflow as tf

from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.classifier.datasets import DB_FLOOR, DB_STEP
from desktop_app.training.classifier.fit_settings import AugmentSettings

_DB: Final = 10.0 / np.log(10.0)


def dequantise(windows: tf.Tensor) -> tf.Tensor:
    """Levels in dB, float32, of stored windows."""
    return tf.cast(windows, tf.float32) * DB_STEP + DB_FLOOR


def augment(mel_db: tf.Tensor, settings: AugmentSettings) -> tf.Tensor:
    """Changed copies of windows of levels in dB, shape (n, n_mels, n_frames), in an order without meaning."""
    x = _shift(mel_db, settings.shift_frames)
    x = _accompany(x, settings)
    x = _cut(x, settings)
    x = _equalise(x, settings.eq_db)
    x = _set_level(x, settings.loudest_db)
    x = _add_noise(x, settings)
    x = _mask(x, 1, settings.mask_bands)
    return _mask(x, 2, settings.mask_frames)


def _random(n: tf.Tensor, low: float, high: float) -> tf.Tensor:
    return tf.random.uniform((n, 1, 1), low, high)


def _shift(x: tf.Tensor, greatest: int) -> tf.Tensor:
    """Earlier or later; the first or last frame is repeated."""
    n, n_frames = tf.shape(x)[0], tf.shape(x)[2]
    by = tf.random.uniform((n, 1), -greatest, greatest + 1, tf.int32)
    index = tf.clip_by_value(tf.range(n_frames)[None] + by, 0, n_frames - 1)
    return tf.gather(x, index, axis=2, batch_dims=1)


def _accompany(x: tf.Tensor, settings: AugmentSettings) -> tf.Tensor:
    """The sound next to it joins in, from any moment on and again from its start; the label stays."""
    n, n_frames = tf.shape(x)[0], tf.shape(x)[2]
    first = tf.random.uniform((n, 1), 0, n_frames, tf.int32)
    other = tf.gather(tf.roll(x, 1, 0), (tf.range(n_frames)[None] + first) % n_frames, axis=2, batch_dims=1)
    below_db = _random(n, *settings.accompanied_below_db)
    is_alone = _random(n, 0.0, 1.0) >= settings.accompanied_probability
    gain_db = _mean_level_db(x) - _mean_level_db(other) - tf.where(is_alone, 200.0, below_db)
    return (tf.math.log(_power(x) + _power(other + gain_db))) * _DB


def _power(level_db: tf.Tensor) -> tf.Tensor:
    return tf.exp(level_db / _DB)


def _mean_level_db(x: tf.Tensor) -> tf.Tensor:
    return tf.math.log(tf.reduce_mean(_power(x), axis=(1, 2), keepdims=True)) * _DB


def _cut(x: tf.Tensor, settings: AugmentSettings) -> tf.Tensor:
    n, n_frames = tf.shape(x)[0], tf.shape(x)[2]
    end = _random(n, *map(float, settings.cut_frames))
    end = tf.where(_random(n, 0.0, 1.0) < settings.cut_probability, end, tf.cast(n_frames, tf.float32))
    is_kept = tf.range(tf.cast(n_frames, tf.float32))[None, None] < end
    return tf.where(is_kept, x, DEFAULT_SPEC.db_floor)


def _curve(n: tf.Tensor, n_mels: int, deviation_db: float) -> tf.Tensor:
    """Random curves over the bands through six points, shape (n, n_mels, 1)."""
    points = tf.random.normal((n, 6, 1, 1), 0.0, deviation_db)
    return tf.image.resize(points, (n_mels, 1))[..., 0]


def _equalise(x: tf.Tensor, deviation_db: float) -> tf.Tensor:
    return x + _curve(tf.shape(x)[0], int(x.shape[1]), deviation_db)


def _set_level(x: tf.Tensor, loudest_db: tuple[float, float]) -> tf.Tensor:
    """What falls below the floor is lost, as in a quiet recording."""
    loudest = tf.reduce_max(x, axis=(1, 2), keepdims=True)
    x = x - loudest + _random(tf.shape(x)[0], *loudest_db)
    return tf.maximum(x, DEFAULT_SPEC.db_floor)


def _add_noise(x: tf.Tensor, settings: AugmentSettings) -> tf.Tensor:
    """Steady noise with a random spectrum, its power exponentially distributed; the louder one is heard."""
    n = tf.shape(x)[0]
    loudest = tf.reduce_max(x, axis=(1, 2), keepdims=True)
    level = loudest - _random(n, *settings.noise_below_db) + _curve(n, int(x.shape[1]), 8.0)
    level = tf.where(_random(n, 0.0, 1.0) < settings.noise_probability, level, -200.0)
    power = -tf.math.log(tf.random.uniform(tf.shape(x), 1e-3, 1.0))
    return tf.maximum(x, level + tf.math.log(power) * _DB)


def _mask(x: tf.Tensor, axis: int, widest: int) -> tf.Tensor:
    n, size = tf.shape(x)[0], int(x.shape[axis])
    width = _random(n, 0.0, float(widest))
    start = _random(n, 0.0, float(size))
    shape = (1, size, 1) if axis == 1 else (1, 1, size)
    place = tf.reshape(tf.range(float(size)), shape)
    return tf.where((place >= start) & (place < start + width), DEFAULT_SPEC.db_floor, x)
