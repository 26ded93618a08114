# SPDX-License-Identifier: MIT
"""A small network that weighs the evidence of each candidate pitch."""

from __future__ import annotations

import io
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

from desktop_app.assets import bundled_part
from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.pitch_candidates import N_FEATURES

PART_ID: Final = "pitch_v1"


class PitchRanker:
    """Dense layers with rectifiers between them; the same for every candidate.

    Parameters
    ----------
    layers
        Weights of shape (n_in, n_out) and biases of shape (n_out,), float32; the last has one output.

    Raises
    ------
    ModelError
        When the layers do not fit the features or each other.
    """

    def __init__(self, layers: list[tuple[Float32Array, Float32Array]]) -> None:
        sizes = [N_FEATURES, *(bias.shape[0] for _, bias in layers)]
        if [weight.shape for weight, _ in layers] != list(pairwise(sizes)):
            raise ModelError("The bundled model for the pitch does not fit this program: install it again.")
        self._layers = [(np.ascontiguousarray(weight), bias) for weight, bias in layers]

    def logits(self, features: Float32Array) -> Float32Array:
        """How likely each candidate is the pitch, against there being none: 0 is even.

        Parameters
        ----------
        features : ndarray, shape (n_frames, n_candidates, N_FEATURES), float32

        Returns
        -------
        ndarray, shape (n_frames, n_candidates), float32
        """
        values = features.reshape(-1, N_FEATURES)
        for weight, bias in self._layers[:-1]:
            values = values @ weight
            values += bias
            np.maximum(values, 0.0, out=values)
        weight, bias = self._layers[-1]
        return np.asarray((values @ weight + bias).reshape(features.shape[:2]), np.float32)


@cache
def bundled_ranker() -> PitchRanker:
    """The ranker that comes with the program.

    Raises
    ------
    ModelError
        When it is missing, damaged or does not fit.
    """
    return ranker_from_bytes(bundled_part(PART_ID))


def ranker_from_bytes(content: bytes) -> PitchRanker:
    """A ranker from the bytes of an ``.npz`` with ``weight_0``, ``bias_0``, ``weight_1`` and so on.

    Raises
    ------
    ModelError
        When it does not fit.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        n_layers = sum(name.startswith("weight_") for name in stored.files)
        return PitchRanker([(stored[f"weight_{i}"], stored[f"bias_{i}"]) for i in range(n_layers)])
