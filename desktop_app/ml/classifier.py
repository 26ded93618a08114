# SPDX-License-Identifier: MIT
"""From windows of mel levels to families, sources and pitches; what every model promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import State
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import FAMILIES, N_PITCHES, SOURCES
from desktop_app.dsp.features import mel_db_to_mfcc
from desktop_app.dsp.spec import FeatureSpec
from desktop_app.ml.forest import Forest

ONSET_WEIGHT: Final = 2.0
LATER_WEIGHT: Final = 1.0
N_CLASSES: Final = len(FAMILIES) + 1
N_OUTPUTS: Final = {"family": N_CLASSES, "source": len(SOURCES), "pitch": N_PITCHES}
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure a model must be.

    Attributes
    ----------
    sure, maybe
        Least probability of the most probable family for these words; below ``maybe`` it cannot tell.
    not_an_instrument
        From this probability on it is taken for no instrument, and it cannot tell.
    """

    sure: float
    maybe: float
    not_an_instrument: float

    def state(self, confidence: float, not_an_instrument: float) -> State:
        """The word for a probability of the first family and one of no instrument."""
        if not_an_instrument >= self.not_an_instrument or confidence < self.maybe:
            return "cannot_tell"
        return "sure" if confidence >= self.sure else "maybe"


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a model says of n windows.

    Attributes
    ----------
    family : ndarray, shape (n, 11), float32
        Probabilities given that it is an instrument; rows sum to 1.
    not_an_instrument : ndarray, shape (n,), float32
        Probability that it is none.
    source : ndarray, shape (n, 3), float32
        Acoustic, electronic, synthetic; rows sum to 1.
    pitch : ndarray, shape (n, 88), float32
        MIDI 21 … 108; rows sum to 1; uniform for a model that does not hear pitch.
    """

    family: Float32Array
    not_an_instrument: Float32Array
    source: Float32Array
    pitch: Float32Array


class Classifier(Protocol):
    """A model that is ready."""

    @property
    def model_id(self) -> str:
        """Name in the manifest."""
        ...

    @property
    def spec(self) -> FeatureSpec:
        """The features that it was trained on."""
        ...

    @property
    def window_frames(self) -> int:
        """Frames of a window."""
        ...

    @property
    def thresholds(self) -> Thresholds:
        """When it is sure."""
        ...

    def predict(self, mel_db: Float32Array) -> Prediction:
        """Judge windows of mel levels in dB, shape (n, n_mels, window_frames)."""
        ...


class Network(Protocol):
    """Takes windows to outputs by name."""

    def run(self, windows: Float32Array) -> dict[str, Float32Array]:
        """Outputs of shape (n, size) for windows of shape (n, n_mels, window_frames, 1)."""
        ...


@dataclass(frozen=True, slots=True)
class ModelTraits:
    """What the manifest says of a model and a classifier repeats."""

    model_id: str
    spec: FeatureSpec
    window_frames: int
    thresholds: Thresholds
    temperature: float


class _Described:
    """The properties of the protocol, from the manifest."""

    def __init__(self, traits: ModelTraits) -> None:
        self._traits = traits

    @property
    def model_id(self) -> str:
        """Name in the manifest."""
        return self._traits.model_id

    @property
    def spec(self) -> FeatureSpec:
        """The features that it was trained on."""
        return self._traits.spec

    @property
    def window_frames(self) -> int:
        """Frames of a window."""
        return self._traits.window_frames

    @property
    def thresholds(self) -> Thresholds:
        """When it is sure."""
        return self._traits.thresholds

    def _checked(self, mel_db: Float32Array) -> Float32Array:
        expected = (self.spec.n_mels, self.window_frames)
        if mel_db.ndim != 3 or mel_db.shape[1:] != expected:
            raise ValueError(
                f"windows of shape (n, {expected[0]}, {expected[1]}) expected, got {mel_db.shape}"
            )
        return np.ascontiguousarray(mel_db, np.float32)


class NetworkClassifier(_Described):
    """A neural network whose outputs are the logits ``family``, ``source`` and ``pitch``."""

    def __init__(self, traits: ModelTraits, network: Network) -> None:
        super().__init__(traits)
        self._network = network

    def predict(self, mel_db: Float32Array) -> Prediction:
        """See :meth:`Classifier.predict`."""
        logits = self._network.run(self._checked(mel_db)[..., None])
        family, not_an_instrument = _split(softmax(logits["family"] / self._traits.temperature))
        return Prediction(family, not_an_instrument, softmax(logits["source"]), softmax(logits["pitch"]))


class ForestClassifier(_Described):
    """A random forest on the mean of the MFCCs over the window; it hears no pitch."""

    def __init__(self, traits: ModelTraits, forest: Forest) -> None:
        super().__init__(traits)
        self._forest = forest

    def predict(self, mel_db: Float32Array) -> Prediction:
        """See :meth:`Classifier.predict`."""
        votes = self._forest.predict(mean_mfcc(self._checked(mel_db), self.spec.n_mfcc))
        logits = np.log(np.maximum(votes[:, :N_CLASSES], _TINY)).astype(np.float32)
        family, not_an_instrument = _split(softmax(logits / self._traits.temperature))
        source = votes[:, N_CLASSES:] + _TINY
        source /= source.sum(axis=1, keepdims=True)
        pitch = np.full((votes.shape[0], N_PITCHES), 1.0 / N_PITCHES, np.float32)
        return Prediction(family, not_an_instrument, source, pitch)


def mean_mfcc(mel_db: Float32Array, n_mfcc: int) -> Float32Array:
    """Mean over time of the MFCCs, shape (n, n_mfcc), of mel levels of shape (n, n_mels, n_frames)."""
    mean_db: Float32Array = mel_db.mean(axis=2, dtype=np.float32)[..., None]  # the DCT is linear: mean first
    return mel_db_to_mfcc(mean_db, n_mfcc)[..., 0]


def softmax(logits: Float32Array) -> Float32Array:
    """Probabilities along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Float32Array = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return result


def _split(joint: Float32Array) -> tuple[Float32Array, Float32Array]:
    """Families given an instrument, and no instrument, of joint probabilities of shape (n, 12)."""
    given = joint[:, :-1] + _TINY
    return given / given.sum(axis=1, keepdims=True), joint[:, -1]


def combine(prediction: Prediction, at_onset: NDArray[np.bool_]) -> Prediction:
    """One judgement, n = 1, of the windows of one sound: the weighted mean of their log probabilities.

    Parameters
    ----------
    prediction
        Of n ≥ 1 windows.
    at_onset : ndarray, shape (n,), bool
        Windows that start at an onset weigh double: the attack tells most.
    """
    weights = np.where(at_onset, ONSET_WEIGHT, LATER_WEIGHT).astype(np.float32)
    weights /= weights.sum()
    none = prediction.not_an_instrument
    return Prediction(
        _pool(prediction.family, weights),
        _pool(np.stack((1.0 - none, none), axis=1), weights)[:, 1],
        _pool(prediction.source, weights),
        _pool(prediction.pitch, weights),
    )


def _pool(probabilities: Float32Array, weights: Float32Array) -> Float32Array:
    """Weighted geometric mean of the rows, summing to 1, shape (1, size)."""
    return softmax(weights @ np.log(np.maximum(probabilities, _TINY)))[None]
