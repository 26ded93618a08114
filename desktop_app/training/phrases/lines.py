# SPDX-License-Identifier: MIT
"""Melodies and single notes drawn at random: what the keys do, before anything sounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from desktop_app.training.rendering.voices import Rng

BEND: Final = -1  # as a controller's number: the pitch wheel, in cents
MODULATION: Final = 1
VOLUME: Final = 7
EXPRESSION: Final = 11
_KEY_TRAVEL_S: Final = 0.02  # a key has to come up before it goes down again
_SHORTEST_S: Final = 0.03
_STEPS: Final = (-7, -5, -4, -3, -2, -2, -1, -1, 0, 1, 1, 2, 2, 3, 4, 5, 7)
_RHYTHM: Final = (0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 1.0, 1.5, 2.0)
_TOUCHES: Final = ("legato", "tenuto", "detached", "staccato", "mixed")
_FIGURES: Final = ("walk", "run", "trill", "repeat", "leap", "grace", "rest")


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """A key that goes down and up; times in seconds from the start of the phrase, whole milliseconds."""

    onset_s: float
    offset_s: float
    midi: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Control:
    """A controller's move: ``number`` as in MIDI with a value of 0 … 127, or :data:`BEND` with cents."""

    time_s: float
    number: int
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """What one player does."""

    notes: tuple[Note, ...]
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class _Habit:
    """How one melody is played: its range, its beat, its touch, how hard and how evenly."""

    low: int
    high: int
    beat_s: float
    touch: str
    figures: tuple[float, ...]
    velocity: float
    spread: float


def played(notes: Iterable[Note]) -> tuple[Note, ...]:
    """What one keyboard can do: sorted, no key struck while it is down, times in whole milliseconds."""
    kept: list[Note] = []
    next_onset_s: dict[int, float] = {}
    for note in sorted(notes, reverse=True):
        limit_s = next_onset_s.get(note.midi, np.inf) - _KEY_TRAVEL_S
        onset_s, offset_s = round(note.onset_s, 3), round(min(note.offset_s, limit_s), 3)
        if offset_s - onset_s >= _SHORTEST_S:
            kept.append(replace(note, onset_s=onset_s, offset_s=offset_s))
            next_onset_s[note.midi] = onset_s
    return tuple(sorted(kept))


def struck(velocity: float) -> int:
    """A MIDI velocity between 25 and 127."""
    return int(np.clip(round(velocity), 25, 127))


def melody(rng: Rng, low: int, high: int, length_s: float, slow: float = 1.0) -> tuple[Note, ...]:
    """One voice: walks, runs, trills, repeated notes, leaps, grace notes and rests within a range."""
    habit = _habit(rng, low, high, slow)
    notes: list[Note] = []
    now_s, midi = float(rng.uniform(0.15, 0.7)), int(rng.integers(habit.low, habit.high + 1))
    end_s = length_s - float(rng.uniform(0.5, 1.6))
    while now_s < end_s:
        figure = str(rng.choice(_FIGURES, p=habit.figures))
        for next_midi, note_s in _figure(figure, midi, habit, rng):
            midi = _reflected(next_midi, habit.low, habit.high)
            held_s, slot_s = _touched(note_s, habit, rng)
            if now_s + held_s < end_s:
                velocity = struck(rng.normal(habit.velocity, habit.spread))
                notes.append(Note(now_s, now_s + held_s, midi, velocity))
            now_s += slot_s
        if figure == "rest":
            now_s += float(rng.uniform(0.2, 1.2))
    return played(notes)


def single_notes(rng: Rng, low: int, high: int, length_s: float) -> tuple[Note, ...]:
    """Notes of 0.3 … 4 s from the whole range with rests between them."""
    notes: list[Note] = []
    now_s = float(rng.uniform(0.2, 1.0))
    while True:
        held_s = float(np.exp(rng.uniform(np.log(0.3), np.log(4.0))))
        if now_s + held_s > length_s - 0.3:
            return played(notes)
        midi, velocity = int(rng.integers(low, high + 1)), int(rng.integers(25, 128))
        notes.append(Note(now_s, now_s + held_s, midi, velocity))
        now_s += held_s + float(rng.uniform(0.25, 1.5))


def expression(rng: Rng, notes: tuple[Note, ...], length_s: float, can_bend: bool) -> tuple[Control, ...]:
    """Often nothing; else the modulation wheel, vibrato or slides by the pitch wheel, or swells."""
    kind = rng.random()
    if kind < 0.12:
        return (Control(0.05, MODULATION, float(rng.integers(20, 110))),)
    if kind < 0.24:
        return _swells(rng, length_s)
    if kind < 0.5 and can_bend:
        return _bends(rng, notes, kind < 0.38)
    return ()


def _habit(rng: Rng, low: int, high: int, slow: float) -> _Habit:
    if rng.random() < 0.7:
        span = min(high - low, int(rng.integers(10, 32)))
        centre = int(rng.integers(low, high + 1))  # the ends of the range are as likely as its middle
        low = min(max(low, centre - span // 2), high - span)
        high = low + span
    weights = rng.gamma(1.0, 1.0, len(_FIGURES)) * np.array([4.0, 1.2, 0.8, 1.2, 1.0, 0.8, 0.8])
    if slow > 1.0:
        weights *= np.array([1.0, 0.2, 0.1, 0.5, 1.0, 0.1, 1.0])
    weights /= weights.sum()
    beat_s = float(np.exp(rng.uniform(np.log(0.3), np.log(1.0)))) * slow
    velocity, spread = float(rng.uniform(40.0, 115.0)), float(rng.uniform(2.0, 25.0))
    return _Habit(low, high, beat_s, str(rng.choice(_TOUCHES)), tuple(weights), velocity, spread)


def _figure(name: str, midi: int, habit: _Habit, rng: Rng) -> list[tuple[int, float]]:
    """Pitches and lengths in seconds of a few notes that go on from a pitch."""
    if name == "run":
        n, step = int(rng.integers(4, 13)), int(rng.choice([-1, 1])) * int(rng.integers(1, 3))
        return [(midi + step * (k + 1), float(s)) for k, s in enumerate(rng.uniform(0.08, 0.16) * np.ones(n))]
    if name == "trill":
        n, step, note_s = int(rng.integers(4, 15)), int(rng.choice([-2, -1, 1, 2])), rng.uniform(0.08, 0.15)
        return [(midi + step * (k % 2), float(note_s)) for k in range(n)]
    if name == "repeat":
        n, note_s = int(rng.integers(2, 9)), float(np.exp(rng.uniform(np.log(0.09), np.log(0.6))))
        return [(midi, note_s)] * n
    if name == "leap":
        jumps = rng.choice([-1, 1], int(rng.integers(1, 5))) * rng.integers(5, 25)
        return [(midi + int(jump), _rhythm(habit, rng)) for jump in np.cumsum(jumps)]
    if name == "grace":
        main = midi + int(rng.choice(_STEPS))
        return [(main + int(rng.choice([-2, -1, 1, 2])), rng.uniform(0.05, 0.1)), (main, _rhythm(habit, rng))]
    if name == "walk":
        places = midi + np.cumsum(rng.choice(_STEPS, int(rng.integers(2, 9))))
        return [(int(place), _rhythm(habit, rng)) for place in places]
    return []


def _rhythm(habit: _Habit, rng: Rng) -> float:
    return float(np.clip(habit.beat_s * rng.choice(_RHYTHM) * rng.normal(1.0, 0.04), 0.08, 1.5))


def _reflected(midi: int, low: int, high: int) -> int:
    """Mirrored at the ends of the range until it lies inside."""
    span = max(1, high - low)
    place = (midi - low) % (2 * span)
    return low + (place if place <= span else 2 * span - place)


def _touched(note_s: float, habit: _Habit, rng: Rng) -> tuple[float, float]:
    """How long the key is down, and how long until the next one."""
    touch = habit.touch if habit.touch != "mixed" else str(rng.choice(_TOUCHES[:-1]))
    if touch == "legato":
        return note_s + float(rng.uniform(0.0, min(0.08, 0.5 * note_s))), note_s
    if touch == "detached":
        return note_s, note_s + float(rng.uniform(0.0, 0.4))
    if touch == "staccato":
        return max(0.06, note_s * float(rng.uniform(0.3, 0.8))), note_s
    return note_s, note_s


def _swells(rng: Rng, length_s: float) -> tuple[Control, ...]:
    """Expression that wanders between piano and forte."""
    corners = np.arange(0.0, length_s + 2.0, 1.5)
    levels = rng.uniform(55.0, 127.0, corners.shape[0])
    times_s = np.arange(0.0, length_s, 0.03)
    values = np.interp(times_s, corners, levels)
    return tuple(Control(float(t), EXPRESSION, float(v)) for t, v in zip(times_s, values, strict=True))


def _bends(rng: Rng, notes: tuple[Note, ...], is_slide: bool) -> tuple[Control, ...]:
    """Per note a slide into it, or vibrato after its start; at most 60 cents, 0 between the notes."""
    depth, rate_hz = float(rng.uniform(10.0, 60.0)), float(rng.uniform(4.0, 7.5))
    slide_s, delay_s = float(rng.uniform(0.02, 0.15)), float(rng.uniform(0.05, 0.3))
    moves: list[Control] = []
    for note, following in zip(notes, (*notes[1:], None), strict=True):
        end_s = min(note.offset_s, following.onset_s - 0.012 if following else np.inf)
        since_s = np.arange(0.0, max(0.0, end_s - note.onset_s), 0.01)
        if is_slide:
            cents = -depth * np.exp(-since_s / (0.4 * slide_s)) * (rng.random() < 0.5)
        else:
            cents = depth * np.sin(2.0 * np.pi * rate_hz * since_s) * np.clip((since_s - delay_s) / 0.2, 0, 1)
        moves += [
            Control(note.onset_s + float(s), BEND, float(c)) for s, c in zip(since_s, cents, strict=True)
        ]
        moves.append(Control(max(end_s, note.onset_s), BEND, 0.0))
    return tuple(moves)
