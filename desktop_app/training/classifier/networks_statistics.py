# SPDX-License-Identifier: MIT
"""What a window is like as a whole: layers that take mel levels to a few hundred numbers, without weights.

How sounds begin, decay and shake tells families apart over few examples better than pictures do; a network
on such numbers and one on the picture err differently. All operations are plain ones of LiteRT.
"""

from __future__ import annotations

from typing import Final

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from desktop_app.domain.labels import MIDI_MIN, N_PITCHES
from desktop_app.dsp.features import mel_edges_hz
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.ml.manifest_entries import WINDOW_FRAMES

RANGE_DB: Final = 80.0
LOWEST_REFERENCE_DB: Final = -75.0
N_SPECTRA: Final = 4
_SOUNDING_DB: Final = -35.0
_ATTACK_DB: Final = -18.0
_LEAD_FRAMES: Final = 2
_STAGES: Final = ((0, 3), (3, 6), (6, 12), (12, 24), (24, 48), (48, 92))  # frames from the attack
_N_MFCC: Final = 30
_N_MODULATIONS: Final = 16
_RATIOS: Final = (*range(1, 11), 12, 14, 16, 20, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5)
_DB: Final = 10.0 / np.log(10.0)
_TINY: Final = 1e-9


def relative_levels(mel_db: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Levels in dB below the loudest of the window, and the same as 0 … 1 over 80 dB.

    Below a loudest level of -75 dB the reference stays there: a silent room is not turned up to full scale.
    """
    loudest = tf.reduce_max(mel_db, axis=(1, 2), keepdims=True)
    below_db = mel_db - tf.maximum(loudest, LOWEST_REFERENCE_DB)
    return below_db, tf.nn.relu(1.0 + below_db / RANGE_DB)


@keras.saving.register_keras_serializable("right_in_tune")
class Statistics(layers.Layer):
    """Spectra, the attack in stages, envelope, flux, MFCCs and modulations of windows.

    The first four times ``n_mels`` numbers are spectra (:data:`N_SPECTRA`): the mean and the deviation of
    the levels while it sounds, the mean power in units of 80 dB, the greatest level.
    """

    def call(self, mel_db: tf.Tensor) -> tf.Tensor:
        """Shape (n, n_mels, n_frames, 1) to (n, n_numbers)."""
        below_db, level = relative_levels(mel_db[..., 0])
        power = tf.exp(tf.maximum(below_db, -90.0) / _DB)
        loudness_db = tf.math.log(tf.reduce_sum(power, 1) + _TINY) * _DB
        loudness_db -= tf.reduce_max(loudness_db, 1, keepdims=True)
        sounds = tf.cast(loudness_db > _SOUNDING_DB, tf.float32)
        n_sounding = tf.reduce_sum(sounds, 1, keepdims=True) + 1e-3
        centroid = _centroid(power)
        aligned = _from_attack(loudness_db)
        mean_centroid = tf.reduce_sum(centroid * sounds, 1, keepdims=True) / n_sounding
        parts = [
            *_spectra(level, power, sounds, n_sounding),
            _stages(tf.gather(tf.transpose(level, (0, 2, 1)), aligned, axis=1, batch_dims=1)),
            _coarse(tf.gather(tf.maximum(loudness_db, -60.0) / 60.0 + 1.0, aligned, axis=1, batch_dims=1), 2),
            *_flux(level, sounds, n_sounding),
            *_mfcc(level, sounds, n_sounding),
            _coarse(tf.gather(centroid, aligned, axis=1, batch_dims=1), 4),
            _coarse(tf.gather(tf.reduce_mean(level, 1), aligned, axis=1, batch_dims=1), 4),
            _modulation(tf.maximum(loudness_db, -60.0) / 60.0, sounds, n_sounding),
            _modulation(centroid, sounds, n_sounding),
            n_sounding / WINDOW_FRAMES,
            mean_centroid,
        ]
        return tf.concat(parts, 1)


def _from_attack(loudness_db: tf.Tensor) -> tf.Tensor:
    """Frame numbers from just before the attack on, shape (n, n_frames); the last one is repeated."""
    attack = tf.argmax(tf.cast(loudness_db > _ATTACK_DB, tf.float32), axis=1, output_type=tf.int32)
    frames = attack[:, None] + tf.range(WINDOW_FRAMES)[None] - _LEAD_FRAMES
    return tf.clip_by_value(frames, 0, WINDOW_FRAMES - 1)


def _spectra(level: tf.Tensor, power: tf.Tensor, sounds: tf.Tensor, n_sounding: tf.Tensor) -> list[tf.Tensor]:
    mask = sounds[:, None]
    mean = tf.reduce_sum(level * mask, 2) / n_sounding
    variance = tf.reduce_sum(tf.square(level - mean[..., None]) * mask, 2) / n_sounding
    mean_power = tf.math.log(tf.reduce_mean(power, 2) + _TINY) * (_DB / RANGE_DB)
    mean_power -= tf.reduce_max(mean_power, 1, keepdims=True)
    return [mean, tf.sqrt(variance + 1e-6), mean_power, tf.reduce_max(level, 2)]


def _stages(aligned: tf.Tensor) -> tf.Tensor:
    """Mean levels of pairs of bands in each stage after the attack; aligned is (n, n_frames, n_mels)."""
    means = [
        tf.reduce_mean(aligned[:, _LEAD_FRAMES + first : _LEAD_FRAMES + end], 1) for first, end in _STAGES
    ]
    return tf.concat([_coarse(mean, 2) for mean in means], 1)


def _coarse(values: tf.Tensor, width: int) -> tf.Tensor:
    """Means over neighbours, shape (n, size / width)."""
    return tf.reduce_mean(tf.reshape(values, (-1, int(values.shape[1]) // width, width)), 2)


def _flux(level: tf.Tensor, sounds: tf.Tensor, n_sounding: tf.Tensor) -> list[tf.Tensor]:
    change = (level[:, :, 1:] - level[:, :, :-1]) * (sounds[:, None, 1:] * sounds[:, None, :-1])
    sums = (tf.reduce_sum(tf.nn.relu(change), 2), tf.reduce_sum(tf.abs(change), 2))
    return [_coarse(total / n_sounding, 4) for total in sums]


def _mfcc(level: tf.Tensor, sounds: tf.Tensor, n_sounding: tf.Tensor) -> list[tf.Tensor]:
    """Mean, deviation and deviation of the changes."""
    n_mels = int(level.shape[1])
    k, band = np.arange(_N_MFCC)[:, None], np.arange(n_mels)[None]
    basis = np.cos(np.pi * k * (2 * band + 1) / (2 * n_mels)) * np.sqrt(2.0 / n_mels)
    mfcc = tf.matmul(tf.constant(basis, tf.float32), level)
    mask = sounds[:, None]
    mean = tf.reduce_sum(mfcc * mask, 2) / n_sounding
    variance = tf.reduce_sum(tf.square(mfcc - mean[..., None]) * mask, 2) / n_sounding
    change = tf.square(mfcc[:, :, 1:] - mfcc[:, :, :-1]) * (mask[..., 1:] * mask[..., :-1])
    return [mean, tf.sqrt(variance + 1e-6), tf.sqrt(tf.reduce_sum(change, 2) / n_sounding + 1e-6)]


def _centroid(power: tf.Tensor) -> tf.Tensor:
    """Mean band, 0 … 1, weighted by power, shape (n, n_frames)."""
    n_mels = int(power.shape[1])
    height = tf.constant(np.arange(n_mels)[None, :, None] / n_mels, tf.float32)
    return tf.reduce_sum(power * height, 1) / (tf.reduce_sum(power, 1) + 1e-6)


def _modulation(curve: tf.Tensor, sounds: tf.Tensor, n_sounding: tf.Tensor) -> tf.Tensor:
    """Logarithm of how strongly a curve swings at 1 … 16 Hz."""
    mean = tf.reduce_sum(curve * sounds, 1, keepdims=True) / n_sounding
    time = np.arange(WINDOW_FRAMES)[:, None] * np.arange(1, 1 + _N_MODULATIONS) / WINDOW_FRAMES
    waves = np.exp(2j * np.pi * time) * np.hanning(WINDOW_FRAMES)[:, None] * (4.0 / WINDOW_FRAMES)
    swing = (curve - mean) * sounds
    parts = [swing @ tf.constant(wave, tf.float32) for wave in (waves.real, waves.imag)]
    return tf.math.log(tf.sqrt(tf.square(parts[0]) + tf.square(parts[1]) + 1e-6) + 1e-3)


def _partials() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the multiples of each pitch lie: band below, share of the band above, and whether inside.

    Each has the shape (88, n_ratios).
    """
    f0_hz = 440.0 * 2.0 ** ((np.arange(N_PITCHES) + MIDI_MIN - 69) / 12.0)
    hz = f0_hz[:, None] * np.array(_RATIOS)
    centres = mel_edges_hz(DEFAULT_SPEC)[1:-1]
    place = np.interp(hz, centres, np.arange(centres.size))
    below = np.minimum(np.floor(place), centres.size - 2)
    inside = (hz > 25.0) & (hz < 7900.0)
    return below.astype(np.int32), (place - below).astype(np.float32), inside.astype(np.float32)


def _spectra_of(statistics: tf.Tensor) -> tf.Tensor:
    """Shape (n, n_mels, 4)."""
    n_mels = DEFAULT_SPEC.n_mels
    return tf.transpose(tf.reshape(statistics[:, : N_SPECTRA * n_mels], (-1, N_SPECTRA, n_mels)), (0, 2, 1))


@keras.saving.register_keras_serializable("right_in_tune")
class PitchEvidence(layers.Layer):
    """Mean level and mean power at and between the multiples of each of the 88 pitches."""

    def call(self, statistics: tf.Tensor) -> tf.Tensor:
        """Shape (n, n_numbers) to (n, 88, n_ratios * 2)."""
        below, share, inside = _partials()
        spectra = tf.gather(_spectra_of(statistics), [0, 2], axis=2)
        spectra += tf.constant([0.0, 1.0])
        index, above = tf.constant(below.reshape(-1)), tf.constant(share.reshape(1, -1, 1))
        level = tf.gather(spectra, index, axis=1) * (1.0 - above)
        level += tf.gather(spectra, index + 1, axis=1) * above
        level *= tf.constant(inside.reshape(1, -1, 1))
        return tf.reshape(level, (-1, N_PITCHES, len(_RATIOS) * 2))


@keras.saving.register_keras_serializable("right_in_tune")
class Partials(layers.Layer):
    """What is at and between the multiples of the most probable pitch, and how sure the pitch is.

    The four spectra, then the stages after the attack (each at every ratio), the pitch as 0 … 1, its
    probability, and the logarithm of the probability of each third of an octave, -0.92 … 0.
    """

    def call(self, statistics: tf.Tensor, pitch: tf.Tensor) -> tf.Tensor:
        """Shapes (n, n_numbers) and (n, 88), logits, to (n, 224)."""
        best = tf.argmax(pitch, axis=1, output_type=tf.int32)
        share = tf.nn.softmax(pitch)
        thirds = tf.reduce_sum(tf.reshape(share, (-1, N_PITCHES // 4, 4)), 2)
        parts = (
            _at_partials(_spectra_of(statistics), _partials(), best),
            _at_partials(_stages_of(statistics), _partials_of_pairs(), best),
            tf.cast(best, tf.float32)[:, None] / N_PITCHES,
            tf.reduce_max(share, 1, keepdims=True),
            tf.math.log(thirds + 1e-4) / 10.0,
        )
        return tf.concat(parts, 1)


def _stages_of(statistics: tf.Tensor) -> tf.Tensor:
    """Shape (n, n_mels / 2, 6)."""
    n_mels, n_stages = DEFAULT_SPEC.n_mels, len(_STAGES)
    first, length = N_SPECTRA * n_mels, n_stages * n_mels // 2
    stages = tf.reshape(statistics[:, first : first + length], (-1, n_stages, n_mels // 2))
    return tf.transpose(stages, (0, 2, 1))


def _partials_of_pairs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As :func:`_partials`, where two bands each have become one."""
    below, share, inside = _partials()
    place = np.clip((below + share - 0.5) / 2.0, 0.0, DEFAULT_SPEC.n_mels / 2 - 1)
    pair = np.minimum(np.floor(place), DEFAULT_SPEC.n_mels // 2 - 2)
    return pair.astype(np.int32), (place - pair).astype(np.float32), inside


def _at_partials(
    spectra: tf.Tensor, tables: tuple[np.ndarray, np.ndarray, np.ndarray], best: tf.Tensor
) -> tf.Tensor:
    """Levels of spectra, shape (n, n_bands, n_spectra), at each pitch's ratios, (n, n_ratios * n_spectra)."""
    below, above, inside = (tf.gather(tf.constant(table), best) for table in tables)
    level = tf.gather(spectra, below, axis=1, batch_dims=1) * (1.0 - above[..., None])
    level += tf.gather(spectra, below + 1, axis=1, batch_dims=1) * above[..., None]
    return tf.reshape(level * inside[..., None], (-1, len(_RATIOS) * int(spectra.shape[2])))
