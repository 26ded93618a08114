# SPDX-License-Identifier: MIT
"""The network of several notes at once: levels on a log-frequency axis to onset, note and bend of each key.

As in Bittner et al., "A lightweight instrument-agnostic model for polyphonic note transcription and
multipitch estimation", ICASSP 2022, shifted copies put the partials of a note on top of each other, so that
small convolutions see them together and what is learned at one pitch holds at all. Here the partials are
stacked as features of a semitone, and twice more later, so that notes may explain each other's partials.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import keras
import tensorflow as tf
from keras import layers

from desktop_app.dsp.log_frequency import BINS_PER_SEMITONE, LOWEST_MIDI, N_BINS, N_SEMITONES, N_VIEWS
from desktop_app.ml.note_network import KEYS, LOWEST_KEY, OUTPUTS, WINDOW_FRAMES

# Semitones from a note to its partials 1/3 … 8, and to those of notes that share partials with it.
PARTIALS: Final = (-24, -19, -12, 0, 12, 19, 24, 28, 31, 34, 36)
RELATIVES: Final = (-24, -19, -12, -7, 0, 7, 12, 19, 24)
_FIRST: Final = LOWEST_KEY - LOWEST_MIDI
_ONSET_PRIOR: Final = -4.0
_NOTE_PRIOR: Final = -3.0


@keras.saving.register_keras_serializable("right_in_tune")
class Stack(layers.Layer):
    """Copies of the features, each moved by some semitones, beside each other; beyond the ends zeros.

    Parameters
    ----------
    first
        Which semitone of the input is the first key.
    shifts
        By how many semitones.
    """

    def __init__(self, first: int, shifts: tuple[int, ...], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.first = first
        self.shifts = tuple(shifts)

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Shape (n, n_frames, n_semitones, c) to (n, n_frames, 88, c * len(shifts))."""
        stacked: tf.Tensor = self._stack(x)
        return stacked

    def _stack(self, x: tf.Tensor) -> tf.Tensor:
        n_in, starts = int(x.shape[2]), [self.first + shift for shift in self.shifts]
        below, above = max(0, -min(starts)), max(0, max(starts) + KEYS - n_in)

        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def stack(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            padded = tf.pad(x, ((0, 0), (0, 0), (below, above), (0, 0)))
            stacked = tf.concat([padded[:, :, s + below : s + below + KEYS] for s in starts], axis=-1)
            return stacked, lambda gradient: _unstack(gradient, starts, n_in)

        return stack(x)

    def get_config(self) -> dict[str, object]:
        """What remakes the layer."""
        return {**super().get_config(), "first": self.first, "shifts": self.shifts}


def _unstack(gradient: tf.Tensor, starts: list[int], n_in: int) -> tf.Tensor:
    """The gradient of stacking, written out because that of slices takes three times as long."""
    parts = []
    for start, part in zip(starts, tf.split(gradient, len(starts), axis=-1), strict=True):
        below, above = max(0, -start), max(0, start + KEYS - n_in)
        kept = part[:, :, below : KEYS - above]
        edges = (start + below, n_in - (start + KEYS - above))
        parts.append(tf.pad(kept, ((0, 0), (0, 0), edges, (0, 0))))
    return tf.add_n(parts)


@keras.saving.register_keras_serializable("right_in_tune")
class WithHeight(layers.Layer):
    """Adds the height of the key, 0 … 1, because a convolution does not know where it is."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Shape (n, n_frames, 88, c) to (n, n_frames, 88, c + 1)."""
        height = tf.reshape(tf.linspace(0.0, 1.0, KEYS), (1, 1, KEYS, 1))
        return tf.concat((x, tf.zeros_like(x[..., :1]) + height), axis=-1)


def _normalised(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.ReLU()(layers.BatchNormalization(momentum=0.98)(x))


def _conv(x: keras.KerasTensor, width: int, kernel: tuple[int, int], dilation: int = 1) -> keras.KerasTensor:
    conv = layers.Conv2D(width, kernel, dilation_rate=(dilation, 1), padding="same", use_bias=False)
    return _normalised(conv(x))


def _relatives(x: keras.KerasTensor, width: int, narrow: int) -> keras.KerasTensor:
    """What the notes an octave, a fifth … away say, added to each note."""
    stacked = Stack(0, RELATIVES)(_conv(x, narrow, (1, 1)))
    return layers.Add()((x, _conv(stacked, width, (1, 1))))


def build_poly(stem: int = 16, width: int = 32, narrow: int = 8) -> keras.Model:
    """The untrained network: levels 0 … 1, shape (n, 256, 297, 2), to a dict of logits (n, 256, 88).

    ``bend`` is in half semitones after a tanh. The outputs' first and last 24 frames lack context.
    """
    levels = keras.Input((WINDOW_FRAMES, N_BINS, N_VIEWS), name="levels")
    strides = (1, BINS_PER_SEMITONE)
    x = layers.Conv2D(stem, (3, 3 * BINS_PER_SEMITONE), strides, padding="same", use_bias=False)(levels)
    x = _normalised(x)
    assert x.shape[2] == N_SEMITONES
    x = _conv(WithHeight()(Stack(_FIRST, PARTIALS)(x)), width, (1, 1))
    x = layers.Add()((x, _conv(x, width, (3, 3))))
    x = _relatives(x, width, narrow)
    x = layers.Add()((x, _conv(x, width, (7, 1), dilation=2)))
    x = _relatives(x, width, narrow)
    x = layers.Add()((x, _conv(x, width, (7, 1), dilation=4)))
    priors = {"onset": _ONSET_PRIOR, "note": _NOTE_PRIOR, "bend": 0.0}
    outputs = {}
    for name in OUTPUTS:
        prior = keras.initializers.Constant(priors[name])
        head = layers.Conv2D(1, (3, 1), padding="same", bias_initializer=prior, name=f"{name}_head")(x)
        outputs[name] = layers.Reshape((WINDOW_FRAMES, KEYS), name=name)(head)
    return keras.Model(levels, outputs, name="poly")
