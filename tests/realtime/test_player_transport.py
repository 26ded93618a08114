# SPDX-License-Identifier: MIT
"""Counting in, single notes, volume, another device, and what goes wrong."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from fakes import wait_until
from loudspeaker import Loudspeaker, loudspeaker
from sounds import SR, noise, sine, write
from test_player_loops import N_FADE, playing

from desktop_app.domain.errors import AudioFileError
from desktop_app.domain.listening import Mix
from desktop_app.domain.note import Note
from desktop_app.realtime import devices, player_feeder
from desktop_app.realtime.file_source import FileSource
from desktop_app.realtime.player import Player

__all__ = ["loudspeaker"]

A4 = Note(1.0, 1.5, 69, 440.0, 0.0, 100, 1.0)


def frequency_hz(y: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(y * np.hanning(y.size), 8 * y.size))
    return float(np.argmax(spectrum) * SR / (8 * y.size))


@pytest.mark.parametrize(("beats_s", "bpm"), [((), 100.0), ((0.0, 0.25, 0.5, 0.75, 1.0), 240.0)])
def test_a_count_in_comes_before_the_sound(
    loudspeaker: Loudspeaker, tmp_path: Path, beats_s: tuple[float, ...], bpm: float
) -> None:
    y = noise(2.0)
    with playing(write(tmp_path / "a.wav", y)) as player:
        player.mix = Mix(n_count_in=3)
        player.set_beats(beats_s)
        player.seek(0.5)
        player.play()
        assert player.is_playing
        n_lead = round(3 * 60.0 / bpm * SR)
        loudspeaker.stop_at(n_lead // 480 // 2 * 480)
        assert player.position_s == 0.5
        loudspeaker.go_on()
        wait_until(lambda: player.at_end)
        heard = loudspeaker.heard
    start = round(0.5 * SR)
    first = int(np.flatnonzero(heard[:, 0] == y[start + 1000, 0])[0]) - 1000
    np.testing.assert_array_equal(heard[first + N_FADE : first + SR], y[start + N_FADE : start + SR])
    assert abs(first - n_lead) <= 2  # the first sample of a click is 0
    level = np.abs(heard[:first, 0])
    n_beat = n_lead // 3
    for i in range(3):
        assert level[i * n_beat : (i + 1) * n_beat].argmax() < 0.1 * n_beat


def test_a_pause_while_counting_in_stays_at_the_mark(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", noise(2.0))) as player:
        player.mix = Mix(n_count_in=2)
        player.seek(0.5)
        player.play()
        loudspeaker.stop_at(480 * 20)
        player.pause()
        loudspeaker.go_on()
        wait_until(lambda: player._feeder._output is not None and player._feeder._output.is_at_rest)
        assert not player.is_playing
        assert player.position_s == 0.5
        n_given = loudspeaker.n_given
        player.play()  # counts in anew
        wait_until(lambda: loudspeaker.n_given > n_given + SR)
        assert player.position_s == pytest.approx(0.5, abs=0.05)
        wait_until(lambda: player.position_s > 0.6)


def test_notes_sound_by_themselves_while_paused(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", noise(2.0))) as player:
        player.seek(0.7)
        player.hear([A4], 440.0)
        heard = loudspeaker.hear(SR // 3)[:, 0]
        assert frequency_hz(heard) == pytest.approx(440.0, abs=1.0)
        assert not player.is_playing
        assert player.position_s == pytest.approx(0.7)
        player.hear([], 440.0)


def test_notes_are_heard_beside_what_plays(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    y = np.zeros((3 * SR, 1), np.float32)
    y[0] = 0.01
    with playing(write(tmp_path / "a.wav", y)) as player:
        player.play()
        loudspeaker.stop_at(10 * 480)
        player.hear([A4], 440.0)
        wait_until(lambda: player._feeder._output is not None and player._feeder._output.is_overlaid)
        loudspeaker.go_on()
        wait_until(lambda: loudspeaker.n_given > SR)
        assert player.n_gaps == 0
        heard = loudspeaker.heard[10 * 480 : 10 * 480 + SR // 3, 0]
    assert frequency_hz(heard) == pytest.approx(440.0, abs=1.0)


def test_set_notes_and_a_balance_are_heard_at_their_place(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", noise(3.0))) as player:
        player.set_notes([A4], 440.0)
        player.mix = Mix(notes_balance=1.0)
        player.seek(0.9)
        player.play()
        wait_until(lambda: player.at_end)
        heard = np.concatenate(loudspeaker.blocks)[:, 0]
    start = int(np.flatnonzero(np.abs(heard) > 1e-3)[0])
    assert start / SR == pytest.approx(0.1, abs=0.02)
    assert frequency_hz(heard[start : start + SR // 3]) == pytest.approx(440.0, abs=1.0)
    assert not heard[: start - 500].any()


def test_volume_acts_in_the_callback(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", sine(440.0, 5.0))) as player:
        player.play()
        loudspeaker.stop_at(50 * 480)
        player.mix = Mix(volume=0.25)
        time.sleep(0.1)
        loudspeaker.go_on()
        heard = np.abs(loudspeaker.hear(100 * 480))
    assert heard[10 * 480 : 50 * 480].max() == pytest.approx(0.5, abs=0.001)
    assert heard[51 * 480 :].max() == pytest.approx(0.125, abs=0.001)  # what waited in the ring too


def test_another_device_is_opened_at_once(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", noise(20.0))) as player:
        first, other = devices.list_outputs()
        player.device = first
        player.play()
        wait_until(lambda: player.position_s > 0.5)
        at_s = player.position_s
        n_opened = loudspeaker.n_opened
        player.device = other
        wait_until(lambda: loudspeaker.n_opened == n_opened + 1)
        wait_until(lambda: player.position_s > at_s + 0.5)
        player.device = other
        time.sleep(0.1)
        assert loudspeaker.n_opened == n_opened + 1
        assert player.is_playing


def test_the_device_is_given_back_after_a_pause_and_the_place_is_kept(
    loudspeaker: Loudspeaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_feeder, "IDLE_CLOSE_S", 0.1)
    with playing(write(tmp_path / "a.wav", noise(20.0))) as player:
        player.set_loop((0.0, 0.5))
        player.play()
        wait_until(lambda: player.n_repeats >= 3)
        player.pause()
        wait_until(lambda: devices._n_holders == 0)
        at_s, n_repeats = player.position_s, player.n_repeats
        player.play()
        wait_until(lambda: player.n_repeats >= n_repeats + 2)
        assert 0.0 <= at_s <= 0.5


def test_a_file_of_no_length_is_at_its_end(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    player = Player(write(tmp_path / "a.wav", np.zeros((0, 1), np.float32)))
    player.set_loop((0.0, 1.0))
    player.play()
    wait_until(lambda: player.at_end)
    assert (player.position_s, player.error) == (0.0, "")
    player.close()
    assert player.wait_closed()


def test_a_device_that_hangs_is_opened_again_once(
    loudspeaker: Loudspeaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_feeder, "LOST_S", 0.2)
    player = Player(write(tmp_path / "a.wav", noise(20.0)))
    player.play()
    loudspeaker.stop_at(4800)
    wait_until(lambda: loudspeaker.n_opened == 2)
    assert player.is_playing
    assert (player.n_gaps, player.error) == (1, "")
    wait_until(lambda: bool(player.error))
    assert player.error == "The loudspeaker “fake” is gone: choose another one."
    assert not player.is_playing
    assert player.position_s == pytest.approx(4800 / SR)
    loudspeaker.go_on()
    player.play()
    wait_until(lambda: player.position_s > 0.5)
    assert player.error == ""
    player.close()
    assert player.wait_closed()


def test_a_filtered_sound_goes_on_through_a_change_of_the_loop(
    loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.wav", noise(3.0))
    passes = []
    for loop_s in (None, (0.1, 2.9)):
        loudspeaker.blocks.clear()
        loudspeaker.n_given = 0
        with playing(path) as player:
            player.mix = Mix(band_hz=(200.0, 900.0))
            player.play()
            loudspeaker.stop_at(100 * 480)
            player.set_loop(loop_s)
            time.sleep(0.15)
            loudspeaker.go_on()
            passes.append(loudspeaker.hear(200 * 480))
    np.testing.assert_allclose(passes[1][480:], passes[0][480:], atol=2e-3)


def test_a_file_that_is_damaged_inside_is_one_sentence(
    loudspeaker: Loudspeaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FileSource.read
    n_read = 0

    def damaged_later(self: FileSource, duration_s: float) -> np.ndarray:
        nonlocal n_read
        n_read += 1
        if n_read > 10:
            raise AudioFileError("unreadable", "The file “a.wav” is damaged and cannot be played on.")
        return read(self, duration_s)

    monkeypatch.setattr(FileSource, "read", damaged_later)
    player = Player(write(tmp_path / "a.wav", noise(20.0)))
    player.play()
    wait_until(lambda: bool(player.error))
    assert player.error == "The file “a.wav” is damaged and cannot be played on."
    assert not player.is_playing
    assert 0.0 <= player.position_s < 20.0
    n_read = -1000
    player.seek(0.5)
    player.play()
    wait_until(lambda: player.position_s > 1.0)
    assert player.error == ""
    player.close()
    assert player.wait_closed()
