# SPDX-License-Identifier: MIT
"""A Dask cluster computes the same features; without one there is one sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from lab_sounds import entry_of, write_entries

from desktop_app.training.lab import cache
from desktop_app.training.lab.cache import build_matrix
from desktop_app.training.rendering.presets import CorpusError


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two worker processes."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def test_two_workers_compute_the_same(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_SHARD_SOUNDS", 3)
    entries = [*write_entries(tmp_path / "audio", 12, seconds=0.5), entry_of(tmp_path / "gone.wav")]
    alone = build_matrix(entries, "mfcc", {}, tmp_path / "alone")
    told: list[tuple[int, int]] = []
    shared = build_matrix(
        entries,
        "mfcc",
        {},
        tmp_path / "shared",
        scheduler=scheduler,
        progress=lambda *numbers: told.append(numbers),
    )
    np.testing.assert_array_equal(alone.X, shared.X)
    assert shared.keys == alone.keys
    assert shared.left_out == alone.left_out != ()
    assert told[-1] == (13, 13)


def test_the_work_is_done_by_the_workers(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_here(*_: object) -> None:
        raise AssertionError("computed in this process")

    monkeypatch.setattr(cache, "feature", not_here)
    entries = write_entries(tmp_path / "audio", 4, seconds=0.2)
    assert build_matrix(entries, "scalars", {}, tmp_path / "c", scheduler=scheduler).X.shape == (4, 18)


def test_what_a_worker_cannot_do_is_one_sentence(scheduler: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"^None of 1 sounds can be used, .* could not be read as audio\.$"):
        build_matrix([entry_of(tmp_path / "gone.wav")], "mfcc", {}, tmp_path / "c", scheduler=scheduler)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere at all"])
def test_no_scheduler_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr("desktop_app.training.lab.cluster.CONNECT_TIMEOUT_S", 1)
    with pytest.raises(CorpusError) as caught:
        build_matrix([entry_of(tmp_path / "a.wav")], "mfcc", {}, tmp_path / "c", scheduler=address)
    assert str(caught.value) == f"No Dask scheduler answers at {address}."


def test_without_dask_the_sentence_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CorpusError, match=r"its extra 'cluster'\.$"):
        build_matrix([], "mfcc", {}, tmp_path / "c", scheduler="tcp://127.0.0.1:1")
