# SPDX-License-Identifier: MIT
"""The parts behind the window that need no window."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from window_fakes import DURATION_S, make_analysis

from desktop_app.domain.analysis import FamilyVerdict
from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import NoteEnded, NoteStarted
from desktop_app.domain.heard import Heard
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.pipeline.sources import WaveTile
from desktop_app.ui.background import Background
from desktop_app.ui.document import Document, notes_as_text
from desktop_app.ui.engine_cache import EngineCache
from desktop_app.ui.library import Entry, EntryState, LibraryModel, length_text
from desktop_app.ui.live_marks import LiveMarks
from desktop_app.ui.settings import Settings, load_settings, save_settings


class _Source:
    duration_s = DURATION_S

    def waveform(self, start_s: float, end_s: float, n_columns: int) -> WaveTile:
        peak = np.array([0.1 if start_s < 2.0 else 0.0], np.float32)
        return WaveTile(start_s, end_s, -peak, peak)


class TestDocument:
    def test_heard_in_a_note(self) -> None:
        heard = Document(Path("a.wav"), make_analysis(Path("a.wav")), _Source()).heard_at(1.0)
        assert (heard.midi, heard.name, heard.f0_hz) == (69, "A4", 440.0)
        assert heard.cents == pytest.approx(0.0)
        assert heard.rms_db == pytest.approx(-20.0)
        assert heard.family is not None
        assert (heard.family.label, heard.family.state) == ("string", "sure")
        assert heard.family.probabilities == {"string": 0.9, "brass": 0.1}

    def test_heard_in_silence(self) -> None:
        heard = Document(Path("a.wav"), make_analysis(Path("a.wav")), _Source()).heard_at(3.0)
        assert heard.midi is None
        assert heard.family is not None
        assert (heard.family.label, heard.family.state) == ("brass", "cannot_tell")
        assert heard.family.probabilities == {"string": 0.3, "brass": 0.7}
        assert heard.rms_db == pytest.approx(-120.0)

    def test_of_several_notes_the_loudest_is_heard(self) -> None:
        notes = [Note(0.0, 2.0, midi, 440.0, 0.0, velocity, 0.9) for midi, velocity in ((57, 60), (64, 80))]
        notes += [Note(0.5, 0.8, 72, 523.25, 0.0, 70, 0.9)]
        notes = [replace(note, f0_hz=midi_to_hz(note.midi)) for note in notes]
        analysis = replace(make_analysis(Path("a.wav")), notes=tuple(notes), is_poly=True)
        document = Document(Path("a.wav"), analysis, _Source())
        assert [document.heard_at(time_s).midi for time_s in (0.6, 1.0, 2.5)] == [64, 64, None]

    @pytest.mark.parametrize("time_s", [-1.0, 100.0])
    def test_heard_outside(self, time_s: float) -> None:
        heard = Document(Path("a.wav"), make_analysis(Path("a.wav")), _Source()).heard_at(time_s)
        assert (heard.midi, heard.family) == (None, None)

    def test_notes_as_text(self) -> None:
        notes = [Note(i, i + 0.5, midi, 440.0, -3.2, 90, 0.9) for i, midi in enumerate((60, 64, 67))]
        lines = notes_as_text(notes).splitlines()
        assert lines[0] == "C4 E4 G4"
        assert lines[4].split("\t") == ["1.000", "1.500", "E4", "440.00", "-3", "90", "0.90", ""]


class TestSettings:
    def test_round_trip(self, tmp_path: Path) -> None:
        settings = Settings(
            theme="dark",
            a4_hz=442,
            model_id="m",
            input_name="Mic, (USB) #1",
            recent_files=["/a/ü, b.wav"],
            hidden_views=["mfcc", "family"],
            follow=False,
            geometry=b"\x00\x01\xff",
        )
        save_settings(settings, tmp_path / "new" / "settings.ini")
        assert load_settings(tmp_path / "new" / "settings.ini") == settings

    def test_nothing_stored_gives_defaults(self, tmp_path: Path) -> None:
        assert load_settings(tmp_path / "settings.ini") == Settings()

    @pytest.mark.parametrize(
        "text",
        [
            "[General]\nversion=999\ntheme=dark\n",
            "[General]\nversion=1\ntheme=pink\na4_hz=hello\n",
            "\x00\x01 no settings at all",
        ],
    )
    def test_damaged_or_foreign_settings_give_defaults(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "settings.ini").write_text(text)
        assert load_settings(tmp_path / "settings.ini") == Settings()

    def test_a4_stays_in_range(self, tmp_path: Path) -> None:
        (tmp_path / "settings.ini").write_text("[General]\nversion=1\na4_hz=9000\n")
        assert load_settings(tmp_path / "settings.ini").a4_hz == 466

    def test_recent_files_are_few_and_newest_first(self) -> None:
        settings = Settings()
        for i in [*range(15), 12]:
            settings.add_recent(Path(f"/{i}.wav"))
        assert len(settings.recent_files) == 10
        assert settings.recent_files[:3] == ["/12.wav", "/14.wav", "/13.wav"]


class TestBackground:
    def test_result_comes_with_poll_on_the_polling_thread(self) -> None:
        background, got = Background(), []
        background.submit(threading.get_ident, lambda ident: got.append((ident, threading.get_ident())))
        assert background.close()
        assert got == []
        background.poll()
        worker, receiver = got[0]
        assert receiver == threading.get_ident() != worker

    def test_errors_are_handed_over(self) -> None:
        def fail() -> None:
            raise RightInTuneError("It did not work.")

        background, got = Background(), []
        background.submit(fail, failed=got.append)
        background.submit(lambda: 1 / 0, failed=got.append)
        background.close()
        background.poll()
        assert sorted(str(error) for error in got) == [
            "It did not work.",
            "Something went wrong inside the program; the log has the details.",
        ]

    def test_what_hangs_is_abandoned(self) -> None:
        gate = threading.Event()
        background = Background()
        background.submit(lambda: gate.wait(10.0))
        assert not background.close(timeout_s=0.05)
        gate.set()
        assert background.close()


class TestLiveMarks:
    def test_open_note_reaches_to_now_and_old_ones_go(self) -> None:
        marks = LiveMarks()
        note = Note(1.0, 1.1, 69, 440.0, 0.0, 90, 0.9)
        verdict = FamilyVerdict("string", "sure", 0.95, {}, 0.0)
        marks.update([NoteStarted(note)], Heard(family=verdict, rms_db=-20.0), 1.5)
        assert marks.notes[0].offset_s == 1.5
        assert marks.ended == []
        marks.update([NoteEnded(note)], Heard(family=verdict, rms_db=-20.0), 2.0)
        assert marks.notes == marks.ended == [note]
        [span] = marks.family_track
        assert (span.start_s, span.end_s, span.label) == (0.0, 2.0, "string")
        marks.update([], Heard(), 3.0)
        unsure = FamilyVerdict("string", "cannot_tell", 0.2, {}, 0.0)
        marks.update([], Heard(family=unsure, rms_db=-20.0), 4.0)
        assert [span.label for span in marks.family_track] == ["string", None]
        assert marks.family_track[1].start_s == 3.0
        marks.update([], Heard(), 70.0)
        assert marks.notes == []
        assert marks.family_track == []


class TestEngineCache:
    def test_engine_is_made_once_for_each_choice(self) -> None:
        class Engine:
            n_resets = 0

            def reset(self) -> None:
                self.n_resets += 1

        made: list[tuple[str, float]] = []

        def make(model_id: str, a4_hz: float) -> Engine:
            made.append((model_id, a4_hz))
            return Engine()

        cache = EngineCache(make)
        engine = cache.get("", 440.0)
        assert cache.get("", 440.0) is engine
        assert engine.n_resets == 2
        assert cache.get("", 442.0) is not engine
        cache.forget()
        cache.get("", 442.0)
        assert made == [("", 440.0), ("", 442.0), ("", 442.0)]


class TestLibrary:
    @pytest.mark.parametrize(
        ("duration_s", "text"), [(0.0, "0.0 s"), (59.94, "59.9 s"), (61.0, "1:01"), (3725.0, "1:02:05")]
    )
    def test_length(self, duration_s: float, text: str) -> None:
        assert length_text(duration_s) == text

    def test_rows_follow_the_entries(self) -> None:
        model = LibraryModel()
        entries = [Entry(Path(f"{i}.wav")) for i in range(3)]
        for entry in entries:
            model.add(entry)
        model.add(take := Entry(Path("Take 2026-11-21 14-05-33 (2).wav"), is_take=True), 0)
        assert model.entries == [take, *entries]
        model.remove(entries[1])
        assert model.rowCount() == 3
        assert model.entry_of(Path("1.wav")) is None
        entries[2].state = EntryState.FAILED
        entries[2].message = "“2.wav” is empty."
        assert "is empty" in model.data(model.index(2, 0), 3)
        assert model.data(model.index(0, 0)) == "21 Nov 14:05:33"
