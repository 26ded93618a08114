# SPDX-License-Identifier: MIT
"""The explorer: filters, pictures, answers, mistakes, sound and the way to the main view."""

from __future__ import annotations

from pathlib import Path

import pytest
from explorer_tools import (
    FAMILIES_HERE,
    InstantJobs,
    choose_model,
    feature_of,
    nsynth_name,
    open_explorer,
    with_models,
    write_nsynth,
    write_results,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.ui.explorer.control import ExplorerControl
from desktop_app.ui.program import Program


@pytest.fixture
def program(start: StartProgram, world: FakeWorld) -> Program:
    return start(with_models(world.services, "another"))


@pytest.fixture
def jobs() -> InstantJobs:
    return InstantJobs()


@pytest.fixture
def explorer(program: Program, qtbot: QtBot, tmp_path: Path, jobs: InstantJobs) -> ExplorerControl:
    return open_explorer(program, qtbot, write_nsynth(tmp_path / "corpus"), jobs)


def shown(control: ExplorerControl) -> list[str]:
    model = control.window.model
    return [model.entry(int(number)).key for number in model.numbers]


def choose_row(control: ExplorerControl, qtbot: QtBot, row: int) -> None:
    """Choose a sound and wait for its analysis."""
    control.window.select_row(row)
    wait_for(qtbot, lambda: control.choice.current.get(control.number) is not None)


def set_combo(combo, data: str) -> None:
    combo.setCurrentIndex(combo.findData(data))


class TestTheCommand:
    def test_asks_for_a_folder_and_stays_beside_the_main_window(
        self, program: Program, qtbot: QtBot, tmp_path: Path
    ) -> None:
        feature = feature_of(program)
        feature.jobs = InstantJobs()
        program.window.named_actions["explore"].trigger()
        window = feature.control.window
        assert window.isVisible()
        assert not window.isModal()
        [dialog] = window.findChildren(QFileDialog)
        dialog.fileSelected.emit(str(write_nsynth(tmp_path / "corpus")))
        dialog.reject()
        wait_for(qtbot, lambda: window.model.rowCount() == 12)
        assert window.corpus_label.text() == "corpus: 12 sounds"

    def test_shows_the_same_window_again(self, program: Program, explorer: ExplorerControl) -> None:
        explorer.window.close()
        program.window.named_actions["explore"].trigger()
        assert explorer.window.isVisible()
        assert explorer.window.model.rowCount() == 12
        assert not explorer.window.findChildren(QFileDialog)


class TestFilters:
    def test_each_filter(self, explorer: ExplorerControl, qtbot: QtBot) -> None:
        filters = explorer.window.filters
        everything = [nsynth_name(k) for k in range(12)]
        assert shown(explorer) == everything
        for change, wanted in (
            (lambda: set_combo(filters.label, "flute"), everything[1::3]),
            (lambda: set_combo(filters.source, "electronic"), everything[1::2]),
            (lambda: set_combo(filters.part, "valid"), everything[6:]),
            (lambda: set_combo(filters.quality, "dark"), [everything[1], everything[11]]),
            (lambda: filters.low.setValue(57), everything[9:]),
            (lambda: filters.high.setValue(50), everything[:3]),
            (lambda: filters.text.setText("BASS_aco"), [everything[2], everything[8]]),
        ):
            change()
            wait_for(qtbot, lambda wanted=wanted: shown(explorer) == wanted)
            assert explorer.window.count_label.text() == f"{len(wanted)} of 12 sounds"
            filters.clear_button.click()
            wait_for(qtbot, lambda: shown(explorer) == everything)

    def test_filters_join(self, explorer: ExplorerControl, qtbot: QtBot) -> None:
        set_combo(explorer.window.filters.label, "bass")
        set_combo(explorer.window.filters.part, "train")
        wait_for(qtbot, lambda: shown(explorer) == [nsynth_name(2), nsynth_name(5)])

    def test_pitch_by_name_or_number(self, explorer: ExplorerControl) -> None:
        spin = explorer.window.filters.low
        spin.lineEdit().setText("c#4")
        assert spin.valueFromText("c#4") == 61
        assert spin.valueFromText("70") == 70
        assert spin.textFromValue(69) == "A4"

    def test_chosen_sound_stays_where_it_still_fits(self, explorer: ExplorerControl, qtbot: QtBot) -> None:
        choose_row(explorer, qtbot, 4)
        set_combo(explorer.window.filters.label, "flute")
        wait_for(qtbot, lambda: explorer.window.model.rowCount() == 4)
        assert explorer.entry.key == nsynth_name(4)
        assert explorer.window.table.currentIndex().row() == 1
        set_combo(explorer.window.filters.label, "bass")
        wait_for(qtbot, lambda: explorer.entry is None)
        assert explorer.window.sound.title.text() == "No sound is chosen"


class TestOneSound:
    def test_truth_answer_and_pictures(self, explorer: ExplorerControl, qtbot: QtBot) -> None:
        sound = explorer.window.sound
        choose_row(explorer, qtbot, 0)
        assert sound.title.text() == nsynth_name(0)
        assert sound.truth.text() == "Corpus: Strings"
        assert sound.answer.text() == "Answer: Strings, sure (90 %) – right"
        assert "C3 (MIDI 48)" in sound.facts.text()
        assert "bright" in sound.facts.text()
        bars = dict(zip(sound.bars.names, sound.bars.percent, strict=True))
        assert bars["string"] == 90
        assert sound.bars.truth == {"string"}
        views = sound.views
        visible = [n for n in ("waveform", "mel", "roll", "family", "mfcc") if views.is_view_visible(n)]
        assert visible == ["waveform", "mel", "mfcc"]
        wait_for(qtbot, lambda: views.waveform.wave.tile is not None)
        choose_row(explorer, qtbot, 1)
        assert sound.answer.text().endswith("a mistake")
        assert sound.bars.truth == {"flute"}

    def test_running_through_the_list_analyses_only_where_it_rests(
        self, explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs
    ) -> None:
        wait_for(qtbot, lambda: explorer.choice.current.get(0) is not None)
        explorer._settle.setInterval(1000)  # however slow the machine is
        explorer.window.table.setFocus()
        for _ in range(8):
            qtbot.keyClick(explorer.window.table, Qt.Key.Key_Down)
        number = explorer.number
        assert number == 8
        wait_for(qtbot, lambda: explorer.choice.current.get(number) is not None)
        assert [path.stem for path in jobs.analysed] == [nsynth_name(0), nsynth_name(number)]

    def test_plays_when_it_is_read(
        self, explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs, world: FakeWorld
    ) -> None:
        jobs.is_held = True
        explorer.window.select_row(3)
        explorer.window.table.setFocus()
        qtbot.keyClick(explorer.window.table, Qt.Key.Key_Space)
        assert not explorer.playback.is_playing
        jobs.is_held = False
        wait_for(qtbot, lambda: explorer.playback.is_playing)
        assert world.players[-1].path.stem == nsynth_name(3)
        wait_for(qtbot, lambda: explorer.window.sound.play_button.text() == "&Pause")
        explorer.window.sound.play_button.click()
        assert not explorer.playback.is_playing
        explorer.window.sound.play_button.click()
        assert explorer.playback.is_playing
        explorer.window.select_row(5)
        assert not explorer.playback.is_playing

    def test_another_model_answers_about_the_same_pictures_and_sound(
        self, explorer: ExplorerControl, qtbot: QtBot, jobs: InstantJobs
    ) -> None:
        choose_row(explorer, qtbot, 3)
        explorer.toggle_play()
        explorer.toggle_play()
        explorer.window.sound.views.set_visible_range(0.5, 1.0)
        choose_model(explorer, qtbot, "another")
        assert explorer.window.sound.answer.text() == "Analysing…"
        wait_for(qtbot, lambda: explorer.choice.current.get(3) is not None)
        assert [path.stem for path in jobs.analysed][-2:] == [nsynth_name(3)] * 2
        assert not explorer.playback.is_playing
        assert explorer.window.sound.views.visible_range() == (0.5, 1.0)

    def test_missing_sound_is_told_and_the_next_is_shown(
        self, explorer: ExplorerControl, qtbot: QtBot
    ) -> None:
        explorer.window.model.entry(2).path.unlink()
        explorer.window.select_row(2)
        wait_for(qtbot, lambda: "is missing" in explorer.window.sound.answer.text())
        choose_row(explorer, qtbot, 3)

    def test_sends_to_the_main_view(self, program: Program, explorer: ExplorerControl, qtbot: QtBot) -> None:
        choose_row(explorer, qtbot, 1)
        assert explorer.window.isActiveWindow()
        explorer.window.sound.send_button.click()
        wait_for(qtbot, program.window.isActiveWindow)
        wait_for(qtbot, lambda: program.controller.document is not None)
        assert program.controller.document.path == explorer.entry.path


class TestMistakes:
    def test_among_the_analysed(self, explorer: ExplorerControl, qtbot: QtBot) -> None:
        sound = explorer.window.sound
        assert not sound.next_button.isEnabled()
        for row in (0, 4, 1, 3):  # of these, 1 and 4 are no strings
            choose_row(explorer, qtbot, row)
        assert explorer.window.mistakes_label.text() == "2 mistakes in 4 answers (50 % right)"
        qtbot.keyClick(explorer.window, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
        assert explorer.number == 4
        sound.next_button.click()
        assert explorer.number == 1
        sound.previous_button.click()
        assert explorer.number == 4
        set_combo(explorer.window.filters.label, "string")
        wait_for(qtbot, lambda: not sound.next_button.isEnabled())

    def test_of_a_training(self, explorer: ExplorerControl, qtbot: QtBot, tmp_path: Path) -> None:
        keys = [nsynth_name(k) for k in (2, 7, 9, 11)] + ["of another corpus"]
        file = write_results(tmp_path / "made", keys, [2, 1, 0, 2, 0], [2, 0, 0, 1, 1])
        explorer.read_results(file)
        combo = explorer.window.answers_of
        wait_for(qtbot, lambda: combo.currentText() == "Training: Made recipe")
        assert explorer.window.mistakes_label.text() == "2 mistakes in 4 answers (50 % right)"
        sound = explorer.window.sound
        sound.next_button.click()
        assert explorer.number == 7
        assert sound.answer.text() == "Answer: Strings (80 %) – a mistake (random)"
        assert sound.bars.names == FAMILIES_HERE
        assert sound.bars.truth == {"flute"}
        sound.next_button.click()
        assert explorer.number == 11
        explorer.window.select_row(0)
        assert "not written an answer" in sound.answer.text()

    @pytest.mark.parametrize("damage", ["no metrics", "cut", "shape", "other corpus"])
    def test_damaged_results_are_told_in_one_sentence(
        self, explorer: ExplorerControl, qtbot: QtBot, tmp_path: Path, damage: str
    ) -> None:
        keys = ["unknown"] if damage == "other corpus" else [nsynth_name(0)]
        file = write_results(tmp_path / "made", keys, [0, 0] if damage == "shape" else [0], [0])
        if damage == "no metrics":
            (file.parent / "metrics.json").unlink()
        if damage == "cut":
            file.write_bytes(file.read_bytes()[:200])
        explorer.read_results(file)
        wait_for(qtbot, explorer.window.banner.isVisible)
        sentence = explorer.window.banner.label.text()
        assert sentence.count(".") == 2  # of the file's name, and at the end
        assert "predictions.npz" in sentence
