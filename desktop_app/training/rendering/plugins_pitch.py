# SPDX-License-Identifier: MIT
"""Whether a synthesiser's note is one note: a steady pitch, the key's or octaves from it, struck once.

The families are told apart by how they go on as well: what is bowed, blown or sung lasts as long as the key
is held, what is plucked or struck fades.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import hz_to_midi
from desktop_app.dsp.framing import Framer
from desktop_app.dsp.pitch import PitchTracker
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.rendering.soundfont import HELD_S

_HOP: Final = DEFAULT_SPEC.hop_length
_ATTACK_FRAMES: Final = 5
_SMOOTH_FRAMES: Final = 7
_AUDIBLE_DB: Final = 25.0
_MIN_FRAMES: Final = 12
_VOICED_SHARE: Final = 0.6
_STEADY_SHARE: Final = 0.7
_OCTAVE_SHARE: Final = 0.6
_KEY_SEMITONES: Final = 0.6
_STROKE_DB: Final = 12.0
_MAX_STROKES: Final = 3
_LASTING_DB: Final[dict[str, float]] = dict.fromkeys(
    ("string", "brass", "flute", "reed", "organ", "vocal"), -20.0
)
_FADED_DB: Final[dict[str, float]] = {"mallet": -6.0, "keyboard": -3.0, "guitar": -3.0}
_LATE_S: Final = (2.0, 2.5)


@dataclass(frozen=True, slots=True, eq=False)
class HeardNote:
    """What was heard of a clip while the key was held.

    Attributes
    ----------
    midi : ndarray, shape (n,), float64
        Pitch of the audible frames that have one; empty where most have none.
    levels_db : ndarray, shape (n_frames,), float32
        Level of every 10 ms, the loudest being 0.
    """

    midi: NDArray[np.float64]
    levels_db: Float32Array

    def octaves_off(self, key: int) -> int | None:
        """By how many octaves it sounds above a key; None when it is no octave of it at all."""
        if self.midi.size < _MIN_FRAMES:
            return None
        octaves = np.round((self.midi - key) / 12.0)
        is_near = np.abs(self.midi - key - 12.0 * octaves) <= _KEY_SEMITONES
        values, counts = np.unique(octaves, return_counts=True)
        if is_near.mean() < _STEADY_SHARE or counts.max() < _OCTAVE_SHARE * counts.sum():
            return None
        return int(values[counts.argmax()])

    def is_struck_once(self) -> bool:
        """Whether the level does not fall and rise again and again, as in arpeggios and pulses."""
        return n_strokes(self.levels_db) <= _MAX_STROKES

    def goes_on_as(self, family: str) -> bool:
        """Whether it lasts or fades as the family does; basses and leads may do either."""
        first, last = (int(time_s * 100) for time_s in _LATE_S)
        late_db = float(self.levels_db[first:last].max(initial=-100.0))
        return _LASTING_DB.get(family, -100.0) <= late_db <= _FADED_DB.get(family, 0.0)


def hear(y: Float32Array) -> HeardNote:
    """Listen to a clip at 16 kHz with the program's own pitch tracker."""
    tracker = PitchTracker()
    framer = Framer(_HOP, tracker.lookback, tracker.lookahead)
    n_frames = int(HELD_S * 100)
    held = framer.push(y[: n_frames * _HOP + tracker.lookahead])
    told = [tracker.process(part) for part in (held, framer.flush()) if part is not None]
    f0_hz = np.concatenate([part.f0_hz for part in told])[:n_frames]
    levels_db = _levels(y[: n_frames * _HOP])
    audible = levels_db > -_AUDIBLE_DB
    audible[:_ATTACK_FRAMES] = False
    voiced = audible & np.isfinite(f0_hz)
    is_pitched = voiced.sum() >= _VOICED_SHARE * audible.sum()
    return HeardNote(hz_to_midi(f0_hz[voiced & is_pitched]), levels_db)


def _levels(y: Float32Array) -> Float32Array:
    power = np.square(y.reshape(-1, _HOP)).mean(axis=1)
    smooth = np.convolve(power, np.full(_SMOOTH_FRAMES, 1.0 / _SMOOTH_FRAMES), mode="same")
    top = max(float(smooth.max(initial=0.0)), 1e-12)
    return (10.0 * np.log10(np.maximum(smooth / top, 1e-10))).astype(np.float32)


def n_strokes(levels_db: Float32Array) -> int:
    """How often the level rises by 12 dB and more after it has fallen as far; the attack is the first."""
    low, high, count, is_up = -100.0, -100.0, 0, False
    for level in levels_db.tolist():
        low, high = min(low, level), max(high, level)
        if is_up and level <= high - _STROKE_DB:
            is_up, low = False, level
        elif not is_up and level >= max(low + _STROKE_DB, -_AUDIBLE_DB):
            is_up, high, count = True, level, count + 1
    return count
