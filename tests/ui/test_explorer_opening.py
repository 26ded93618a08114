# SPDX-License-Identifier: MIT
"""Corpora are opened in the explorer, dropped on it, given up, and refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from explorer_tools import InstantJobs, nsynth_name, open_explorer, write_nsynth
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.ui.explorer.control import ExplorerControl


@pytest.fixture
def jobs() -> InstantJobs:
    return InstantJobs()


@pytest.fixture
def explorer(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, jobs: InstantJobs
) -> ExplorerControl:
    return open_explorer(start(world.services), qtbot, write_nsynth(tmp_path / "corpus"), jobs)


def test_shows_the_first_sound_and_the_arrows_go_on(explorer: ExplorerControl, qtbot: QtBot) -> None:
    assert explorer.window.sound.title.text() == nsynth_name(0)
    assert explorer.window.table.selectionModel().isRowSelected(0)
    assert explorer.window.focusWidget() is explorer.window.table
    qtbot.keyClick(explorer.window.table, Qt.Key.Key_Down)
    assert explorer.number == 1


def test_a_folder_is_dropped(explorer: ExplorerControl, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(write_nsynth(tmp_path / "other", n_notes=6)))])
    for kind in (QDragEnterEvent, QDropEvent):
        point = QPoint(5, 5) if kind is QDragEnterEvent else QPointF(5.0, 5.0)
        copy, left, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
        event = kind(point, copy, data, left, no_key)
        QApplication.sendEvent(explorer.window, event)
        assert event.isAccepted()
    wait_for(qtbot, lambda: explorer.corpus.name == "other")


def test_cancel_keeps_the_open_corpus(
    explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs, tmp_path: Path
) -> None:
    jobs.is_held = True
    explorer.open(write_nsynth(tmp_path / "other"))
    assert explorer.window.work.isVisible()
    qtbot.mouseClick(explorer.window.cancel_button, Qt.MouseButton.LeftButton)
    assert len(jobs.cancelled) == 1
    assert not explorer.window.work.isVisible()
    assert explorer.corpus.name == "corpus"
    assert explorer.window.model.rowCount() == 12


def test_another_corpus_forgets_the_answers_about_the_first(
    explorer: ExplorerControl, qtbot: QtBot, tmp_path: Path
) -> None:
    explorer.window.select_row(1)
    wait_for(qtbot, lambda: explorer.choice.current.get(1) is not None)
    first = explorer.corpus
    explorer.open(write_nsynth(tmp_path / "other", n_notes=6))
    wait_for(qtbot, lambda: explorer.corpus is not first)
    assert explorer.number == 0
    assert explorer.choice.current.get(1) is None
    assert explorer.window.model.rowCount() == 6


@pytest.mark.parametrize("damage", ["empty", "cut", "field"])
def test_broken_corpora_are_told_in_one_sentence(
    explorer: ExplorerControl, qtbot: QtBot, tmp_path: Path, damage: str
) -> None:
    folder = write_nsynth(tmp_path / "broken", with_sounds=False)
    listing = folder / "nsynth-train" / "examples.json"
    if damage == "empty":
        folder = tmp_path / "nothing"
        folder.mkdir()
    elif damage == "cut":
        listing.write_bytes(listing.read_bytes()[:400])
    else:
        listing.write_text(listing.read_text().replace("pitch", "picth"))
    explorer.open(folder)
    wait_for(qtbot, explorer.window.banner.isVisible)
    sentence = explorer.window.banner.label.text()
    assert sentence.endswith(".")
    assert str(folder) in sentence
    assert not explorer.window.work.isVisible()
    assert explorer.corpus.name == "corpus"
