# SPDX-License-Identifier: MIT
"""The microphone in the window, with an array in its place."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_fakes import (
    MICROPHONES,
    DeadCapture,
    FakeWorld,
    StartProgram,
    tone,
    wait_for,
)

from desktop_app.domain.errors import ExportError
from desktop_app.io.audio_file import probe
from desktop_app.realtime.array_capture import ArrayCapture


def test_listening_shows_the_note_and_stores_nothing(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, home: Path
) -> None:
    program = start(world.services)
    window, live = program.window, program.controller.live
    QTest.mouseClick(window.listen_button, Qt.MouseButton.LeftButton)
    assert window.windowTitle().startswith("Listening") or live.is_preparing
    wait_for(qtbot, lambda: live.heard.name == "A4" and bool(live.marks.notes))
    wait_for(qtbot, lambda: window.heard.note.text() == "A4")
    assert window.pages.currentWidget() is window.views
    assert window.listen_button.isChecked()
    wait_for(qtbot, lambda: "array" in window.status_line.device.text())
    assert window.status_line.rate.text() == "16 kHz"
    assert window.status_line.dropped.text() == "0 blocks dropped"
    window.named_actions["listen"].trigger()
    wait_for(qtbot, lambda: not live.is_listening and window.status_line.device.text() == "Microphone off")
    assert not list((home / "takes").glob("*.wav"))
    assert window.pages.currentWidget() is window.views  # what was heard stays in sight


def test_opening_a_recording_ends_listening(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / "one.wav", tmp_path / "two.wav"]
    for path in paths:
        path.write_bytes(b"RIFF")
    program = start(world.services, paths)
    controller = program.controller
    wait_for(qtbot, lambda: all(entry.analysis is not None for entry in controller.library.entries))
    controller.toggle_listening()
    wait_for(qtbot, lambda: controller.is_live_shown)
    other = next(entry for entry in controller.library.entries if entry is not controller.library.open_entry)
    program.window.library.open_requested.emit(other)
    wait_for(qtbot, lambda: not controller.live.is_listening and not controller.is_live_shown)
    assert controller.document.path == other.path
    assert program.window.windowTitle().startswith(other.path.name)


def test_record_key_writes_a_take_and_opens_it(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, home: Path
) -> None:
    program = start(world.services)
    window, controller = program.window, program.controller
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert controller.live.is_recording
    wait_for(qtbot, lambda: controller.live.recorded_s > 0.5)
    assert window.transport.record_button.text() == "Stop recording"
    assert window.windowTitle() == "Recording – Right In Tune"
    assert not window.transport.play_button.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_R)
    wait_for(qtbot, lambda: controller.document is not None)
    [take] = (home / "takes").glob("*.wav")
    assert controller.document.path == take
    assert probe(str(take)).duration_s > 0.5
    assert controller.library.entries[0].is_take
    assert not controller.live.is_listening
    assert not controller.is_live_shown


def test_record_while_listening_goes_on_listening(
    start: StartProgram, world: FakeWorld, qtbot: QtBot
) -> None:
    program = start(world.services)
    controller = program.controller
    program.window.named_actions["listen"].trigger()
    wait_for(qtbot, lambda: not controller.live.is_preparing)
    program.window.named_actions["record"].trigger()
    wait_for(qtbot, lambda: controller.live.recorded_s > 0.2)
    program.window.named_actions["record"].trigger()
    wait_for(qtbot, lambda: controller.document is not None)
    assert controller.live.is_listening
    assert controller.is_live_shown
    assert len(world.opened_devices) == 1


def test_record_says_preparing_until_the_microphone_is_open(
    start: StartProgram, world: FakeWorld, qtbot: QtBot
) -> None:
    gate = threading.Event()

    class SlowCapture(world.capture_class):  # type: ignore[name-defined,misc]
        def start(self) -> None:
            gate.wait(10.0)
            super().start()

    world.capture_class = SlowCapture
    program = start(world.services)
    button = program.window.transport.record_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: button.text() == "Preparing…")
    gate.set()
    wait_for(qtbot, lambda: button.text() == "Stop recording")


def test_close_while_recording_keeps_the_take(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, home: Path
) -> None:
    program = start(world.services)
    program.window.named_actions["record"].trigger()
    wait_for(qtbot, lambda: program.controller.live.recorded_s > 0.5)
    program.window.close()
    [take] = (home / "takes").glob("*.wav")
    assert probe(str(take)).duration_s > 0.5
    assert world.pool.is_closed


def test_hanging_device_is_abandoned_at_the_end(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start(world.services)
    program.window.named_actions["listen"].trigger()
    wait_for(qtbot, lambda: not program.controller.live.is_preparing)
    session = program.controller.live._session
    stop = session.stop
    monkeypatch.setattr(session, "stop", lambda timeout_s: stop(timeout_s) and False)
    program.window.close()
    assert not program.is_clean  # then the process ends without waiting for the thread


def test_lost_device_keeps_the_take_and_offers_another(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, home: Path
) -> None:
    world.capture_class, world.sound = ArrayCapture, tone(1.0)
    program = start(world.services)
    window, controller = program.window, program.controller
    window.named_actions["record"].trigger()
    wait_for(qtbot, window.banner.isVisible)
    assert "is gone; what was recorded is kept" in window.banner.label.text()
    assert window.banner.button.isVisible()
    wait_for(qtbot, lambda: controller.document is not None)
    [take] = (home / "takes").glob("*.wav")
    assert probe(str(take)).duration_s == pytest.approx(1.0, abs=0.05)
    QTest.mouseClick(window.banner.button, Qt.MouseButton.LeftButton)
    assert window.submenus.devices.isVisible()
    window.submenus.devices.close()


def test_microphone_that_cannot_be_opened_is_told(
    start: StartProgram, world: FakeWorld, qtbot: QtBot
) -> None:
    world.capture_class = DeadCapture
    program = start(world.services)
    program.window.named_actions["record"].trigger()
    wait_for(qtbot, program.window.banner.isVisible)
    assert "used by another program" in program.window.banner.label.text()
    assert not program.controller.live.is_listening
    assert not program.window.named_actions["record"].isChecked()


def test_dead_silence_is_told(start: StartProgram, world: FakeWorld, qtbot: QtBot) -> None:
    world.sound = np.zeros(16_000 * 30, np.float32)
    program = start(world.services)
    program.window.named_actions["listen"].trigger()
    wait_for(qtbot, program.window.banner.isVisible)
    assert program.window.banner.label.text().startswith("No sound is reaching us")
    assert program.window.banner.button.isVisible()


def test_take_that_cannot_be_written_is_told(start: StartProgram, world: FakeWorld, qtbot: QtBot) -> None:
    def full() -> Path:
        raise ExportError("The folder for takes cannot be made: the disk is full.")

    world.services.new_take_path = full
    program = start(world.services)
    program.window.named_actions["record"].trigger()
    wait_for(qtbot, program.window.banner.isVisible)
    assert program.window.banner.label.text() == "The folder for takes cannot be made: the disk is full."
    assert not program.controller.live.is_recording


def test_devices_are_listed_chosen_and_remembered(
    start: StartProgram, world: FakeWorld, qtbot: QtBot
) -> None:
    program = start(world.services)
    menu, controller = program.window.submenus.devices, program.controller
    wait_for(qtbot, lambda: controller.devices.is_listed)
    texts = [action.text() for action in menu.actions()]
    assert texts[:3] == ["System default (Built-in)", "Built-in — ALSA", "USB mic — ALSA"]
    assert menu.actions()[0].isChecked()
    menu.actions()[2].trigger()
    assert [action.isChecked() for action in menu.actions()[:3]] == [False, False, True]
    program.window.named_actions["listen"].trigger()
    wait_for(qtbot, lambda: not controller.live.is_preparing)
    assert world.opened_devices == [MICROPHONES[1]]
    program.window.close()

    again = start(world.services)
    wait_for(qtbot, lambda: again.controller.devices.is_listed)
    assert again.controller.live.device == MICROPHONES[1]


def test_rescan_finds_new_devices_and_closes_streams_first(
    start: StartProgram, world: FakeWorld, qtbot: QtBot
) -> None:
    program = start(world.services)
    wait_for(qtbot, lambda: program.controller.devices.is_listed)
    program.window.named_actions["listen"].trigger()
    world.inputs = MICROPHONES[:1]
    program.window.named_actions["rescan"].trigger()
    wait_for(qtbot, lambda: world.n_rescans == 1 and len(program.controller.devices.devices) == 1)
    assert not program.controller.live.is_listening


def test_without_any_device_files_still_work(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    world.inputs = ()
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    program = start(world.services, [tmp_path / "a.wav"])
    wait_for(qtbot, lambda: program.controller.document is not None)
    devices = program.window.submenus.devices
    wait_for(qtbot, lambda: devices.actions()[0].text() == "System default (none found)")
