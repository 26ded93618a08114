# SPDX-License-Identifier: MIT
"""Exporting notes from the window: real dialogs, and files read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import mido
import pytest
from export_tools import (
    LEFT,
    MELODY,
    answer_question,
    choose,
    export_to,
    open_dialog,
    open_melody,
    score_of,
    wait_written,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.domain.listening import Listening
from desktop_app.jobs.pool import JobUpdate
from desktop_app.ui.exporting.notes_dialog import NotesDialog
from desktop_app.ui.exporting.side_jobs import SideJobs
from desktop_app.ui.program import Program


@pytest.fixture
def program(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Program:
    return open_melody(monkeypatch, start, world, qtbot, tmp_path)


def notes_dialog(program: Program, output_format: str = "midi", which: str = "all") -> NotesDialog:
    dialog = open_dialog(program, "export", NotesDialog)
    choose(dialog.format, output_format)
    choose(dialog.which, which)
    return dialog


def keys_of(path: Path) -> list[int]:
    messages = [message for track in mido.MidiFile(path).tracks for message in track]
    return [message.note for message in messages if message.type == "note_on" and message.velocity]


def csv_keys(path: Path) -> list[int]:
    return [int(row["pitch_midi"]) for row in csv.DictReader(io.StringIO(path.read_text()))]


class TestFiles:
    def test_midi(self, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
        dialog = notes_dialog(program)
        assert dialog.about.text() == "Writes 8 notes as MIDI, as played, 4/4 at 120 bpm."
        export_to(qtbot, dialog, tmp_path / "out.mid")
        sentence = wait_written(qtbot, dialog)
        assert sentence == "“out.mid” is written: 8 notes as MIDI."
        assert keys_of(tmp_path / "out.mid") == [key for _, key in MELODY]
        assert dialog.show_button.isVisible()

    def test_suffix_and_name_are_suggested(self, program: Program) -> None:
        dialog = notes_dialog(program, "musicxml")
        assert dialog.suggested().name == "my song.musicxml"
        assert dialog.suggested().parent == Path(program.settings.last_folder)

    def test_musicxml_as_chosen(self, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
        dialog = notes_dialog(program, "musicxml")
        fields = dialog.notation
        choose(fields.clef, "bass")
        choose(fields.transposition, "Bb")
        choose(fields.metre, "3/4")
        choose(fields.family, "brass")
        fields.tempo.setValue(90.0)
        assert "3/4 at 90 bpm" in dialog.about.text()
        export_to(qtbot, dialog, tmp_path / "out.musicxml")
        wait_written(qtbot, dialog)
        score = ElementTree.parse(tmp_path / "out.musicxml").getroot()
        assert score.findtext(".//clef/sign") == "F"
        assert score.findtext(".//transpose/chromatic") == "-2"
        assert score.findtext(".//time/beats") == "3"
        assert score.findtext(".//part-name") == "Trumpet"
        assert score.findtext(".//pitch/step") == "B"  # a sounding A4

    @pytest.mark.parametrize(
        ("output_format", "suffix"), [("labels", "txt"), ("svl", "svl"), ("json", "json")]
    )
    def test_other_formats(
        self, program: Program, qtbot: QtBot, tmp_path: Path, output_format: str, suffix: str
    ) -> None:
        dialog = notes_dialog(program, output_format)
        assert not dialog.notation.tempo.isVisible()
        target = tmp_path / f"out.{suffix}"
        export_to(qtbot, dialog, target)
        assert "8 notes" in wait_written(qtbot, dialog)
        text = target.read_text()
        count = {"labels": lambda: text.count("\n"), "svl": lambda: text.count("<point ")}
        count["json"] = lambda: len(json.loads(text)["notes"])
        assert count[output_format]() == len(MELODY)

    def test_pitch_line(self, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
        dialog = notes_dialog(program, "pitch_csv")
        export_to(qtbot, dialog, tmp_path / "out.pitch.csv")
        assert "400 rows of the pitch line" in wait_written(qtbot, dialog)
        rows = (tmp_path / "out.pitch.csv").read_text().splitlines()
        assert float(rows[0].split(",")[1]) == pytest.approx(440.0)
        assert float(rows[-1].split(",")[1]) == 0.0


class TestWhich:
    def test_loop(self, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
        program.controller.playback.listening = Listening(loop_s=(0.98, 2.0), is_looping=True)
        dialog = notes_dialog(program, "csv", "loop")
        assert dialog.which.currentText() == "The loop (2 notes)"
        export_to(qtbot, dialog, tmp_path / "out.csv")
        wait_written(qtbot, dialog)
        assert csv_keys(tmp_path / "out.csv") == [72, 74]

    def test_selection(self, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
        notes = program.controller.document.notes
        program.window.notes.selection.select([notes[0], notes[7]])
        dialog = notes_dialog(program, "csv", "selection")
        export_to(qtbot, dialog, tmp_path / "out.csv")
        wait_written(qtbot, dialog)
        assert csv_keys(tmp_path / "out.csv") == [69, 64]

    def test_a_part_keeps_the_bars_of_the_whole(self, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
        program.controller.playback.listening = Listening(loop_s=(1.0, 4.0), is_looping=True)
        dialog = notes_dialog(program, "musicxml", "loop")
        export_to(qtbot, dialog, tmp_path / "out.musicxml")
        wait_written(qtbot, dialog)
        bars = ElementTree.parse(tmp_path / "out.musicxml").getroot().findall(".//measure")
        assert [len(bar.findall("note/pitch")) for bar in bars] == [2, 4]  # the third beat of the first bar

    def test_only_what_is_there_is_offered(self, program: Program) -> None:
        dialog = notes_dialog(program)
        assert [dialog.which.itemData(i) for i in range(dialog.which.count())] == ["all"]


class TestRefused:
    def test_existing_file_is_kept_unless_agreed(
        self, program: Program, qtbot: QtBot, tmp_path: Path
    ) -> None:
        target, asked = tmp_path / "out.mid", []
        target.write_text("precious")
        dialog = notes_dialog(program)
        answer_question(QMessageBox.StandardButton.No, asked)
        export_to(qtbot, dialog, target)
        assert len(asked) == 1
        assert "out.mid" in asked[0]
        assert target.read_text() == "precious"
        assert not dialog.is_running

    def test_existing_file_is_replaced_when_agreed(
        self, program: Program, qtbot: QtBot, tmp_path: Path
    ) -> None:
        target, asked = tmp_path / "out.mid", []
        target.write_text("old")
        dialog = notes_dialog(program)
        answer_question(QMessageBox.StandardButton.Yes, asked)
        export_to(qtbot, dialog, target)
        wait_written(qtbot, dialog)
        assert len(asked) == 1
        assert keys_of(target) == [key for _, key in MELODY]

    @pytest.mark.parametrize("folder", ["/proc", "/nowhere"])
    def test_folder_that_takes_no_files(self, program: Program, qtbot: QtBot, folder: str) -> None:
        dialog = notes_dialog(program)
        dialog.start(Path(folder, "out.mid"))
        sentence = wait_written(qtbot, dialog)
        assert sentence.startswith("“out.mid” cannot be written: ")
        assert not dialog.show_button.isVisible()
        assert dialog.export_button.isEnabled()

    def test_no_notes(
        self,
        start: StartProgram,
        world: FakeWorld,
        qtbot: QtBot,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        program = open_melody(monkeypatch, start, world, qtbot, tmp_path, notes=False)
        dialog = notes_dialog(program)
        dialog.start(tmp_path / "out.mid")
        assert wait_written(qtbot, dialog) == "There are no notes to write down."
        assert not (tmp_path / "out.mid").exists()

    def test_command_is_off_without_a_recording(self, start: StartProgram, world: FakeWorld) -> None:
        window = start(world.services).window
        assert not any(window.named_actions[name].isEnabled() for name in ("export", "export_picture"))


class _StuckPool:
    """Wakes, begins each job, and never ends one."""

    def __init__(self) -> None:
        self.submitted: list[str] = []
        self.cancelled: list[int] = []

    def submit(self, _task: object, *_args: object, label: str) -> int:
        self.submitted.append(label)
        return len(self.submitted)

    def cancel(self, job_id: int) -> None:
        self.cancelled.append(job_id)

    def poll(self) -> list[JobUpdate]:
        if len(self.submitted) < 2:
            return [JobUpdate(1, "done")]
        return [JobUpdate(2, "progress", fraction=0.25)]

    def close(self) -> None:
        pass


def test_progress_and_cancel(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    pool = _StuckPool()
    score_of(program).jobs = SideJobs(lambda: pool)
    dialog = notes_dialog(program)
    dialog.start(tmp_path / "out.mid")
    wait_for(qtbot, lambda: dialog.bar.isVisible() and dialog.bar.value() == 25)
    assert not dialog.fields.isEnabled()
    assert dialog.close_button.text() == "Cancel"
    QTest.mouseClick(dialog.close_button, LEFT)
    assert pool.submitted[1] == "The export"
    assert pool.cancelled == [2]
    assert dialog.message.text() == "Nothing was written."
    assert dialog.isVisible()
    QTest.mouseClick(dialog.close_button, LEFT)
    assert not program.window.findChildren(NotesDialog) or not dialog.isVisible()


def test_folder_is_shown(
    program: Program, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    dialog = notes_dialog(program, "csv")
    export_to(qtbot, dialog, tmp_path / "out.csv")
    wait_written(qtbot, dialog)
    QTest.mouseClick(dialog.show_button, LEFT)
    assert shown == [str(tmp_path)]


def test_last_choices_are_remembered(
    program: Program, qtbot: QtBot, tmp_path: Path, start: StartProgram, world: FakeWorld
) -> None:
    dialog = notes_dialog(program)
    dialog.on_grid.setChecked(True)
    choose(dialog.notation.metre, "6/8")
    choose(dialog.notation.grid, "1/8")
    export_to(qtbot, dialog, tmp_path / "out.mid")
    wait_written(qtbot, dialog)
    dialog.close()
    program.window.close()
    again = start(world.services, [tmp_path / "my song.wav"])
    wait_for(qtbot, lambda: again.controller.document is not None)
    dialog = open_dialog(again, "export", NotesDialog)
    assert dialog.format.currentData() == "midi"
    assert dialog.on_grid.isChecked()
    assert dialog.notation.metre.currentData() == "6/8"
    assert dialog.notation.grid.currentData() == "1/8"
    assert dialog.suggested().parent == tmp_path


def test_bars_begin_at_the_cursor(program: Program, qtbot: QtBot) -> None:
    program.controller.seek(1.5)
    dialog = notes_dialog(program)
    QTest.mouseClick(dialog.at_cursor, LEFT)
    assert dialog.notation.first_beat.value() == 1.5
    assert dialog.options().first_beat_s == 1.5


def test_clipboard_takes_the_selected_notes(program: Program, qtbot: QtBot) -> None:
    clipboard = program.application.clipboard()
    program.window.named_actions["copy_notes"].trigger()
    assert clipboard.text().startswith("A4 B4 C5 D5 C5 B4 A4 E4\n")
    notes = program.controller.document.notes
    program.window.notes.selection.select([notes[2], notes[3]])
    program.window.named_actions["copy_notes"].trigger()
    assert clipboard.text().startswith("C5 D5\n")
    assert len(clipboard.text().splitlines()) == 5
