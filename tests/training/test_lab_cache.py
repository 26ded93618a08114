# SPDX-License-Identifier: MIT
"""Features are computed once, survive a kill, a full disk and a bad file, and cost little memory."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from corpus_maker import stop_workers
from lab_sounds import NSYNTH_SR, entry_of, harmonics, write_entries, write_entry

from desktop_app.training.corpora.entry import Entry
from desktop_app.training.lab import cache, cache_shards
from desktop_app.training.lab.cache import build_matrix
from desktop_app.training.lab.features import feature
from desktop_app.training.rendering.presets import CorpusError

SHORT = {"seconds": 0.5, "sr": 16_000}


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    return write_entries(tmp_path / "audio", 12, seconds=0.5)


@pytest.fixture
def few_a_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_SHARD_SOUNDS", 4)


class Counter:
    """How many sounds a call computes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.keys: list[str] = []
        monkeypatch.setattr(cache, "feature", self)

    def __call__(self, kind: str, entry: Entry, settings: object) -> np.ndarray:
        self.keys.append(entry.key)
        return feature(kind, entry, settings)


def test_rows_are_the_features_in_the_order_of_the_sounds(entries: list[Entry], tmp_path: Path) -> None:
    table = build_matrix(entries, "mfcc", SHORT, tmp_path / "cache")
    assert table.keys == tuple(entry.key for entry in entries)
    assert isinstance(table.X, np.memmap)
    np.testing.assert_array_equal(table.X, [feature("mfcc", entry, SHORT) for entry in entries])
    assert table.left_out == ()


@pytest.mark.usefixtures("few_a_shard")
def test_nothing_is_computed_twice(
    entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_matrix(entries[:7], "mean_mfcc", SHORT, tmp_path / "cache")
    computed = Counter(monkeypatch)
    shuffled = [entries[k] for k in (11, 3, 0, 8, 3, 6)]
    table = build_matrix(iter(shuffled), "mean_mfcc", SHORT, tmp_path / "cache")
    assert computed.keys == [entries[11].key, entries[8].key]
    np.testing.assert_array_equal(table.X, [feature("mean_mfcc", entry, SHORT) for entry in shuffled])
    np.testing.assert_array_equal(table.X[[1, 2, 4, 5]], first.X[[3, 0, 3, 6]])


def test_another_setting_or_kind_is_another_feature(entries: list[Entry], tmp_path: Path) -> None:
    one = build_matrix(entries, "mfcc", SHORT, tmp_path / "cache")
    other = build_matrix(entries, "mfcc", SHORT | {"reverse": True}, tmp_path / "cache")
    levels = build_matrix(entries, "log_mel", SHORT | {"n_mels": 40}, tmp_path / "cache")
    assert one.X.shape == other.X.shape == levels.X.shape
    assert np.abs(one.X - other.X).max() > 1.0
    assert np.abs(one.X - levels.X).max() > 1.0


def test_a_changed_file_is_read_again(
    entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = np.array(build_matrix(entries, "mean_mfcc", SHORT, tmp_path / "cache").X)
    write_entry(entries[5].path, harmonics(1500.0, 0.5, NSYNTH_SR))
    later_ns = time.time_ns() + 10**9
    os.utime(entries[5].path, ns=(later_ns, later_ns))
    computed = Counter(monkeypatch)
    after = build_matrix(entries, "mean_mfcc", SHORT, tmp_path / "cache").X
    assert computed.keys == [entries[5].key]
    assert np.flatnonzero(np.abs(after - before).max(axis=1) > 1e-6).tolist() == [5]


def test_two_processes_compute_the_same(entries: list[Entry], tmp_path: Path) -> None:
    alone = build_matrix(entries, "mfcc_image", SHORT, tmp_path / "alone")
    try:
        together = build_matrix(entries, "mfcc_image", SHORT, tmp_path / "together", jobs=2)
    finally:
        stop_workers()
    assert together.X.dtype == np.uint8
    np.testing.assert_array_equal(alone.X, together.X)


def test_progress_reaches_the_end(entries: list[Entry], tmp_path: Path, few_a_shard: None) -> None:
    told: list[tuple[int, int]] = []
    build_matrix(entries, "scalars", SHORT, tmp_path / "c", progress=lambda *numbers: told.append(numbers))
    assert told == [(4, 12), (8, 12), (12, 12), (12, 12)]


def test_sounds_that_cannot_be_used_are_left_out_and_named(entries: list[Entry], tmp_path: Path) -> None:
    entries[2].path.write_bytes(b"RIFF but no more")
    gone = entry_of(tmp_path / "gone.wav")
    table = build_matrix([gone, *entries], "mean_mfcc", SHORT, tmp_path / "cache")
    assert table.keys == tuple(entry.key for entry in entries if entry is not entries[2])
    assert table.left_out == (
        ("gone", f"{gone.path} could not be read as audio."),
        (entries[2].key, f"{entries[2].path} could not be read as audio."),
    )
    np.testing.assert_array_equal(table.X[2], feature("mean_mfcc", entries[3], SHORT))


def test_where_nothing_can_be_used_one_sentence(tmp_path: Path) -> None:
    gone = entry_of(tmp_path / "gone.wav")
    with pytest.raises(CorpusError, match=r"None of 1 sounds can be used, .* could not be read as audio\.$"):
        build_matrix([gone], "mfcc", SHORT, tmp_path / "cache")
    with pytest.raises(CorpusError, match=r"None of 0 sounds can be used\.$"):
        build_matrix([], "mfcc", SHORT, tmp_path / "cache")


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_the_listing_is_told(
    entries: list[Entry], tmp_path: Path, few_a_shard: None, jobs: int
) -> None:
    def damaged_listing() -> Iterator[Entry]:
        for _ in range(5):
            yield from (entry_of(tmp_path / f"{k}.wav", key=str(k)) for k in range(4))
            yield from entries
        raise CorpusError("The list of sounds is damaged.")

    try:
        with pytest.raises(CorpusError, match=r"^The list of sounds is damaged\.$"):
            build_matrix(damaged_listing(), "mean_mfcc", SHORT, tmp_path / "cache", jobs=jobs)
    finally:
        stop_workers()


def full_disk(_: Path) -> IO[bytes]:
    return Path("/dev/full").open("wb")


@pytest.mark.usefixtures("few_a_shard")
def test_a_full_disk_is_one_sentence_and_loses_nothing(
    entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    opened: list[Path] = []
    new_file = cache_shards._new_file

    def on_a_disk_that_fills_up(path: Path) -> IO[bytes]:
        opened.append(path)
        # Two files make a shard; the second shard still fits.
        return new_file(path) if len(opened) <= 4 else full_disk(path)

    with monkeypatch.context() as patch:
        patch.setattr(cache_shards, "_new_file", on_a_disk_that_fills_up)
        with pytest.raises(CorpusError) as caught:
            build_matrix(entries, "mfcc", SHORT, folder)
    assert str(caught.value) == (
        f"The disk with {folder} is full; what was computed so far is kept for the next start."
    )
    assert not list(folder.rglob("*.part"))
    computed = Counter(monkeypatch)
    table = build_matrix(entries, "mfcc", SHORT, folder)
    assert computed.keys == [entry.key for entry in entries[8:]]
    np.testing.assert_array_equal(table.X, [feature("mfcc", entry, SHORT) for entry in entries])


def test_a_disk_that_is_full_when_the_table_is_written(
    entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_matrix(entries[:6], "mfcc", SHORT, tmp_path / "cache")
    build_matrix(entries[6:], "mfcc", SHORT, tmp_path / "cache")
    monkeypatch.setattr(cache_shards, "_new_file", full_disk)
    with pytest.raises(CorpusError, match=r"^The disk with .* is full"):
        build_matrix(entries, "mfcc", SHORT, tmp_path / "cache")


def test_a_folder_that_is_a_file(entries: list[Entry], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    with pytest.raises(CorpusError, match=r"^Features cannot be kept in .*cache: "):
        build_matrix(entries, "mfcc", SHORT, tmp_path / "cache")


@pytest.mark.usefixtures("few_a_shard")
@pytest.mark.parametrize("damage", ["cut", "no rows", "no array", "another shape"])
def test_a_damaged_shard_is_computed_again(
    entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    whole = np.array(build_matrix(entries, "mean_mfcc", SHORT, tmp_path / "cache").X)
    shard = sorted(tmp_path.rglob("*.rows.npy"))[0]
    if damage == "cut":
        os.truncate(shard, shard.stat().st_size - 5)
    elif damage == "no rows":
        shard.unlink()
    elif damage == "no array":
        shard.write_bytes(b"")
    else:
        np.save(shard, np.zeros((4, 39), np.float32))
    computed = Counter(monkeypatch)
    for table in tmp_path.rglob("*.table.npy"):
        table.unlink()
    np.testing.assert_array_equal(build_matrix(entries, "mean_mfcc", SHORT, tmp_path / "cache").X, whole)
    assert len(computed.keys) == 4


def test_what_a_killed_program_left_is_removed_after_a_day(entries: list[Entry], tmp_path: Path) -> None:
    build_matrix(entries, "mean_mfcc", SHORT, tmp_path / "cache")
    (folder,) = (tmp_path / "cache").iterdir()
    for age_s in (60, 200_000):
        for name in ("a.part", "b.rows.npy"):
            path = folder / f"{age_s}{name}"
            path.write_bytes(b"half")
            os.utime(path, (time.time() - age_s,) * 2)
    build_matrix(entries, "mean_mfcc", SHORT, tmp_path / "cache")
    assert (folder / "60a.part").is_file()
    assert (folder / "60b.rows.npy").is_file()
    assert not list(folder.glob("200000*"))


BUILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from lab_sounds import entry_of
from desktop_app.training.lab import cache
cache._SHARD_SOUNDS = 4
entries = [entry_of(path) for path in sorted(Path(sys.argv[2]).glob("*.wav"))]
def progress(done, total):
    print(done, flush=True)
    if done == 16:
        time.sleep(600)
cache.build_matrix(entries, "spectrogram_image", {"image_size": 120}, Path(sys.argv[3]), progress=progress)
"""


FILL = """
import resource, sys
from pathlib import Path
import numpy as np
from desktop_app.training.lab import cache_shards
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
with cache_shards.clear_errors(Path("cache")):
    cache_shards.write_shard(Path(sys.argv[1]), [1, 2], np.zeros((2, 100_000), np.uint8))
"""


def test_a_file_that_ends_in_the_middle_tells_why(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", FILL, str(tmp_path)], capture_output=True, text=True)
    assert run.stderr.endswith("CorpusError: Features cannot be kept in cache: File too large.\n")
    assert not list(tmp_path.iterdir())


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = write_entries(tmp_path / "audio", 40, seconds=0.2)
    command = [sys.executable, "-c", BUILD, str(Path(__file__).parent), str(tmp_path / "audio")]
    with subprocess.Popen([*command, str(tmp_path / "cache")], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert [int(program.stdout.readline()) for _ in range(4)] == [4, 8, 12, 16]
        program.send_signal(signal.SIGKILL)
    assert program.returncode == -signal.SIGKILL
    computed = Counter(monkeypatch)
    resumed = build_matrix(entries, "spectrogram_image", {"image_size": 120}, tmp_path / "cache")
    assert len(computed.keys) == 40 - 16
    shutil.rmtree(tmp_path / "cache")
    again = build_matrix(entries, "spectrogram_image", {"image_size": 120}, tmp_path / "cache")
    np.testing.assert_array_equal(resumed.X, again.X)


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    y = harmonics(200.0, 0.1, NSYNTH_SR)

    def stream(n: int) -> Iterator[Entry]:
        for k in range(n):
            yield write_entry(tmp_path / "audio" / f"{k}.wav", y)

    def peak_bytes(n: int) -> int:
        tracemalloc.start()
        try:
            build_matrix(stream(n), "mfcc", {"seconds": 2.0}, tmp_path / f"cache{n}")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_bytes(1)
    row_bytes = 40 * 87 * 4
    assert peak_bytes(500) - peak_bytes(150) < 350 * row_bytes / 4
