# SPDX-License-Identifier: MIT
"""The models of the orchestras: what each one is, where it sounds, and how much of a corpus it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop_app.training.rendering.presets_gm import Voice


@dataclass(frozen=True, slots=True)
class Model:
    """An instrument of an orchestra.

    Attributes
    ----------
    title
        What it is.
    orchestra, name
        The file without suffix, and the instrument's name in it.
    voice
        Family, source and range.
    is_bent
        Whether players give it vibrato and slide into notes.
    goes_on
        Whether a note goes on as long as it is held.
    is_bar
        Whether its partials are no harmonics.
    share
        How many draws of it, against one of the others.
    """

    title: str
    orchestra: str
    name: str
    voice: Voice
    is_bent: bool = False
    goes_on: bool = False
    is_bar: bool = False
    share: float = 1.0


def _acoustic(family: str, low_midi: int, high_midi: int) -> Voice:
    return Voice(family, "acoustic", low_midi, high_midi)


MODELS: Final[tuple[Model, ...]] = (
    Model("bowed string", "bowed", "bowed", _acoustic("string", 28, 93), is_bent=True, goes_on=True),
    Model("bow", "bowed", "bow", _acoustic("string", 36, 88), is_bent=True, goes_on=True),
    Model("clarinet", "winds", "clarinet", _acoustic("reed", 38, 88), is_bent=True, goes_on=True),
    Model("blow hole", "winds", "blowhole", _acoustic("reed", 46, 84), is_bent=True, goes_on=True),
    Model("saxophone", "winds", "saxophone", _acoustic("reed", 36, 84), is_bent=True, goes_on=True),
    Model("reed", "winds", "reed", _acoustic("reed", 40, 84), is_bent=True, goes_on=True),
    Model("flute", "winds", "flute", _acoustic("flute", 55, 98), is_bent=True, goes_on=True),
    Model("pipe", "winds", "pipe", _acoustic("flute", 55, 96), is_bent=True, goes_on=True),
    Model("bottle", "winds", "bottle", _acoustic("flute", 48, 84), is_bent=True, goes_on=True),
    Model("plucked string", "plucked", "plucked", _acoustic("guitar", 40, 84)),
    Model("stiff string", "plucked", "stiff", _acoustic("guitar", 40, 84)),
    Model("mandolin", "plucked", "mandolin", _acoustic("guitar", 48, 88)),
    Model("string", "plucked", "string", _acoustic("guitar", 40, 86)),
    Model("driven guitar", "plucked", "driven", Voice("guitar", "electronic", 40, 86), is_bent=True),
    Model("bass string", "plucked", "bassstring", Voice("bass", "electronic", 24, 60)),
    Model("modal bar", "struck", "bar", _acoustic("mallet", 48, 98), is_bar=True, share=3.0),
    Model("tubular bell", "struck", "tubebell", Voice("mallet", "synthetic", 55, 96), is_bar=True),
    Model("tines", "electric", "tines", Voice("keyboard", "electronic", 28, 96)),
    Model("reeds", "electric", "reeds", Voice("keyboard", "electronic", 33, 96)),
    Model("organ", "electric", "organ", Voice("organ", "electronic", 36, 96), goes_on=True),
    Model("singer", "electric", "singer", Voice("vocal", "synthetic", 43, 79), is_bent=True, goes_on=True),
    Model("grains", "electric", "grains", Voice("vocal", "synthetic", 40, 84), is_bent=True, goes_on=True),
    Model("lead", "electric", "lead", Voice("synth_lead", "synthetic", 40, 96), is_bent=True, goes_on=True),
    Model("synth bass", "electric", "synthbass", Voice("bass", "synthetic", 24, 57)),
)
