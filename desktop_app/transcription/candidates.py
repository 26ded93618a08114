# SPDX-License-Identifier: MIT
"""The pitches that a found note may have instead of its own."""

from __future__ import annotations

from collections.abc import Mapping

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.note import Candidate


def candidates_around(midi: int, f0_hz: float, strengths: Mapping[int, float]) -> tuple[Candidate, ...]:
    """Candidates on the piano's keys, from low to high.

    Parameters
    ----------
    midi, f0_hz
        The note's own.
    strengths
        By the distance from it in semitones, 0 … 1; the note's own at 0.
    """
    return tuple(
        Candidate(midi + semitones, f0_hz * 2.0 ** (semitones / 12.0), min(1.0, max(0.0, strength)))
        for semitones, strength in sorted(strengths.items())
        if semitones == 0 or MIDI_MIN <= midi + semitones <= MIDI_MAX
    )
