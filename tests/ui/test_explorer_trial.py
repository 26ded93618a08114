# SPDX-License-Identifier: MIT
"""A model is tested on all sounds that are shown, a few at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from explorer_tools import (
    InstantJobs,
    choose_model,
    nsynth_name,
    open_explorer,
    with_models,
    write_nsynth,
)
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.ui.explorer.control import ExplorerControl
from desktop_app.ui.explorer.trial import duration_words

N_NOTES = 12


@pytest.fixture
def jobs() -> InstantJobs:
    return InstantJobs()


@pytest.fixture
def explorer(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, jobs: InstantJobs
) -> ExplorerControl:
    program = start(with_models(world.services, "broken"))
    return open_explorer(program, qtbot, write_nsynth(tmp_path / "corpus", N_NOTES), jobs)


def test_on_all_sounds(explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs) -> None:
    window = explorer.window
    window.test_button.click()
    assert window.work.isVisible()
    assert window.work_label.text() == "Testing the model: 0 of 12…"
    wait_for(qtbot, lambda: not explorer.trial.is_running)
    assert {*jobs.tested, nsynth_name(0)} == {nsynth_name(k) for k in range(N_NOTES)}
    assert window.mistakes_label.text() == "8 mistakes in 12 answers (33 % right)"
    assert not window.work.isVisible()
    assert window.model.index(0, 2).data() == "✓ Strings"
    assert window.model.index(1, 2).data() == "✗ Strings"
    window.sound.next_button.click()
    assert explorer.number == 1


def test_only_what_is_shown_and_not_twice(explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs) -> None:
    window = explorer.window
    window.filters.label.setCurrentIndex(window.filters.label.findData("flute"))
    wait_for(qtbot, lambda: window.model.rowCount() == 4)
    window.test_button.click()
    wait_for(qtbot, lambda: not explorer.trial.is_running)
    assert jobs.tested == [nsynth_name(k) for k in (1, 4, 7, 10)]
    window.filters.clear_button.click()
    wait_for(qtbot, lambda: window.model.rowCount() == N_NOTES)
    window.test_button.click()
    wait_for(qtbot, lambda: not explorer.trial.is_running)
    everything = {nsynth_name(k) for k in range(N_NOTES)}
    assert everything - {nsynth_name(0)} <= set(jobs.tested)  # the first was looked at
    assert len(jobs.tested) == len(set(jobs.tested))
    assert window.mistakes_label.text() == "8 mistakes in 12 answers (33 % right)"


def test_goes_on_while_the_filter_changes_and_sounds_are_looked_at(
    explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs
) -> None:
    window = explorer.window
    window.test_button.click()
    window.filters.label.setCurrentIndex(window.filters.label.findData("bass"))
    wait_for(qtbot, lambda: window.model.rowCount() == 4)
    window.select_row(3)
    wait_for(qtbot, lambda: explorer.is_read and not explorer.trial.is_running)
    assert set(jobs.tested) >= {nsynth_name(k) for k in range(1, N_NOTES)}
    assert window.mistakes_label.text() == "4 mistakes in 4 answers (0 % right)"


def test_cancel_keeps_the_answers_so_far(explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs) -> None:
    explorer.window.test_button.click()
    wait_for(qtbot, lambda: len(jobs.tested) >= 2)
    qtbot.mouseClick(explorer.window.cancel_button, Qt.MouseButton.LeftButton)
    assert not explorer.trial.is_running
    assert not explorer.window.work.isVisible()
    n_tested = len(jobs.tested)
    qtbot.wait(200)
    assert len(jobs.tested) == n_tested < N_NOTES
    assert set(jobs.tested) <= {nsynth_name(k) for k in explorer.choice.current.numbers()}


def test_closing_the_window_ends_it(explorer: ExplorerControl) -> None:
    explorer.window.test_button.click()
    explorer.window.close()
    assert not explorer.trial.is_running


def test_unread_sounds_are_counted(explorer: ExplorerControl, qtbot: QtBot) -> None:
    for number in (2, 5):
        explorer.window.model.entry(number).path.unlink()
    explorer.window.test_button.click()
    wait_for(qtbot, lambda: not explorer.trial.is_running)
    assert explorer.window.banner.label.text() == "2 sounds are missing or could not be read."
    assert "in 10 answers" in explorer.window.mistakes_label.text()


def test_a_damaged_model_ends_it(explorer: ExplorerControl, qtbot: QtBot) -> None:
    choose_model(explorer, qtbot, "broken")
    explorer.window.test_button.click()
    wait_for(qtbot, explorer.window.banner.isVisible)
    assert explorer.window.banner.label.text() == "The model is damaged."
    assert not explorer.trial.is_running
    assert not explorer.window.work.isVisible()


def test_another_corpus_ends_it(
    explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs, tmp_path: Path
) -> None:
    explorer.window.test_button.click()
    explorer.open(write_nsynth(tmp_path / "other", 6))
    assert not explorer.trial.is_running
    wait_for(qtbot, lambda: explorer.corpus.name == "other")
    assert not jobs.tested
    assert explorer.choice.current.numbers().size == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"),
        (59.0, "about 59 seconds"),
        (61.0, "about 1 minute"),
        (3600.0, "about 1 hour"),
        (7000.0, "about 2 hours"),
    ],
)
def test_the_time_left_in_words(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words
