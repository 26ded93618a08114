# SPDX-License-Identifier: MIT
"""The labels of the field: NSynth's families and sources, and the range of the piano.

References
----------
Engel et al., "Neural Audio Synthesis of Musical Notes with WaveNet Autoencoders", ICML 2017.
"""

from __future__ import annotations

from typing import Final

FAMILIES: Final[tuple[str, ...]] = (
    "bass",
    "brass",
    "flute",
    "guitar",
    "keyboard",
    "mallet",
    "organ",
    "reed",
    "string",
    "synth_lead",
    "vocal",
)
SOURCES: Final[tuple[str, ...]] = ("acoustic", "electronic", "synthetic")
NOT_AN_INSTRUMENT: Final = "not_an_instrument"
MIDI_MIN: Final = 21
MIDI_MAX: Final = 108
N_PITCHES: Final = MIDI_MAX - MIDI_MIN + 1
