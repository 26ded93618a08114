# SPDX-License-Identifier: MIT
"""A few bars of made-up music: chords that follow each other, and what lead, bass, chords and drums play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.training.phrases.lines import Note, played, struck
from desktop_app.training.rendering.voices import Rng

_MAJOR: Final = (0, 2, 4, 5, 7, 9, 11)
_MINOR: Final = (0, 2, 3, 5, 7, 8, 10)
_PROGRESSIONS: Final = (
    (0, 4, 5, 3),
    (0, 5, 3, 4),
    (1, 4, 0, 0),
    (0, 3, 4, 0),
    (0, 3, 0, 4),
    (5, 3, 0, 4),
    (0, 6, 5, 4),
    (0, 1, 3, 4),
)
_RHYTHM: Final = (0.25, 0.5, 0.5, 0.5, 1.0, 1.0, 1.5, 2.0)
_STEPS: Final = (-4, -2, -2, -1, -1, -1, 0, 1, 1, 1, 2, 2, 4)


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord from one time to another; ``classes`` are its pitch classes, the root first."""

    start_s: float
    end_s: float
    classes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Harmony:
    """What all players share: the beat, the scale's pitch classes and the chords."""

    beat_s: float
    scale: frozenset[int]
    chords: tuple[Chord, ...]

    @property
    def end_s(self) -> float:
        """Where the last chord ends."""
        return self.chords[-1].end_s

    def at(self, time_s: float) -> Chord:
        """The chord that sounds at a time."""
        return next((chord for chord in self.chords if time_s < chord.end_s), self.chords[-1])


def harmony(rng: Rng, length_s: float) -> Harmony:
    """Chords of one key, a new one every two or four beats, until a length is filled."""
    steps, key = (_MAJOR, _MINOR)[int(rng.integers(2))], int(rng.integers(12))
    beat_s = float(np.exp(rng.uniform(np.log(0.33), np.log(0.85))))
    chord_s = beat_s * float(rng.choice([2.0, 4.0]))
    degrees, n_notes = _PROGRESSIONS[int(rng.integers(len(_PROGRESSIONS)))], int(rng.choice([3, 3, 4]))
    chords = []
    for k in range(int(np.ceil(length_s / chord_s))):
        degree = degrees[k % len(degrees)]
        classes = tuple((key + steps[(degree + 2 * third) % 7]) % 12 for third in range(n_notes))
        chords.append(Chord(k * chord_s, (k + 1) * chord_s, classes))
    return Harmony(beat_s, frozenset((key + step) % 12 for step in steps), tuple(chords))


def _within(classes: Sequence[int] | frozenset[int], low: int, high: int) -> list[int]:
    return [midi for midi in range(low, high + 1) if midi % 12 in classes]


def melody_line(rng: Rng, song: Harmony, low: int, high: int, pace: float = 1.0) -> tuple[Note, ...]:
    """A melody that walks in the scale, rests seldom and meets the chord where it changes."""
    span = min(high - low, int(rng.integers(9, 20)))
    low += int(rng.integers(high - low - span + 1))
    places = _within(song.scale, low, low + span) or [low]
    at, now_s, touch = int(rng.integers(len(places))), 0.0, float(rng.uniform(0.6, 1.05))
    velocity, notes = rng.uniform(60.0, 115.0), []
    while now_s < song.end_s - 0.1:
        slot_s = max(0.1, song.beat_s * pace * float(rng.choice(_RHYTHM)))
        at = int(np.clip(at + rng.choice(_STEPS), 0, len(places) - 1))
        if any(abs(now_s - chord.start_s) < 0.05 for chord in song.chords):
            at = _nearest_of(places, at, song.at(now_s + 0.1).classes)
        if rng.random() > 0.07:
            notes.append(Note(now_s, now_s + slot_s * touch, places[at], struck(rng.normal(velocity, 9.0))))
        now_s += slot_s
    return played(notes)


def _nearest_of(places: Sequence[int], at: int, classes: tuple[int, ...]) -> int:
    fitting = [k for k, midi in enumerate(places) if midi % 12 in classes]
    return min(fitting, key=lambda k: abs(k - at), default=at)


def chord_line(rng: Rng, song: Harmony, low: int, high: int) -> tuple[Note, ...]:
    """The chords in one position each: held, struck on the beats or between them, or broken."""
    span = min(high - low, 16)
    low += int(rng.integers(high - low - span + 1))
    velocity, manner = rng.uniform(45.0, 95.0), int(rng.integers(4))
    notes: list[Note] = []
    for chord in song.chords:
        pitches = _within(chord.classes, low, low + span)
        pitches = sorted(rng.choice(pitches, min(4, len(pitches)), replace=False)) if pitches else []
        for start_s, end_s, some in _strokes(manner, song.beat_s, chord, [int(midi) for midi in pitches]):
            notes += [Note(start_s, end_s, midi, struck(rng.normal(velocity, 6.0))) for midi in some]
    return played(notes)


def _strokes(
    manner: int, beat_s: float, chord: Chord, pitches: list[int]
) -> list[tuple[float, float, list[int]]]:
    if manner == 0:
        return [(chord.start_s, chord.end_s, pitches)]
    step_s = 0.5 * beat_s if manner == 3 else beat_s
    starts = np.arange(chord.start_s + (0.5 * beat_s if manner == 2 else 0.0), chord.end_s - 0.05, step_s)
    if manner == 3 and pitches:
        return [(t, chord.end_s, [pitches[k % len(pitches)]]) for k, t in enumerate(map(float, starts))]
    return [(t, t + 0.7 * beat_s, pitches) for t in map(float, starts)]


def bass_line(rng: Rng, song: Harmony, low: int, high: int) -> tuple[Note, ...]:
    """Roots, held or repeated, or a walk through the chord, low in the range."""
    step_s = song.beat_s * float(rng.choice([0.5, 1.0, 2.0, 4.0]))
    walks, velocity = rng.random() < 0.5, rng.uniform(55.0, 105.0)
    high = min(high, low + 19)
    notes = []
    for start_s in map(float, np.arange(0.0, song.end_s - 0.05, step_s)):
        chord = song.at(start_s + 0.01)
        roots = _within(chord.classes[:1], low, high)
        wanted = _within(chord.classes, low, high) if walks else roots[:1]
        midi = int(rng.choice(wanted)) if wanted else low
        notes.append(Note(start_s, start_s + 0.9 * step_s, midi, struck(rng.normal(velocity, 6.0))))
    return played(notes)


def drum_line(rng: Rng, song: Harmony, keys: Sequence[int]) -> tuple[Note, ...]:
    """The lowest key on the heavy beats, another between, a high one in quavers."""
    deep, middle, bright = keys[0], keys[len(keys) // 3], keys[-1 - int(rng.integers((len(keys) + 1) // 2))]
    velocity, notes = rng.uniform(50.0, 115.0), []
    for k, time_s in enumerate(map(float, np.arange(0.0, song.end_s - 0.05, 0.5 * song.beat_s))):
        hits = [bright] if rng.random() < 0.9 else []
        if k % 2 == 0 or rng.random() < 0.1:
            hits.append(deep if k % 4 == 0 else middle)
        notes += [Note(time_s, time_s + 0.4, midi, struck(rng.normal(velocity, 10.0))) for midi in hits]
    return played(notes)
