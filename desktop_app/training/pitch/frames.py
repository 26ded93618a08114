# SPDX-License-Identifier: MIT
"""What the pitch ranker learns from: frames of phrases and of real notes, with the right candidate marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import hz_to_midi
from desktop_app.dsp.framing import Framer
from desktop_app.dsp.pitch_candidates import CandidateFinder, Candidates
from desktop_app.dsp.pitch_kernels import GRID_MIDI
from desktop_app.dsp.pitch_windows import LOOKAHEAD, LOOKBACK, long_frames, short_frames, windows
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.augmentation.sound import colour, coloured_noise

NO_PITCH: Final = -1.0
DO_NOT_CARE: Final = -2.0
_TOLERANCE_SEMITONES: Final = 0.7
_MAX_BELOW: Final = 0.5
_ATTACK_S: Final = 0.008
_EARLY_S: Final = 0.015
_CLEAR_S: Final = 0.15
_BATCH: Final = 128
_HOP_S: Final = DEFAULT_SPEC.hop_s


@dataclass(frozen=True, slots=True, eq=False)
class RankerFrames:
    """Frames to learn from.

    Attributes
    ----------
    features : ndarray, shape (n_frames, n_candidates, n_features), float16
    is_right : ndarray, shape (n_frames, n_candidates), bool
        All False where there is no pitch.
    midi : ndarray, shape (n_frames,), float32
        The right pitch, or ``NO_PITCH``.
    """

    features: NDArray[np.float16]
    is_right: NDArray[np.bool_]
    midi: Float32Array

    @staticmethod
    def joined(parts: list[RankerFrames]) -> RankerFrames:
        """All frames of some parts."""
        return RankerFrames(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.is_right for part in parts]),
            np.concatenate([part.midi for part in parts]),
        )


def candidates_of(y: Float32Array) -> Iterator[Candidates]:
    """Candidates of all frames of a signal at 16 kHz, as the tracker finds them."""
    hop = DEFAULT_SPEC.hop_length
    finder, framer = CandidateFinder(DEFAULT_SPEC.sr), Framer(hop, LOOKBACK, LOOKAHEAD)
    long, short = windows(DEFAULT_SPEC.sr)
    for segment in filter(None, (framer.push(y), framer.flush())):
        for start in range(0, segment.n_frames, _BATCH):
            n = min(_BATCH, segment.n_frames - start)
            first = start * hop
            part = np.ascontiguousarray(segment.samples[first : first + LOOKBACK + (n - 1) * hop + LOOKAHEAD])
            of_long = np.sqrt(long.power(long_frames(part, n, hop)))
            yield finder.process(of_long, np.sqrt(short.power(short_frames(part, n, hop))))


def phrase_midi(notes: list[list[float]], level_db: Float32Array) -> Float32Array:
    """The pitch that should be heard at each frame, shape (n_frames,).

    The newest key that is down counts, a moment after it was struck, or a moment before where nothing has
    sounded for a while: the window looks ahead. After the last key has risen nobody can say when the sound
    is over, unless it is inaudible.

    Parameters
    ----------
    notes
        Key down and key up in seconds, MIDI number, velocity.
    level_db : ndarray, shape (n_frames,), float32
        Levels of the sound without noise, dBFS.
    """
    midi = np.full(level_db.size, DO_NOT_CARE, np.float32)
    midi[level_db < -70.0] = NO_PITCH
    time_s = np.arange(level_db.size) * _HOP_S
    last_up_s = -1.0
    for onset_s, offset_s, key, *_ in sorted(notes):
        is_clear = onset_s - last_up_s > _CLEAR_S
        start_s = onset_s - _EARLY_S if is_clear else onset_s + _ATTACK_S
        before, first, last = np.searchsorted(time_s, [onset_s - 0.03, start_s, offset_s])
        midi[before:first] = DO_NOT_CARE
        loudest = level_db[first:last].max(initial=-200.0)
        held = np.arange(first, last)
        audible = (level_db[held] > max(loudest - 50.0, -75.0)) | (time_s[held] < onset_s + 0.02)
        midi[held] = np.where(audible, key, DO_NOT_CARE)
        last_up_s = max(last_up_s, offset_s)
    return midi


def rows_to_learn(midi: Float32Array, rng: np.random.Generator, share: float) -> NDArray[np.intp]:
    """All frames just after a change of pitch, and a share of the others, shape (n,)."""
    changes = np.flatnonzero(np.diff(midi, prepend=DO_NOT_CARE) != 0.0)
    is_new = np.zeros(midi.size, np.bool_)
    for change in changes:
        is_new[change : change + 12] = True
    chance = np.where(is_new, 2.5 * share, share)
    return np.flatnonzero((midi != DO_NOT_CARE) & (rng.random(midi.size) < chance))


def ranker_frames(y: Float32Array, midi: Float32Array, rows: NDArray[np.intp]) -> RankerFrames:
    """Candidates of some frames of a signal, with those that are right.

    There are none where most frames sound octaves below their key, as with 16-foot organ stops: what is
    written and what is heard are then two things, and an octave error would be learnt.
    """
    parts = list(candidates_of(y))
    index = np.concatenate([part.index for part in parts])
    rows = rows[rows < index.shape[0]]
    features = np.concatenate([part.features.astype(np.float16) for part in parts])[rows]
    has_pitch = midi[rows] >= 0.0
    heard = GRID_MIDI[index[rows, 0]] - midi[rows]  # the highest peak comes first
    is_below = (np.abs(heard + 12.0) < 0.7) | (np.abs(heard + 24.0) < 0.7)
    if has_pitch.any() and is_below[has_pitch].mean() > _MAX_BELOW:
        rows, features, has_pitch = rows[:0], features[:0], has_pitch[:0]
    is_right = np.abs(GRID_MIDI[index[rows]] - midi[rows, None]) <= _TOLERANCE_SEMITONES
    usable = is_right.any(axis=1) | ~has_pitch  # a pitch that is no candidate cannot be learnt
    return RankerFrames(features[usable], is_right[usable] & has_pitch[usable, None], midi[rows][usable])


def spoil(y: Float32Array, rng: np.random.Generator) -> tuple[Float32Array, float]:
    """The sound through a room, equipment and noise; and the level of added noise in dB below its own."""
    if rng.random() < 0.3:
        return (y * np.float32(10.0 ** rng.uniform(-1.5, 0.0))).astype(np.float32), 90.0
    if rng.random() < 0.6:
        y = colour(y, DEFAULT_SPEC.sr, rng)
    snr_db = float(rng.uniform(3.0, 45.0))
    rms = float(np.sqrt(np.mean(np.square(y)))) + 1e-6
    noise = coloured_noise(y.size, float(rng.uniform(0.0, 2.0)), rng)
    return (y + noise * (rms * 10.0 ** (-snr_db / 20.0))).astype(np.float32), snr_db


def frame_levels_db(y: Float32Array) -> Float32Array:
    """Level of each frame over 20 ms around its centre, dBFS, shape (ceil(n / hop),)."""
    hop = DEFAULT_SPEC.hop_length
    n_frames = -(-y.size // hop)
    padded = np.zeros((n_frames + 1) * hop, np.float32)
    padded[hop : hop + y.size] = y
    power = np.square(padded).reshape(-1, hop).mean(axis=1)
    both = 0.5 * (power[:-1] + power[1:])
    return np.asarray(10.0 * np.log10(both + 1e-12), np.float32)


def contour_midi(f0_hz: list[float]) -> Float32Array:
    """Pitch of each frame of a contour with known frequencies; 0 or nan is no pitch."""
    known = np.nan_to_num(np.asarray(f0_hz, np.float64))
    midi = hz_to_midi(np.maximum(known, 1.0))
    return np.where(known > 0.0, midi, NO_PITCH).astype(np.float32)
