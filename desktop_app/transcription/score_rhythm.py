# SPDX-License-Identifier: MIT
"""Lengths that can be read: where a note is cut into tied ones so that one sees the beats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from desktop_app.domain.score import Metre

_PLAIN: Final = tuple(Fraction(2) ** power for power in range(-3, 3))
_DOTTED: Final = tuple(3 * length / 2 for length in _PLAIN[1:])
_FINER: Final = (Fraction(1, 4), Fraction(1, 8))
_TRIPLET: Final = 3


def levels_of(metre: Metre) -> tuple[Fraction, ...]:
    """Spacing in quarter notes of what divides a bar, from the strongest: the bar, its half, beats …"""
    bar = metre.bar_quarters
    halves = [bar / 2] if metre.beats_per_bar in (4, 12) else []
    beats = [metre.beat_quarters, Fraction(1, 2)]
    coarse = [bar, *halves, *beats]
    return tuple(level for level in coarse if level > _FINER[0]) + _FINER


def pieces(
    start: Fraction, end: Fraction, levels: Sequence[Fraction], *, is_rest: bool = False
) -> list[tuple[Fraction, Fraction]]:
    """Cut a stretch within one bar into stretches that one sign each can show.

    Parameters
    ----------
    start, end
        In quarter notes, from where the bar begins or would begin.
    levels
        As :func:`levels_of` tells.
    is_rest
        Rests show every beat: they are never syncopated, and dotted only where beats are.
    """
    cut = _triplet_cut(start, end)
    if cut is None and not _is_triplet(start) and not _is_triplet(end):
        cut = _beat_cut(start, end, levels, is_rest)
    if cut is None:
        return [(start, end)]
    return [
        *pieces(start, cut, levels, is_rest=is_rest),
        *pieces(cut, end, levels, is_rest=is_rest),
    ]


def _is_triplet(place: Fraction) -> bool:
    return place.denominator % _TRIPLET == 0


def _triplet_cut(start: Fraction, end: Fraction) -> Fraction | None:
    """Triplets stay within their quarter."""
    after, before = Fraction(-(-start // 1)), Fraction(end // 1)
    if _is_triplet(start) and after < end:
        return after
    return before if _is_triplet(end) and start < before else None


def _beat_cut(start: Fraction, end: Fraction, levels: Sequence[Fraction], is_rest: bool) -> Fraction | None:
    spacing = next((level for level in levels if _inside(start, end, level)), None)
    if spacing is None:
        return None
    length = end - start
    lengths = (*_PLAIN, *(levels[1:] if is_rest else _DOTTED))
    is_readable = length in lengths and (spacing in _PLAIN or length % spacing == 0)
    starts_strong = start % spacing == 0
    ends_strong = end % spacing == 0 and not is_rest
    is_syncopated = length == spacing and start % (spacing / 2) == 0 and not is_rest
    if is_readable and (starts_strong or ends_strong or is_syncopated):
        return None
    places = _inside(start, end, spacing)
    readable = [place for place in places if starts_strong and place - start in lengths]
    return readable[-1] if readable else places[0]


def _inside(start: Fraction, end: Fraction, spacing: Fraction) -> list[Fraction]:
    first = start // spacing + 1
    places = []
    while first * spacing < end:
        places.append(first * spacing)
        first += 1
    return places
