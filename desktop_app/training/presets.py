# SPDX-License-Identifier: MIT
"""SoundFonts: where each comes from, which presets it has, and what each preset is.

References
----------
SoundFont Technical Specification 2.04, E-mu Systems, 2006: RIFF chunk ``pdta``/``phdr``.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from desktop_app.domain.errors import RightInTuneError
from desktop_app.training.presets_gm import DRUM_KIT, GM_VOICES, Voice

DRUM_BANK: Final = 128


class CorpusError(RightInTuneError):
    """A corpus or SoundFont that cannot be used; the message is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Where a SoundFont comes from.

    Attributes
    ----------
    title, licence, attribution, origin
        For the model card; ``origin`` is a Debian package or a place.
    relatives
        Banks with the same name here share recordings: they stay on one side of a split.
    weights_ok
        Whether the licence lets weights that ship be trained on it.
    leave_out
        Banks of the file that do not follow General MIDI, or repeat others.
    all_synthetic
        Whether every sound was made by a synthesiser chip.
    """

    title: str
    licence: str
    attribution: str
    origin: str
    relatives: str
    weights_ok: bool
    leave_out: frozenset[int] = frozenset()
    all_synthetic: bool = False


# Which banks are relatives was measured: 267 of TimGM6mb's 520 samples are byte for byte in sf_GMbank.
BANKS: Final[dict[str, Bank]] = {
    "FluidR3_GM": Bank(
        "Fluid R3 GM", "MIT", "Frank Wen and contributors", "Debian package fluid-soundfont-gm", "fluid", True
    ),
    "MuseScore_General_Full": Bank(
        "MuseScore General",
        "MIT, parts public domain or CC0",
        "S. Christian Collins, Michael Cowgill, Frank Wen and contributors",
        "Debian package musescore-general-soundfont",
        "fluid",
        True,
    ),
    "OPL-3_FM_128M": Bank(
        "OPL-3 FM 128M",
        "CC BY-SA 4.0",
        "Zandro Reveille",
        "Debian package opl3-soundfont",
        "opl3",
        True,
        all_synthetic=True,
    ),
    "TimGM6mb": Bank(
        "TimGM6mb",
        "GPL-2",
        "Tim Brechbill, David Bolton",
        "Debian package timgm6mb-soundfont",
        "emu8000",
        False,
    ),
    "sf_GMbank": Bank(
        "GM GS Bank",
        "public domain (its own licence field)",
        "unknown; published with Csound",
        "Debian package csound-soundfont",
        "emu8000",
        True,
        leave_out=frozenset({127}),  # the MT-32's order of programmes
    ),
    "synthesised": Bank(
        "Right In Tune's own synthesis",
        "MIT",
        "The Right In Tune developers",
        "corpus render --synthesise",
        "own",
        True,
    ),
}


def bank_relatives(bank: str) -> str:
    """The name of the group of banks that share recordings with this one."""
    return BANKS[bank].relatives if bank in BANKS else bank


def bank_weights_ok(bank: str) -> bool:
    """Whether weights trained on the bank may ship; an unknown bank may not."""
    return bank in BANKS and BANKS[bank].weights_ok


@dataclass(frozen=True, slots=True, order=True)
class Preset:
    """A preset of a SoundFont: bank and programme number, and its name."""

    bank: int
    program: int
    name: str


def read_presets(path: Path) -> list[Preset]:
    """The presets of a SoundFont (.sf2 or .sf3), by bank and programme.

    Raises
    ------
    CorpusError
        When the file is no SoundFont.
    """
    try:
        with path.open("rb") as file:
            table = _preset_table(file)
    except (OSError, struct.error, EOFError) as error:
        raise CorpusError(f"{path} could not be read as a SoundFont.") from error
    records = struct.iter_unpack("<20sHHH12x", table[: len(table) // 38 * 38])
    named = [
        (name.split(b"\0")[0].decode("latin-1").strip(), program, bank) for name, program, bank, _ in records
    ]
    return sorted(
        Preset(bank, program, name) for name, program, bank in named[:-1]
    )  # the last is the end mark


def _preset_table(file: BinaryIO) -> bytes:
    riff, _, kind = struct.unpack("<4sI4s", file.read(12))
    if riff != b"RIFF" or kind != b"sfbk":
        raise EOFError
    _seek_chunk(file, b"LIST", b"pdta")
    size = _seek_chunk(file, b"phdr")
    return file.read(size)


def _seek_chunk(file: BinaryIO, wanted: bytes, wanted_kind: bytes = b"") -> int:
    """Go to the content of a chunk and return its size; a list's kind is skipped too."""
    while True:
        name, size = struct.unpack("<4sI", file.read(8))
        if name == wanted and (not wanted_kind or file.read(4) == wanted_kind):
            return int(size)
        file.seek(size + size % 2 - (4 if name == wanted else 0), 1)


_SECTIONS: Final[tuple[tuple[str, int, int], ...]] = (
    ("violins", 55, 96),
    ("violas", 48, 86),
    ("celli", 36, 76),
    ("basses", 28, 60),
)


def voice_of(preset: Preset, bank: Bank) -> Voice | None:
    """What a preset is: by its programme number and, for variations, its name.

    Returns
    -------
    Voice or None
        None for a preset that belongs to no single family, or that repeats another
        (MuseScore's *Expr.* presets are the same sounds under another controller).
    """
    if preset.bank in bank.leave_out or re.search(r"\bExpr\.?$", preset.name):
        return None
    voice = DRUM_KIT if preset.bank == DRUM_BANK else GM_VOICES.get(preset.program)
    if voice is None:
        return None
    return _with_section(voice, preset.name.lower(), "synthetic" if bank.all_synthetic else voice.source)


def _with_section(voice: Voice, name: str, source: str) -> Voice:
    for section, low_midi, high_midi in _SECTIONS:
        if name.startswith(section):
            family = "bass" if section == "basses" and "pizz" in name else voice.family
            return Voice(family, source, low_midi, high_midi)
    return replace(voice, source=source)
