# SPDX-License-Identifier: MIT
"""Files of computed rows: each is there whole or not at all, whatever ends the program.

A shard is two files: ``NAME.rows.npy`` with the rows and ``NAME.keys.npy`` with the key of each. The keys are
written last and make the shard count. Rows are read one by one, so that any choice of them in any order
costs no more memory than it holds.
"""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.training.rendering.presets import CorpusError

Keys = NDArray[np.uint64]
_ROWS: Final = ".rows.npy"
_KEYS: Final = ".keys.npy"
_PART: Final = ".part"
_ABANDONED_AFTER_S: Final = 86_400.0
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def clear_errors(folder: Path) -> Iterator[None]:
    """Turn what can go wrong in a folder into one sentence.

    Raises
    ------
    CorpusError
        When the disk is full or the folder cannot be used.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise CorpusError(
                f"The disk with {folder} is full; what was computed so far is kept for the next start."
            ) from error
        raise CorpusError(f"Features cannot be kept in {folder}: {error.strerror or error}.") from error


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its name only when all of it is on the disk."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}{_PART}")
    try:
        with _new_file(part) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _new_file(path: Path) -> IO[bytes]:
    return path.open("xb")


def remove_abandoned(folder: Path) -> None:
    """Remove halves of files that a killed program left a day ago or earlier."""
    rows = (path for path in folder.glob(f"*{_ROWS}") if not _keys_of(path).exists())
    for path in chain(folder.glob(f"*{_PART}"), rows):
        if time.time() - path.stat().st_mtime > _ABANDONED_AFTER_S:
            path.unlink(missing_ok=True)


def _keys_of(rows: Path) -> Path:
    return rows.with_name(rows.name.removesuffix(_ROWS) + _KEYS)


def write_blocks(
    path: Path, blocks: Iterable[NDArray[Any]], shape: tuple[int, ...], dtype: np.dtype[Any]
) -> None:
    """One array, in NumPy's format, from contiguous blocks of its rows.

    Written from front to end by plain calls: a full disk is then an error that can be told. Behind a memory
    map it would end the program, and NumPy's own writing does not say what went wrong.
    """
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    with written_whole(path) as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(block.data)


def write_shard(folder: Path, keys: Sequence[int], rows: NDArray[Any]) -> None:
    """Keep rows, shape (n, …), under their keys."""
    rows_path = folder / f"{uuid.uuid4().hex}{_ROWS}"
    try:
        for path, array in ((rows_path, rows), (_keys_of(rows_path), np.array(keys, np.uint64))):
            write_blocks(path, [array], array.shape, array.dtype)
    except OSError:
        rows_path.unlink(missing_ok=True)
        raise


class ShardIndex:
    """Where the row of each key is.

    Parameters
    ----------
    folder
        Where the shards are; a damaged one is removed.
    row_shape, dtype
        Of one row.
    """

    def __init__(self, folder: Path, row_shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self._row_shape, self._dtype = row_shape, dtype
        self._files: list[Path] = []
        self._offsets: list[int] = []
        found = [self._open(path) for path in sorted(folder.glob(f"*{_KEYS}"))]
        keys = [keys for keys in found if keys is not None]
        joined = np.concatenate([*keys, np.zeros(0, np.uint64)])
        shards = np.repeat(np.arange(len(keys), dtype=np.int32), [one.size for one in keys])
        rows = np.concatenate([*(np.arange(one.size, dtype=np.int32) for one in keys), np.zeros(0, np.int32)])
        self._keys, first = np.unique(joined, return_index=True)
        self._shards, self._rows = shards[first], rows[first]

    def _open(self, keys_path: Path) -> Keys | None:
        rows_path = keys_path.with_name(keys_path.name.removesuffix(_KEYS) + _ROWS)
        try:
            keys: Keys = np.load(keys_path, allow_pickle=False)
            offset = self._check(rows_path, keys)
        except (OSError, ValueError, EOFError):
            keys_path.unlink(missing_ok=True)
            rows_path.unlink(missing_ok=True)
            return None
        self._files.append(rows_path)
        self._offsets.append(offset)
        return keys

    def _check(self, path: Path, keys: Keys) -> int:
        """Where the first row starts in the file."""
        with path.open("rb") as file:
            if np.lib.format.read_magic(file) != (1, 0):
                raise ValueError("another format")
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            offset = file.tell()
        wanted = (keys.shape[0], *self._row_shape)
        n_bytes = int(np.prod(wanted)) * self._dtype.itemsize
        if keys.dtype != np.uint64 or (shape, dtype) != (wanted, self._dtype):
            raise ValueError("another shape")
        if path.stat().st_size != offset + n_bytes:
            raise ValueError("cut short")
        return offset

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """Place of each key, -1 where it is not there, shape (n,)."""
        if not self._keys.size:
            return np.full(keys.shape, -1, np.int64)
        at = np.minimum(np.searchsorted(self._keys, keys), self._keys.size - 1)
        return np.where(self._keys[at] == keys, at, -1)

    def __contains__(self, key: int) -> bool:
        return bool(self.find(np.array([key], np.uint64))[0] >= 0)

    def blocks(self, places: NDArray[np.int64], n_rows: int) -> Iterator[NDArray[Any]]:
        """Rows at places, in that order, as arrays of at most ``n_rows`` rows."""
        for start in range(0, places.size, n_rows):
            yield self._read(places[start : start + n_rows])

    def _read(self, places: NDArray[np.int64]) -> NDArray[Any]:
        block = np.empty((places.size, *self._row_shape), self._dtype)
        shards = self._shards[places]
        for shard in np.unique(shards):
            with self._files[shard].open("rb", buffering=0) as file:
                for at in np.flatnonzero(shards == shard):
                    file.seek(self._offsets[shard] + int(self._rows[places[at]]) * block[at].nbytes)
                    if file.readinto(block[at].data) != block[at].nbytes:
                        raise OSError(errno.EIO, "A shard was cut short")
        return block
