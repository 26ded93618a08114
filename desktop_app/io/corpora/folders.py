# SPDX-License-Identifier: MIT
"""A folder per class, perhaps in folders named train, valid and test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT
from desktop_app.io.corpora.entry import Entry, Kind, Part
from desktop_app.io.corpora.files import iter_audio, subfolders, walk

_PARTS: Final[dict[str, Part]] = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "test": "test",
}


@dataclass(frozen=True)
class FoldersCorpus:
    """Sounds in a folder per class; see :class:`~desktop_app.io.corpora.entry.Corpus`."""

    folder: Path
    kind: Kind = "folders"
    rate: int | None = None

    @staticmethod
    def is_at(folder: Path) -> bool:
        """Whether any folder in it holds a sound."""
        return any(any(iter_audio(child)) for child in subfolders(folder))

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the folders."""
        return tuple(sorted({place.name for _, place in self._class_folders()}))

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those that the folders on top are named after."""
        tops = subfolders(self.folder)
        return tuple(dict.fromkeys(_PARTS[top.name] for top in tops)) if _are_parts(tops) else ()

    def iter_entries(self, part: Part | None = None) -> Iterator[Entry]:
        """The sounds of one part, or of all; see the protocol."""
        for own, place in self._class_folders():
            if part in (None, own):
                yield from (_entry(self.folder, own, place.name, path) for path in iter_audio(place))

    def listings(self) -> list[Path]:
        """All folders: each changes with its files."""
        return [place for place, _ in walk(self.folder)]

    def __len__(self) -> int:
        return self._n_entries

    @cached_property
    def _n_entries(self) -> int:
        return sum(1 for _ in self.iter_entries())

    def _class_folders(self) -> list[tuple[Part, Path]]:
        """Folders that hold sounds, under their part where the folders on top are the parts."""
        tops = subfolders(self.folder)
        if _are_parts(tops):
            placed = [(_PARTS[top.name], place) for top in tops for place in subfolders(top)]
        else:
            placed = [("", place) for place in tops]
        return [(part, place) for part, place in placed if any(iter_audio(place))]


def _are_parts(tops: Sequence[Path]) -> bool:
    return bool(tops) and all(top.name in _PARTS for top in tops)


def _entry(folder: Path, part: Part, label: str, path: Path) -> Entry:
    return Entry(
        key=path.relative_to(folder).as_posix(),
        path=path,
        labels=(label,),
        instrument=None,
        family=label if label in (*FAMILIES, NOT_AN_INSTRUMENT) else None,
        source=None,
        midi=None,
        velocity=None,
        qualities=(),
        bank=folder.name,
        part=part,
        weights_ok=False,
    )
