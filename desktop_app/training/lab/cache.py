# SPDX-License-Identifier: MIT
"""Features of many sounds, computed once, in parallel, and kept on disk.

A row is found again by how it was computed and by its file's path, size and time of change. Any choice of
sounds in any order is put together from what is there; only what is missing is computed. Sounds may come
from a generator: neither they nor the rows are ever all in memory.
"""

from __future__ import annotations

import hashlib
import json
import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
from numpy.typing import NDArray

from desktop_app.training.corpora.entry import Entry
from desktop_app.training.lab.cache_shards import (
    ShardIndex,
    clear_errors,
    remove_abandoned,
    write_blocks,
    write_shard,
)
from desktop_app.training.lab.cluster import workers
from desktop_app.training.lab.features import (
    FeatureSettings,
    Settings,
    feature,
    feature_dtype,
    feature_shape,
    read_settings,
)
from desktop_app.training.rendering.presets import CorpusError

Progress = Callable[[int, int], None]
_LAYOUT: Final = 1  # raise when a feature is computed otherwise: old rows are then not used
_SHARD_SOUNDS: Final = 64
_BLOCK_ROWS: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class FeatureTable:
    """Features of sounds, in the order in which the sounds were given.

    Attributes
    ----------
    keys
        Of the sounds, one for each row.
    X : ndarray, shape (n_rows, …)
        Mapped from the disk: rows are read when they are looked at.
    left_out
        Key of each sound that could not be used, and why in one sentence.
    """

    keys: tuple[str, ...]
    X: NDArray[Any]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Task:
    """Sounds whose rows become one shard, with the key of each."""

    kind: str
    settings: FeatureSettings
    entries: tuple[Entry, ...]
    keys: tuple[int, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class _Done:
    n_sounds: int
    failures: dict[int, str]


def build_matrix(
    entries: Iterable[Entry],
    kind: str,
    settings: Settings,
    cache_dir: Path,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> FeatureTable:
    """The features of sounds, from the cache where they are there.

    Parameters
    ----------
    entries
        The sounds; a generator is consumed once.
    kind, settings
        See :func:`desktop_app.training.lab.features.feature`.
    cache_dir
        What is kept here serves every later call, also one that was killed.
    jobs
        Processes of this computer.
    scheduler
        Address of a Dask scheduler, whose workers then do the work and write into ``cache_dir``.
    progress
        Called with the number of sounds that are done and of all (0 where that is unknown).

    Raises
    ------
    CorpusError
        When the disk is full, no sound can be used, or the cluster cannot be reached.
    ValueError
        When there is no such kind or setting.
    """
    wanted = read_settings(kind, settings)
    shape, dtype = feature_shape(kind, wanted), feature_dtype(kind)
    folder = cache_dir.absolute() / f"{kind}-{_digest([_LAYOUT, kind, asdict(wanted)]):016x}"
    with clear_errors(cache_dir):
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder)
        listing = _Listing(kind, wanted, folder, ShardIndex(folder, shape, dtype))
    failures = _compute(listing, entries, jobs, scheduler, progress or _silent)
    with clear_errors(cache_dir):
        return _table(listing, failures, ShardIndex(folder, shape, dtype), shape, dtype)


def _silent(n_done: int, n_all: int) -> None:
    """Report no progress."""


class _Listing:
    """Notes keys while sounds stream by, and makes tasks of those whose rows are missing."""

    def __init__(self, kind: str, settings: FeatureSettings, folder: Path, index: ShardIndex) -> None:
        self._kind, self._settings, self._index = kind, settings, index
        self.folder = folder
        self.names: list[str] = []
        self.keys: list[int] = []
        self.n_found = 0
        self.error: Exception | None = None

    def tasks(self, entries: Iterable[Entry]) -> Iterator[_Task]:
        """The work to do; consumes the sounds.

        It runs in joblib's threads, where an error would be lost: a failing listing ends it, and ``error``
        says why.
        """
        try:
            yield from self._tasks(entries)
        except Exception as error:  # noqa: BLE001
            self.error = error

    def _tasks(self, entries: Iterable[Entry]) -> Iterator[_Task]:
        waiting: dict[int, Entry] = {}
        asked: set[int] = set()
        for entry in entries:
            key = row_key(entry, self._kind)
            self.names.append(entry.key)
            self.keys.append(key)
            if key in asked or key in self._index:
                self.n_found += 1
                continue
            asked.add(key)
            waiting[key] = entry
            if len(waiting) == _SHARD_SOUNDS:
                yield self._task(waiting)
                waiting = {}
        if waiting:
            yield self._task(waiting)

    def _task(self, waiting: dict[int, Entry]) -> _Task:
        return _Task(self._kind, self._settings, tuple(waiting.values()), tuple(waiting), self.folder)


def row_key(entry: Entry, kind: str) -> int:
    """What a row depends on beside its settings, as 64 bits: the file, or what the corpus says of it.

    A file that is missing has a key too: it is left out when its turn comes.
    """
    if kind == "qualities":
        return _digest([entry.source, *entry.qualities])
    try:
        stat = entry.path.stat()
    except OSError:
        return _digest([str(entry.path.absolute())])
    return _digest([str(entry.path.absolute()), stat.st_size, stat.st_mtime_ns])


def _digest(value: object) -> int:
    text = json.dumps(value).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def _compute(
    listing: _Listing, entries: Iterable[Entry], jobs: int, scheduler: str | None, progress: Progress
) -> dict[int, str]:
    """Compute what is missing; returns why some keys have no row."""
    failures: dict[int, str] = {}
    n_all, n_done = operator.length_hint(entries), 0
    with workers(jobs, scheduler):
        calls = (joblib.delayed(_run)(task) for task in listing.tasks(entries))
        for done in joblib.Parallel(return_as="generator_unordered")(calls):
            failures.update(done.failures)
            n_done += done.n_sounds
            progress(n_done + listing.n_found, n_all)
    if listing.error is not None:
        raise listing.error
    progress(len(listing.keys), len(listing.keys))
    return failures


def _run(task: _Task) -> _Done:
    """Compute one shard; runs in a process of its own."""
    rows: dict[int, NDArray[Any]] = {}
    failures: dict[int, str] = {}
    for key, entry in zip(task.keys, task.entries, strict=True):
        try:
            rows[key] = feature(task.kind, entry, task.settings)
        except CorpusError as error:
            failures[key] = str(error)
    if rows:
        with clear_errors(task.folder.parent):
            write_shard(task.folder, list(rows), np.stack(list(rows.values())))
    return _Done(len(task.entries), failures)


def _table(
    listing: _Listing,
    failures: dict[int, str],
    index: ShardIndex,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
) -> FeatureTable:
    """Put the rows together in the order of the sounds; the same choice is put together once."""
    keys = np.array(listing.keys, np.uint64)
    places = index.find(keys)
    is_there = places >= 0
    names = tuple(name for name, there in zip(listing.names, is_there, strict=True) if there)
    left_out = tuple(
        (name, failures.get(key, "Its features could not be read back."))
        for name, key, there in zip(listing.names, listing.keys, is_there, strict=True)
        if not there
    )
    if not names:
        why = f", the first because: {left_out[0][1]}" if left_out else "."
        raise CorpusError(f"None of {len(left_out)} sounds can be used{why}")
    chosen = hashlib.blake2b(keys[is_there].tobytes(), digest_size=16).hexdigest()
    path = listing.folder / f"{chosen}.table.npy"
    if not path.is_file():
        whole = (len(names), *shape)
        write_blocks(path, index.blocks(places[is_there], _BLOCK_ROWS), whole, dtype)
    return FeatureTable(names, np.load(path, mmap_mode="r", allow_pickle=False), left_out)
