# SPDX-License-Identifier: MIT
"""Which instrument writes a family down: its name, its General MIDI program and its clefs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from desktop_app.domain.score import Clef, Instrument

if TYPE_CHECKING:
    from desktop_app.domain.analysis import Analysis
    from desktop_app.domain.note import Note

# Name and program of what plays high, and of what plays low; the border is the mean key.
_Player = tuple[str, int]
_PLAYERS: Final[dict[str, tuple[_Player, _Player]]] = {
    "bass": (("Bass", 33), ("Bass", 33)),
    "brass": (("Trumpet", 56), ("Trombone", 57)),
    "flute": (("Flute", 73), ("Flute", 73)),
    "guitar": (("Guitar", 24), ("Guitar", 24)),
    "keyboard": (("Piano", 0), ("Piano", 0)),
    "mallet": (("Vibraphone", 11), ("Marimba", 12)),
    "organ": (("Organ", 19), ("Organ", 19)),
    "reed": (("Clarinet", 71), ("Bassoon", 70)),
    "string": (("Violin", 40), ("Cello", 42)),
    "synth_lead": (("Synth lead", 80), ("Synth lead", 80)),
    "vocal": (("Voice", 53), ("Voice", 53)),
}
_UNKNOWN: Final[_Player] = ("Piano", 0)
_HIGH_MIDI: Final = 57.0
_OWN_CLEF: Final[dict[str, Clef]] = {"bass": "bass_8vb", "guitar": "treble_8vb"}
_TWO_HANDS: Final = ("keyboard", "mallet", "organ", None)
_MIDDLE_C: Final = 60
# A hand's part is worth a staff of its own where it has this share of the notes.
_HAND_SHARE: Final = 0.08
# A family has a part of its own when it plays this share of the time, and its notes are this sure: single
# notes are often taken for another family, and a tune torn over two staves is worse than a wrong name.
_PART_SHARE: Final = 0.2
_PART_CONFIDENCE: Final = 0.75
_MAX_PARTS: Final = 15


def instrument_of(family: str | None, notes: Sequence[Note]) -> Instrument:
    """The instrument that plays some notes of a family; a piano where the family is not known."""
    high, low = _PLAYERS.get(family or "", (_UNKNOWN, _UNKNOWN))
    mean = sum(note.midi for note in notes) / max(1, len(notes))
    name, program = high if mean >= _HIGH_MIDI else low
    return Instrument(family, name, program)


def clefs_of(family: str | None, written: Sequence[int]) -> tuple[Clef, ...]:
    """The clef of each staff, from the top; two where both hands play.

    Parameters
    ----------
    family
        The family.
    written
        The keys as they are written.
    """
    if family in _OWN_CLEF:
        return (_OWN_CLEF[family],)
    n_low = sum(midi < _MIDDLE_C for midi in written)
    share = n_low / max(1, len(written))
    if family in _TWO_HANDS and _HAND_SHARE <= share <= 1.0 - _HAND_SHARE and _is_wide(written):
        return ("treble", "bass")
    return ("treble",) if sum(written) / max(1, len(written)) >= _HIGH_MIDI else ("bass",)


def _is_wide(written: Sequence[int]) -> bool:
    """Whether the notes leave the ledger lines that one staff has room for."""
    return min(written) < 53 and max(written) > 67


def parts_of(analysis: Analysis, family: str | None = None) -> list[tuple[Instrument, tuple[Note, ...]]]:
    """The notes by instrument, the main one first; one part where ``family`` names it.

    Notes of families that are not sure or hardly play go with the main one.
    """
    notes = analysis.notes
    if family is not None:
        return [(instrument_of(family, notes), notes)]
    main, own = _main_family(analysis), _families_with_parts(notes)
    if main is None:
        main = own[0] if own else _likeliest(notes)
    order = [main, *(name for name in own if name != main)][:_MAX_PARTS]
    by_family: dict[str | None, list[Note]] = {name: [] for name in order}
    for note in notes:
        by_family[note.family if note.family in by_family else main].append(note)
    return [(instrument_of(name, part), tuple(part)) for name, part in by_family.items() if part]


def _main_family(analysis: Analysis) -> str | None:
    verdict = analysis.family
    return None if verdict is None or verdict.state == "cannot_tell" else verdict.label


def _likeliest(notes: Sequence[Note]) -> str | None:
    """The family of most of the time, where the recording as a whole tells none; None without a majority."""
    seconds: dict[str | None, float] = defaultdict(float)
    for note in notes:
        seconds[note.family] += note.duration_s
    name = max(seconds, key=lambda family: seconds[family], default=None)
    return name if seconds[name] > 0.5 * sum(seconds.values()) else None


def _families_with_parts(notes: Sequence[Note]) -> list[str]:
    """From the one that plays longest."""
    of_family: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        if note.family is not None:
            of_family[note.family].append(note)
    seconds = {name: sum(note.duration_s for note in played) for name, played in of_family.items()}
    least_s = _PART_SHARE * sum(note.duration_s for note in notes)
    return [
        name
        for name in sorted(seconds, key=lambda name: (-seconds[name], name))
        if seconds[name] >= least_s and _confidence(of_family[name]) >= _PART_CONFIDENCE
    ]


def _confidence(notes: Sequence[Note]) -> float:
    """The median; a family that was given without one is certain."""
    return median(1.0 if note.family_confidence is None else note.family_confidence for note in notes)
