# SPDX-License-Identifier: MIT
"""The job that lists a corpus: what it tells, how far it is, and what it leaves on the disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.domain.errors import CorpusError
from desktop_app.jobs.corpus_index import index_corpus

N_NOTES = 4500


def write_listing(folder: Path, qualities: tuple[int, ...] = (1,) + (0,) * 9) -> Path:
    row = {
        "instrument_str": "flute_acoustic_000",
        "pitch": 60,
        "velocity": 100,
        "qualities": qualities,
        "instrument_family_str": "flute",
        "instrument_source_str": "acoustic",
    }
    folder.mkdir()
    rows = {f"flute_acoustic_{k:04d}-060-100": row for k in range(N_NOTES)}
    (folder / "examples.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


def test_tells_what_the_corpus_has_and_how_far_it_is(tmp_path: Path) -> None:
    told: list[float | None] = []
    folder = write_listing(tmp_path / "nsynth-test")
    found = index_corpus(str(folder), str(tmp_path / "cache"), told.append)
    assert (found.name, found.n_entries, found.folder) == ("nsynth-test", N_NOTES, folder)
    assert (found.sources, found.parts) == (("acoustic",), ("test",))
    assert found.n_banks == 1
    assert found.has_pitch
    assert found.has_velocity
    assert found.has_qualities
    assert told[0] is None
    fractions = [fraction for fraction in told if fraction is not None]
    assert fractions == sorted(fractions)
    assert 0.8 < fractions[-1] < 1.0
    told.clear()
    assert index_corpus(str(folder), str(tmp_path / "cache"), told.append) == found
    assert told == [None]  # it was there


def test_sounds_without_any_quality_tell_none(tmp_path: Path) -> None:
    folder = write_listing(tmp_path / "corpus", qualities=(0,) * 10)
    assert not index_corpus(str(folder), str(tmp_path / "cache"), lambda _fraction: None).has_qualities


def test_removes_what_a_killed_process_left_and_nothing_of_a_living_one(tmp_path: Path) -> None:
    folder, cache = write_listing(tmp_path / "corpus"), tmp_path / "cache"
    file = index_corpus(str(folder), str(cache), lambda _fraction: None).file
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left, living = (file.with_suffix(f".{pid}.part") for pid in (gone.pid, os.getppid()))
    for path in (left, living):
        path.write_bytes(b"half an index")
    file.unlink()
    index_corpus(str(folder), str(cache), lambda _fraction: None)
    assert sorted(cache.iterdir()) == sorted([file, living])


def test_no_corpus_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"holds no corpus.*\.$"):
        index_corpus(str(tmp_path), str(tmp_path / "cache"), lambda _fraction: None)
