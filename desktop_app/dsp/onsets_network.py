# SPDX-License-Identifier: MIT
"""The note network: from mel levels to the probabilities of an attack and of a note that is held.

A small causal stack of dilated convolutions over time [1]_ in plain NumPy: it sees a little over a second of
the past, nothing of the future, and answers a fixed delay late.

References
----------
.. [1] S. Bai, J. Z. Kolter and V. Koltun, "An empirical evaluation of generic convolutional and recurrent
   networks for sequence modeling", 2018.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from desktop_app.assets import bundled_part
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec

DELAY_FRAMES: Final = 6
KERNEL_FRAMES: Final = 3
LOWEST_PEAK_DB: Final = -70.0
_PEAK_FALL_DB: Final = 0.1
_RANGE_DB: Final = 60.0
_PART_ID: Final = "notes_v1"


class RelativeLevels:
    """Mel levels relative to the loudest band of the last seconds, so that loudness does not matter."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._peak_db = LOWEST_PEAK_DB

    def process(self, mel_db: Float32Array) -> Float32Array:
        """Levels of shape (n_mels, n_frames) in dB to (n_frames, n_mels) in -1 … 1; 1 is the loudest.

        The loudest falls by 10 dB a second until something louder comes.
        """
        n_frames = mel_db.shape[1]
        fallen = _PEAK_FALL_DB * np.arange(1, n_frames + 1)
        tops = np.maximum(mel_db.max(axis=0, initial=LOWEST_PEAK_DB), LOWEST_PEAK_DB) + fallen
        peaks = np.maximum(np.maximum.accumulate(tops), self._peak_db) - fallen
        if n_frames:
            self._peak_db = float(peaks[-1])
        floor = np.float32(-_RANGE_DB)
        relative = np.maximum(mel_db - peaks.astype(np.float32), floor)
        return np.ascontiguousarray(relative.T) * np.float32(2.0 / _RANGE_DB) + np.float32(1.0)


@dataclass(frozen=True, slots=True, eq=False)
class NoteWeights:
    """The network's weights, all float32.

    Attributes
    ----------
    entry : tuple of ndarray, shapes (n_mels, width) and (width,)
        Matrix and bias of the layer over the bands.
    layers : tuple of pairs of ndarray, shapes (KERNEL_FRAMES * width, width) and (width,)
        Of the convolutions over time, the oldest frame first; layer ``i`` skips ``2**i`` frames.
    head : tuple of ndarray, shapes (width, 2) and (2,)
        Of the logits of the attack and of the held note.
    """

    entry: tuple[Float32Array, Float32Array]
    layers: tuple[tuple[Float32Array, Float32Array], ...]
    head: tuple[Float32Array, Float32Array]


@cache
def bundled_weights() -> NoteWeights:
    """The weights that ship.

    Raises
    ------
    ModelError
        When they are missing or damaged.
    """
    return read_weights(bundled_part(_PART_ID))


def read_weights(content: bytes) -> NoteWeights:
    """Weights from an ``.npz`` file's bytes, as the training writes it."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        pairs = {
            name[:-7]: (arrays[name], arrays[f"{name[:-7]}_bias"]) for name in arrays if "_matrix" in name
        }
    n_layers = sum(name.startswith("layer") for name in pairs)
    layers = tuple(pairs[f"layer{i}"] for i in range(n_layers))
    return NoteWeights(pairs["entry"], layers, pairs["head"])


class _Layer:
    """A causal convolution over time with its residual connection; remembers the frames it still needs."""

    def __init__(self, matrix: Float32Array, bias: Float32Array, dilation: int) -> None:
        self._matrix, self._bias, self._dilation = matrix, bias, dilation
        self._n_kept = (KERNEL_FRAMES - 1) * dilation
        self.reset()

    def reset(self) -> None:
        self._past: Float32Array = np.zeros((self._n_kept, self._bias.shape[0]), np.float32)

    def process(self, x: Float32Array) -> Float32Array:
        held = np.concatenate((self._past, x))
        n = x.shape[0]
        self._past = held[n:]
        shifts = range(0, self._n_kept + 1, self._dilation)
        y = np.concatenate([held[shift : shift + n] for shift in shifts], axis=1) @ self._matrix
        y += self._bias
        np.maximum(y, 0.0, out=y)
        y += x
        return y


class NoteNetwork:
    """Probabilities of an attack and of a held note; any cutting of the stream gives the same answers.

    What is told at a frame is about ``DELAY_FRAMES`` frames before it.

    Parameters
    ----------
    weights
        Those that ship where None.
    spec
        What the mel levels are computed with.
    """

    def __init__(self, weights: NoteWeights | None = None, spec: FeatureSpec = DEFAULT_SPEC) -> None:
        weights = weights or bundled_weights()
        if weights.entry[0].shape[0] != spec.n_mels:
            raise ValueError(f"n_mels must be {weights.entry[0].shape[0]}, not {spec.n_mels}")
        self._levels = RelativeLevels()
        self._entry, self._head = weights.entry, weights.head
        self._layers = [_Layer(*pair, dilation=2**i) for i, pair in enumerate(weights.layers)]

    def reset(self) -> None:
        """Forget everything."""
        self._levels.reset()
        for layer in self._layers:
            layer.reset()

    def process(self, mel_db: Float32Array) -> tuple[Float32Array, Float32Array]:
        """Answers to the frames that follow those of the previous call.

        Parameters
        ----------
        mel_db : ndarray, shape (n_mels, n_frames), float32

        Returns
        -------
        onset_prob, sounding_prob : ndarray, shape (n_frames,), float32
            0 … 1.
        """
        return self.process_levels(self._levels.process(mel_db))

    def process_levels(self, levels: Float32Array) -> tuple[Float32Array, Float32Array]:
        """As :meth:`process`, from relative levels, shape (n_frames, n_mels)."""
        x = levels @ self._entry[0]
        x += self._entry[1]
        np.maximum(x, 0.0, out=x)
        for layer in self._layers:
            x = layer.process(x)
        logits = x @ self._head[0] + self._head[1]
        probabilities = 1.0 / (1.0 + np.exp(-logits))
        return np.ascontiguousarray(probabilities[:, 0]), np.ascontiguousarray(probabilities[:, 1])
