# SPDX-License-Identifier: MIT
"""How long after the onset the right pitch is told and stays: each note is heard for longer and longer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from desktop_app.bench.cases import Case, onset_s
from desktop_app.bench.estimators import Estimator, Pitch
from desktop_app.bench.scores import TOLERANCE_SEMITONES
from desktop_app.domain.pitch import hz_to_midi
from desktop_app.dsp.spec import DEFAULT_SPEC

NEVER_MS: Final = 9000.0
LOW: Final = ("E1–A1", 28, 33)
REGISTERS: Final = (LOW, ("E2–A2", 40, 45), ("E3–C4", 52, 60), ("G4 and above", 67, 108))
_HEARD_S: Final = (
    *(0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.075),
    *(0.1, 0.125, 0.15, 0.2, 0.3, 0.5),
)
_AGO_S: Final = (0.0, 0.016, 0.032, 0.064)
_MIDIS: Final = (28, 33, 40, 45, 52, 60, 67, 76, 88)
_INSTRUMENTS: Final = (
    *("piano", "epiano", "vibraphone", "finger_bass", "nylon_guitar", "clean_guitar"),
    *("cello", "violin", "trumpet", "tuba", "clarinet", "flute"),
)
_BEFORE_S: Final = 0.02


class Delays(NamedTuple):
    """Milliseconds from the onset, and the percentage that is never right to stay."""

    median_ms: float
    p90_ms: float
    never: float


def pick(cases: Sequence[Case]) -> list[Case]:
    """Nine keys of twelve instruments, one bank and one velocity, where the cases have such labels."""
    return [
        case
        for case in cases
        if case.notes[0][2] in _MIDIS
        and case.labels.get("sf", "fluid") == "fluid"
        and case.labels.get("vel", "75") == "75"
        and case.labels.get("inst", "piano") in _INSTRUMENTS
    ]


def delays_ms(estimator: Estimator, cases: Sequence[Case]) -> list[float]:
    """For each case the time after which every longer hearing gives the right pitch; 9000 for never.

    The answer is the last voiced frame that lies at least 0, 16, 32 or 64 ms before the end, whichever
    serves the estimator best over all cases: some are not to be trusted in their last frames.
    """
    table = np.array([_delays_of(estimator, case) for case in cases])
    best = int(np.argmin(np.minimum(table, 1000.0).mean(axis=0)))
    return [float(value) for value in table[:, best]]


def summary(delays: Sequence[float]) -> Delays:
    """The figures of some delays."""
    median, p90 = np.percentile(delays, (50, 90))
    return Delays(float(median), float(p90), 100.0 * float(np.mean(np.asarray(delays) >= NEVER_MS)))


def _delays_of(estimator: Estimator, case: Case) -> list[float]:
    """One delay for each of the distances from the end."""
    onset = onset_s(case.y)
    midi = case.notes[0][2]
    is_right = np.zeros((len(_AGO_S), len(_HEARD_S)), np.bool_)
    for i, heard_s in enumerate(_HEARD_S):
        y = case.y[: round(onset * DEFAULT_SPEC.sr) + int(heard_s * DEFAULT_SPEC.sr)]
        pitch = estimator.f0(y)
        end_s = y.size / DEFAULT_SPEC.sr
        for j, ago_s in enumerate(_AGO_S):
            told = _last(pitch, onset - _BEFORE_S, end_s - ago_s + 1e-6)
            is_right[j, i] = told is not None and abs(told - midi) <= TOLERANCE_SEMITONES
    return [_first_that_stays(row) for row in is_right]


def _last(pitch: Pitch, from_s: float, to_s: float) -> float | None:
    voiced = np.flatnonzero((pitch.f0_hz > 0.0) & (pitch.times_s > from_s) & (pitch.times_s <= to_s))
    return hz_to_midi(float(pitch.f0_hz[voiced[-1]])) if voiced.size else None


def _first_that_stays(is_right: np.ndarray) -> float:
    wrong = np.flatnonzero(~is_right)
    first = int(wrong[-1]) + 1 if wrong.size else 0
    return 1000.0 * _HEARD_S[first] if first < len(_HEARD_S) else NEVER_MS
