# SPDX-License-Identifier: MIT
"""Clips that a ``manifest.csv`` describes, a row each."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.labels import FAMILIES, NOT_AN_INSTRUMENT
from desktop_app.io.corpora.entry import Entry, Kind, Part
from desktop_app.io.corpora.facts import TRUSTED_PITCH, is_unassigned, piano_pitch

_LISTING: Final = "manifest.csv"
_COLUMNS: Final = (
    "clip",
    "source_repo",
    "weights_ok",
    "instrument",
    "family",
    "source",
    "midi_pitch",
    "pitch_check",
)


@dataclass(frozen=True)
class ManifestCorpus:
    """Clips with a manifest; see :class:`~desktop_app.io.corpora.entry.Corpus`."""

    folder: Path
    kind: Kind = "manifest"
    classes: tuple[str, ...] = (*FAMILIES, NOT_AN_INSTRUMENT)
    rate: int | None = 16_000

    @staticmethod
    def is_at(folder: Path) -> bool:
        """Whether there is ``manifest.csv``."""
        return (folder / _LISTING).is_file()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def iter_entries(self, part: Part | None = None) -> Iterator[Entry]:
        """The clips; a manifest knows no parts, so any part but "" and None is empty."""
        if part not in (None, ""):
            return
        listing, line = self.folder / _LISTING, 1
        try:
            with listing.open(newline="", encoding="utf-8-sig") as file:  # spreadsheets begin with a mark
                rows = csv.DictReader(file)
                _require_columns(listing, rows.fieldnames or ())
                for row in rows:
                    line = rows.line_num
                    _require_whole(row)
                    if not is_unassigned(row):
                        yield _entry(self.folder, row)
        except OSError as error:
            raise CorpusError(f"{listing} could not be read.") from error
        except (ValueError, OverflowError, KeyError, TypeError, AttributeError, csv.Error) as error:
            raise CorpusError(f"{listing} is damaged in its line {line}.") from error

    @property
    def parts(self) -> tuple[Part, ...]:
        """None."""
        return ()

    def listings(self) -> list[Path]:
        """The manifest."""
        return [self.folder / _LISTING]

    def __len__(self) -> int:
        return self._n_entries

    @cached_property
    def _n_entries(self) -> int:
        return sum(1 for _ in self.iter_entries())


def _require_columns(listing: Path, names: Collection[str]) -> None:
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise CorpusError(f"{listing} lacks {', '.join(missing)} among its columns, which commas part.")


def _require_whole(row: Mapping[str, str]) -> None:
    """A row has as many fields as the header, else the reader fills up or adds with None."""
    if None in row or None in row.values():
        raise ValueError("a cut row, or one with a comma too many")


def _entry(folder: Path, row: Mapping[str, str]) -> Entry:
    family = NOT_AN_INSTRUMENT if row["family"] == "other" else row["family"]
    is_instrument = family != NOT_AN_INSTRUMENT
    is_pitched = is_instrument and row["midi_pitch"] != "" and row["pitch_check"] in TRUSTED_PITCH
    return Entry(
        key=row["clip"],
        path=folder / row["clip"],
        labels=(family,),
        instrument=f"{row['source_repo']}/{row['instrument']}",
        family=family,
        source=row["source"] or None if is_instrument else None,
        midi=piano_pitch(row["midi_pitch"]) if is_pitched else None,
        velocity=None,
        qualities=(),
        bank=row["source_repo"],
        part="",
        weights_ok=row["weights_ok"] == "yes",
        kind=row.get("kind") or "",
    )
