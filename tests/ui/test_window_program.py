# SPDX-License-Identifier: MIT
"""The program as its user starts it: a process of its own on a virtual screen, with real keys and clicks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest_audio import VirtualMicrophone
from desk import ROOT, TIMEOUT_S, Desk, until, write_tone
from pytestqt.qtbot import QtBot
from window_fakes import StartProgram, wait_for

from desktop_app.io.audio_file import probe, read_blocks


def test_keys_and_clicks_on_a_real_screen(desk: Callable[..., Desk], tmp_path: Path) -> None:
    (tmp_path / "no sound.wav").write_text("This is a letter and no sound. " * 50)
    one = desk(
        write_tone(tmp_path / "one #1.wav"), write_tone(tmp_path / "two.wav"), tmp_path / "no sound.wav"
    )
    window = one.wait_for_window(r"^one #1\.wav – Right In Tune$")
    one.press(window, "F2")
    one.press(one.wait_for_window("^Keys$"), "Escape")
    until(lambda: not one.windows("^Keys$"), "the key list closes")
    one.press(window, "F1")
    one.press(one.wait_for_window("^Help$"), "Escape")
    one.press(window, "plus")
    one.press(window, "f")
    one.double_click(window, 60, 87)  # the second row of the list
    one.wait_for_window(r"^two\.wav – Right In Tune$")
    one.press(window, "ctrl+q")
    assert one.process.wait(TIMEOUT_S) == 0
    assert "Traceback" not in one.process.stderr.read().decode()


def test_record_key_and_close_while_recording_with_a_real_microphone(
    desk: Callable[..., Desk], virtual_microphone: VirtualMicrophone, home: Path, tmp_path: Path
) -> None:
    virtual_microphone.play(write_tone(tmp_path / "a4.wav", 40.0))
    one = desk(environment=virtual_microphone.environment)
    window = one.wait_for_window("^Right In Tune$")
    time.sleep(1.0)  # a person needs longer
    one.press(window, "r")
    one.wait_for_window("^Recording – Right In Tune$")
    until(lambda: _recorded_bytes(home) > 100_000, "a second of sound on disk")
    one.press(window, "r")
    one.wait_for_window("^Take .* – Right In Tune$")
    one.press(window, "r")
    until(lambda: len(_takes(home)) == 2 and _recorded_bytes(home) > 100_000, "another take")
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(TIMEOUT_S) == 0
    for take in _takes(home):
        assert probe(str(take)).duration_s > 0.5
        samples = np.concatenate(list(read_blocks(str(take))))[:, 0]
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.shape[0])))
        f0_hz = np.argmax(spectrum) * probe(str(take)).sr / samples.shape[0]
        assert f0_hz == pytest.approx(440.0, abs=3.0)


def test_killed_while_recording_the_take_is_recovered(
    desk: Callable[..., Desk], virtual_microphone: VirtualMicrophone, home: Path, tmp_path: Path
) -> None:
    virtual_microphone.play(write_tone(tmp_path / "a4.wav", 30.0))
    one = desk(environment=virtual_microphone.environment)
    one.press(one.wait_for_window("^Right In Tune$"), "r")
    one.wait_for_window("^Recording – Right In Tune$")
    until(lambda: _recorded_bytes(home) > 300_000, "some seconds of sound on disk")
    one.process.kill()
    one.process.wait(TIMEOUT_S)
    again = desk(environment=virtual_microphone.environment)
    again.wait_for_window("^Right In Tune$")
    [take] = _takes(home)
    until(lambda: probe(str(take)).duration_s > 1.0, "the take is repaired")
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(TIMEOUT_S) == 0


def _takes(home: Path) -> list[Path]:
    return sorted((home / "takes").glob("*.wav"))


def _recorded_bytes(home: Path) -> int:
    """Bytes of the shortest take (0: none): names within one second do not sort by their time."""
    return min((take.stat().st_size for take in _takes(home)), default=0)


@pytest.mark.microphone
def test_window_shows_the_note_that_the_microphone_hears(
    virtual_microphone: VirtualMicrophone, start: StartProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    virtual_microphone.play(write_tone(tmp_path / "a4.wav", 20.0))
    program = start()
    window, live = program.window, program.controller.live
    window.named_actions["listen"].trigger()
    wait_for(qtbot, lambda: window.heard.note.text() == "A4", TIMEOUT_S)
    assert abs(live.heard.cents) < 5.0
    assert live.status.n_dropped_blocks == 0
    assert window.status_line.device.isVisible()


def test_without_a_display_it_says_what_to_do(home: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "There is no display" in done.stderr
    assert "xvfb-run" in done.stderr


def test_start_is_traced_and_files_are_ready(home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop_app"],
        cwd=ROOT,
        env={**os.environ, "RIGHT_IN_TUNE_TRACE_START": "1", "RIGHT_IN_TUNE_HOME": str(home)},
        stderr=subprocess.PIPE,
        text=True,
    )
    stamps: dict[str, float] = {}
    while "ready" not in stamps:
        line = process.stderr.readline()
        assert line, "the program ended before it was ready"
        if found := re.fullmatch(r"start-trace (\w+) ([\d.]+)\n", line):
            stamps[found[1]] = float(found[2])
    process.send_signal(signal.SIGTERM)
    assert process.wait(TIMEOUT_S) == 0
    process.stderr.close()
    assert list(stamps) == ["visible", "ready"]


def test_first_paint_imports_nothing_heavy() -> None:
    code = (
        "import sys; import desktop_app.ui.program; print(sorted(set(sys.modules) & "
        "{'librosa', 'scipy', 'sklearn', 'tensorflow', 'sounddevice', 'soundfile', 'ai_edge_litert'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
