# SPDX-License-Identifier: MIT
"""Drawn registrations of a drawbar organ: which tones of each key sound, and through what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

_N_ORGANS: Final = 100
_SEED: Final = 3
# The organ's drawbars for 16', 5 1/3', 8', 4', 2 2/3', 2', 1 3/5', 1 1/3' and 1'; pushed in is 127.
_FIRST_DRAWBAR: Final = 70
_N_DRAWBARS: Final = 9
_SUB, _UNISON = 0, 2

# Controllers as setBfree listens to them unless it is told otherwise, and where they may stand.
_OVERDRIVE: Final = (65, (0, 0, 127))
_PERCUSSION: Final = (80, (0, 127))
_PERCUSSION_DECAY: Final = (81, (0, 127))
_PERCUSSION_HARMONIC: Final = (82, (0, 127))
_VIBRATO_KIND: Final = (83, (0, 23, 46, 69, 92, 115))
_ROTARY_SPEED: Final = (91, (0, 64, 64, 127))
_VIBRATO: Final = (92, (0, 127))
_OVERDRIVE_CHARACTER: Final = (93, (0, 64, 127))
_SETTINGS: Final = (
    _OVERDRIVE,
    _PERCUSSION,
    _PERCUSSION_DECAY,
    _PERCUSSION_HARMONIC,
    _VIBRATO_KIND,
    _ROTARY_SPEED,
    _VIBRATO,
    _OVERDRIVE_CHARACTER,
)


@dataclass(frozen=True, slots=True)
class Registration:
    """One organ.

    Attributes
    ----------
    title
        Names the drawbars as organists do, from 0 (in) to 8 (out).
    controllers
        MIDI controllers and where they stand.
    """

    title: str
    controllers: tuple[tuple[int, int], ...]


def registrations() -> list[Registration]:
    """Always the same organs."""
    return [_drawn(np.random.default_rng([_SEED, number])) for number in range(_N_ORGANS)]


def _drawn(rng: np.random.Generator) -> Registration:
    is_out = rng.random(_N_DRAWBARS) < rng.uniform(0.2, 0.9)
    is_out[[_SUB, _UNISON]] |= rng.random(2) < 0.9
    stops = np.where(is_out, rng.integers(2, 9, _N_DRAWBARS), 0)
    stops[_UNISON] = max(int(stops[_UNISON]), 4)
    drawbars = [(_FIRST_DRAWBAR + k, 127 - round(127 * int(stop) / 8)) for k, stop in enumerate(stops)]
    settings = [(number, int(rng.choice(values))) for number, values in _SETTINGS]
    return Registration("Drawbars " + "".join(str(stop) for stop in stops), (*drawbars, *settings))
