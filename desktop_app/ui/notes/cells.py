# SPDX-License-Identifier: MIT
"""What is typed into the list of notes, and what is written there."""

from __future__ import annotations

import math
import re

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import note_name

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"#": 1, "♯": 1, "x": 2, "b": -1, "♭": -1}
_NAME = re.compile(r"([A-Ga-g])([#♯x]{0,2}|[b♭]{0,2})(-?\d)")
_NUMBER = re.compile(r"\d+([.,]\d*)?|[.,]\d+")
MAX_VELOCITY = 127


def read_key(text: str) -> int | None:
    """The MIDI number of a name such as ``C#4``, ``Db4`` or ``a♭3``; None for anything else."""
    match = _NAME.fullmatch(text.strip())
    if match is None:
        return None
    letter, signs, octave = match.groups()
    midi = _STEPS[letter.upper()] + sum(_SIGNS[sign] for sign in signs) + 12 * (int(octave) + 1)
    return midi if MIDI_MIN <= midi <= MIDI_MAX else None


def read_seconds(text: str) -> float | None:
    """Seconds from ``1.25``, ``1,25 s`` or ``0:01.25``; None for anything else."""
    *minutes, seconds = text.strip().removesuffix("s").strip().split(":")
    if len(minutes) > 2 or not _NUMBER.fullmatch(seconds) or not all(part.isdecimal() for part in minutes):
        return None
    value = 0.0
    for part in minutes:
        value = 60.0 * (value + int(part))
    value += float(seconds.replace(",", "."))
    return value if math.isfinite(value) else None


def read_velocity(text: str) -> int | None:
    """A loudness of 1 … 127; None for anything else."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > 4:
        return None
    return int(text) if 1 <= int(text) <= MAX_VELOCITY else None


def typed_text(note: Note, column: str) -> str:
    """What stands in a cell when one begins to type there."""
    texts = {
        "Start": f"{note.onset_s:.3f}",
        "Length": f"{note.duration_s:.3f}",
        "Note": note_name(note.midi),
        "Loudness": str(note.velocity),
    }
    return texts[column]
