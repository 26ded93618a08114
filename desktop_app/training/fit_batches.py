# SPDX-License-Identifier: MIT
"""Which windows a network sees, how often, and how they are changed each time.

Augmentation by masking follows Park et al., "SpecAugment", Interspeech 2019; mixing that of
Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.domain.labels import FAMILIES, MIDI_MIN, N_PITCHES, NOT_AN_INSTRUMENT, SOURCES
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.corpus import Item
from desktop_app.training.datasets import DB_FLOOR, DB_STEP, FeatureStore
from desktop_app.training.fit_settings import AugmentSettings

CLASSES = (*FAMILIES, NOT_AN_INSTRUMENT)
UNKNOWN = -1
Batch = tuple[NDArray[np.uint8], NDArray[np.int32]]


def targets(items: Sequence[Item]) -> NDArray[np.int32]:
    """Family, source and pitch of each item as indices, shape (n, 3); -1 where unknown."""
    return np.array([_target(item) for item in items], np.int32).reshape(-1, 3)


def _target(item: Item) -> tuple[int, int, int]:
    source = SOURCES.index(item.source) if item.source in SOURCES else UNKNOWN
    pitch = UNKNOWN if item.midi is None else item.midi - MIDI_MIN
    return CLASSES.index(item.family), source, pitch if 0 <= pitch < N_PITCHES else UNKNOWN


def row_weights(store: FeatureStore, chosen: NDArray[np.bool_], exponent: float) -> NDArray[np.float64]:
    """How often each row is drawn; sums to 1, 0 for the rows of items that are not ``chosen``.

    Families are equal, each half recordings and half renders where it has both; within these an
    instrument of n rows has the weight n ** (1 + exponent), its rows are equal.
    """
    rows_of = np.bincount(store.item_index, minlength=len(store.items)) * chosen
    n_rows: dict[tuple[str, bool, str], int] = {}
    keys = [(item.family, is_recorded(item), item.instrument) for item in store.items]
    for key, n in zip(keys, rows_of.tolist(), strict=True):
        n_rows[key] = n_rows.get(key, 0) + n
    of_instrument = {key: n ** (1.0 + exponent) for key, n in n_rows.items() if n}
    of_half = _sums(of_instrument, 2)
    n_halves = _sums(dict.fromkeys(of_half, 1.0), 1)
    weights = np.zeros(len(store.items))
    for i, key in enumerate(keys):
        if rows_of[i]:
            share = of_instrument[key] / of_half[key[:2]] / n_halves[key[:1]]
            weights[i] = share / n_rows[key]
    row = weights[store.item_index]
    return row / row.sum()


def is_recorded(item: Item) -> bool:
    """Whether the item is a recording of its own, not a note rendered from a bank."""
    return "/" in item.bank


def _sums(values: dict[tuple, float], length: int) -> dict[tuple, float]:
    sums: dict[tuple, float] = {}
    for key, value in values.items():
        sums[key[:length]] = sums.get(key[:length], 0.0) + value
    return sums


def batches(store: FeatureStore, weights: NDArray[np.float64], batch_size: int, seed: int) -> Iterator[Batch]:
    """Endless batches of quantised windows and their targets, shape (batch_size, 3)."""
    rng = np.random.default_rng(seed)
    cumulative = np.cumsum(weights)
    cumulative /= cumulative[-1]
    target = targets(store.items)
    while True:
        rows = np.sort(np.searchsorted(cumulative, rng.random(batch_size), side="right"))
        yield store.windows[rows], target[store.item_index[rows]]


def dequantise(windows: tf.Tensor) -> tf.Tensor:
    """Levels in dB, float32, of stored windows."""
    return tf.cast(windows, tf.float32) * DB_STEP + DB_FLOOR


def augment(mel_db: tf.Tensor, settings: AugmentSettings) -> tf.Tensor:
    """Changed copies of windows of levels in dB, shape (n, n_mels, n_frames)."""
    x = _shift(mel_db, settings.shift_frames)
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
    """Steady noise with a random spectrum; power in a bin is exponentially distributed."""
    n = tf.shape(x)[0]
    loudest = tf.reduce_max(x, axis=(1, 2), keepdims=True)
    level = loudest - _random(n, *settings.noise_below_db) + _curve(n, int(x.shape[1]), 8.0)
    level = tf.where(_random(n, 0.0, 1.0) < settings.noise_probability, level, -200.0)
    uniform = tf.random.uniform(tf.shape(x), 1e-3, 1.0)
    noise = -tf.math.log(uniform) * tf.pow(10.0, level / 10.0)
    return tf.math.log(tf.pow(10.0, x / 10.0) + noise) * (10.0 / np.log(10.0))


def _mask(x: tf.Tensor, axis: int, widest: int) -> tf.Tensor:
    n, size = tf.shape(x)[0], int(x.shape[axis])
    width = _random(n, 0.0, float(widest))
    start = _random(n, 0.0, float(size))
    shape = (1, size, 1) if axis == 1 else (1, 1, size)
    place = tf.reshape(tf.range(float(size)), shape)
    return tf.where((place >= start) & (place < start + width), DEFAULT_SPEC.db_floor, x)
