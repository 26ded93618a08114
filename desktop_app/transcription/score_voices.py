# SPDX-License-Identifier: MIT
"""Two voices at most for the notes of one staff."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from desktop_app.domain.score import GridNote

# Notes that begin together and end within this share of the longest are one chord.
_SAME_LENGTH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Chord:
    """Notes that begin and end together, from low to high; times in quarter notes."""

    onset: Fraction
    end: Fraction
    midis: tuple[int, ...]


def lengthened(notes: Sequence[GridNote], beat: Fraction) -> list[GridNote]:
    """Notes of one staff held to the next onset when that is a beat away at most, else to the beat's end.

    Where several notes sound together, their onsets are heard far better than their ends: what is written as
    it was heard is all rests.
    """
    onsets = sorted({note.onset for note in notes})
    told = []
    for note in notes:
        later = bisect_right(onsets, note.onset)
        end = -(-note.end // beat) * beat
        if later < len(onsets):
            following = onsets[later]
            end = (
                following if note.end <= following <= note.end + beat else min(end, max(note.end, following))
            )
        told.append(replace(note, end=end))
    return told


def voices_of(notes: Sequence[GridNote]) -> list[list[Chord]]:
    """Chords in one or two voices, the higher one first; a third one cuts short what ends soonest.

    Parameters
    ----------
    notes
        Of one staff, in order of onset; no key sounds twice at a time.
    """
    voices: list[list[Chord]] = [[], []]
    for region in _regions(_chords(notes)):
        high, low = sorted(_in_two(region), key=_mean_midi, reverse=True)
        voices[0] += high or low
        voices[1] += low if high else []
    return voices if voices[1] else voices[:1]


def _chords(notes: Sequence[GridNote]) -> list[Chord]:
    together: dict[Fraction, list[GridNote]] = defaultdict(list)
    for note in notes:
        together[note.onset].append(note)
    following: dict[int, Fraction] = {}
    chords = []
    for onset in sorted(together, reverse=True):
        for group in _by_length(together[onset]):
            limit = min((following[note.midi] for note in group if note.midi in following), default=None)
            end = max(note.end for note in group)
            midis = tuple(sorted(note.midi for note in group))
            chords.append(Chord(onset, end if limit is None else min(end, limit), midis))
        following.update({note.midi: onset for note in together[onset]})
    return chords[::-1]


def _by_length(notes: Sequence[GridNote]) -> Iterable[list[GridNote]]:
    longest = max(note.duration for note in notes)
    long = [note for note in notes if note.duration >= _SAME_LENGTH * longest]
    short = [note for note in notes if note.duration < _SAME_LENGTH * longest]
    return filter(None, (long, short))


def _regions(chords: Sequence[Chord]) -> list[list[Chord]]:
    """Chords that hang together by sounding together."""
    regions: list[list[Chord]] = []
    end = None
    for chord in chords:
        if end is None or chord.onset >= end:
            regions.append([])
        regions[-1].append(chord)
        end = chord.end if end is None else max(end, chord.end)
    return regions


def _in_two(region: Sequence[Chord]) -> tuple[list[Chord], list[Chord]]:
    voices: tuple[list[Chord], list[Chord]] = ([], [])
    for chord in region:
        voice = next((voice for voice in voices if not voice or voice[-1].end <= chord.onset), None)
        if voice is None:
            # Two chords at most begin together, so that one of the voices has begun earlier.
            earlier = [busy for busy in voices if busy[-1].onset < chord.onset]
            voice = min(earlier, key=lambda busy: busy[-1].end)
            voice[-1] = replace(voice[-1], end=chord.onset)
        voice.append(chord)
    return voices


def _mean_midi(voice: Sequence[Chord]) -> float:
    midis = [midi for chord in voice for midi in chord.midis]
    return sum(midis) / len(midis) if midis else -1.0
