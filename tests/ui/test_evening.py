# SPDX-License-Identifier: MIT
"""An evening with a song of five minutes: listen again, slower, correct, write down, find all of it again.

Everything is real but the musician: engine, job processes, PulseAudio's null sink, clicks and keys.
"""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from conftest_audio import VirtualMicrophone
from export_tools import choose, export_to, open_dialog, wait_written
from make_demo import SR, render
from notes_fakes import LEFT, click, drag, middle_of, settle
from project_hands import answer_file_dialog
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from watchdog import Watchdog
from window_fakes import StartProgram, wait_for

from desktop_app.domain.listening import Listening
from desktop_app.ui.exporting.notes_dialog import NotesDialog
from desktop_app.ui.program import Program
from desktop_app.ui.views.track import TrackView

SONG_S, PHRASE_S, BAR_S = 300.0, 16.0, 2.0
BASS_PROGRAM = 33
RIFF = (40, 43, 45, 47, 45, 43, 40, 38, 36, 40, 43, 45, 43, 40, 38, 35)  # a quarter note each, at 120 bpm
INTERACTION_MS, FREEZE_MS = 100.0, 200.0
JOB_S = 120.0


def test_an_evening_with_a_song(
    virtual_microphone: VirtualMicrophone, start: StartProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    song, score, project = tmp_path / "Song.flac", tmp_path / "Song.musicxml", tmp_path / "Song.rit"
    write_song(song)
    program = start(files=[song])
    wait_for(qtbot, lambda: program.controller.document is not None, JOB_S)
    with Watchdog() as watchdog:
        evening = Evening(program, qtbot)
        evening.loop_two_bars()
        evening.slow_down()
        corrected = evening.correct_two_notes()
        evening.look_around()
        evening.export(score)
        evening.save(project)
    listening = program.controller.playback.listening
    assert max(evening.interactions_ms.values()) <= INTERACTION_MS, evening.interactions_ms
    assert watchdog.longest_ms <= FREEZE_MS
    assert clef_sign(score) == "F"
    program.window.close()
    find_all_again(start(files=[project]), qtbot, listening, corrected)


class Evening:
    """What the musician does, and for how long each thing that he does holds the window up."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program, self.qtbot = program, qtbot
        self.window, self.playback = program.window, program.controller.playback
        self.interactions_ms: dict[str, float] = {}

    def does(self, what: str, act: Callable[[], object]) -> None:
        """Do something and have all of it handled and painted."""
        began_s = time.thread_time()
        act()
        QApplication.processEvents()
        took_ms = 1000.0 * (time.thread_time() - began_s)
        self.interactions_ms[what] = max(took_ms, self.interactions_ms.get(what, 0.0))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.does(f"key {key.name}", lambda: QTest.keyClick(self.window, key, modifiers))

    def loop_two_bars(self) -> None:
        """Zoom in on the beginning, drag over two bars, play."""
        views = self.window.views
        self.does("zoom", lambda: views.set_visible_range(0.0, PHRASE_S))
        settle(self.program)
        wave = views.waveform
        places = [self._at(wave, time_s) for time_s in (2.0 * BAR_S, 4.0 * BAR_S)]
        self.does("drag a loop", lambda: drag(wave, *places))
        assert self.playback.listening.loop_s == pytest.approx((4.0, 8.0), abs=0.15)
        self.key(Qt.Key.Key_Space)
        wait_for(self.qtbot, lambda: self.playback.is_playing and self.playback.position_s > 4.3, 10.0)

    def slow_down(self) -> None:
        """Half speed; the sound goes on until it is rendered, and then stays in the loop."""
        for _ in range(10):
            self.key(Qt.Key.Key_Comma)
        assert self.playback.listening.speed == pytest.approx(0.5)
        wait_for(self.qtbot, lambda: self.playback._player.speed == pytest.approx(0.5), 20.0)
        start_s, end_s = self.playback.listening.loop_s
        for _ in range(20):
            self.qtbot.wait(50)
            assert self.playback.is_playing
            assert start_s - 0.1 <= self.playback.position_s <= end_s + 0.1

    def correct_two_notes(self) -> list[tuple[float, int]]:
        """One an octave up by its candidates, one a semitone down by keys."""
        roll, notes = self.window.views.roll, self.program.controller.document.notes
        first, second = [note for note in notes if 4.0 <= note.onset_s < 8.0][1:3]
        self.does("select", lambda: click(roll, middle_of(roll, first)))
        self.key(Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
        self.does("select", lambda: click(roll, middle_of(roll, second)))
        self.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        wait_for(self.qtbot, lambda: len(corrections(self.program)) == 2, 5.0)
        found = corrections(self.program)
        assert found == [(first.onset_s, found[0][1]), (second.onset_s, second.midi - 1)]
        assert found[0][1] > first.midi
        return found

    def look_around(self) -> None:
        """All of it, nearer, and the sound as it was."""
        for key in (Qt.Key.Key_F, Qt.Key.Key_Plus, Qt.Key.Key_L, Qt.Key.Key_L):
            self.key(key)
            self.qtbot.wait(200)

    def export(self, target: Path) -> None:
        """The notes as a score."""
        dialogs: list[NotesDialog] = []
        self.does("open", lambda: dialogs.append(open_dialog(self.program, "export", NotesDialog)))
        [dialog] = dialogs
        choose(dialog.format, "musicxml")
        export_to(self.qtbot, dialog, target)
        wait_written(self.qtbot, dialog)
        assert target.exists()
        dialog.close()
        self.window.activateWindow()
        wait_for(self.qtbot, self.window.isActiveWindow, 5.0)

    def save(self, target: Path) -> None:
        """Keep the work."""
        self.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        answer_file_dialog(self.program, target)
        wait_for(self.qtbot, lambda: target.exists() and not self._entry.is_unsaved, 20.0)

    @property
    def _entry(self) -> object:
        return self.program.controller.library.open_entry

    def _at(self, view: TrackView, time_s: float) -> QPoint:
        left_s, right_s = view.time_at(view.plot_left), view.time_at(float(view.width()))
        share = (time_s - left_s) / (right_s - left_s)
        x_px = view.plot_left + share * (view.width() - view.plot_left)
        return QPoint(round(x_px), view.height() // 2)


def write_song(path: Path) -> None:
    """Eight bars of bass over and over."""
    midi_path, wav_path = path.with_suffix(".mid"), path.with_suffix(".wav")
    track = mido.MidiTrack([mido.Message("program_change", program=BASS_PROGRAM)])
    for _ in range(2):
        for key in RIFF:
            track.append(mido.Message("note_on", note=key, velocity=96, time=24))
            track.append(mido.Message("note_off", note=key, time=456))
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(track)
    file.save(midi_path)
    render(midi_path, wav_path)
    phrase, _ = soundfile.read(wav_path, dtype="float32", frames=round(PHRASE_S * SR))
    n_times = round(SONG_S / PHRASE_S + 0.5)
    soundfile.write(path, np.tile(phrase, (n_times, 1))[: round(SONG_S * SR)], SR)


def corrections(program: Program) -> list[tuple[float, int]]:
    """Onset and key of each corrected note."""
    return [(note.onset_s, note.midi) for note in program.controller.document.notes if note.is_corrected]


def clef_sign(score: Path) -> str | None:
    return ET.parse(score).getroot().findtext(".//clef/sign")


def find_all_again(
    program: Program, qtbot: QtBot, listening: Listening, corrected: list[tuple[float, int]]
) -> None:
    """The project opens as it was left."""
    wait_for(qtbot, lambda: program.controller.document is not None, JOB_S)
    again = program.controller.playback.listening
    assert (again.loop_s, again.speed, again.is_looping) == (listening.loop_s, 0.5, listening.is_looping)
    assert corrections(program) == corrected
    QTest.mouseClick(program.window.transport.play_button, LEFT)
    wait_for(qtbot, lambda: program.controller.playback.is_playing, 10.0)
