# SPDX-License-Identifier: MIT
"""NSynth as it is published: ``nsynth-train``, ``nsynth-valid`` and ``nsynth-test``.

Each holds ``examples.json`` and ``audio/``; one such folder alone is a corpus too, and so are rendered
notes in the same form, which also name their bank and preset.

References
----------
Engel et al., "Neural Audio Synthesis of Musical Notes with WaveNet Autoencoders", ICML 2017.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from sys import intern
from typing import Any, Final

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT
from desktop_app.io.corpora.banks import bank_weights_ok
from desktop_app.io.corpora.entry import QUALITIES, Entry, Kind, Part
from desktop_app.io.corpora.facts import piano_pitch, sounds_at_its_key
from desktop_app.io.corpora.json_stream import iter_json_entries

_LISTING: Final = "examples.json"
_BANK: Final = "nsynth"
_PARTS: Final[dict[str, Part]] = {"nsynth-train": "train", "nsynth-valid": "valid", "nsynth-test": "test"}


@dataclass(frozen=True)
class NsynthCorpus:
    """Notes in NSynth's format; see :class:`~desktop_app.io.corpora.entry.Corpus`."""

    folder: Path
    kind: Kind = "nsynth"
    classes: tuple[str, ...] = (*FAMILIES, NOT_AN_INSTRUMENT)
    rate: int | None = 16_000

    @staticmethod
    def is_at(folder: Path) -> bool:
        """Whether the folder, or one of the three published parts in it, has ``examples.json``."""
        return any((place / _LISTING).is_file() for place in (folder, *(folder / part for part in _PARTS)))

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def iter_entries(self, part: Part | None = None) -> Iterator[Entry]:
        """The notes of one part, or of all; see the protocol."""
        for listing in self.listings():
            own = _PARTS.get(listing.parent.name, "")
            if part in (None, own):
                audio = listing.parent / "audio"
                for name, row in iter_json_entries(listing):
                    yield _entry(listing, audio, own, name, row)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those whose folders are there."""
        names = (listing.parent.name for listing in self.listings())
        return tuple(_PARTS[name] for name in names if name in _PARTS)

    def listings(self) -> list[Path]:
        """The ``examples.json`` files.

        Raises
        ------
        CorpusError
            When a part's folder is there without its list, as before an archive is whole.
        """
        try:
            listings = [self.folder / _LISTING] if (self.folder / _LISTING).is_file() else []
            for part in (self.folder / name for name in _PARTS):
                if (part / _LISTING).is_file():
                    listings.append(part / _LISTING)
                elif part.is_dir():
                    raise CorpusError(f"{part} holds no {_LISTING}: its archive was not unpacked whole.")
        except OSError as error:
            raise CorpusError(f"{error.filename} could not be read.") from error
        return listings

    def __len__(self) -> int:
        return self._n_entries

    @cached_property
    def _n_entries(self) -> int:
        return sum(1 for listing in self.listings() for _ in iter_json_entries(listing))


def _entry(listing: Path, audio: Path, part: Part, name: str, row: Mapping[str, Any]) -> Entry:
    try:
        return _read(audio, part, name, row)
    except (ValueError, OverflowError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"{listing} is damaged at the entry {name}.") from error


def _read(audio: Path, part: Part, name: str, row: Mapping[str, Any]) -> Entry:
    # The same few words and flags 300,000 times: who lists the entries holds each of them once.
    bank, family = intern(str(row.get("bank", _BANK))), intern(str(row["instrument_family_str"]))
    is_instrument = family != NOT_AN_INSTRUMENT
    return Entry(
        key=name,
        path=audio / f"{name}.wav",
        labels=(family,),
        instrument=intern(f"{bank}/{row['instrument_str']}"),
        family=family,
        source=intern(str(row["instrument_source_str"])) if is_instrument else None,
        midi=piano_pitch(row["pitch"]) if is_instrument and sounds_at_its_key(row) else None,
        velocity=int(row["velocity"]),
        qualities=_flags(tuple(row.get("qualities", ()))),
        bank=bank,
        part=part,
        weights_ok=bool(row.get("weights_ok", bank == _BANK or bank_weights_ok(bank))),
        kind=str(row.get("kind", "note")),
    )


@lru_cache(maxsize=1024)
def _flags(values: tuple[Any, ...]) -> tuple[int, ...]:
    flags = tuple(int(value) for value in values)
    if len(flags) not in (0, len(QUALITIES)) or not {0, 1}.issuperset(flags):
        raise ValueError(f"qualities are ten flags, not {values}")
    return flags
