# SPDX-License-Identifier: MIT
"""Through the real thing: a loop by PortAudio, ALSA and PulseAudio, recorded back."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from conftest_audio import SR, VirtualMicrophone
from fakes import wait_until
from sounds import ArraySound, clip_of, music, noise, write
from test_microphone import offset_of, recorded

from desktop_app.domain.listening import Clip, Stretch
from desktop_app.realtime.loop_seam import seam
from desktop_app.realtime.player import Player

pytestmark = pytest.mark.microphone

N_FADE = 240


def one_pass(y: np.ndarray, begin: int, end: int) -> np.ndarray:
    sound = ArraySound(y)
    tail = seam(sound, end, sound, begin, round(0.2 * SR), SR)
    return np.concatenate((y[begin : end - tail.shape[0]], tail))


def recorded_loop(
    microphone: VirtualMicrophone, path: Path, clip: Clip | None, loop_s: tuple[float, float]
) -> np.ndarray:
    """What comes out of the sink in four passes."""
    recorder = microphone.record(path.with_name("heard.wav"))
    player = Player(path)
    wait_until(lambda: player.duration_s > 0.0)
    player.set_loop(loop_s)
    if clip is not None:
        player.set_tempo(clip.stretch.speed, clip.stretch.semitones)
        player.add_clip(clip)
    player.play()
    wait_until(lambda: player.n_repeats >= 4)
    assert (player.n_gaps, player.error) == (0, "")
    player.close()
    assert player.wait_closed()
    time.sleep(0.3)
    recorder.terminate()
    recorder.wait(5)
    return recorded(path.with_name("heard.wav"))


@pytest.mark.parametrize("y", [noise(3.0, 2, SR), music(3.0, SR)], ids=["noise", "music"])
def test_the_loop_that_comes_out_has_neither_click_nor_gap(
    virtual_microphone: VirtualMicrophone, tmp_path: Path, y: np.ndarray
) -> None:
    begin, n = round(0.6 * SR), round(0.7 * SR)
    heard = recorded_loop(virtual_microphone, write(tmp_path / "a.wav", y, SR), None, (0.6, 1.3))
    expected = np.tile(one_pass(y, begin, begin + n), (4, 1))
    start = offset_of(expected[:, 0], heard[:, 0])
    played = heard[start + N_FADE : start + 4 * n]
    np.testing.assert_allclose(played, expected[N_FADE:], atol=1e-5)
    steps = np.abs(np.diff(played, axis=0)).max(axis=0)
    assert (steps <= np.abs(np.diff(y, axis=0)).max(axis=0) + 1e-6).all()


def test_a_slowed_loop_comes_out_exact(virtual_microphone: VirtualMicrophone, tmp_path: Path) -> None:
    slow, stretch = noise(3.0, 2, SR), Stretch(0.6, 1.1, 0.5)
    clip = clip_of(stretch, slow, n_lead=SR, sr=SR)
    path = write(tmp_path / "a.wav", noise(2.0, 2, SR), SR)
    heard = recorded_loop(virtual_microphone, path, clip, (0.6, 1.1))
    expected = np.tile(one_pass(slow, SR, 2 * SR), (4, 1))
    start = offset_of(expected[:, 0], heard[:, 0])
    np.testing.assert_allclose(heard[start + N_FADE : start + 4 * SR], expected[N_FADE:], atol=1e-5)
