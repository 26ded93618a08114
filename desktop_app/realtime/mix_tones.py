# SPDX-License-Identifier: MIT
"""What sounds beside the recording: notes as tones, and clicks. Both follow from the position alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import A4_HZ, midi_to_hz

Float64Array = NDArray[np.float64]

TONE_LEVEL: Final = 0.16
CLICK_LEVEL: Final = 0.45
CLICK_S: Final = 0.04
RELEASE_S: Final = 0.05
_SOFTEST_DB: Final = -15.0
_ATTACK_S: Final = 0.004
_DECAY_S: Final = 2.4
_N_PARTIALS: Final = 10
_HIGHEST_OF_SR: Final = 0.42
_TABLE_SIZE: Final = 1 << 16
_CLICK_HZ: Final = 1500.0
_ACCENT_HZ: Final = 2250.0
_CLICK_ATTACK_S: Final = 0.0005
_CLICK_DECAY_S: Final = 0.008
_SAME_BEAT_S: Final = 0.06
_LOUDEST: Final = 0.6
_LONGEST_GAP_S: Final = 0.5
_SHORTEST_S: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Frames whose positions rise evenly.

    Attributes
    ----------
    position_s : ndarray, shape (n,)
        Of each frame in the recording, in seconds.
    fade : ndarray, shape (n,)
        For what was in the middle of sounding at ``entered_s``.
    entered_s
        Where the positions began to rise evenly: here, or before.
    newest_s
        What begins later is left out.
    speed
        Seconds of the recording that pass in a second.
    semitones
        How much higher the notes are.
    """

    position_s: Float64Array
    fade: Float64Array
    entered_s: float
    newest_s: float
    speed: float
    semitones: float

    def sounding(self, onset_s: Float64Array, end_s: Float64Array) -> list[int]:
        """Which of the things with these times are heard."""
        if self.position_s.size == 0:
            return []
        is_heard = (onset_s <= self.newest_s) & (end_s > self.position_s[0])
        return [int(i) for i in np.flatnonzero(is_heard)]

    def faded(self, y: Float64Array, onset_s: float) -> Float64Array:
        """The sound of something that began then."""
        return y * self.fade if onset_s < self.entered_s else y


class Voices:
    """Notes as sound. Never changed once made.

    Parameters
    ----------
    notes
        In any order.
    sr
        Rate in Hz.
    a4_hz
        For notes whose frequency is not known.
    """

    def __init__(self, notes: Sequence[Note], sr: int, a4_hz: float = A4_HZ) -> None:
        f0_hz = [note.f0_hz if note.f0_hz > 0.0 else midi_to_hz(note.midi, a4_hz) for note in notes]
        self._sr = sr
        self._onset_s = np.array([note.onset_s for note in notes], np.float64)
        self._offset_s = np.array([note.offset_s for note in notes], np.float64)
        self._f0_hz = np.array(f0_hz, np.float64)
        self._level = np.array([_level(note.velocity) for note in notes], np.float64)

    def sound(self, span: Span) -> Float64Array:
        """The notes, shape (n,)."""
        out = np.zeros(span.position_s.size)
        ratio = 2.0 ** (span.semitones / 12.0)
        for i in span.sounding(self._onset_s, self._offset_s + RELEASE_S * span.speed):
            age_s = (span.position_s - self._onset_s[i]) / span.speed
            held_s = (self._offset_s[i] - self._onset_s[i]) / span.speed
            tone = _tone(age_s, held_s, self._f0_hz[i] * ratio, self._sr)
            out += self._level[i] * span.faded(tone, self._onset_s[i])
        return _bounded(out)


class Clicks:
    """Beats as clicks. Never changed once made.

    Parameters
    ----------
    beats_s
        Their times in seconds of the recording.
    accents_s
        Those of them that begin a bar.
    loop_s
        The loop that is played. A beat just before its start sounds with the start; a beat just before its
        end is left out, since the start follows.
    """

    def __init__(
        self,
        beats_s: Sequence[float],
        accents_s: Sequence[float] = (),
        loop_s: tuple[float, float] | None = None,
    ) -> None:
        accents = np.array(accents_s, np.float64)
        beats = np.unique(np.concatenate((np.array(beats_s, np.float64), accents)))
        is_accent = np.isin(beats, accents)
        if loop_s is not None:
            start_s, end_s = loop_s
            beats = np.where((beats < start_s) & (beats > start_s - _SAME_BEAT_S), start_s, beats)
            stays = (beats >= end_s) | (beats < end_s - _SAME_BEAT_S) | (beats == start_s)
            beats, is_accent = beats[stays], is_accent[stays]
        self._beats_s, self._is_accent = beats, is_accent

    def sound(self, span: Span) -> Float64Array:
        """The clicks, shape (n,)."""
        out = np.zeros(span.position_s.size)
        for i in span.sounding(self._beats_s, self._beats_s + CLICK_S * span.speed):
            age_s = (span.position_s - self._beats_s[i]) / span.speed
            click = _click(age_s, is_accent=bool(self._is_accent[i]))
            out += span.faded(click, self._beats_s[i])
        return out


def notes_sound(notes: Sequence[Note], sr: int, a4_hz: float = A4_HZ) -> Float32Array:
    """Some notes by themselves, from the first one's onset, long silences between them shortened.

    Parameters
    ----------
    notes
        In any order; none gives an empty array.
    sr
        Rate in Hz.
    a4_hz
        For notes whose frequency is not known.

    Returns
    -------
    ndarray, shape (n,), float32
    """
    phrase = _close_together(notes)
    if not phrase:
        return np.zeros(0, np.float32)
    end_s = max(note.offset_s for note in phrase) + RELEASE_S
    return Voices(phrase, sr, a4_hz).sound(_from_zero(end_s, sr)).astype(np.float32)


def count_in(n: int, bpm: float, sr: int) -> Float32Array:
    """So many clicks, the first of them accented, and the time to where the music begins.

    Parameters
    ----------
    n
        Clicks.
    bpm
        Clicks a minute, as they are heard.
    sr
        Rate in Hz.

    Returns
    -------
    ndarray, shape (round(n * 60 / bpm * sr),), float32
    """
    beats_s = np.arange(n) * 60.0 / bpm
    clicks = Clicks(beats_s.tolist(), accents_s=beats_s[:1].tolist())
    return clicks.sound(_from_zero(n * 60.0 / bpm, sr)).astype(np.float32)


def _from_zero(duration_s: float, sr: int) -> Span:
    n = round(duration_s * sr)
    return Span(np.arange(n) / sr, np.ones(n), 0.0, duration_s, speed=1.0, semitones=0.0)


def _close_together(notes: Sequence[Note]) -> list[Note]:
    """From time 0, with no long silence, and each long enough to be heard as a pitch."""
    phrase: list[Note] = []
    earlier_s = 0.0
    end_s = -math.inf
    for note in sorted(notes, key=lambda note: note.onset_s):
        earlier_s += max(0.0, note.onset_s - end_s - _LONGEST_GAP_S) if phrase else note.onset_s
        onset_s = note.onset_s - earlier_s
        duration_s = max(note.duration_s, _SHORTEST_S)
        phrase.append(replace(note, onset_s=onset_s, offset_s=onset_s + duration_s))
        end_s = max(end_s, note.offset_s)
    return phrase


def _level(velocity: int) -> float:
    return TONE_LEVEL * float(10.0 ** (_SOFTEST_DB * (1.0 - velocity / 127.0) / 20.0))


def _tone(age_s: Float64Array, held_s: float, f0_hz: float, sr: int) -> Float64Array:
    """A string-like beginning over an organ-like tone; 0 before and after."""
    n_partials = min(_N_PARTIALS, int(_HIGHEST_OF_SR * sr / f0_hz))
    if n_partials < 1:
        return np.zeros(age_s.size)
    index = (age_s * (f0_hz * _TABLE_SIZE)).astype(np.int64) & (_TABLE_SIZE - 1)
    soft, bright = _tables(n_partials)
    decay = np.exp(-np.maximum(age_s, 0.0) / _DECAY_S)
    quick = np.square(np.square(np.square(decay)))
    tone = soft[index] * decay + bright[index] * quick
    attack = _smooth(age_s / _ATTACK_S)
    release = _smooth((held_s + RELEASE_S - age_s) / RELEASE_S)
    return np.asarray(tone * attack * release)


@lru_cache(maxsize=_N_PARTIALS)
def _tables(n_partials: int) -> tuple[Float32Array, Float32Array]:
    """A period of the tone that stays and of the one that fades soon."""
    phase = 2.0 * np.pi * np.arange(_TABLE_SIZE) / _TABLE_SIZE
    soft, bright = np.zeros(_TABLE_SIZE), np.zeros(_TABLE_SIZE)
    for k in range(1, n_partials + 1):
        partial = np.sin(k * phase)
        soft += partial / k**1.8
        bright += partial / k**0.9
    return (0.7 * soft).astype(np.float32), (0.4 * bright).astype(np.float32)


def _click(age_s: Float64Array, *, is_accent: bool) -> Float64Array:
    f_hz = _ACCENT_HZ if is_accent else _CLICK_HZ
    level = CLICK_LEVEL if is_accent else 0.7 * CLICK_LEVEL
    envelope = np.exp(-np.maximum(age_s, 0.0) / _CLICK_DECAY_S) * _smooth(age_s / _CLICK_ATTACK_S)
    envelope *= _smooth((CLICK_S - age_s) / _CLICK_DECAY_S)
    return np.asarray(level * envelope * np.sin(2.0 * np.pi * f_hz * age_s))


def _smooth(x: Float64Array) -> Float64Array:
    """0 up to 0, 1 from 1 on, without corners."""
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x))


def _bounded(y: Float64Array) -> Float64Array:
    """Many voices at once stay below 1; what is below the knee is untouched."""
    over = np.abs(y) - _LOUDEST
    if y.size == 0 or over.max() <= 0.0:
        return y
    room = 1.0 - _LOUDEST
    bent = np.sign(y) * (_LOUDEST + room * np.tanh(np.maximum(over, 0.0) / room))
    return np.where(over > 0.0, bent, y)
