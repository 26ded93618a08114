# SPDX-License-Identifier: MIT
"""One note or several at once, the evidence that makes a note, tempo and key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, make_analysis, wait_for

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.thresholds import MONO_THRESHOLDS, POLY_THRESHOLDS, NoteThresholds
from desktop_app.ui.document import Document
from desktop_app.ui.library import EntryState
from desktop_app.ui.notes.note_settings import NoteSettings
from desktop_app.ui.program import Program
from desktop_app.ui.settings import Settings, load_settings, save_settings

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def program(start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path) -> Program:
    """A program with a file open."""
    program = start(world.services, [sound_file(tmp_path)])
    wait_for(qtbot, lambda: program.controller.document is not None)
    return program


def sound_file(folder: Path) -> Path:
    path = folder / "chords.wav"
    path.write_bytes(b"RIFF")
    return path


def names(program: Program) -> str:
    """The notes in the list of the window."""
    model = program.window.notes.model
    return " ".join(model.data(model.index(row, 2)) for row in range(model.rowCount()))


def switch(program: Program) -> None:
    QTest.mouseClick(program.window.notes_bar.switch, LEFT)


def settings_dialog(program: Program) -> NoteSettings:
    QTest.mouseClick(program.window.notes_bar.settings_button, LEFT)
    [dialog] = [dialog for dialog in program.window.findChildren(NoteSettings) if dialog.isVisible()]
    return dialog


class TestSwitch:
    def test_one_note_at_a_time_is_the_default(self, program: Program) -> None:
        button = program.window.notes_bar.switch
        assert button.isEnabled()
        assert not button.isChecked()
        assert "(N)" in button.toolTip()
        assert names(program) == "A4"

    def test_there_and_back_analyses_once_and_keeps_the_place(
        self, program: Program, world: FakeWorld, qtbot: QtBot
    ) -> None:
        window, controller = program.window, program.controller
        window.views.set_visible_range(0.5, 2.5)
        controller.seek(1.0)
        source = controller.document.source
        switch(program)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")
        assert window.notes_bar.switch.isChecked()
        assert [note.midi for note in window.views.spectrogram.notes.visible(0.0, 4.0)] == [57, 69, 76]
        for expected in ("A4", "A3 A4 E5", "A4"):
            qtbot.keyClick(window, Qt.Key.Key_N)
            assert names(program) == expected  # at once
        assert len(world.pool.analysed) == 2
        assert world.pool.n_pictures == 1
        assert controller.document.source is source
        assert controller.playback.position_s == 1.0
        assert window.views.visible_range() == pytest.approx((0.5, 2.5))

    def test_progress_is_shown_and_cancel_keeps_what_was_there(
        self, program: Program, world: FakeWorld, qtbot: QtBot
    ) -> None:
        bar = program.window.notes_bar
        assert not bar.bar.isVisible()
        world.pool.is_held = True
        switch(program)
        wait_for(qtbot, lambda: bar.bar.isVisible() and bar.bar.value() == 50)
        assert names(program) == "A4"
        QTest.mouseClick(bar.cancel_button, LEFT)
        wait_for(qtbot, lambda: not bar.bar.isVisible() and not bar.switch.isChecked())
        [entry] = program.controller.library.entries
        assert entry.state is EntryState.DONE
        assert names(program) == "A4"
        assert program.controller.document.source.mel(0.0, 1.0, 10).levels.shape[1] > 0
        world.pool.is_held = False
        switch(program)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")

    def test_switching_back_while_it_is_analysed(
        self, program: Program, world: FakeWorld, qtbot: QtBot
    ) -> None:
        world.pool.is_held = True
        switch(program)
        wait_for(qtbot, program.window.notes_bar.bar.isVisible)
        switch(program)
        wait_for(qtbot, lambda: not program.window.notes_bar.bar.isVisible())
        assert world.pool.jobs == []
        assert program.controller.queue.progress == (0, 0)
        assert names(program) == "A4"
        assert not program.window.notes_bar.switch.isChecked()

    def test_failure_is_told_and_the_notes_stay(
        self, program: Program, world: FakeWorld, qtbot: QtBot
    ) -> None:
        [entry] = program.controller.library.entries
        entry.path = entry.path.with_name("broken.wav")
        switch(program)
        wait_for(qtbot, program.window.banner.isVisible)
        wait_for(qtbot, lambda: not program.window.notes_bar.switch.isChecked())
        assert names(program) == "A4"

    def test_other_tuning_asks_for_several_notes_again(
        self, program: Program, world: FakeWorld, qtbot: QtBot
    ) -> None:
        switch(program)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")
        program.controller.set_a4(442)
        wait_for(qtbot, lambda: world.pool.n_pictures == 2 and program.controller.queue.n_pending == 0)
        assert names(program) == "A3 A4 E5"
        switch(program)  # the old one-note analysis was of another tuning
        wait_for(qtbot, lambda: len(world.pool.analysed) == 4 and names(program) == "A4")

    def test_choice_is_remembered_for_the_file(
        self, program: Program, world: FakeWorld, qtbot: QtBot, start: StartProgram, tmp_path: Path
    ) -> None:
        switch(program)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")
        program.close()
        again = start(world.services, [tmp_path / "chords.wav"])
        wait_for(qtbot, lambda: names(again) == "A3 A4 E5")
        assert again.window.notes_bar.switch.isChecked()
        assert len(world.pool.analysed) == 3

    def test_switch_is_off_for_live_sound(self, program: Program, qtbot: QtBot) -> None:
        program.controller.toggle_listening()
        wait_for(qtbot, lambda: not program.window.notes_bar.switch.isEnabled())
        assert program.window.notes_bar.facts.text() == ""
        program.controller.toggle_listening()
        wait_for(qtbot, program.window.notes_bar.switch.isEnabled)


class TestThresholds:
    def test_slider_leaves_notes_out_at_once_and_reset_brings_them_back(
        self, program: Program, world: FakeWorld, qtbot: QtBot
    ) -> None:
        switch(program)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")
        dialog = settings_dialog(program)
        assert not dialog.isModal()
        assert dialog.values["onset_prob"].text() == f"{POLY_THRESHOLDS.onset_prob:.0%}".replace("%", " %")
        dialog.sliders["onset_prob"].setValue(70)
        wait_for(qtbot, lambda: names(program) == "A3 A4")
        assert program.controller.library.data(program.controller.library.index(0, 1)) == "A4"
        assert dialog.values["onset_prob"].text() == "70 %"
        QTest.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Reset), LEFT)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")
        assert dialog.sliders["onset_prob"].value() == round(100 * POLY_THRESHOLDS.onset_prob)
        assert len(world.pool.analysed) == 2  # the one and the several, never again

    def test_enter_closes_and_resets_nothing(self, program: Program, qtbot: QtBot) -> None:
        dialog = settings_dialog(program)
        dialog.sliders["sounding_prob"].setValue(60)
        qtbot.waitUntil(dialog.isActiveWindow)  # the window has another use for the key
        qtbot.keyClick(dialog.sliders["sounding_prob"], Qt.Key.Key_Return)
        assert not dialog.isVisible()
        assert program.settings.mono_thresholds.sounding_prob == 0.6

    def test_both_ways_have_their_own(self, program: Program, world: FakeWorld, qtbot: QtBot) -> None:
        dialog = settings_dialog(program)
        dialog.sliders["min_duration_s"].setValue(30)
        assert dialog.values["min_duration_s"].text() == "300 ms"
        switch(program)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")
        assert dialog.sliders["min_duration_s"].value() == round(100 * POLY_THRESHOLDS.min_duration_s)
        assert "several notes" in dialog.mode_label.text()
        switch(program)
        assert dialog.sliders["min_duration_s"].value() == 30
        assert program.settings.mono_thresholds == replace(MONO_THRESHOLDS, min_duration_s=0.3)
        assert program.settings.poly_thresholds == POLY_THRESHOLDS

    def test_notes_follow_when_a_file_is_shown_with_older_thresholds(
        self, program: Program, qtbot: QtBot
    ) -> None:
        switch(program)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")
        program.controller.notes.set_thresholds(replace(POLY_THRESHOLDS, onset_prob=0.9))
        wait_for(qtbot, lambda: names(program) == "A3 A4")
        switch(program)
        program.controller.settings.poly_thresholds = POLY_THRESHOLDS
        switch(program)
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")

    def test_moving_fast_never_waits_and_ends_with_the_last(
        self, program: Program, world: FakeWorld, qtbot: QtBot
    ) -> None:
        slider = settings_dialog(program).sliders["onset_prob"]
        for value in range(50, 96):
            slider.setValue(value)
        wait_for(qtbot, lambda: program.controller.document.analysis.thresholds.onset_prob == 0.95)
        assert [thresholds.onset_prob for thresholds in world.pool.formed] == [0.51, 0.95]
        assert names(program) == "A4"

    def test_live_sound_is_told_on_the_same_evidence(
        self, start: StartProgram, world: FakeWorld, qtbot: QtBot
    ) -> None:
        made: list[NoteThresholds] = []
        make_engine = world.services.make_engine

        def remember(model_id: str, a4_hz: float, thresholds: NoteThresholds) -> object:
            made.append(thresholds)
            return make_engine(model_id, a4_hz, thresholds)

        world.services.make_engine = remember
        program = start(world.services)
        chosen = replace(MONO_THRESHOLDS, onset_prob=0.7)
        program.controller.notes.set_thresholds(chosen)
        program.controller.toggle_listening()
        wait_for(qtbot, lambda: program.controller.live.heard.midi == 69)
        assert made[-1] == chosen

    def test_failure_is_told(self, program: Program, world: FakeWorld, qtbot: QtBot) -> None:
        world.pool.forming_fails = True
        program.controller.notes.set_thresholds(replace(MONO_THRESHOLDS, onset_prob=0.6))
        wait_for(qtbot, program.window.banner.isVisible)
        assert program.window.banner.label.text() == "The notes could not be formed."
        assert names(program) == "A4"

    def test_notes_of_an_analysis_that_was_replaced_are_dropped(
        self, program: Program, world: FakeWorld, qtbot: QtBot
    ) -> None:
        controller = program.controller
        controller.notes.set_thresholds(replace(MONO_THRESHOLDS, min_duration_s=0.5))
        [entry] = controller.library.entries
        other = replace(entry.analysis, notes=(), thresholds=controller.notes.thresholds)
        entry.analyses[False] = other
        wait_for(qtbot, lambda: bool(world.pool.formed))
        qtbot.wait(50)
        assert entry.analysis is other

    def test_new_files_may_begin_with_several(
        self, program: Program, world: FakeWorld, qtbot: QtBot, tmp_path: Path
    ) -> None:
        dialog = settings_dialog(program)
        dialog.new_files.click()
        new = tmp_path / "new.wav"
        new.write_bytes(b"RIFF")
        program.controller.open_files([new])
        wait_for(qtbot, lambda: names(program) == "A3 A4 E5")
        assert program.window.notes_bar.switch.isChecked()
        assert settings_dialog(program) is dialog


class TestSettings:
    def test_round_trip(self, tmp_path: Path) -> None:
        settings = Settings(several_notes=True, poly_thresholds=NoteThresholds(0.31, 0.2, 0.11))
        settings.remember_poly(Path("/a, b.wav"), False)
        settings.remember_poly(Path("/c.wav"), True)
        save_settings(settings, tmp_path / "settings.ini")
        loaded = load_settings(tmp_path / "settings.ini")
        assert loaded == settings
        assert [loaded.is_poly(Path(name)) for name in ("/a, b.wav", "/c.wav", "/d.wav")] == [
            False,
            True,
            True,
        ]

    def test_a_file_is_remembered_once_and_the_oldest_are_forgotten(self) -> None:
        settings = Settings()
        for i in range(150):
            settings.remember_poly(Path(f"/{i}.wav"), True)
        settings.remember_poly(Path("/149.wav"), False)
        assert len(settings.poly_files) == 99
        assert not settings.is_poly(Path("/149.wav"))
        assert settings.is_poly(Path("/148.wav"))
        assert not settings.is_poly(Path("/1.wav"))

    @pytest.mark.parametrize("text", ["0.5, 0.5", "a, b, c", "nan, 0.5, 0.1", "7"])
    def test_damaged_thresholds_are_the_usual_ones(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "settings.ini").write_text(f"[General]\nversion=1\nmono_thresholds={text}\n")
        assert load_settings(tmp_path / "settings.ini").mono_thresholds == MONO_THRESHOLDS

    def test_thresholds_stay_in_range(self, tmp_path: Path) -> None:
        (tmp_path / "settings.ini").write_text("[General]\nversion=1\nmono_thresholds=9, 0.5, 0\n")
        assert load_settings(tmp_path / "settings.ini").mono_thresholds == NoteThresholds(0.95, 0.5, 0.02)


class TestTempoAndKey:
    def test_facts_stand_above_the_notes_and_beats_on_the_axis(self, program: Program) -> None:
        window = program.window
        assert window.notes_bar.facts.toolTip() == "1 note  ·  120 bpm (sure 90%)  ·  A minor (sure 80%)"
        without = replace(program.controller.document, analysis=without_music())
        marked = window.views.ruler.grab().toImage()
        window.views.set_beats(())
        assert window.views.ruler.grab().toImage() != marked
        assert without.facts() == "1 note"

    def test_many_words_make_nothing_wider(self, program: Program, qtbot: QtBot) -> None:
        bar = program.window.notes_bar
        least_px = bar.minimumSizeHint().width()
        bar.set_facts("facts " * 100)
        assert bar.minimumSizeHint().width() == least_px
        assert bar.facts.text().endswith("…")
        bar.set_progress(0.5)
        bar.set_facts("34 notes  ·  120 bpm")
        bar.set_progress(None)
        qtbot.waitUntil(lambda: bar.facts.text() == "34 notes  ·  120 bpm")

    def test_beats_too_close_to_tell_apart_are_left_out(self, program: Program) -> None:
        ruler = program.window.views.ruler
        ruler.set_beats(())
        empty = ruler.grab().toImage()
        ruler.set_beats([0.001 * i for i in range(4000)])
        assert ruler.grab().toImage() == empty


def without_music() -> Analysis:
    return replace(make_analysis(Path("a.wav")), tempo=None, key=None)


def test_sharps_are_written_as_musicians_write_them() -> None:
    analysis = make_analysis(Path("a.wav"))
    analysis = replace(analysis, key=replace(analysis.key, tonic="F#", mode="major"), tempo=None, notes=())
    assert Document(Path("a.wav"), analysis, None).facts() == "0 notes  ·  F♯ major (sure 80%)"
