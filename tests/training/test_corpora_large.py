# SPDX-License-Identifier: MIT
"""All of NSynth, 305,979 notes, listed, indexed and split within a bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from published_corpora import nsynth_row

from desktop_app.domain.labels import FAMILIES, SOURCES

N_NOTES = {"train": 289_205, "valid": 12_678, "test": 4_096}
MAX_RSS_MIB = 200
MAX_SPLIT_RSS_MIB = 300  # all entries at once, in several lists


def _listing(n_notes: int) -> Iterator[str]:
    """The text of an ``examples.json``, an entry at a time."""
    for k in range(n_notes):
        family, source, turn = FAMILIES[k % 11], SOURCES[k // 11 % 3], k // 33
        pitch, velocity = 21 + turn % 88, (25, 50, 75, 100, 127)[turn // 88 % 5]
        name = f"{family}_{source}_{turn // 440:03d}-{pitch:03d}-{velocity:03d}"
        row = json.dumps(nsynth_row(name, family, source, pitch, velocity, k))
        yield f'{"," if k else "{"}\n  "{name}": {row}'
    yield "\n}\n"


@pytest.fixture(scope="module")
def all_of_nsynth(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "nsynth"
    for part, n_notes in N_NOTES.items():
        place = folder / f"nsynth-{part}"
        place.mkdir(parents=True)
        with (place / "examples.json").open("w", encoding="utf-8") as file:
            file.writelines(_listing(n_notes))
    return folder


_PROGRAM = """
    import json, sys, time
    from pathlib import Path

    import psutil

    from desktop_app.io.corpora import open_corpus
    from desktop_app.io.corpora.index import open_index
    from desktop_app.io.corpora.index_filter import Filter

    process, rss = psutil.Process(), []

    def watch(number):
        if number % 2000 == 0:
            rss.append(process.memory_info().rss)

    corpus, cache = open_corpus(Path(sys.argv[1])), Path(sys.argv[2])
    n_streamed = 0
    for n_streamed, entry in enumerate(corpus.iter_entries(), 1):
        watch(n_streamed)
    open_index(corpus, cache, watch).close()
    start_s = time.perf_counter()
    index = open_index(corpus, cache, watch)
    open_s = time.perf_counter() - start_s
    start_s = time.perf_counter()
    for number in range(0, len(index), len(index) // 1000):
        index.entry(number)
    row_s = (time.perf_counter() - start_s) / 1000
    start_s = time.perf_counter()
    found = index.numbers(Filter(families=frozenset({"flute"}), midi=(60, 72), parts=frozenset({"train"})))
    filter_s = time.perf_counter() - start_s
    watch(0)
    print(json.dumps({"streamed": n_streamed, "indexed": len(index), "found": len(found),
                      "rss_mib": max(rss) / 2**20, "open_s": open_s, "row_s": row_s, "filter_s": filter_s}))
"""


_SPLIT = """
    import json, sys
    from pathlib import Path

    import psutil

    from desktop_app.io.corpora import open_corpus
    from desktop_app.training.lab.recipe import SplitSettings
    from desktop_app.training.lab.splits_lab import split_entries

    entries = list(open_corpus(Path(sys.argv[1])).iter_entries())
    parts = split_entries(entries, [], [], SplitSettings(kind="instrument"))
    print(json.dumps({"sizes": {name: len(part) for name, part in parts.items()},
                      "rss_mib": psutil.Process().memory_info().rss / 2**20}))
"""


def _run(program: str, *arguments: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(done.stdout)
    return json.loads(done.stdout)


def test_all_of_nsynth_is_listed_and_indexed_in_bounded_memory(all_of_nsynth, tmp_path):
    assert sum(path.stat().st_size for path in all_of_nsynth.rglob("*.json")) > 100e6
    figures = _run(_PROGRAM, all_of_nsynth, tmp_path)
    assert figures["streamed"] == figures["indexed"] == sum(N_NOTES.values()) == 305_979
    assert 0 < figures["found"] < 305_979
    assert figures["rss_mib"] < MAX_RSS_MIB
    assert figures["row_s"] < 0.005
    assert figures["open_s"] < 0.5
    assert figures["filter_s"] < 1.0


def test_all_of_nsynth_is_split_in_bounded_memory(all_of_nsynth):
    figures = _run(_SPLIT, all_of_nsynth)
    sizes = figures["sizes"]
    assert sum(sizes.values()) == 305_979
    assert (sizes["official valid"], sizes["official test"]) == (12_678, 4_096)
    assert sizes["unseen instrument"] > 10_000
    assert figures["rss_mib"] < MAX_SPLIT_RSS_MIB
