# SPDX-License-Identifier: MIT
"""Windows of mel levels for training, computed with the engine's own feature code and kept on disk.

A store is a folder: ``windows.npy`` (memory-mapped), ``rows.npz``, ``items.json`` and ``store.json``; the
shards it was made of stay beside it (or in a folder that stores share), so that another store of the same
sounds is made of them.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.features import power_spectra, power_to_mel_db
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.training.augmentation.play import with_note_before
from desktop_app.training.augmentation.settings import DEFAULT_SOUND
from desktop_app.training.augmentation.sound import Rng, colour, reshape
from desktop_app.training.classifier.corpus import Item, read_mono
from desktop_app.training.corpus_files import write_json

WINDOW_FRAMES: Final = 100
DB_STEP: Final = 0.4
DB_FLOOR: Final = -100.0
MAX_LEAD_S: Final = 0.06
_LAYOUT: Final = 3  # raise when windows are cut, changed or quantised otherwise: old shards are then not used
_FRONT_PAD_S: Final = 0.15
_LATER_MARGIN_S: Final = 0.4
_LATER_SOUND_S: Final = 0.5
_ONSET_BELOW_PEAK_DB: Final = 30.0
_END_BELOW_PEAK_DB: Final = 40.0
_SILENT_DB: Final = -75.0

UInt8Array = NDArray[np.uint8]


def quantise_db(db: Float32Array) -> UInt8Array:
    """Levels of -100 … +2 dB as steps of 0.4 dB."""
    return np.clip(np.round((db - DB_FLOOR) / DB_STEP), 0, 255).astype(np.uint8)


def dequantise_db(steps: UInt8Array) -> Float32Array:
    """Inverse of :func:`quantise_db`, within 0.2 dB."""
    return steps.astype(np.float32) * np.float32(DB_STEP) + np.float32(DB_FLOOR)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureStore:
    """Windows on disk and what each is.

    Attributes
    ----------
    items
        The sounds, in the order that ``item_index`` counts.
    windows : memmap, shape (n_rows, n_mels, 100), uint8
        Mel levels in steps of 0.4 dB from -100 dB; see :meth:`to_db`.
    item_index : ndarray, shape (n_rows,), int32
    variant : ndarray, shape (n_rows,), int8
        0 is the sound as it is, others are augmented.
    position : ndarray, shape (n_rows,), int8
        0: the window starts at the onset (0 … 60 ms before); 1: later, where the sound still lasts.
    spec
        How the features were computed.
    """

    items: list[Item]
    windows: UInt8Array
    item_index: NDArray[np.int32]
    variant: NDArray[np.int8]
    position: NDArray[np.int8]
    spec: FeatureSpec

    def to_db(self, rows: NDArray[np.integer] | slice) -> Float32Array:
        """Mel levels in dB of some rows, shape (n, n_mels, 100), float32."""
        return dequantise_db(self.windows[rows])

    @classmethod
    def open(cls, folder: Path) -> FeatureStore:
        """Open a finished store.

        Raises
        ------
        FileNotFoundError
            When there is none in the folder.
        """
        about = json.loads((folder / "store.json").read_text(encoding="utf-8"))
        listed = json.loads((folder / "items.json").read_text(encoding="utf-8"))
        items = [Item(**(row | {"path": Path(row["path"])})) for row in listed]
        with np.load(folder / "rows.npz", allow_pickle=False) as rows:
            index, variant, position = rows["item_index"], rows["variant"], rows["position"]
        windows = np.load(folder / "windows.npy", mmap_mode="r", allow_pickle=False)
        return cls(items, windows, index, variant, position, FeatureSpec(**about["spec"]))


@dataclass(frozen=True, slots=True)
class _Task:
    """Everything that decides the windows of one variant of one instrument's items."""

    items: tuple[Item, ...]
    variant: int
    n_later: int
    seed: int
    spec: FeatureSpec

    def key(self) -> str:
        """A digest of the files and of everything else that the windows depend on."""
        about: list[Any] = [_LAYOUT, self.variant, self.n_later, self.seed, self.spec.as_dict()]
        for item in self.items:
            stat = item.path.stat()
            about.append([str(item.path), stat.st_size, stat.st_mtime_ns])
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]


def build_features(
    items: Sequence[Item],
    out_dir: Path,
    *,
    n_variants: int | Callable[[Item], int],
    jobs: int = 1,
    seed: int = 0,
    n_later: int = 1,
    shards_dir: Path | None = None,
    spec: FeatureSpec = DEFAULT_SPEC,
) -> FeatureStore:
    """Compute the windows of all items, or take them from an earlier, perhaps interrupted, run.

    Parameters
    ----------
    n_variants
        Augmented variants per item beside the sound as it is, or a function that gives it for an item.
    jobs
        Processes.
    seed
        Makes the augmentation repeatable, whatever the order and the number of processes.
    n_later
        At most so many windows after the first, per variant.
    shards_dir
        Where the parts are kept; None is ``out_dir/shards``.

    Raises
    ------
    CorpusError
        When a file cannot be read as audio.
    """
    shards = shards_dir or out_dir / "shards"
    for folder in (out_dir, shards):
        folder.mkdir(parents=True, exist_ok=True)
    variants_of = n_variants if callable(n_variants) else lambda _: n_variants
    tasks = [
        _Task(tuple(item for item in group if variants_of(item) >= variant), variant, n_later, seed, spec)
        for group in _by_instrument(items)
        for variant in range(1 + max(variants_of(item) for item in group))
    ]
    paths = joblib.Parallel(n_jobs=jobs)(joblib.delayed(_write_shard)(task, shards) for task in tasks)
    _assemble(tasks, paths, out_dir)
    return FeatureStore.open(out_dir)


def _by_instrument(items: Iterable[Item]) -> Iterator[list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.instrument].append(item)
    for name in sorted(groups):
        yield sorted(groups[name], key=lambda item: str(item.path))


def _write_shard(task: _Task, shards: Path) -> Path:
    path = shards / f"{task.key()}.npz"
    if not path.is_file():
        rows = [row for index in range(len(task.items)) for row in _item_rows(task, index)]
        shape = (-1, task.spec.n_mels, WINDOW_FRAMES)
        windows = np.array([row[0] for row in rows], np.uint8).reshape(shape)
        labels = np.array([row[1:] for row in rows], np.int32).reshape(-1, 2)
        temporary = path.with_suffix(".part.npz")
        np.savez(temporary, windows=windows, labels=labels)
        temporary.replace(path)
    return path


def _item_rows(task: _Task, index: int) -> Iterator[tuple[UInt8Array, int, int]]:
    """Windows of one item with its number in the task and the position."""
    item, spec = task.items[index], task.spec
    name = zlib.crc32(f"{item.bank}/{item.path.name}".encode())
    rng = np.random.default_rng([task.seed, name, task.variant])
    dry, before, augmented = read_mono(item.path, spec.sr), None, task.variant > 0
    if augmented and item.kind == "note" and rng.random() < DEFAULT_SOUND.before.chance:
        before = read_mono(task.items[int(rng.integers(len(task.items)))].path, spec.sr)
    for window, position in variant_windows(
        dry, rng, spec, augmented=augmented, n_later=task.n_later, before=before
    ):
        yield window, index, position


def variant_windows(
    dry: Float32Array,
    rng: Rng,
    spec: FeatureSpec,
    *,
    augmented: bool,
    n_later: int,
    before: Float32Array | None = None,
) -> Iterator[tuple[UInt8Array, int]]:
    """Windows of shape (n_mels, 100), uint8, of one sound, each with its position (0 onset, 1 later).

    ``before`` is a note of the same instrument that ends where this one begins.
    """
    played = reshape(dry, spec.sr, rng) if augmented else dry
    front, length = int(_FRONT_PAD_S * spec.sr), WINDOW_FRAMES * spec.hop_length
    y = np.pad(played, (front, length + spec.n_fft))
    starts = window_starts(y, spec.sr, rng, length, n_later)
    if not starts:
        return
    if before is not None:
        onset = starts[0] + int(0.5 * MAX_LEAD_S * spec.sr)
        y = with_note_before(y, before, onset, spec.sr, rng)
    if augmented:
        y = colour(y[: starts[-1] + length + spec.n_fft], spec.sr, rng)
    for number, start in enumerate(starts):
        yield quantise_db(window_mel_db(y, start, spec)), min(number, 1)


def window_starts(y: Float32Array, sr: int, rng: Rng, length: int, n_later: int) -> list[int]:
    """Where windows of ``length`` samples start: before the onset, then later where the sound still lasts."""
    hop = sr // 100
    levels_db = _hop_levels_db(y, hop)
    loud = np.flatnonzero(levels_db > levels_db.max() - _ONSET_BELOW_PEAK_DB)
    if levels_db.max() <= _SILENT_DB:
        return []
    onset = int(loud[0]) * hop
    lasting = np.flatnonzero(levels_db > max(levels_db.max() - _END_BELOW_PEAK_DB, _SILENT_DB))
    end = (int(lasting[-1]) + 1) * hop
    starts = [max(0, onset - int(rng.uniform(0.0, MAX_LEAD_S) * sr))]
    first, last = onset + int(_LATER_MARGIN_S * sr), end - int(_LATER_SOUND_S * sr)
    n_possible = min(n_later, 1 + (last - first) // length) if last > first else 0
    audible_db = levels_db.max() - _END_BELOW_PEAK_DB
    edges = np.linspace(first, last, n_possible + 1)
    for low, high in pairwise(edges):
        start = int(rng.uniform(low, high))
        if levels_db[start // hop : (start + length // 2) // hop].max() > audible_db:
            starts.append(start)
    return starts


def _hop_levels_db(y: Float32Array, hop: int) -> Float32Array:
    hops = y[: y.shape[0] // hop * hop].reshape(-1, hop)
    return (10.0 * np.log10(np.mean(np.square(hops), axis=1) + 1e-12)).astype(np.float32)


def window_mel_db(y: Float32Array, start: int, spec: FeatureSpec) -> Float32Array:
    """Mel levels of 100 frames, the first centred on a sample; around the signal there are zeros."""
    half = spec.n_fft // 2
    low, high = start - half, start + half + (WINDOW_FRAMES - 1) * spec.hop_length
    samples = np.pad(y[max(0, low) : high], (max(0, -low), max(0, high - y.shape[0]))).astype(np.float32)
    return power_to_mel_db(power_spectra(samples, WINDOW_FRAMES, spec), spec)


def _assemble(tasks: Sequence[_Task], paths: Sequence[Path], out_dir: Path) -> None:
    """Join the shards; ``store.json`` is written last and marks the store as complete."""
    (out_dir / "store.json").unlink(missing_ok=True)
    numbers: dict[Item, int] = {}
    columns: list[NDArray[np.int32]] = []
    for task, path in zip(tasks, paths, strict=True):
        of_task = np.array([numbers.setdefault(item, len(numbers)) for item in task.items], np.int32)
        with np.load(path, allow_pickle=False) as shard:
            index, position = shard["labels"].T
        columns.append(np.stack([of_task[index], np.full_like(index, task.variant), position]))
    rows = np.concatenate(columns, axis=1) if columns else np.zeros((3, 0), np.int32)
    spec = tasks[0].spec if tasks else DEFAULT_SPEC
    _join_windows(paths, out_dir / "windows.npy", (rows.shape[1], spec.n_mels, WINDOW_FRAMES))
    kinds = rows.astype(np.int8)
    np.savez(out_dir / "rows.npz", item_index=rows[0], variant=kinds[1], position=kinds[2])
    write_json(out_dir / "items.json", [asdict(item) | {"path": str(item.path)} for item in numbers])
    about = {"spec": spec.as_dict(), "n_rows": rows.shape[1], "layout": _LAYOUT}
    write_json(out_dir / "store.json", about)


def _join_windows(paths: Sequence[Path], joined: Path, shape: tuple[int, int, int]) -> None:
    windows = np.lib.format.open_memmap(joined, mode="w+", dtype=np.uint8, shape=shape)
    at = 0
    for path in paths:
        with np.load(path, allow_pickle=False) as shard:
            part = shard["windows"]
        windows[at : at + part.shape[0]] = part
        at += part.shape[0]
    windows.flush()
