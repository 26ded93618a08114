# SPDX-License-Identifier: MIT
"""Which presets of a SoundFont play phrases, in which range, and which can play chords."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.io.corpora.banks import OTHER_PITCH
from desktop_app.training.rendering.presets import BANKS, DRUM_BANK, Bank, Preset, read_presets, voice_of
from desktop_app.training.rendering.presets_gm import Voice

NO_FAMILY: Final = "other"
_UNKNOWN_BANK: Final = Bank("unknown", "unknown", "unknown", "unknown", "", False)

# General MIDI's programmes with notes that belong to no single family of the classifier.
_MORE_VOICES: Final[dict[int, Voice]] = {
    15: Voice(NO_FAMILY, "acoustic", 48, 86),
    21: Voice(NO_FAMILY, "acoustic", 48, 89),
    23: Voice(NO_FAMILY, "acoustic", 48, 89),
    85: Voice(NO_FAMILY, "synthetic", 48, 84),
    88: Voice(NO_FAMILY, "synthetic", 40, 91),
    89: Voice(NO_FAMILY, "synthetic", 40, 91),
    91: Voice(NO_FAMILY, "synthetic", 40, 91),
    94: Voice(NO_FAMILY, "synthetic", 40, 91),
    99: Voice(NO_FAMILY, "synthetic", 40, 91),
}
_ORGAN_STOPS: Final = frozenset({(0, 16), (0, 17), (0, 18), (8, 16), (8, 17), (8, 19)})
# Presets of single banks whose keys sound elsewhere: an octave below with nothing at the key, a sixth below.
_NOT_AT_KEY: Final = frozenset({("OPL-3_FM_128M", 0, 17), ("TimGM6mb", 0, 78)})
_CHORDAL_PROGRAMS: Final = frozenset(
    {
        *range(21),  # pianos, tuned percussion, organs
        *(21, 23, *range(24, 32)),  # accordions, guitars
        *(*range(44, 47), *range(48, 55)),  # strings, harp, choirs
        *(61, 62, 63, 88, 89, 90, 91, 94, 99, 104, 105, 106, 107, 108),  # brass sections, pads, plucked
    }
)


@dataclass(frozen=True, slots=True)
class MelodicPreset:
    """A preset that plays notes at their keys."""

    preset: Preset
    voice: Voice

    @property
    def is_chordal(self) -> bool:
        """Whether such an instrument, or section, plays several notes at once."""
        return self.preset.program in _CHORDAL_PROGRAMS

    @property
    def can_bend(self) -> bool:
        """Whether its pitch can be bent in playing."""
        return self.voice.family not in ("keyboard", "mallet", "organ")


def melodic_presets(path: Path) -> list[MelodicPreset]:
    """The presets of a SoundFont whose notes are heard at their keys, organs with octave stops among them.

    Raises
    ------
    CorpusError
        When the file is no SoundFont.
    """
    found = []
    for preset in read_presets(path):
        voice = _voice(preset, path.stem)
        if voice is not None and preset.bank != DRUM_BANK and _is_at_key(preset, path.stem):
            found.append(MelodicPreset(preset, voice))
    return found


def drum_kits(path: Path) -> list[Preset]:
    """The drum kits of a SoundFont."""
    return [preset for preset in read_presets(path) if preset.bank == DRUM_BANK]


def _voice(preset: Preset, bank: str) -> Voice | None:
    about = BANKS.get(bank, _UNKNOWN_BANK)
    if preset.bank in about.leave_out or re.search(r"\bExpr\.?$", preset.name):
        return None
    voice = voice_of(preset, about) or _MORE_VOICES.get(preset.program)
    return voice if voice and voice.family != NOT_AN_INSTRUMENT else None


def _is_at_key(preset: Preset, bank: str) -> bool:
    place = (preset.bank, preset.program)
    if (bank, *place) in _NOT_AT_KEY:
        return False
    return place in _ORGAN_STOPS or place not in OTHER_PITCH
