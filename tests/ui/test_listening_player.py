# SPDX-License-Identifier: MIT
"""A loop at half speed through the real player, the real job process and a real sound system."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest_audio import VirtualMicrophone
from listening_tools import drag
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_fakes import DURATION_S, FakeWorld, StartProgram, tone, wait_for

from desktop_app.ui.services import Services

_SR = 44_100
_BLOCK_S = 0.05


def levels_db(path: Path) -> np.ndarray:
    """RMS of each 50 ms of a recording, shape (n,)."""
    samples, sr = soundfile.read(path, always_2d=True)
    n = round(_BLOCK_S * sr)
    blocks = samples[: len(samples) // n * n, 0].reshape(-1, n)
    return 10.0 * np.log10(np.mean(blocks**2, axis=1) + 1e-12)


@pytest.mark.microphone
def test_a_loop_slows_down_without_a_gap_and_the_cursor_keeps_step(
    virtual_microphone: VirtualMicrophone, start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    path, heard = tmp_path / "tone.wav", tmp_path / "heard.wav"
    soundfile.write(path, tone(DURATION_S, sr=_SR), _SR)
    real = Services()
    services = replace(world.services, make_player=real.make_player, make_renders=real.make_renders)
    program = start(services, [path])
    wait_for(qtbot, lambda: program.controller.document is not None)
    playback = program.controller.playback
    drag(program.window.views.waveform, 1.0, 2.0)
    assert playback.listening.loop_s == (1.0, 2.0)
    virtual_microphone.record(heard)
    qtbot.keyClick(program.window, Qt.Key.Key_Space)
    wait_for(qtbot, lambda: playback.position_s > 1.2)
    program.window.features[0].bar.speed_slider.setValue(50)
    wait_for(qtbot, lambda: playback._player.speed == 0.5, timeout_s=30.0)
    places = []
    end_s = time.monotonic() + 3.0
    while time.monotonic() < end_s:
        qtbot.wait(20)
        places.append((time.monotonic(), playback.position_s))
    assert playback.is_playing
    assert playback._player.n_gaps == 0
    virtual_microphone.hush()  # before the end of playing, which is silent
    program.controller.stop()
    times_s, positions_s = np.array(places).T
    assert positions_s.min() >= 1.0 - 1e-6
    assert positions_s.max() <= 2.0 + 1e-6
    unwrapped_s = np.unwrap(positions_s, period=1.0)
    assert np.polyfit(times_s, unwrapped_s, 1)[0] == pytest.approx(0.5, abs=0.03)
    levels = levels_db(heard)
    first = int(np.argmax(levels > -30.0))
    assert len(levels) - first > 3.0 / _BLOCK_S
    assert levels[first + 1 : -2].min() > -20.0
