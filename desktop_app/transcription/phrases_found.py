# SPDX-License-Identifier: MIT
"""Phrases: stretches of notes between the rests where one would breathe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from desktop_app.domain.note import Note

LONGEST_S: Final = 8.0
_SHORTEST_S: Final = 1.0  # a shorter phrase goes with a neighbour
_SURE_REST_S: Final = 1.0  # a rest this long always parts
_LEAST_REST_S: Final = 0.15  # a shorter one does not
_REST_SHARE: Final = 0.8  # of the usual time between onsets, above the usual rest
_NEAR: Final = 8  # attacks on each side that tell what is usual
_TOGETHER_S: Final = 0.05  # notes that begin within this are one attack


@dataclass(slots=True)
class _Attack:
    """Notes that begin together, the step and the rest before them, and the latest end so far."""

    onset_s: float
    end_s: float
    step_s: float
    rest_s: float


def phrases(notes: Sequence[Note]) -> tuple[tuple[float, float], ...]:
    """The phrases of a list of notes, each from its first onset to its last end, in seconds.

    A phrase begins after a rest of a second, or after one that is long beside the time between the attacks
    nearby, staccato allowed for. One shorter than a second goes with the nearer neighbour, unless a rest of a
    second lies between; one longer than 8 s is cut after its longest notes and rests. They do not overlap.

    Parameters
    ----------
    notes
        In order of onset; several may sound at once.
    """
    attacks = _attacks(notes)
    if not attacks:
        return ()
    starts = [0, *(i for i in range(1, len(attacks)) if _parts(attacks, i))]
    starts = _without_short(attacks, starts)
    ends = [*starts[1:], len(attacks)]
    pieces = [piece for first, last in zip(starts, ends, strict=True) for piece in _cut(attacks, first, last)]
    return tuple((attacks[first].onset_s, _end_s(attacks, last)) for first, last in pieces)


def _attacks(notes: Sequence[Note]) -> list[_Attack]:
    attacks: list[_Attack] = []
    for note in notes:
        newest = attacks[-1] if attacks else None
        if newest is not None and note.onset_s - newest.onset_s < _TOGETHER_S:
            newest.end_s = max(newest.end_s, note.offset_s)
            continue
        before_s = newest.end_s if newest else note.onset_s
        step_s = note.onset_s - newest.onset_s if newest else 0.0
        rest_s = max(0.0, note.onset_s - before_s)
        attacks.append(_Attack(note.onset_s, max(before_s, note.offset_s), step_s, rest_s))
    return attacks


def _parts(attacks: Sequence[_Attack], place: int) -> bool:
    """Whether the rest before an attack parts two phrases."""
    near = attacks[max(1, place - _NEAR) : place + _NEAR + 1]
    usual_s = median(attack.rest_s for attack in near) + _REST_SHARE * median(
        attack.step_s for attack in near
    )
    return attacks[place].rest_s >= min(max(usual_s, _LEAST_REST_S), _SURE_REST_S)


def _without_short(attacks: Sequence[_Attack], starts: Sequence[int]) -> list[int]:
    """The starts, less those that would leave a phrase of less than a second beside a near neighbour."""
    kept = list(starts)
    place = 0
    while place < len(kept):
        after = kept[place + 1] if place + 1 < len(kept) else len(attacks)
        if _end_s(attacks, after) - attacks[kept[place]].onset_s >= _SHORTEST_S:
            place += 1
            continue
        sides = [side for side in (place, place + 1) if 0 < side < len(kept)]
        nearer = min(sides, key=lambda side: attacks[kept[side]].rest_s, default=None)
        if nearer is None or attacks[kept[nearer]].rest_s >= _SURE_REST_S:
            place += 1
            continue
        del kept[nearer]
        place = max(0, nearer - 1)
    return kept


def _cut(attacks: Sequence[_Attack], first: int, last: int) -> list[tuple[int, int]]:
    """Pieces of a phrase, none longer than the longest where that can be."""
    start_s, end_s = attacks[first].onset_s, _end_s(attacks, last)
    if end_s - start_s <= LONGEST_S:
        return [(first, last)]
    low_s, high_s, middle_s = start_s + _SHORTEST_S, end_s - _SHORTEST_S, 0.5 * (start_s + end_s)
    inside = [i for i in range(first + 1, last) if low_s <= attacks[i].onset_s <= high_s]
    if not inside:
        return [(first, last)]
    cut = max(inside, key=lambda i: (round(attacks[i].step_s, 2), -abs(attacks[i].onset_s - middle_s)))
    return _cut(attacks, first, cut) + _cut(attacks, cut, last)


def _end_s(attacks: Sequence[_Attack], last: int) -> float:
    """Where a phrase ends whose attacks end before ``last``."""
    end_s = attacks[last - 1].end_s
    return min(end_s, attacks[last].onset_s) if last < len(attacks) else end_s
