# SPDX-License-Identifier: MIT
"""The instruments of ZynAddSubFX and Yoshimi: which there are, each once, and whose they are."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import CorpusError
from desktop_app.training.rendering.plugins_families import words

ROOTS: Final = (
    ("ZynAddSubFX", Path("/usr/share/zynaddsubfx/banks")),
    ("Yoshimi", Path("/usr/share/yoshimi/banks")),
)

# Folders whose author states another licence than the package does, or none.
_COLLECTIONS: Final[dict[str, str]] = {
    "the mysterious bank": "ZynMysterious",
    "the mysterious bank 2": "ZynMysterious",
    "the mysterious bank 3": "ZynMysterious",
    "the mysterious bank 4": "ZynMysterious",
    "cormi sound": "ZynContributed",
    "cormi noise": "ZynContributed",
    "laba 170bank": "ZynContributed",
    "net wisdom": "ZynContributed",
}

# Yoshimi's names of folders that ZynAddSubFX has too.
_SAME_FOLDER: Final[dict[str, str]] = {
    "will godfrey collection": "collection",
    "will godfrey companion": "companion",
    "splited": "splitted",
    "the mysterious bank 2": "the mysterious bank",
    "the mysterious bank 3": "the mysterious bank",
    "the mysterious bank 4": "the mysterious bank",
}

# The kinds that instruments may name, counted from 1; what tells nothing is absent (pads, effects, sounds).
_KINDS: Final[dict[int, str]] = {
    1: "piano",
    2: "bells",
    3: "organ",
    4: "guitar",
    5: "bass",
    6: "strings",
    8: "brass",
    9: "reed and wind",
    10: "flute",
    11: "lead",
}


@dataclass(frozen=True, slots=True)
class ZynSound:
    """An instrument file.

    Attributes
    ----------
    file
        The ``.xiz`` file.
    collection
        Under what name its licence is known.
    number
        The folder's and the file's place, counted from 0 in the order of their names.
    title, folder
        Its name; its folder's name, or the kind of instrument that it says it is.
    """

    file: Path
    collection: str
    number: tuple[int, int]
    title: str
    folder: str


def read_instrument(path: Path) -> str:
    """The XML of an instrument, packed or not.

    Raises
    ------
    CorpusError
        When it cannot be read.
    """
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("latin-1")
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"{path} could not be read as an instrument.") from error


def _kind(xml: str) -> str:
    found = re.search(r'<INFO>.*?name="type" value="(\d+)"', xml, re.DOTALL)
    return _KINDS.get(int(found[1]), "") if found else ""


def zyn_sounds(roots: tuple[tuple[str, Path], ...] = ROOTS) -> Iterator[ZynSound]:
    """The instruments below the folders, each once: Yoshimi repeats many of ZynAddSubFX's."""
    contents: set[str] = set()
    titles: set[tuple[str, str]] = set()
    for collection, root in roots:
        here: set[tuple[str, str]] = set()
        for bank, folder in enumerate(sorted(path for path in root.glob("*") if path.is_dir())):
            name = words(folder.name)
            for program, file in enumerate(sorted(folder.glob("*.xiz"))):
                title = re.sub(r"^\d{4}-?", "", file.stem)
                xml = read_instrument(file)
                digest = hashlib.sha256(
                    re.sub(r"<INFO>.*?</INFO>", "", xml, flags=re.DOTALL).encode()
                ).hexdigest()
                key = (_SAME_FOLDER.get(name, name), words(title))
                if digest in contents or key in titles:
                    continue
                contents.add(digest)
                here.add(key)
                where = _COLLECTIONS.get(name, collection)
                yield ZynSound(file, where, (bank, program), title, _family_folder(name, xml))
        titles |= here


def _family_folder(name: str, xml: str) -> str:
    """What tells most: the folder, where it is of one kind, else what the instrument calls itself."""
    mixed = name not in (
        "bass",
        "brass",
        "choir and voice",
        "guitar",
        "organ",
        "reed and wind",
        "rhodes",
        "strings",
    )
    return (_kind(xml) or name) if mixed and name != "synth piano" else name


def zyn_configuration(folder: Path) -> str:
    """Settings with which ZynAddSubFX sees one folder of instruments and no other."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ZynAddSubFX-data>\n'
        '<ZynAddSubFX-data version-major="3" version-minor="0" version-revision="6"><CONFIGURATION>'
        f'<BANKROOT id="0"><string name="bank_root">{folder}</string></BANKROOT>'
        "</CONFIGURATION></ZynAddSubFX-data>\n"
    )
