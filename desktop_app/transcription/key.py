# SPDX-License-Identifier: MIT
"""The musical key of a recording, from the semitones that sound in it; None where none stands out."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import KeyVerdict
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import NOTE_NAMES
from desktop_app.transcription.key_spectrum import LOWEST_MIDI

Float64Array = NDArray[np.float64]

FEWEST_WINDOWS: Final = 10
FEWEST_CLASSES: Final = 4
LEAST_CORRELATION: Final = 0.7
LEAST_CONFIDENCE: Final = 0.5
# How often the degrees of the scale occur in major and in minor, after Albrecht and Shanahan.
_MAJOR: Final = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR: Final = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
_TRIADS: Final = ((0, 4, 7), (0, 3, 7))
_MODES: Final[tuple[Literal["major", "minor"], ...]] = ("major", "minor")
# Fitted to pieces whose key is known: correlation, and the share of the first seconds inside the key's triad,
# which tells a key from its relative.
_WEIGHT_CORRELATION: Final = 8.1
_WEIGHT_BEGINNING: Final = 5.6
_BEGINNING_WINDOWS: Final = 8
_BEGINNING_SHARE: Final = 4
_OVERTONES: Final = (12, 19, 24, 28)
_OVERTONE_STRENGTH: Final = 0.2
_N_USED: Final = 60


def told_key(strengths: Float32Array) -> KeyVerdict | None:
    """The most probable of the 24 keys.

    The profile of the pitch classes is correlated with those of each key [1]_; how far the beginning stays
    in the triad of the key counts too. The confidence is a probability against the 23 others.

    Parameters
    ----------
    strengths : ndarray, shape (n_windows, N_SEMITONES), float32
        What :class:`desktop_app.transcription.key_spectrum.KeySpectrum` gathered.

    Returns
    -------
    KeyVerdict or None
        None for what is short, has few pitches, fits no key or fits several.

    References
    ----------
    .. [1] J. Albrecht and D. Shanahan, "The use of large corpora to train a new type of key-finding
       algorithm", Music Perception 31(1), 2013.
    """
    sounding = strengths[strengths.sum(axis=1) > 0.0].astype(np.float64)
    if sounding.shape[0] < FEWEST_WINDOWS or _n_leading_classes(sounding) < FEWEST_CLASSES:
        return None
    classes = _pitch_classes(_without_overtones(sounding))
    correlations = _correlations(classes.sum(axis=0))
    probabilities = _probabilities(correlations, _beginning_shares(classes))
    best = int(probabilities.argmax())
    confidence = float(probabilities[best])
    if correlations[best] < LEAST_CORRELATION or confidence < LEAST_CONFIDENCE:
        return None
    return KeyVerdict(NOTE_NAMES[best % 12], _MODES[best // 12], confidence)


def _n_leading_classes(strengths: Float64Array) -> int:
    """Number of pitch classes that are the strongest of some window."""
    return int(np.unique((strengths.argmax(axis=1) + LOWEST_MIDI) % 12).size)


def _without_overtones(strengths: Float64Array) -> Float64Array:
    """Less what lower semitones add as second to fifth harmonics."""
    left = strengths.copy()
    for overtone in _OVERTONES:
        left[:, overtone:] -= _OVERTONE_STRENGTH * strengths[:, :-overtone]
    return np.maximum(left, 0.0)


def _pitch_classes(strengths: Float64Array) -> Float64Array:
    """Sum over the octaves up to B5, shape (n_windows, 12), C first."""
    return np.asarray(strengths[:, :_N_USED].reshape(-1, _N_USED // 12, 12).sum(axis=1))


def _correlations(profile: Float64Array) -> Float64Array:
    """Pearson's correlation with each key, shape (24,): twelve major, then twelve minor."""
    keys = np.stack([np.roll(shape, tonic) for shape in (_MAJOR, _MINOR) for tonic in range(12)])
    keys -= keys.mean(axis=1, keepdims=True)
    centred = profile - profile.mean()
    lengths = np.linalg.norm(keys, axis=1) * np.linalg.norm(centred)
    return np.asarray((keys @ centred) / np.maximum(lengths, 1e-12))


def _beginning_shares(classes: Float64Array) -> Float64Array:
    """Share of the first windows that lies in the triad of each key, shape (24,)."""
    n_windows = max(1, min(_BEGINNING_WINDOWS, classes.shape[0] // _BEGINNING_SHARE))
    beginning = classes[:n_windows].sum(axis=0)
    beginning /= max(float(beginning.sum()), 1e-12)
    triads = [[(tonic + step) % 12 for step in steps] for steps in _TRIADS for tonic in range(12)]
    return np.array([beginning[triad].sum() for triad in triads])


def _probabilities(correlations: Float64Array, shares: Float64Array) -> Float64Array:
    scores = _WEIGHT_CORRELATION * correlations + _WEIGHT_BEGINNING * shares
    likely = np.exp(scores - scores.max())
    return np.asarray(likely / likely.sum())
