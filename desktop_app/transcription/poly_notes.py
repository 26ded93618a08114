# SPDX-License-Identifier: MIT
"""Several notes at once from the evidence of each key: attacks begin them, what is held keeps them up."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import PolyEvidence
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import A4_HZ, midi_to_hz, nearest_note
from desktop_app.domain.thresholds import NoteThresholds
from desktop_app.transcription.candidates import candidates_around
from desktop_app.transcription.segmenter_note import velocity_of

LOWEST_KEY: Final = 21
# A held note goes on while its evidence is above this share of the threshold, or less for a shorter time.
_HELD_SHARE: Final = 0.6
# It ends where its evidence is last above this share of its peak.
_END_SHARE: Final = 0.6
_GAP_S: Final = 0.06
# Attacks of one key closer than this are one.
_SAME_ATTACK_S: Final = 0.08
# The note may be evident this much later than its attack.
_LATE_S: Final = 0.08
# Where no attack was found, evidence of at least this for so long makes a note all the same.
_UNATTACKED_PROB: Final = 0.75
_UNATTACKED_S: Final = 0.14
_ATTACK_S: Final = 0.1
# A weak note is a ghost where another, so much surer, sounds so many semitones below.
_PARTIALS: Final = (12, 19, 24)
_GHOST_PROB: Final = 0.4
_GHOST_SHARE: Final = 0.7
_TOGETHER_S: Final = 0.04
# Other pitches that a note may have: its octaves, and of keys that share partials with it those evident.
_OCTAVES: Final = (-12, 12)
_SHARING: Final = (-24, -19, -7, 7, 19, 24)
_EVIDENT_PROB: Final = 0.15
_VELOCITY_RANGE_DB: Final = (-60.0, -6.0)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A note of one key, in frames; the onset lies between frames."""

    key: int
    onset: float
    offset: float


def poly_notes(evidence: PolyEvidence, thresholds: NoteThresholds, a4_hz: float = A4_HZ) -> tuple[Note, ...]:
    """Notes of all keys, sorted by onset, then key.

    Parameters
    ----------
    evidence
        Of the whole recording.
    thresholds
        What makes a note.
    a4_hz
        Reference pitch in Hz of the names.
    """
    heard = np.flatnonzero(evidence.note_prob.max(axis=1, initial=0) >= 255.0 * thresholds.sounding_prob)
    stretches = [s for key in heard for s in _stretches(evidence, int(key), thresholds)]
    told = (_to_note(evidence, stretch, a4_hz) for stretch in stretches)
    notes = [note for note in told if MIDI_MIN <= note.midi <= MIDI_MAX]  # another A4 moves the names
    return tuple(sorted(_without_ghosts(notes), key=lambda note: (note.onset_s, note.midi)))


def _without_ghosts(notes: list[Note]) -> list[Note]:
    """Leave out weak notes that are but partials of surer ones."""
    keys: dict[int, list[tuple[float, float, float]]] = {}
    for note in notes:
        keys.setdefault(note.midi, []).append((note.onset_s, note.offset_s, note.confidence))
    by_key = {midi: np.array(values) for midi, values in keys.items()}
    return [note for note in notes if note.confidence >= _GHOST_PROB or not _is_partial(note, by_key)]


def _is_partial(note: Note, by_key: dict[int, NDArray[np.float64]]) -> bool:
    for semitones in _PARTIALS:
        others = by_key.get(note.midi - semitones)
        if others is None:
            continue
        onset_s, offset_s, confidence = others.T
        sounding = (onset_s <= note.onset_s + _TOGETHER_S) & (offset_s > note.onset_s)
        if (sounding & (note.confidence < _GHOST_SHARE * confidence)).any():
            return True
    return False


def _stretches(evidence: PolyEvidence, key: int, thresholds: NoteThresholds) -> list[_Stretch]:
    hop_s = evidence.hop_s
    note = evidence.note_prob[key] / np.float32(255.0)
    attacks = _attacks(evidence.onset_prob[key] / np.float32(255.0), thresholds.onset_prob, hop_s)
    found: list[_Stretch] = []
    for start, stop in _regions(note >= _HELD_SHARE * thresholds.sounding_prob, round(_GAP_S / hop_s)):
        inside = attacks[(attacks >= start - _LATE_S / hop_s) & (attacks < stop)].tolist()
        for first, last in itertools.pairwise((float(start), *inside, float(stop))):
            frames = note[max(0, round(first)) : max(0, round(last))]
            end = first + _length(frames, thresholds.sounding_prob)
            is_long = (end - first) * hop_s >= thresholds.min_duration_s
            if is_long and _is_note(frames, first in inside, hop_s, thresholds.sounding_prob):
                found.append(_Stretch(key, first, end))
    return found


def _is_note(note: Float32Array, is_attacked: bool, hop_s: float, least: float) -> bool:
    if is_attacked:
        return bool(note.max(initial=0.0) >= least)
    n_sure = np.count_nonzero(note >= max(_UNATTACKED_PROB, least))
    return bool(n_sure * hop_s >= _UNATTACKED_S)


def _attacks(onset: Float32Array, least: float, hop_s: float) -> NDArray[np.float64]:
    """Peaks, in frames, refined by a parabola; of those too close the highest."""
    reach = max(1, round(_SAME_ATTACK_S / hop_s))
    padded = np.pad(onset, reach, constant_values=-1.0)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    is_peak = (onset >= least) & (onset >= around.max(axis=1)) & (onset > padded[reach - 1 : -reach - 1])
    peaks = np.flatnonzero(is_peak)
    before, at, after = (padded[peaks + reach + step] for step in (-1, 0, 1))
    before, after = np.maximum(before, 0.0), np.maximum(after, 0.0)
    bow = np.maximum(2.0 * at - before - after, 1e-6)
    return np.asarray(peaks + 0.5 * (after - before) / bow, np.float64)


def _regions(is_held: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Stretches of frames that are held; shorter gaps are closed."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_held, [False])).astype(np.int8)))
    regions: list[tuple[int, int]] = []
    for start, stop in edges.reshape(-1, 2):
        if regions and start - regions[-1][1] < gap:
            regions[-1] = (regions[-1][0], int(stop))
        else:
            regions.append((int(start), int(stop)))
    return regions


def _length(note: Float32Array, least: float) -> float:
    """Frames until the evidence falls, for good, below the threshold and a share of its peak."""
    above = np.flatnonzero(note >= max(least, _END_SHARE * float(note.max(initial=0.0))))
    return float(above[-1] + 1) if above.size else 0.0


def _to_note(evidence: PolyEvidence, stretch: _Stretch, a4_hz: float) -> Note:
    first = min(max(0, round(stretch.onset)), evidence.rms_db.shape[0] - 1)
    frames = slice(first, max(first + 1, round(stretch.offset)))
    weights = evidence.note_prob[stretch.key, frames].astype(np.float64) + 1e-6
    bend = float(np.average(evidence.bend_cents[stretch.key, frames], weights=weights))
    f0_hz = midi_to_hz(LOWEST_KEY + stretch.key + bend / 100.0)
    midi, cents = nearest_note(f0_hz, a4_hz)
    strengths = _strengths(evidence, stretch.key, frames)
    n_attack = round(_ATTACK_S / evidence.hop_s)
    return Note(
        onset_s=max(0.0, float(stretch.onset)) * evidence.hop_s,
        offset_s=stretch.offset * evidence.hop_s,
        midi=midi,
        f0_hz=f0_hz,
        cents=cents,
        velocity=velocity_of(float(evidence.rms_db[first : first + n_attack].max()), _VELOCITY_RANGE_DB),
        confidence=float(weights.mean() / 255.0),
        candidates=candidates_around(midi, f0_hz, strengths),
    )


def _strengths(evidence: PolyEvidence, key: int, frames: slice) -> dict[int, float]:
    """How evident the note and its other pitches are in its time, by the distance in semitones."""
    strengths = {}
    for semitones in (0, *_OCTAVES, *_SHARING):
        if 0 <= key + semitones < evidence.note_prob.shape[0]:
            strength = float(evidence.note_prob[key + semitones, frames].mean() / 255.0)
            if semitones not in _SHARING or strength >= _EVIDENT_PROB:
                strengths[semitones] = strength
    return strengths
