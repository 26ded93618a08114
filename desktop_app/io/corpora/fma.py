# SPDX-License-Identifier: MIT
"""FMA as it is published: ``fma_metadata/tracks.csv`` beside ``fma_small`` (or medium, large, full).

``tracks.csv`` has two header rows and a third that names the index. Track 2 is ``fma_small/000/000002.mp3``.
Tracks without a top genre are left out: there is nothing to learn from them.

References
----------
Defferrard, Benzi, Vandergheynst, Bresson, "FMA: A Dataset for Music Analysis", ISMIR 2017.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import CorpusError
from desktop_app.io.corpora.entry import Entry, Kind, Part

GENRES: Final[tuple[str, ...]] = (
    "Blues",
    "Classical",
    "Country",
    "Easy Listening",
    "Electronic",
    "Experimental",
    "Folk",
    "Hip-Hop",
    "Instrumental",
    "International",
    "Jazz",
    "Old-Time / Historic",
    "Pop",
    "Rock",
    "Soul-RnB",
    "Spoken",
)
# Each folder of sounds holds the subsets that ``set.subset`` gives; the last two hold every track.
_SUBSETS_IN: Final[dict[str, frozenset[str] | None]] = {
    "fma_small": frozenset({"small"}),
    "fma_medium": frozenset({"small", "medium"}),
    "fma_large": None,
    "fma_full": None,
}
_PARTS: Final[dict[str, Part]] = {"training": "train", "validation": "valid", "test": "test"}
_LISTING: Final = "fma_metadata/tracks.csv"
_MAX_FIELD: Final = 1 << 24  # biographies are longer than Python's csv reads by default
_SPLIT, _SUBSET = ("set", "split"), ("set", "subset")
_GENRE, _ARTIST = ("track", "genre_top"), ("artist", "id")

_Columns = dict[tuple[str, str], int]


@dataclass(frozen=True)
class FmaCorpus:
    """Music by genre in FMA's form; see :class:`~desktop_app.io.corpora.entry.Corpus`."""

    folder: Path
    kind: Kind = "fma"
    classes: tuple[str, ...] = GENRES
    rate: int | None = None

    @staticmethod
    def is_at(folder: Path) -> bool:
        """Whether there is ``fma_metadata/tracks.csv``."""
        return (folder / _LISTING).is_file()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def parts(self) -> tuple[Part, ...]:
        """None: they are in the list, not in the folders' names."""
        return ()

    def iter_entries(self, part: Part | None = None) -> Iterator[Entry]:
        """The tracks of one part, or of all; see the protocol."""
        sounds = self._sounds()
        subsets = _SUBSETS_IN[sounds.name]
        for columns, row in _iter_rows(self.folder / _LISTING):
            has_sound = subsets is None or row[columns[_SUBSET]] in subsets
            if has_sound and row[columns[_GENRE]] and part in (None, _part(columns, row)):
                yield _entry(sounds, columns, row)

    def listings(self) -> list[Path]:
        """``tracks.csv`` and the folder of sounds."""
        return [self.folder / _LISTING, self._sounds()]

    def __len__(self) -> int:
        return self._n_entries

    @cached_property
    def _n_entries(self) -> int:
        return sum(1 for _ in self.iter_entries())

    def _sounds(self) -> Path:
        """The largest folder of sounds that is there."""
        for name in reversed(_SUBSETS_IN):
            if (self.folder / name).is_dir():
                return self.folder / name
        raise CorpusError(f"{self.folder} has fma_metadata but none of {', '.join(_SUBSETS_IN)}.")


def _iter_rows(listing: Path) -> Iterator[tuple[_Columns, list[str]]]:
    """The rows after the three at the top, each with the place of every column."""
    csv.field_size_limit(_MAX_FIELD)
    line = 0
    try:
        with listing.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            columns = _columns(next(rows, []), next(rows, []), next(rows, []))
            for row in rows:
                line = rows.line_num
                if len(row) <= max(columns.values()) or not row[0].isdecimal():
                    raise ValueError("a cut row")
                yield columns, row
    except OSError as error:
        raise CorpusError(f"{listing} could not be read.") from error
    except (ValueError, csv.Error) as error:
        where = f"in its line {line}" if line else "in its three header rows"
        raise CorpusError(f"{listing} is damaged {where}.") from error


def _columns(groups: list[str], names: list[str], index: list[str]) -> _Columns:
    columns = {pair: place for place, pair in enumerate(zip(groups, names, strict=False))}
    if index[:1] != ["track_id"] or not columns.keys() >= {_SPLIT, _SUBSET, _GENRE, _ARTIST}:
        raise ValueError("not the three rows of tracks.csv")
    return columns


def _part(columns: _Columns, row: list[str]) -> Part:
    return _PARTS.get(row[columns[_SPLIT]], "")


def _entry(sounds: Path, columns: _Columns, row: list[str]) -> Entry:
    number = int(row[0])
    within = f"{number // 1000:03d}/{number:06d}.mp3"
    genre = row[columns[_GENRE]]
    return Entry(
        key=f"{sounds.name}/{within}",
        path=sounds / within,
        labels=(genre,),
        instrument=None,
        family=None,
        source=None,
        midi=None,
        velocity=None,
        qualities=(),
        bank="FMA",
        part=_part(columns, row),
        weights_ok=False,
        group=f"artist {row[columns[_ARTIST]]}",
        genre=genre,
    )
