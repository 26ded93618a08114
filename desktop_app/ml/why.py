# SPDX-License-Identifier: MIT
"""Why a model heard what it heard: the parts of a window without which it would have heard it less.

Blocks of bands and frames are hidden one after another, and the model is asked again each time. What a
block's absence takes from the log-odds of the answer is what the block spoke for it; where the answer
gains, the block spoke against it. It needs nothing of a model but its answers.

References
----------
Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2 (occlusion).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.ndimage import label as label_parts

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT
from desktop_app.dsp.features import mel_edges_hz
from desktop_app.dsp.spec import FeatureSpec
from desktop_app.ml.classifier import Classifier, Prediction

AFTER_ATTACK: Final = (0, 6, 12, 22, 37, 57)
"""Frames after the attack at which blocks begin: they grow longer, because the attack tells most."""
EVENLY: Final = (0, 15, 30, 45, 60, 80)
BUDGET_S: Final = 0.25
_ROWS: Final = (16, 8, 4)
_QUIET_SHARE: Final = 0.05
_AUDIBLE_DB: Final = 6.0
_SOFT_BANDS, _SOFT_FRAMES = 1.0, 1.0
_BLOCK_SHARE: Final = 0.25
_REGION_SHARE: Final = 0.06
_ATTACK_WITHIN: Final = 16
_LEAST_RISE_DB: Final = 6.0
_TINY = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Neighbouring blocks that spoke for an answer, or against it.

    Attributes
    ----------
    low_hz, high_hz
        Frequencies between which it lies.
    start_frame, end_frame
        Frames ``start_frame … end_frame - 1`` of the window.
    share
        Of all that spoke the same way, 0 … 1.
    speaks_for
        Whether it spoke for the answer.
    cells : ndarray, shape (n_mels, window_frames), bool
        Where it is.
    """

    low_hz: float
    high_hz: float
    start_frame: int
    end_frame: int
    share: float
    speaks_for: bool
    cells: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What each block of a window spoke for an answer.

    Attributes
    ----------
    label
        The family, or ``not_an_instrument``.
    probability
        Of that, in this window, 0 … 1.
    weights : ndarray, shape (n_rows, n_columns), float32
        Log-odds that the answer loses when a block is hidden; negative where it gains. Row 0 is the lowest.
    band_edges, frame_edges
        Where the blocks begin, and the end of the last one.
    attack_frame
        Where the sound begins; None where the window is in the middle of one.
    """

    label: str
    probability: float
    weights: Float32Array
    band_edges: tuple[int, ...]
    frame_edges: tuple[int, ...]
    attack_frame: int | None


def explain(
    classifier: Classifier,
    mel_db: Float32Array,
    label: str,
    *,
    at_onset: bool = True,
    n_frames: int | None = None,
    budget_s: float = BUDGET_S,
) -> Explanation:
    """What in a window spoke for an answer.

    Parameters
    ----------
    classifier
        The model that answered.
    mel_db : ndarray, shape (n_mels, window_frames), float32
        Mel levels in dB.
    label
        One of the families, or ``not_an_instrument``.
    at_onset
        Whether the window starts just before an attack; then its blocks are shortest there.
    n_frames
        Frames that hold sound; what follows is padding. None for all.
    budget_s
        Time that the answers may take; a slow model is asked about larger blocks.

    Raises
    ------
    ValueError
        When there is no such label.
    """
    if label not in (*FAMILIES, NOT_AN_INSTRUMENT):
        raise ValueError(f"no such label: {label!r}")
    told, cost_s = _timed(classifier, mel_db)
    n_frames = n_frames or mel_db.shape[1]
    attack = attack_frame(mel_db) if at_onset else None
    frames = _frame_edges(n_frames, attack)
    bands = _band_edges(mel_db.shape[0], len(frames) - 1, cost_s, budget_s)
    odds = _log_odds(told, label)[0]
    weights = np.zeros((len(bands) - 1, len(frames) - 1), np.float32)
    quiet_db = float(np.quantile(mel_db[:, :n_frames], _QUIET_SHARE))
    places = [place for place in np.ndindex(weights.shape) if _sounds(mel_db, bands, frames, place, quiet_db)]
    if places:
        hidden = np.stack([_hidden(mel_db, bands, frames, place, quiet_db) for place in places])
        weights[tuple(np.transpose(places))] = odds - _log_odds(classifier.predict(hidden), label)
    return Explanation(label, float(1.0 / (1.0 + np.exp(-odds))), weights, bands, frames, attack)


def _timed(classifier: Classifier, mel_db: Float32Array) -> tuple[Prediction, float]:
    """The model's answer, and what one costs; the first may be slower than all that follow."""
    costs_s = []
    for _ in range(3):
        started_s = time.perf_counter()
        told = classifier.predict(mel_db[None])
        costs_s.append(time.perf_counter() - started_s)
    return told, min(costs_s)


def attack_frame(mel_db: Float32Array) -> int:
    """The frame, near the start of a window of shape (n_mels, n_frames), at which it gets loud."""
    level_db = 10.0 * np.log10(np.power(10.0, 0.1 * mel_db[:, : _ATTACK_WITHIN + 2]).sum(axis=0))
    rise_db = level_db[2:] - level_db[:-2]
    steepest = int(rise_db.argmax())
    return steepest + 2 if rise_db[steepest] >= _LEAST_RISE_DB else 0


def regions(explanation: Explanation, spec: FeatureSpec) -> list[Region]:
    """The parts that told, those that spoke for the answer first, the weightiest of each first.

    A part is made of blocks side by side that speak the same way, each at least a quarter as much as the
    strongest of all; what says less than 6 % of it all is left out.
    """
    least = _BLOCK_SHARE * float(np.abs(explanation.weights).max(initial=0.0))
    return [
        region
        for sign in (1.0, -1.0)
        for region in sorted(_one_sided(explanation, spec, sign, least), key=lambda one: -one.share)
        if region.share >= _REGION_SHARE
    ]


def _one_sided(explanation: Explanation, spec: FeatureSpec, sign: float, least: float) -> list[Region]:
    weights = sign * explanation.weights
    total = float(weights[weights > 0].sum())
    if total <= _TINY:
        return []
    marks, n_marks = label_parts(weights >= least)
    return [_region(explanation, spec, marks == mark, weights, total) for mark in range(1, n_marks + 1)]


def _region(
    explanation: Explanation,
    spec: FeatureSpec,
    blocks: NDArray[np.bool_],
    weights: Float32Array,
    total: float,
) -> Region:
    """Where some blocks lie, and how much of ``total`` they spoke."""
    bands, frames, edges_hz = explanation.band_edges, explanation.frame_edges, mel_edges_hz(spec)
    rows, columns = np.nonzero(blocks)
    tall = np.repeat(blocks, np.diff(bands), axis=0)
    return Region(
        float(edges_hz[bands[rows.min()]]),
        float(edges_hz[bands[rows.max() + 1] + 1]),
        frames[columns.min()],
        frames[columns.max() + 1],
        float(weights[blocks].sum()) / total,
        bool(explanation.weights[blocks].sum() > 0.0),
        np.repeat(tall, np.diff(frames), axis=1),
    )


def _frame_edges(n_frames: int, attack: int | None) -> tuple[int, ...]:
    begins = EVENLY if attack is None else (0, *(attack + edge for edge in AFTER_ATTACK))
    return (*sorted({edge for edge in begins if edge < n_frames}), n_frames)


def _band_edges(n_mels: int, n_columns: int, cost_s: float, budget_s: float) -> tuple[int, ...]:
    """As many rows as the model can answer in time."""
    n_rows = next((n for n in _ROWS if n * n_columns * cost_s <= budget_s), _ROWS[-1])
    return tuple(int(edge) for edge in np.linspace(0, n_mels, n_rows + 1).round())


def _log_odds(told: Prediction, label: str) -> Float32Array:
    none = told.not_an_instrument
    chance = none if label == NOT_AN_INSTRUMENT else (1.0 - none) * told.family[:, FAMILIES.index(label)]
    chance = np.clip(chance, _TINY, 1.0 - _TINY)
    odds: Float32Array = np.log(chance / (1.0 - chance)).astype(np.float32)
    return odds


def _sounds(
    mel_db: Float32Array,
    bands: Sequence[int],
    frames: Sequence[int],
    place: tuple[int, ...],
    quiet_db: float,
) -> bool:
    """Whether there is anything to hide in a block."""
    row, column = place
    block = mel_db[bands[row] : bands[row + 1], frames[column] : frames[column + 1]]
    return bool(block.max() > quiet_db + _AUDIBLE_DB)


def _hidden(
    mel_db: Float32Array,
    bands: Sequence[int],
    frames: Sequence[int],
    place: tuple[int, ...],
    quiet_db: float,
) -> Float32Array:
    """The window with one block sunk to the quiet level; soft edges, because a hard one is a sound itself."""
    (row, column), (n_mels, n_frames) = place, mel_db.shape
    over_bands, over_frames = np.zeros(n_mels), np.zeros(n_frames)
    over_bands[bands[row] : bands[row + 1]] = 1.0
    over_frames[frames[column] : frames[column + 1]] = 1.0
    mask = np.outer(
        gaussian_filter1d(over_bands, _SOFT_BANDS, mode="nearest"),
        gaussian_filter1d(over_frames, _SOFT_FRAMES, mode="nearest"),
    )
    sunk: Float32Array = (mel_db + mask * (np.minimum(mel_db, quiet_db) - mel_db)).astype(np.float32)
    return sunk
