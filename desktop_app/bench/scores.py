# SPDX-License-Identifier: MIT
"""How right pitch and notes are.

References
----------
Raffel et al., "mir_eval: a transparent implementation of common MIR metrics", ISMIR 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from desktop_app.bench.estimators import Pitch
from desktop_app.bench.segmentation import NoteTuple
from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.pitch import hz_to_midi, midi_to_hz

TOLERANCE_SEMITONES: Final = 0.5
_ONSET_TOLERANCE_S: Final = 0.05
_SHORTEST_S: Final = 0.01


class SingleNotes(NamedTuple):
    """Shares in percent of single notes; cents are of those that are right, nan where none is."""

    right: float
    octave_errors: float
    none: float
    cents_median: float
    cents_p95: float


class NoteF1(NamedTuple):
    """F-measures in percent within 50 ms: onset and pitch, with the offset too, the onset alone."""

    pitch: float
    offset: float
    onset: float


def single_pitch(pitch: Pitch, from_s: float) -> float | None:
    """The one pitch of a sound as MIDI number: the weighted median of the voiced frames after a time.

    Where no frame is voiced, guesses count; None without those.
    """
    used = (pitch.times_s >= from_s) & np.isfinite(pitch.weight)
    chosen = (pitch.f0_hz > 0.0) & used
    if not chosen.any():
        chosen = (pitch.f0_hz < 0.0) & used
    if not chosen.any():
        return None
    midi = hz_to_midi(np.abs(pitch.f0_hz[chosen]))
    order = np.argsort(midi)
    total = np.cumsum(np.maximum(pitch.weight[chosen][order], 1e-9))
    return float(midi[order][np.searchsorted(total, total[-1] / 2.0)])


def score_single_notes(true_midi: Sequence[float], told_midi: Sequence[float | None]) -> SingleNotes:
    """Right within 50 cents; an octave error is right but for whole octaves."""
    told = np.array([np.nan if midi is None else midi for midi in told_midi], np.float64)
    off = told - np.asarray(true_midi, np.float64)
    octaves = np.round(off / 12.0)
    is_right = np.abs(off) <= TOLERANCE_SEMITONES
    is_octave = ~is_right & (octaves != 0.0) & (np.abs(off - 12.0 * octaves) <= TOLERANCE_SEMITONES)
    cents = 100.0 * np.abs(off[is_right])
    median, p95 = np.percentile(cents, (50, 95)) if cents.size else (np.nan, np.nan)
    right, octave, none = (100.0 * float(rows.mean()) for rows in (is_right, is_octave, np.isnan(told)))
    return SingleNotes(right, octave, none, float(median), float(p95))


def pitch_accuracy(true_times_s: NDArray[np.float64], true_hz: NDArray[np.float64], pitch: Pitch) -> float:
    """Raw pitch accuracy within 50 cents in percent; 0 Hz of the truth is unvoiced."""
    melody = need_mir_eval().melody
    if pitch.times_s.size < 2:
        return 0.0
    true_voicing, true_cents, voicing, cents = melody.to_cent_voicing(
        true_times_s, true_hz, pitch.times_s, pitch.f0_hz
    )
    return 100.0 * float(melody.raw_pitch_accuracy(true_voicing, true_cents, voicing, cents))


def note_f1(true_notes: Sequence[NoteTuple], told_notes: Sequence[NoteTuple]) -> NoteF1:
    """Within 50 ms and 50 cents; an offset may be off by a fifth of the note or 50 ms."""
    transcription = need_mir_eval().transcription
    if not told_notes or not true_notes:
        return NoteF1(0.0, 0.0, 0.0)
    (true_s, true_hz), (told_s, told_hz) = _as_arrays(true_notes), _as_arrays(told_notes)
    of_pitch, of_offset = (
        transcription.precision_recall_f1_overlap(
            true_s, true_hz, told_s, told_hz, onset_tolerance=_ONSET_TOLERANCE_S, offset_ratio=offset_ratio
        )[2]
        for offset_ratio in (None, 0.2)
    )
    of_onset = transcription.onset_precision_recall_f1(true_s, told_s, onset_tolerance=_ONSET_TOLERANCE_S)[2]
    return NoteF1(100.0 * of_pitch, 100.0 * of_offset, 100.0 * of_onset)


def quiet_share(notes: Sequence[NoteTuple], duration_s: float) -> float:
    """Percent of the whole seconds of a sound that no note touches."""
    is_quiet = np.ones(max(1, int(duration_s)), np.bool_)
    for onset_s, offset_s, _ in notes:
        is_quiet[int(onset_s) : int(np.ceil(max(offset_s, onset_s + _SHORTEST_S)))] = False
    return 100.0 * float(is_quiet.mean())


def need_mir_eval() -> ModuleType:
    """The package ``mir_eval``.

    Raises
    ------
    RightInTuneError
        When it is not installed.
    """
    try:
        import mir_eval
        import mir_eval.melody
        import mir_eval.transcription
    except ImportError as error:
        raise RightInTuneError(
            "This measurement needs mir_eval: please install the extra [dev] of right-in-tune."
        ) from error
    return mir_eval


def _as_arrays(notes: Sequence[NoteTuple]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    intervals = [(onset_s, max(offset_s, onset_s + _SHORTEST_S)) for onset_s, offset_s, _ in notes]
    return np.array(intervals, np.float64), np.array([midi_to_hz(midi) for *_, midi in notes])
