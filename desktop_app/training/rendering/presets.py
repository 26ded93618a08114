# SPDX-License-Identifier: MIT
"""SoundFonts and lists of patches: where each comes from, which presets it has, and what each preset is.

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

from desktop_app.domain.errors import CorpusError
from desktop_app.io.corpora.banks import BANKS, Bank, bank_relatives, bank_weights_ok
from desktop_app.training.rendering.presets_gm import DRUM_KIT, GM_VOICES, Voice

__all__ = [
    "BANKS",
    "DRUM_BANK",
    "Bank",
    "CorpusError",
    "Preset",
    "bank_relatives",
    "bank_weights_ok",
    "read_presets",
    "voice_of",
]

DRUM_BANK: Final = 128
PATCH_LIST: Final = ".cfg"  # the suffix of TiMidity's lists of Gravis patches
_PATCH: Final = re.compile(r"\s*(\d+)\s+(\S+)")


@dataclass(frozen=True, slots=True, order=True)
class Preset:
    """A preset of a SoundFont: bank and programme number, and its name."""

    bank: int
    program: int
    name: str


def read_presets(path: Path) -> list[Preset]:
    """The presets of a SoundFont (.sf2 or .sf3) or of TiMidity's list (.cfg), by bank and programme.

    Raises
    ------
    CorpusError
        When the file is neither.
    """
    if path.suffix == PATCH_LIST:
        return _listed_patches(path)
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


def _listed_patches(path: Path) -> list[Preset]:
    """Presets of a list with lines such as ``73 Tone_000/073_Flute.pat``; a drum set is one preset."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} could not be read as a list of patches.") from error
    presets, bank, is_kit = set(), 0, False
    for line in lines:
        words = line.split()
        if len(words) == 2 and words[0] in ("bank", "drumset") and words[1].isdigit():
            is_kit, bank = words[0] == "drumset", int(words[1])
        elif found := _PATCH.match(line):
            name = re.sub(r"^\d+_", "", Path(found[2]).stem).replace("_", " ")
            presets.add(Preset(DRUM_BANK, bank, "Drums") if is_kit else Preset(bank, int(found[1]), name))
    if not presets:
        raise CorpusError(f"{path} lists no patches.")
    return sorted(presets)


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
        None for a preset that belongs to no single family, that plays recordings of a bank which is only
        measured on, or that repeats another (MuseScore's *Expr.* presets are the same sounds under another
        controller).
    """
    if preset.bank in bank.leave_out or (preset.bank, preset.program) in bank.several | bank.shared:
        return None
    if re.search(r"\bExpr\.?$", preset.name):
        return None
    voice = DRUM_KIT if preset.bank == DRUM_BANK or bank.all_drums else GM_VOICES.get(preset.program)
    if voice is None:
        return None
    return _with_section(voice, preset.name.lower(), "synthetic" if bank.all_synthetic else voice.source)


def _with_section(voice: Voice, name: str, source: str) -> Voice:
    for section, low_midi, high_midi in _SECTIONS:
        if name.startswith(section):
            family = "bass" if section == "basses" and "pizz" in name else voice.family
            return Voice(family, source, low_midi, high_midi)
    return replace(voice, source=source)
