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

_RANGE_BPM: Final = (55.0, 180.0)
_STEP: Final = 0.002
_USUAL_BPM: Final = 100.0
# How far from the usual a tempo may be, in octaves, before it is 61 % as likely.
_SPREAD_OCTAVES: Final = 0.6
# Onsets are expected on beats and on these parts of them.
_SIMPLE_PARTS: Final = (1, 2, 4)
_COMPOUND_PARTS: Final = (1, 3, 6)
_FEWEST: Final = 4
# More notes than this tell nothing more of one steady tempo, and so much time is enough to guess it by.
_MOST: Final = 500
_GUESS_S: Final = 20.0
# A guess, or what the user says, is this near to what was played; the finest grid may slip by a tenth.
_PLAYED: Final = 0.015
_SLIP: Final = 0.1
# Exactly what was said is kept when it fits so nearly as well.
_AS_WELL: Final = 0.02
# The first note is rather on the beat than beside it.
_FIRST_ON_BEAT: Final = 0.25


def tempo_of_notes(
    notes: Sequence[Note], *, is_compound: bool = False, bpm: float | None = None
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
    bpm
        The tempo as far as it is known; None to guess it.

    References
    ----------
    .. [1] N. I. Fisher, "Statistical Analysis of Circular Data", Cambridge University Press, 1993.
    """
    onsets_s = np.array([note.onset_s for note in notes[:_MOST]])
    if np.unique(np.round(onsets_s, 2)).size < _FEWEST:
        return None
    lengths_s = np.array([note.duration_s for note in notes[:_MOST]])
    parts = _COMPOUND_PARTS if is_compound else _SIMPLE_PARTS
    near = _guess(onsets_s, lengths_s, parts) if bpm is None else bpm
    exact = _refined(onsets_s, lengths_s, near, parts)
    return exact, _beat_s(onsets_s, lengths_s, 60.0 / exact, parts[-1])


def _guess(onsets_s: Float64Array, lengths_s: Float64Array, parts: Sequence[int]) -> float:
    begun = onsets_s <= max(onsets_s[0] + _GUESS_S, onsets_s[_FEWEST - 1])
    low, high = np.log(_RANGE_BPM)
    bpms = np.exp(np.linspace(low, high, 1 + int((high - low) / _STEP)))
    likely = np.exp(-0.5 * (np.log2(bpms / _USUAL_BPM) / _SPREAD_OCTAVES) ** 2)
    return float(bpms[int(np.argmax(likely * _kept(onsets_s[begun], lengths_s[begun], bpms, parts)))])


def _refined(onsets_s: Float64Array, lengths_s: Float64Array, bpm: float, parts: Sequence[int]) -> float:
    """The tempo nearby that the onsets keep to best through the whole, by parts of beats alone."""
    n_finest = max(1.0, (onsets_s[-1] - onsets_s[0]) * bpm / 60.0 * parts[-1])
    n_steps = 1 + int(_PLAYED * n_finest / _SLIP)
    bpms = bpm * (1.0 + _PLAYED * np.arange(-n_steps, n_steps + 1) / n_steps)
    kept = _kept(onsets_s, lengths_s, bpms, parts[1:])
    best = int(np.argmax(kept))
    return bpm if kept[n_steps] >= kept[best] - _AS_WELL else float(bpms[best])


def _kept(
    onsets_s: Float64Array, lengths_s: Float64Array, bpms: Float64Array, parts: Sequence[int]
) -> Float64Array:
    vectors = [np.abs(_mean_vectors(onsets_s, lengths_s, 60.0 / (bpms * part))) for part in parts]
    return np.asarray(np.sum(vectors, axis=0))


def _beat_s(onsets_s: Float64Array, lengths_s: Float64Array, period_s: float, parts: int) -> float:
    """A moment on the beat: of the places that the onsets keep to, the one that pulls most."""
    step_s = period_s / parts
    beat, fine = _mean_vectors(onsets_s, lengths_s, np.array([period_s, step_s]))
    places_s = np.angle(fine) / (2.0 * np.pi) * step_s + step_s * np.arange(parts)
    pull = np.real(beat * np.exp(-2j * np.pi * places_s / period_s))
    from_first = (onsets_s[0] - places_s) / period_s
    pull[int(np.argmin(np.abs(from_first - np.round(from_first))))] += _FIRST_ON_BEAT
    return float(places_s[int(np.argmax(pull))])


def _mean_vectors(
    onsets_s: Float64Array, lengths_s: Float64Array, periods_s: Float64Array
) -> NDArray[np.complex128]:
    """One for each period, shape (n_periods,)."""
    weights = np.sqrt(np.minimum(lengths_s, periods_s[:, None]))
    turns = np.exp(2j * np.pi * onsets_s / periods_s[:, None])
    return np.asarray((weights * turns).sum(axis=1) / weights.sum(axis=1))
