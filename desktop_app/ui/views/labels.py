# SPDX-License-Identifier: MIT
"""Words for families, states and sources, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop_app.domain.analysis import FamilySpan
from desktop_app.domain.labels import NOT_AN_INSTRUMENT

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
    NOT_AN_INSTRUMENT: "Not an instrument",
}
_STATE_WORDS: Final[dict[str, str]] = {"sure": "sure", "maybe": "maybe", "cannot_tell": "can’t tell"}


def family_title(family: str | None) -> str:
    """Name of a family for people; None is *can't tell*."""
    return "Can’t tell" if family is None else _FAMILY_TITLES.get(family, family)


def state_words(state: str) -> str:
    """``sure``, ``maybe`` or ``can't tell``."""
    return _STATE_WORDS.get(state, state)


def top_words(probabilities: Mapping[str, float], n_told: int = 3) -> str:
    """The most probable families, such as ``"Flute 72 %, Reed 14 %, Brass 6 %"``."""
    best = sorted(probabilities, key=probabilities.__getitem__, reverse=True)[:n_told]
    return ", ".join(f"{family_title(name)} {100.0 * probabilities[name]:.0f} %" for name in best)


def span_title(span: FamilySpan) -> str:
    """What the family strip says of a stretch: ``"Flute"``, ``"Flute?"`` for *maybe*, or that it cannot."""
    if span.label is None:
        return family_title(NOT_AN_INSTRUMENT if span.verdict.is_refused else None)
    return family_title(span.label) + ("?" if span.state == "maybe" else "")


def span_words(span: FamilySpan) -> str:
    """All that is known of a stretch, on one line."""
    if span.label is None and span.verdict.is_refused:
        return f"{span_title(span)} {100.0 * span.not_an_instrument:.0f} %"
    title = f"{family_title(span.label)}, {state_words(span.state)}" if span.label else family_title(None)
    return f"{title}: {top_words(span.probabilities)}" if span.probabilities else title
