# SPDX-License-Identifier: MIT
"""A take that was asked for before the device is open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop_app.domain.errors import ExportError
from desktop_app.pipeline import live_recording
from desktop_app.pipeline.live_recording import TakeRecording

SR = 48_000


def test_there_is_a_take_at_every_moment_of_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, path, seen = TakeRecording(), tmp_path / "a.wav", []
    make = live_recording.WavRecorder

    def look_and_make(path: Path, sr: int) -> live_recording.WavRecorder:
        seen.append(take.path)
        return make(path, sr)

    monkeypatch.setattr(live_recording, "WavRecorder", look_and_make)
    take.start(path)
    seen.append(take.path)
    take.begin(SR)
    seen.append(take.path)
    assert seen == [path] * 3
    take.append(np.zeros(SR // 10, np.float32))
    assert take.recorded_s == pytest.approx(0.1)
    assert take.stop() == path
    assert take.path is None


def test_a_take_that_cannot_be_made_is_none(tmp_path: Path) -> None:
    take, path = TakeRecording(), tmp_path / "a.wav"
    path.write_bytes(b"mine")
    take.start(path)
    take.begin(SR)
    assert take.path is None
    assert take.message
    assert take.stop() is None
    assert path.read_bytes() == b"mine"
    with pytest.raises(ExportError):
        take.start(path)
