# SPDX-License-Identifier: MIT
"""What the lists of corpora say of a sound's pitch and family, read in one way everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.io.corpora.banks import OTHER_PITCH
from desktop_app.io.corpora.banks_plugins import PLUGIN_BANKS

TRUSTED_PITCH: Final = frozenset({"ok", "octave_fixed"})
_NUMBERED_OTHERWISE: Final = frozenset({"synthesised", "parametric", "csound", *PLUGIN_BANKS})


def sounds_at_its_key(row: Mapping[str, Any]) -> bool:
    """Whether the key is the pitch: not so for some presets of General MIDI banks."""
    if "preset" not in row or row["bank"] in _NUMBERED_OTHERWISE:
        return True
    bank_number, program = row["preset"].partition(" ")[0].split(":")
    return (int(bank_number), int(program)) not in OTHER_PITCH


def is_unassigned(row: Mapping[str, str]) -> bool:
    """Synthesiser sounds under ``other`` (pads, bare sines) are instruments of no family."""
    return row["family"] == "other" and row["instrument"].startswith("synth_")


def piano_pitch(value: int | str) -> int | None:
    """A pitch as a whole MIDI number; None outside the piano's range."""
    midi = round(float(value))
    return midi if MIDI_MIN <= midi <= MIDI_MAX else None
