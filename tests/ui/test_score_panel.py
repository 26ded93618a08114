# SPDX-License-Identifier: MIT
"""The score in the window: which notes, how they are written, engraved or simple."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from export_tools import choose, melody, open_dialog, open_melody, score_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.domain.errors import ExportError
from desktop_app.domain.listening import Listening
from desktop_app.domain.note import Note
from desktop_app.ui.exporting.notes_dialog import NotesDialog
from desktop_app.ui.program import Program
from desktop_app.ui.score.feature import ScoreFeature
from desktop_app.ui.score.notation import Notation, NotationChoices
from desktop_app.ui.score.phrase import MAX_NOTES, choose_notes, write_down
from desktop_app.ui.settings import Settings
from desktop_app.ui.theme import apply_theme, current_theme

NOTES = tuple(Note(0.5 * i, 0.5 * i + 0.4, 60 + i % 12, 300.0, 0.0, 90, 0.9) for i in range(400))


@pytest.fixture
def program(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Program:
    return open_melody(monkeypatch, start, world, qtbot, tmp_path)


@pytest.fixture
def simple(program: Program, qtbot: QtBot) -> ScoreFeature:
    """The score, shown, where no engraver is installed."""
    score = score_of(program)
    score.engraves = False
    qtbot.keyClick(program.window, Qt.Key.Key_S)
    wait_for(qtbot, lambda: bool(heads(score)))
    return score


def heads(score: ScoreFeature) -> list[float]:
    """Onsets of the notes on the simple staff, in quarter notes."""
    systems = score.panel.staff.layout_.systems
    chords = [chord for system in systems for staff in system.staves for chord in staff.chords]
    return [chord.onset for chord in chords if chord.notes]


def facts(score: ScoreFeature) -> str:
    return score.panel.bar.facts.toolTip()


class TestWhichNotes:
    def test_loop_selection_sight_phrase(self) -> None:
        sight = (0.0, 4.0)
        assert choose_notes(NOTES, (1.0, 2.0), NOTES[:5], sight, None).notes == NOTES[2:4]
        assert choose_notes(NOTES, None, NOTES[5:8], sight, None).notes == NOTES[5:8]
        assert choose_notes(NOTES, None, NOTES[5:6], sight, None).notes == NOTES[:8]
        assert choose_notes(NOTES, None, (), (0.0, 200.0), (3.0, 5.0)).notes == NOTES[6:10]
        assert len(choose_notes(NOTES, None, (), (0.0, 200.0), None).notes) == MAX_NOTES

    def test_note_a_little_before_the_loop_is_in_it(self) -> None:
        assert choose_notes(NOTES, (1.02, 2.0), (), (0.0, 4.0), None).notes == NOTES[2:4]

    def test_loop_and_selection_in_the_window(
        self, program: Program, qtbot: QtBot, simple: ScoreFeature
    ) -> None:
        assert facts(simple) == "8 notes: what is in sight"
        assert len(heads(simple)) == 8
        notes = program.controller.document.notes
        program.window.notes.selection.select(notes[:3])
        wait_for(qtbot, lambda: facts(simple) == "3 notes: the selection")
        program.controller.playback.listening = Listening(loop_s=(2.0, 4.0), is_looping=True)
        wait_for(qtbot, lambda: facts(simple) == "4 notes: the loop")
        wait_for(qtbot, lambda: heads(simple) == [4.0, 5.0, 6.0, 7.0])

    def test_phrase_at_the_cursor_when_too_much_is_in_sight(
        self, program: Program, qtbot: QtBot, simple: ScoreFeature, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("desktop_app.ui.score.feature.MAX_SPAN_S", 1.0)
        monkeypatch.setattr("desktop_app.ui.score.phrase.MAX_SPAN_S", 1.0)
        monkeypatch.setattr("desktop_app.ui.score.feature.phrases", lambda _notes: ((0.0, 2.0), (2.0, 4.0)))
        wait_for(qtbot, lambda: facts(simple) == "4 notes: the phrase at the cursor")
        wait_for(qtbot, lambda: heads(simple) == [0.0, 1.0, 2.0, 3.0])
        program.controller.seek(2.1)
        wait_for(qtbot, lambda: heads(simple) == [4.0, 5.0, 6.0, 7.0])

    def test_zooming_in(self, program: Program, qtbot: QtBot, simple: ScoreFeature) -> None:
        program.window.views.set_visible_range(0.9, 2.1)
        wait_for(qtbot, lambda: facts(simple) == "3 notes: what is in sight")
        wait_for(qtbot, lambda: heads(simple) == [2.0, 3.0, 4.0])

    def test_corrected_notes_are_written(self, program: Program, qtbot: QtBot, simple: ScoreFeature) -> None:
        document = program.controller.document
        analysis = replace(document.analysis, notes=document.notes[:2])
        program.controller.document = replace(document, analysis=analysis)
        program.controller.notes_changed.emit()
        wait_for(qtbot, lambda: len(heads(simple)) == 2)

    def test_nothing_to_show(self, program: Program, qtbot: QtBot, simple: ScoreFeature) -> None:
        program.controller.playback.listening = Listening(loop_s=(3.6, 3.9), is_looping=True)
        wait_for(qtbot, lambda: simple.panel.hint.text() == "There are no notes in the loop.")
        assert simple.panel.is_empty
        program.controller.toggle_listening()
        wait_for(qtbot, lambda: "open recording" in simple.panel.hint.text())


@pytest.mark.parametrize(
    ("family", "midi", "name", "clef"),
    [("string", 48, "Strings", "bass"), ("guitar", 60, "Guitar", "treble_8vb"), (None, 72, "", "treble")],
)
def test_phrase_is_of_the_family_of_its_notes(family: str | None, midi: int, name: str, clef: str) -> None:
    notes = tuple(Note(0.5 * i, 0.5 * i + 0.4, midi + i, 200.0, 0.0, 90, 0.9, family, 0.3) for i in range(4))
    analysis = replace(melody(Path("a.wav")), family=None, notes=notes)
    [part] = write_down(analysis, notes[1:], Notation())[0].parts
    assert part.instrument.name == name
    assert part.staves[0].clef == clef


class TestWindow:
    def test_key_shows_score_and_list_in_turn(self, program: Program, qtbot: QtBot) -> None:
        score = score_of(program)
        table = program.window.notes.table
        assert not table.visibleRegion().isEmpty()
        qtbot.keyClick(program.window, Qt.Key.Key_S)
        wait_for(qtbot, lambda: not score.panel.visibleRegion().isEmpty())
        assert table.visibleRegion().isEmpty()
        qtbot.keyClick(program.window, Qt.Key.Key_S)
        wait_for(qtbot, lambda: not table.visibleRegion().isEmpty())

    def test_nothing_is_written_while_hidden(self, program: Program, qtbot: QtBot) -> None:
        qtbot.wait(300)
        assert score_of(program).panel.is_empty

    def test_panel_is_in_the_menu_of_panels(self, program: Program) -> None:
        assert "Score" in [action.text() for action in program.window.submenus.menus["panels"].actions()]

    def test_low_window_keeps_its_height(self, program: Program, qtbot: QtBot, simple: ScoreFeature) -> None:
        program.window.resize(1100, 700)
        qtbot.waitUntil(lambda: program.window.height() == 700)
        fields = simple.panel.bar.fields
        assert fields.clef.isVisible()
        assert simple.panel.bar.width() <= simple.panel.width()


class TestWriting:
    def test_clef_and_transposition(self, qtbot: QtBot, simple: ScoreFeature) -> None:
        def written() -> tuple[str, int]:
            staff = simple.panel.staff.layout_.systems[0].staves[0]
            return staff.clef, staff.chords[0].notes[0].step

        assert written() == ("treble", 3)
        choose(simple.panel.bar.fields.transposition, "Bb")
        wait_for(qtbot, lambda: written() == ("treble", 4))
        choose(simple.panel.bar.fields.clef, "alto")
        wait_for(qtbot, lambda: written() == ("alto", 10))

    def test_metre_and_tempo(self, qtbot: QtBot, simple: ScoreFeature) -> None:
        assert simple.panel.bar.fields.tempo.text() == "Found: 120 bpm"
        choose(simple.panel.bar.fields.metre, "2/4")
        wait_for(qtbot, lambda: len(simple.panel.staff.layout_.systems[0].bar_lines) == 4)
        simple.panel.bar.fields.tempo.setValue(60.0)
        wait_for(qtbot, lambda: heads(simple)[-1] < 4.5)

    def test_choices_are_those_of_the_export(self, program: Program, simple: ScoreFeature) -> None:
        choose(simple.panel.bar.fields.metre, "3/4")
        dialog = open_dialog(program, "export", NotesDialog)
        assert dialog.notation.metre.currentData() == "3/4"
        choose(dialog.notation.metre, "6/8")
        assert simple.panel.bar.fields.metre.currentData() == "6/8"
        assert program.settings.score_metre == "6/8"

    def test_another_recording_forgets_tempo_and_bars(
        self, program: Program, qtbot: QtBot, simple: ScoreFeature, tmp_path: Path
    ) -> None:
        simple.choices.choose(tempo_bpm=77.0, first_beat_s=1.0, metre="3/4")
        (tmp_path / "other.wav").write_bytes(b"RIFF")
        program.controller.open_files([tmp_path / "other.wav"])
        wait_for(qtbot, lambda: program.controller.document.path.name == "other.wav")
        assert simple.choices.current.tempo_bpm is None
        assert simple.choices.current.first_beat_s is None
        assert simple.choices.current.metre == "3/4"

    def test_damaged_settings_are_the_usual_ones(self) -> None:
        settings = Settings(score_clef="x", score_transposition="", score_metre="9", score_grid="1/7")
        current = NotationChoices(settings).current
        assert (current.clef, current.transposition) == ("auto", "C")
        assert (current.metre, current.grid) == ("4/4", "auto")


class TestEngraved:
    def test_notes_are_engraved_and_what_sounds_is_marked(self, program: Program, qtbot: QtBot) -> None:
        score = score_of(program)
        assert score.engraves
        qtbot.keyClick(program.window, Qt.Key.Key_S)
        sheet = score.panel.sheet
        wait_for(qtbot, lambda: not sheet.isHidden(), timeout_s=30.0)
        program.controller.seek(1.6)
        wait_for(qtbot, lambda: not sheet.marked_rect().isEmpty())
        first = sheet.marked_rect().center().x()
        program.controller.seek(2.2)
        wait_for(qtbot, lambda: sheet.marked_rect().center().x() > first)
        ink = current_theme().text
        picture = sheet.grab().toImage()
        assert any(
            picture.pixelColor(x, y) == QColor(ink)
            for x in range(0, 300)
            for y in range(0, picture.height(), 2)
        )

    def test_simple_staff_when_engraving_fails(
        self, program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        score = score_of(program)
        monkeypatch.setattr("desktop_app.ui.score.feature.engrave", refuse)
        qtbot.keyClick(program.window, Qt.Key.Key_S)
        wait_for(qtbot, lambda: bool(heads(score)))
        qtbot.wait(500)
        assert score.panel.sheet.isHidden()

    def test_late_engravings_are_dropped(self, program: Program, qtbot: QtBot) -> None:
        score = score_of(program)
        qtbot.keyClick(program.window, Qt.Key.Key_S)
        wait_for(qtbot, lambda: not score.panel.is_empty)
        program.controller.playback.listening = Listening(loop_s=(3.6, 3.9), is_looping=True)
        wait_for(qtbot, lambda: score.panel.is_empty)
        qtbot.wait(1500)
        assert score.panel.is_empty


def refuse(*_args: object) -> None:
    raise ExportError("These notes cannot be engraved.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_staff_has_the_colours_of_the_theme(
    program: Program, qtbot: QtBot, simple: ScoreFeature, theme: str
) -> None:
    apply_theme(program.application, theme)
    program.controller.seek(0.2)
    wait_for(qtbot, lambda: not simple.panel.staff.marked_rect().isEmpty())
    picture = simple.panel.staff.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())
    }
    assert {current_theme().base, current_theme().text, current_theme().accent} <= colours
