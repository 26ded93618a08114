# SPDX-License-Identifier: MIT
"""The bar, the Sound window and the speed trainer."""

from __future__ import annotations

from pathlib import Path

import pytest
from listening_tools import opened, player_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot
from window_fakes import LOUDSPEAKERS, FakeWorld, StartProgram, wait_for

from desktop_app.domain.listening import Mix
from desktop_app.ui.listening.listen_bar import ListenBar, shift_text
from desktop_app.ui.listening.sound_panel import SoundPanel
from desktop_app.ui.listening.trainer import SpeedTrainer, TrainerPlan
from desktop_app.ui.listening.trainer_dialog import TrainerDialog
from desktop_app.ui.program import Program


@pytest.fixture
def program(start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path) -> Program:
    return opened(start, world, qtbot, tmp_path / "note.wav")


@pytest.fixture
def bar(program: Program) -> ListenBar:
    return program.window.features[0].bar


@pytest.fixture
def panel(program: Program, bar: ListenBar) -> SoundPanel:
    QTest.mouseClick(bar.sound_button, Qt.MouseButton.LeftButton)
    return program.window.features[0].sound_panel


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_buttons_of_the_bar_change_speed_and_pitch(program: Program, bar: ListenBar) -> None:
    playback = program.controller.playback
    for button, speed, semitones in (
        (bar.slower_button, 0.95, 0.0),
        (bar.faster_button, 1.0, 0.0),
        (bar.faster_button, 1.05, 0.0),
        (bar.lower_button, 1.05, -1.0),
        (bar.higher_button, 1.05, 0.0),
    ):
        click(button)
        listening = playback.listening
        assert (listening.speed, listening.semitones) == (speed, semitones)
    next(action for action in bar.speed_button.menu().actions() if action.text() == "60 %").trigger()
    assert playback.listening.speed == 0.6
    assert bar.speed_button.text() == "60 %"
    assert bar.speed_slider.value() == 60


def test_slider_sets_the_speed_and_a_double_click_resets_it(program: Program, bar: ListenBar) -> None:
    playback = program.controller.playback
    bar.speed_slider.setValue(37)
    assert playback.listening.speed == 0.37
    assert bar.speed_button.text() == "37 %"
    QTest.mouseDClick(bar.speed_slider, Qt.MouseButton.LeftButton)
    assert playback.listening.speed == 1.0
    assert bar.speed_slider.value() == 100


def test_loop_button_shows_its_times(program: Program, bar: ListenBar) -> None:
    assert bar.loop_label.text() == ""
    click(bar.loop_button)
    assert not bar.loop_button.isChecked()  # there is none
    assert program.window.banner.isVisible()
    program.controller.playback.set_loop(1.25, 2.5)
    assert bar.loop_label.text() == "0:01.25\n0:02.50"
    assert bar.loop_button.isChecked()
    click(bar.loop_button)
    assert not program.controller.playback.listening.is_looping


def test_volume_is_heard_and_remembered(
    program: Program, bar: ListenBar, world: FakeWorld, start: StartProgram
) -> None:
    player = player_of(world, program)
    bar.volume_slider.setValue(50)
    assert player.mix.volume == pytest.approx(0.25)
    program.controller.playback.mix = Mix(volume=1.0)  # as a project does
    assert bar.volume_slider.value() == 100
    program.window.close()
    again = start(world.services)
    assert again.controller.playback.mix.volume == pytest.approx(0.25)
    assert again.window.features[0].bar.volume_slider.value() == 50


@pytest.mark.parametrize(("width", "has_pitch"), [(1100, False), (1400, True)])
def test_nothing_in_the_bar_is_cut(program: Program, bar: ListenBar, qapp, width, has_pitch) -> None:
    program.controller.playback.set_loop(1.0, 2.0)
    program.controller.playback.set_semitones(-2.15)
    program.window.resize(width, 700)
    qapp.processEvents()
    assert program.window.width() == width
    right = 0
    for widget in program.window.transport.findChildren(QToolButton) + bar.findChildren(QSlider):
        if widget.isVisible():
            assert widget.width() >= widget.minimumSizeHint().width()
            right = max(right, widget.mapTo(program.window, widget.rect().topRight()).x())
    assert right < width
    assert bar.pitch_button.isVisible() == has_pitch


def test_bar_grows_with_the_font(program: Program, bar: ListenBar) -> None:
    before = bar.minimumSizeHint()
    font = QFont(bar.font())
    font.setPointSizeF(1.5 * font.pointSizeF())
    bar.setFont(font)
    assert bar.minimumSizeHint().width() > before.width()


def test_live_sound_shows_its_level_instead(program: Program, bar: ListenBar, qtbot: QtBot) -> None:
    assert bar.isVisible()
    program.controller.toggle_listening()
    wait_for(qtbot, lambda: program.window.transport.level_meter.isVisible())
    assert not bar.isVisible()
    program.controller.toggle_listening()
    wait_for(qtbot, bar.isVisible)


def test_everything_has_a_name_a_tip_and_a_place_in_the_order(bar: ListenBar, panel: SoundPanel) -> None:
    kinds = (QToolButton, QSlider, QSpinBox, QComboBox)
    widgets = [w for kind in kinds for parent in (bar, panel) for w in parent.findChildren(kind)]
    assert len(widgets) > 14
    for widget in widgets:
        assert widget.accessibleName()
        assert widget.toolTip()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_shift_text() -> None:
    texts = [shift_text(value) for value in (0.0, 2.0, -2.15, 0.05, -0.001, 12.0)]
    assert texts == ["0 st", "+2 st", "−2.15 st", "+0.05 st", "0 st", "+12 st"]


def test_sound_window_changes_what_is_heard(
    program: Program, panel: SoundPanel, world: FakeWorld, qtbot: QtBot
) -> None:
    player = player_of(world, program)
    assert panel.isVisible()
    assert not panel.isModal()
    panel.balance.setValue(40)
    panel.metronome.click()
    panel.count_in.setValue(4)
    panel.semitones.setValue(-3)
    panel.cents.setValue(15)
    assert player.mix == Mix(1.0, 0.4, None, True, 4)
    assert player.tempo == (1.0, pytest.approx(-2.85))
    assert (panel.semitones.value(), panel.cents.value()) == (-3, 15)
    assert program.window.named_actions["metronome"].isChecked()
    assert program.settings.notes_percent == 40


def test_filter_has_presets_and_own_limits(program: Program, panel: SoundPanel) -> None:
    playback = program.controller.playback
    for name, band in (("Bass", (30.0, 250.0)), ("Melody", (250.0, 4000.0)), ("All", None)):
        panel.band.setCurrentText(name)
        panel.band.textActivated.emit(name)
        assert playback.mix.band_hz == band
    panel.low.setValue(100)
    assert playback.mix.band_hz == (100.0, 20_000.0)
    assert panel.band.currentText() == "Own"
    panel.high.setValue(50)  # below the lower limit: not yet
    assert playback.mix.band_hz == (100.0, 20_000.0)
    panel.low.setValue(40)
    assert playback.mix.band_hz == (40.0, 50.0)


def test_keys_of_listening_work_in_the_sound_window(
    program: Program, panel: SoundPanel, world: FakeWorld, qtbot: QtBot
) -> None:
    wait_for(qtbot, panel.isActiveWindow)
    panel.balance.setFocus()
    qtbot.keyClick(panel.balance, Qt.Key.Key_Space)
    assert program.controller.playback.is_playing
    qtbot.keyClick(panel.balance, Qt.Key.Key_Comma)
    assert program.controller.playback.listening.speed == 0.95
    panel.metronome.setFocus()
    qtbot.keyClick(panel.metronome, Qt.Key.Key_Space)
    assert program.controller.playback.mix.has_metronome
    assert program.controller.playback.is_playing


def test_loudspeaker_is_chosen_and_remembered(
    program: Program, panel: SoundPanel, world: FakeWorld, start: StartProgram, qtbot: QtBot
) -> None:
    player = player_of(world, program)
    wait_for(qtbot, lambda: panel.output.count() == 3)
    assert panel.output.itemText(0) == "System default (Built-in)"
    panel.output.setCurrentIndex(2)
    panel.output.activated.emit(2)
    assert player.device == LOUDSPEAKERS[1]
    program.window.close()
    again = start(world.services)
    wait_for(qtbot, lambda: again.controller.playback.device == LOUDSPEAKERS[1])
    world.outputs = LOUDSPEAKERS[:1]  # unplugged: the default plays
    again.window.features[0].show_sound()
    click(again.window.features[0].sound_panel.rescan)
    wait_for(qtbot, lambda: again.controller.playback.device is None)
    assert again.settings.output_name == "Headphones"


def test_metronome_without_beats_says_so(program: Program, panel: SoundPanel, qtbot: QtBot) -> None:
    qtbot.keyClick(program.window, Qt.Key.Key_K)
    assert program.controller.playback.mix.has_metronome
    qtbot.keyClick(program.window, Qt.Key.Key_K)
    assert not program.controller.playback.mix.has_metronome
    panel.set_has_beats(False)
    assert not panel.metronome.isEnabled()
    assert "No beats" in panel.metronome.toolTip()


def test_plan_of_the_trainer() -> None:
    assert TrainerPlan(50, 100, 20).speeds_percent() == (50, 70, 90, 100)
    assert TrainerPlan(100, 80, 10).speeds_percent() == (100, 90, 80)
    assert TrainerPlan(75, 75, 5).speeds_percent() == (75,)
    trainer = SpeedTrainer(TrainerPlan(50, 60, 10, 2))
    assert not trainer.hear(1.0, 5)  # not yet rendered: this does not count
    assert not trainer.hear(0.5, 5)
    assert (trainer.text, trainer.is_next_due) == ("50 % · 1 of 2", False)
    assert not trainer.hear(0.5, 6)
    assert (trainer.text, trainer.is_next_due) == ("50 % · 2 of 2", True)
    assert not trainer.hear(0.5, 7)  # rendering took longer than the loop
    assert trainer.text == "50 % · 2 of 2"
    assert trainer.hear(0.6, 8)
    assert (trainer.text, trainer.fraction) == ("60 % · last step", 1.0)
    assert not trainer.hear(0.6, 50)


def test_trainer_takes_no_step_for_what_sounded_before() -> None:
    trainer = SpeedTrainer(TrainerPlan(50, 100, 50, 1))
    assert not trainer.hear(1.0, 3)
    assert trainer.percent == 50


def test_trainer_grows_faster_after_the_repeats(program: Program, world: FakeWorld, qtbot: QtBot) -> None:
    playback = program.controller.playback
    program.window.named_actions["trainer"].trigger()
    dialog: TrainerDialog = program.window.features[0].trainer_dialog
    click(dialog.start_button)
    assert playback.training.trainer is None  # there is no loop
    playback.set_loop(1.0, 2.0)
    for box, value in ((dialog.first, 50), (dialog.last, 60), (dialog.step, 5), (dialog.repeats, 2)):
        box.setValue(value)
    click(dialog.start_button)
    player = world.players[-1]
    assert player.is_playing
    player.waits_for_end = True
    heard = []
    for _ in range(8):
        qtbot.wait(120)  # some ticks, in which the next speed may be asked for
        wait_for(qtbot, lambda: player.is_ready)
        player.pass_loop_end()
        heard.append(player.speed)
    assert heard == [0.5, 0.5, 0.55, 0.55, 0.6, 0.6, 0.6, 0.6]
    wait_for(qtbot, lambda: playback.listening.speed == 0.6)
    assert dialog.progress_label.text() == "60 % · last step"
    assert program.window.features[0].bar.hint_label.text() == "60 % · last step"
    assert program.settings.trainer_repeats == 2
    qtbot.keyClick(program.window, Qt.Key.Key_Comma)  # who chooses a speed has taken over
    wait_for(qtbot, lambda: playback.training.trainer is None)
    assert dialog.start_button.text() == "&Start"
