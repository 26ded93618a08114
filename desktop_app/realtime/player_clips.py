# SPDX-License-Identifier: MIT
"""The rendered stretches at hand, and which one is needed next."""

from __future__ import annotations

import math
from typing import Final

from desktop_app.domain.listening import Clip, Stretch

Tempo = tuple[float, float]
"""Speed, and how many semitones higher."""

AS_RECORDED: Final[Tempo] = (1.0, 0.0)
TILE_S: Final = 20.0
LONG_LOOP_S: Final = 60.0
"""What is longer is rendered by tiles, and does not wait for its end before another speed is heard."""
MAX_CLIPS: Final = 12
_NEAR_END_S: Final = 1.0
_CLOSE_S: Final = 1e-4


class ClipShelf:
    """Holds the clips that came last; one thread adds while another asks."""

    def __init__(self) -> None:
        self._clips: tuple[Clip, ...] = ()

    def add(self, clip: Clip) -> None:
        """Put a clip first; the oldest goes."""
        others = [other for other in self._clips if other.stretch != clip.stretch]
        self._clips = (clip, *others[: MAX_CLIPS - 1])

    def covering(self, tempo: Tempo, start_s: float, end_s: float) -> Clip | None:
        """The latest clip of that tempo in which all of a stretch is, or None."""
        for clip in self._clips:
            stretch = clip.stretch
            is_tempo = is_same(tempo, (stretch.speed, stretch.semitones))
            if is_tempo and stretch.start_s <= start_s + _CLOSE_S and end_s <= stretch.end_s + _CLOSE_S:
                return clip
        return None


def is_same(one: Tempo, other: Tempo) -> bool:
    """Whether two tempos are the same but for rounding."""
    return math.isclose(one[0], other[0], abs_tol=1e-6) and math.isclose(one[1], other[1], abs_tol=1e-6)


def missing_stretch(
    shelf: ClipShelf,
    tempo: Tempo,
    loop_s: tuple[float, float] | None,
    position_s: float,
    duration_s: float,
) -> Stretch | None:
    """What is to be rendered next for the sound at a position to have that tempo; None for nothing.

    The loop around the position, unless it is long; else the tile of the position and the one that is heard
    after it. Tiles begin at multiples of 20 s.
    """
    if is_same(tempo, AS_RECORDED) or duration_s <= 0.0:
        return None
    inside = loop_s if loop_s and loop_s[0] <= position_s < loop_s[1] else None
    if inside and inside[1] - inside[0] <= LONG_LOOP_S:
        return None if shelf.covering(tempo, *inside) else Stretch(*inside, *tempo)
    here = int(position_s // TILE_S)
    heard_until_s = min((here + 1) * TILE_S, inside[1] if inside else duration_s)
    following = here + 1
    if inside and heard_until_s == inside[1]:
        following = int(inside[0] // TILE_S)
    tiles = (following,) if heard_until_s - position_s < _NEAR_END_S else (here, following)
    for tile in tiles:
        start_s, end_s = tile * TILE_S, min((tile + 1) * TILE_S, duration_s)
        if start_s < end_s and shelf.covering(tempo, start_s, end_s) is None:
            return Stretch(start_s, end_s, *tempo)
    return None
