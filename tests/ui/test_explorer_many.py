# SPDX-License-Identifier: MIT
"""300,000 sounds: opened at once, scrolled without lag, and nothing read that is not seen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from explorer_tools import InstantJobs, feature_of
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.io.corpora.entry import Corpus, Entry
from desktop_app.io.corpora.index import open_index
from desktop_app.jobs.corpus_index import IndexedCorpus
from desktop_app.ui.explorer.control import ExplorerControl

N_SOUNDS = 300_000
MARGIN = 3  # rows that Qt may ask for beside those in sight
OPENING_S = 0.5
STEP_S = 0.05


class ManySounds:
    """A corpus of that many sounds; none of them exists."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name, self.kind, self.rate = folder, "many", "nsynth", 16_000
        self.classes = FAMILIES

    def iter_entries(self, _part: str | None = None) -> Iterator[Entry]:
        for k in range(N_SOUNDS):
            family = FAMILIES[k % 11]
            yield Entry(
                f"{family}-{k:06d}",
                self.folder / "audio" / f"{k}.wav",
                (family,),
                f"many/{k // 88}",
                family,
                SOURCES[k % 3],
                21 + k % 88,
                100,
                (),
                "many",
                "train",
                False,
            )

    def listings(self) -> list[Path]:
        return []

    def __len__(self) -> int:
        return N_SOUNDS


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> IndexedCorpus:
    folder = tmp_path_factory.mktemp("many")
    corpus: Corpus = ManySounds(folder)
    with open_index(corpus, folder / "cache") as index:
        return IndexedCorpus(
            index.file, folder, "many", len(index), FAMILIES, SOURCES, ("train",), 1, True, True, False
        )


class Watched:
    """The rows that the table asks for, and the sounds that are read for it."""

    def __init__(self, control: ExplorerControl) -> None:
        self.rows: set[int] = set()
        self.read: set[int] = set()
        model = control.window.model
        data, entry = model.data, model.entry

        def watched_data(index: QModelIndex, role: int = 0) -> object:
            self.rows.add(index.row())
            return data(index, role)

        def watched_entry(number: int) -> Entry:
            self.read.add(number)
            return entry(number)

        model.data, model.entry = watched_data, watched_entry


@pytest.fixture
def explorer(start: StartProgram, world: FakeWorld) -> ExplorerControl:
    feature = feature_of(start(world.services))
    feature.jobs = InstantJobs()
    return feature.opened()


def rows_in_sight(control: ExplorerControl) -> range:
    table = control.window.table
    first = table.rowAt(0)
    last = table.rowAt(table.viewport().height() - 1)
    return range(first, (last if last >= 0 else control.window.model.rowCount() - 1) + 1)


def test_opens_at_once_and_reads_what_is_seen(
    explorer: ExplorerControl, indexed: IndexedCorpus, qtbot: QtBot
) -> None:
    watched = Watched(explorer)
    explorer.window.show()
    begin_s = time.process_time()
    explorer._show_corpus(indexed)
    QApplication.processEvents()
    explorer.window.table.viewport().repaint()
    assert time.process_time() - begin_s < OPENING_S
    assert explorer.window.model.rowCount() == N_SOUNDS
    assert explorer.window.count_label.text() == "300,000 of 300,000 sounds"
    sight = rows_in_sight(explorer)
    assert 10 < len(sight) < 80
    assert set(sight) <= watched.rows <= set(range(sight.stop + MARGIN))
    assert watched.read <= set(range(sight.stop + MARGIN))


def test_scrolls_without_lag(explorer: ExplorerControl, indexed: IndexedCorpus, qtbot: QtBot) -> None:
    explorer.window.show()
    explorer._show_corpus(indexed)
    QApplication.processEvents()
    watched = Watched(explorer)
    table = explorer.window.table
    bar, steps_s = table.verticalScrollBar(), []
    for place in (100, 149_000, 149_010, 299_000, bar.maximum(), 7):
        watched.rows.clear()
        begin_s = time.process_time()
        bar.setValue(place)
        table.viewport().repaint()
        steps_s.append(time.process_time() - begin_s)
        sight = rows_in_sight(explorer)
        assert sight.start in (place - 1, place)  # the end is shown whole, so another row begins above
        wide = set(range(sight.start - MARGIN, sight.stop + MARGIN))
        assert set(sight) <= watched.rows <= wide
    assert sorted(steps_s)[len(steps_s) // 2] < STEP_S


def test_filters_and_goes_to_the_last(
    explorer: ExplorerControl, indexed: IndexedCorpus, qtbot: QtBot
) -> None:
    explorer.window.show()
    explorer._show_corpus(indexed)
    watched = Watched(explorer)
    filters = explorer.window.filters
    filters.label.setCurrentIndex(filters.label.findData("flute"))
    filters.low.setValue(100)
    n_wanted = sum(1 for k in range(N_SOUNDS) if k % 11 == 2 and 21 + k % 88 >= 100)
    wait_for(qtbot, lambda: explorer.window.model.rowCount() == n_wanted)
    explorer.window.select_row(n_wanted - 1)
    QApplication.processEvents()
    assert explorer.entry.key == f"flute-{max(k for k in range(N_SOUNDS) if k % 11 == 2 and k % 88 >= 79)}"
    assert len(watched.read) < 300
