# SPDX-License-Identifier: MIT
"""Several notes at once on one instrument: block chords, arpeggios with the pedal, two hands, voices."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from desktop_app.training.phrases.lines import Note, melody, played, struck
from desktop_app.training.rendering.voices import Rng

_CHORDS: Final = (
    (0, 4, 7),
    (0, 3, 7),
    (0, 4, 7, 10),
    (0, 3, 7, 10),
    (0, 4, 7, 11),
    (0, 3, 6, 9),
    (0, 5, 7),
    (0, 4, 8),
    (0, 7),
    (0, 12),
    (0, 4),
    (0, 3),
    (0, 2, 7),
)


def chords(rng: Rng, low: int, high: int, length_s: float) -> tuple[Note, ...]:
    """A phrase of two to six voices in one of four manners."""
    maker = (_blocks, _arpeggios, _two_hands, _voices)[int(rng.choice(4, p=[0.35, 0.25, 0.25, 0.15]))]
    return played(note for note in maker(rng, low, high, length_s) if note.offset_s < length_s - 0.2)


def _chord(rng: Rng, low: int, high: int) -> list[int]:
    """Two to six pitches: a chord in some position, or any pitches at all."""
    n = int(rng.integers(2, 7))
    if rng.random() < 0.2:
        pitches = rng.integers(low, high + 1, n)
    else:
        root, kind = int(rng.integers(low, high + 1)), _CHORDS[int(rng.integers(len(_CHORDS)))]
        octaves = rng.integers(0, int(rng.integers(1, 4)), n)
        pitches = root + rng.choice(kind, n) + 12 * octaves
    return sorted({int(p) for p in pitches if low <= p <= high})


def _blocks(rng: Rng, low: int, high: int, length_s: float) -> list[Note]:
    """Chords struck together or slightly rolled, held or short, some repeated."""
    notes: list[Note] = []
    now_s, velocity = float(rng.uniform(0.2, 0.8)), rng.uniform(40.0, 115.0)
    roll_s, pitches = float(rng.choice([0.0, 0.005, 0.03])), _chord(rng, low, high)
    while now_s < length_s - 1.0:
        slot_s = float(np.exp(rng.uniform(np.log(0.18), np.log(2.0))))
        held_s = slot_s * float(rng.choice([0.4, 0.8, 1.0]))
        for midi in pitches:
            onset_s = now_s + float(rng.uniform(0.0, roll_s + 1e-9))
            notes.append(Note(onset_s, now_s + max(0.1, held_s), midi, struck(rng.normal(velocity, 8.0))))
        now_s += slot_s + float(rng.choice([0.0, 0.0, rng.uniform(0.05, 0.6)]))
        if rng.random() < 0.8:
            pitches = _chord(rng, low, high)
    return notes


def _arpeggios(rng: Rng, low: int, high: int, length_s: float) -> list[Note]:
    """Broken chords that ring until the pedal comes up: there the dampers fall, so there the notes end."""
    notes: list[Note] = []
    now_s, velocity = float(rng.uniform(0.2, 0.8)), rng.uniform(40.0, 110.0)
    step_s = float(rng.uniform(0.09, 0.4))
    while now_s < length_s - 1.5:
        pitches = _chord(rng, low, high)[:: int(rng.choice([-1, 1]))]
        up_s = now_s + step_s * len(pitches) + float(rng.uniform(0.1, 1.0))
        for k, midi in enumerate(pitches):
            notes.append(Note(now_s + k * step_s, up_s, midi, struck(rng.normal(velocity, 9.0))))
        now_s = up_s + float(rng.uniform(0.0, 0.3))
    return notes


def _two_hands(rng: Rng, low: int, high: int, length_s: float) -> list[Note]:
    """A melody over a bass that changes less often, perhaps with a chord's rest in the middle."""
    middle = (low + high) // 2
    split = int(np.clip(rng.integers(middle - 6, middle + 7), low + 5, high - 5))
    notes = list(melody(rng, split + 1, high, length_s, slow=1.4))
    now_s, velocity = float(rng.uniform(0.2, 0.6)), rng.uniform(35.0, 95.0)
    while now_s < length_s - 1.2:
        slot_s = float(rng.uniform(0.3, 1.6))
        pitches = _chord(rng, max(low, split - 24), split)[: int(rng.integers(1, 4))]
        held_s = slot_s * float(rng.uniform(0.6, 1.0))
        notes += [Note(now_s, now_s + held_s, midi, struck(rng.normal(velocity, 7.0))) for midi in pitches]
        now_s += slot_s
    return notes


def _voices(rng: Rng, low: int, high: int, length_s: float) -> list[Note]:
    """Two to four melodies in neighbouring ranges."""
    n = int(rng.integers(2, 5))
    edges = np.linspace(low, high + 1, n + 1).astype(int)
    lines = (melody(rng, int(a), int(b) - 1, length_s, slow=1.5) for a, b in pairwise(edges))
    return [note for line in lines for note in line]
