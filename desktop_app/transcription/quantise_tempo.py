# SPDX-License-Identifier: MIT
"""A steady tempo under some onsets, for phrases too short for beats to be found in their sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from desktop_app.domain.note import Note

Float64Array = NDArray[np.float64]

RANGE_BPM: Final = (55.0, 180.0)
_STEP: Final = 0.002
_USUAL_BPM: Final = 100.0
# How far from the usual a tempo may be, in octaves, before it is 61 % as likely.
_SPREAD_OCTAVES: Final = 0.6
# Onsets are expected on beats and on these parts of them.
_SIMPLE_PARTS: Final = (1, 2, 4)
_COMPOUND_PARTS: Final = (1, 3, 6)
_FEWEST: Final = 4
# More notes than this tell nothing more of one steady tempo.
_MOST: Final = 500


def tempo_of_notes(
    notes: Sequence[Note], *, is_compound: bool = False, range_bpm: tuple[float, float] = RANGE_BPM
) -> tuple[float, float] | None:
    """Beats a minute, and a moment in seconds that is on the beat; None for fewer than four onsets.

    Each tempo is judged by how closely onsets keep to its beats and their parts: by the length of their mean
    vector around the circle of one beat [1]_. Long notes are expected on beats.

    Parameters
    ----------
    notes
        In order of onset.
    is_compound
        Whether a beat has three parts.
    range_bpm
        Slowest and fastest tempo.

    References
    ----------
    .. [1] N. I. Fisher, "Statistical Analysis of Circular Data", Cambridge University Press, 1993.
    """
    notes = notes[:_MOST]
    onsets_s = np.array([note.onset_s for note in notes])
    if np.unique(np.round(onsets_s, 2)).size < _FEWEST:
        return None
    lengths_s = np.array([note.duration_s for note in notes])
    low, high = np.log(range_bpm[0]), np.log(range_bpm[1])
    bpms = np.exp(np.linspace(low, high, 1 + int((high - low) / _STEP)))
    likely = np.exp(-0.5 * (np.log2(bpms / _USUAL_BPM) / _SPREAD_OCTAVES) ** 2)
    parts = _COMPOUND_PARTS if is_compound else _SIMPLE_PARTS
    kept = sum(np.abs(_mean_vectors(onsets_s, lengths_s, 60.0 / (bpms * part))) for part in parts)
    bpm = float(bpms[int(np.argmax(likely * kept))])
    return bpm, _beat_s(onsets_s, lengths_s, 60.0 / bpm, parts[-1])


def _beat_s(onsets_s: Float64Array, lengths_s: Float64Array, period_s: float, parts: int) -> float:
    """A moment on the beat: of the places that the onsets keep to, the one nearest to their common pull."""
    step_s = period_s / parts
    periods_s = np.array([period_s, step_s])
    pull_s, place_s = (
        float(turn) / (2.0 * np.pi) * each_s
        for each_s, turn in zip(
            periods_s, np.angle(_mean_vectors(onsets_s, lengths_s, periods_s)), strict=True
        )
    )
    return float(place_s + round((pull_s - place_s) / step_s) * step_s)


def _mean_vectors(
    onsets_s: Float64Array, lengths_s: Float64Array, periods_s: Float64Array
) -> NDArray[np.complex128]:
    """One for each period, shape (n_periods,)."""
    weights = np.sqrt(np.minimum(lengths_s, periods_s[:, None]))
    turns = np.exp(2j * np.pi * onsets_s / periods_s[:, None])
    return np.asarray((weights * turns).sum(axis=1) / weights.sum(axis=1))
