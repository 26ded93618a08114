# SPDX-License-Identifier: MIT
"""The sounds of a corpus on disk by number, to look at some of very many without loading the rest."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.errors import CorpusError
from desktop_app.io.corpora.entry import QUALITIES, Corpus, Entry
from desktop_app.io.corpora.index_filter import BETWEEN, Filter, condition

Progress = Callable[[int], None]
Column = Literal["family", "source", "midi", "velocity", "qualities", "bank", "part", "genre", "instrument"]
COLUMNS: Final[tuple[Column, ...]] = (
    "family",
    "source",
    "midi",
    "velocity",
    "qualities",
    "bank",
    "part",
    "genre",
    "instrument",
)

_LAYOUT: Final = 2  # raise when the table changes: older files are then made again
_PROGRESS_EVERY: Final = 2000
_FIELDS: Final = (
    "number, key, path, labels, instrument, family, source, midi, velocity, qualities, bank, part, "
    "weights_ok, share, genre, kind"
)
_TABLE: Final = (
    "CREATE TABLE entries (number INTEGER PRIMARY KEY, key TEXT, path TEXT, labels TEXT, instrument TEXT, "
    "family TEXT, source TEXT, midi INTEGER, velocity INTEGER, qualities INTEGER, bank TEXT, part TEXT, "
    "weights_ok INTEGER, share TEXT, genre TEXT, kind TEXT)"
)


class EntryIndex:
    """The sounds of one corpus by number, in the order of its list; safe to read from any thread.

    Parameters
    ----------
    file
        The index, as :func:`open_index` writes it.
    folder
        The corpus.

    Attributes
    ----------
    file
        The index: who opens it again has readers of his own.
    """

    def __init__(self, file: Path, folder: Path) -> None:
        self.file, self._folder = file, folder
        self._db = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._n_entries = int(self._db.execute("SELECT n_entries FROM about").fetchone()[0])

    def __len__(self) -> int:
        return self._n_entries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def entry(self, number: int) -> Entry:
        """The sound of a number, 0 … len - 1.

        Raises
        ------
        IndexError
            When there is no such number.
        """
        row = self._db.execute(f"SELECT {_FIELDS} FROM entries WHERE number = ?", (int(number),)).fetchone()  # noqa: S608
        if row is None:
            raise IndexError(f"no entry {number}, there are {len(self)}")
        return _entry(self._folder, row)

    def numbers(self, wanted: Filter | None = None) -> NDArray[np.int32]:
        """The numbers of all sounds, or of those that a filter lets through, shape (n,), rising."""
        where, values = condition(wanted or Filter())
        if not values:
            return np.arange(len(self), dtype=np.int32)
        rows = self._db.execute(f"SELECT number FROM entries WHERE {where} ORDER BY number", values)  # noqa: S608
        return np.fromiter((row[0] for row in rows), np.int32)

    def numbers_of(self, keys: Collection[str]) -> dict[str, int]:
        """The numbers of sounds by their keys; keys of other corpora are left out."""
        rows = self._db.execute("SELECT key, number FROM entries")
        return {key: number for key, number in rows if key in keys}

    def counts(self, *columns: Column, wanted: Filter | None = None) -> dict[tuple[Any, ...], int]:
        """How many sounds there are of each combination of values, such as ``counts("family", "source")``.

        Raises
        ------
        ValueError
            When a column is none of :data:`COLUMNS`.
        """
        if not columns or not set(columns) <= set(COLUMNS):
            raise ValueError(f"columns are some of {COLUMNS}, not {columns}")
        where, values = condition(wanted or Filter())
        names = ", ".join(columns)
        query = f"SELECT {names}, count(*) FROM entries WHERE {where} GROUP BY {names} ORDER BY {names}"  # noqa: S608
        return {tuple(row[:-1]): row[-1] for row in self._db.execute(query, values)}


def open_index(corpus: Corpus, cache_dir: Path, progress: Progress | None = None) -> EntryIndex:
    """Open the index of a corpus; make it first where there is none or the corpus has changed since.

    Parameters
    ----------
    cache_dir
        Where indexes are kept, one file for each corpus.
    progress
        Told now and then, while the index is made, how many sounds it holds; what it raises ends the making.

    Raises
    ------
    CorpusError
        When the corpus's list is damaged or the index cannot be written.
    """
    name = hashlib.sha256(str(corpus.folder.resolve()).encode()).hexdigest()[:16]
    file = cache_dir.resolve() / f"{name}.sqlite"
    try:
        identity = _identity(corpus)
        with suppress(sqlite3.Error, TypeError):  # none, a damaged or an empty one
            if _identity_of(file) == identity:
                return EntryIndex(file, corpus.folder)
        _make(corpus, file, identity, progress)
        return EntryIndex(file, corpus.folder)
    except (OSError, sqlite3.Error) as error:
        raise CorpusError(f"The index of {corpus.folder} could not be written to {cache_dir}.") from error


def _identity(corpus: Corpus) -> str:
    """Changes with every file or folder that decides the list of sounds."""
    digest = hashlib.sha256(f"{_LAYOUT} {corpus.kind}".encode())
    for path in corpus.listings():
        stat = path.stat()
        digest.update(f"\0{path}\0{stat.st_size}\0{stat.st_mtime_ns}".encode())
    return digest.hexdigest()


def _identity_of(file: Path) -> str:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        return str(db.execute("SELECT identity FROM about").fetchone()[0])


def _make(corpus: Corpus, file: Path, identity: str, progress: Progress | None) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.part")
    _remove_left(file)
    try:
        with closing(sqlite3.connect(temporary)) as db:
            # A half-made file is thrown away, so nothing need survive a crash.
            db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLE)
            marks = ", ".join("?" * (_FIELDS.count(",") + 1))
            rows = _counted(corpus, progress)
            n_entries = db.executemany(f"INSERT INTO entries VALUES ({marks})", rows).rowcount  # noqa: S608
            db.execute("CREATE TABLE about AS SELECT ? AS identity, ? AS n_entries", (identity, n_entries))
            db.commit()
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_left(file: Path) -> None:
    """Delete what processes that were killed in the middle, as by Cancel, have left of this index."""
    import psutil

    for left in file.parent.glob(f"{file.stem}.*.part"):
        process = left.suffixes[0].removeprefix(".")
        if process == str(os.getpid()) or not (process.isdecimal() and psutil.pid_exists(int(process))):
            left.unlink(missing_ok=True)


def _counted(corpus: Corpus, progress: Progress | None) -> Iterator[tuple[Any, ...]]:
    prefix = f"{corpus.folder}{os.sep}"
    for number, entry in enumerate(corpus.iter_entries()):
        if progress and number % _PROGRESS_EVERY == 0:
            progress(number)
        yield _row(number, entry, prefix)


def _row(number: int, entry: Entry, prefix: str) -> tuple[Any, ...]:
    flags = sum(flag << bit for bit, flag in enumerate(entry.qualities)) if entry.qualities else None
    return (
        number,
        entry.key,
        str(entry.path).removeprefix(prefix),
        BETWEEN.join(entry.labels),
        entry.instrument,
        entry.family,
        entry.source,
        entry.midi,
        entry.velocity,
        flags,
        entry.bank,
        entry.part,
        entry.weights_ok,
        entry.group,
        entry.genre,
        entry.kind,
    )


def _entry(folder: Path, row: tuple[Any, ...]) -> Entry:
    (_, key, path, labels, instrument, family, source, midi, velocity, flags, bank, part, ok, *rest) = row
    group, genre, kind = rest
    return Entry(
        key=key,
        path=folder / path,
        labels=tuple(labels.split(BETWEEN)),
        instrument=instrument,
        family=family,
        source=source,
        midi=midi,
        velocity=velocity,
        qualities=() if flags is None else tuple(flags >> bit & 1 for bit in range(len(QUALITIES))),
        bank=bank,
        part=part,
        weights_ok=bool(ok),
        group=group,
        genre=genre,
        kind=kind,
    )
