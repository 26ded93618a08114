# SPDX-License-Identifier: MIT
"""Words for families, states and sources, as people read them."""

from __future__ import annotations

from typing import Final

_FAMILY_TITLES: Final[dict[str, str]] = {
    "bass": "Bass",
    "brass": "Brass",
    "flute": "Flute",
    "guitar": "Guitar",
    "keyboard": "Keyboard",
    "mallet": "Mallet",
    "organ": "Organ",
    "reed": "Reed",
    "string": "Strings",
    "synth_lead": "Synth lead",
    "vocal": "Voice",
    "not_an_instrument": "Not an instrument",
}
_STATE_WORDS: Final[dict[str, str]] = {"sure": "sure", "maybe": "maybe", "cannot_tell": "can’t tell"}


def family_title(family: str | None) -> str:
    """Name of a family for people; None is *can't tell*."""
    return "Can’t tell" if family is None else _FAMILY_TITLES.get(family, family)


def state_words(state: str) -> str:
    """``sure``, ``maybe`` or ``can't tell``."""
    return _STATE_WORDS.get(state, state)
