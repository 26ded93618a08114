# SPDX-License-Identifier: MIT
"""A loop is exact: its seam, its period, and every change of it while it sounds."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from fakes import wait_until
from loudspeaker import Loudspeaker, loudspeaker
from sounds import SR, ArraySound, music, noise, sine, write

from desktop_app.realtime.file_source import FileSource
from desktop_app.realtime.loop_seam import seam
from desktop_app.realtime.player import Player

__all__ = ["loudspeaker"]

N_FADE = 221  # of the loudspeaker, when it starts and stops


@contextmanager
def playing(path: Path) -> Iterator[Player]:
    player = Player(path)
    wait_until(lambda: player.duration_s > 0.0 or player.error)
    try:
        yield player
        assert player.error == ""
    finally:
        player.close()
        assert player.wait_closed()


def one_pass(y: np.ndarray, begin: int, end: int) -> np.ndarray:
    """What a loop of a recording sounds like from its start to its end."""
    sound = ArraySound(y)
    tail = seam(sound, end, sound, begin, min(round(0.2 * SR), 3 * (end - begin) // 4), SR)
    return np.concatenate((y[begin : end - tail.shape[0]], tail))


def take_over(player: Player, loudspeaker: Loudspeaker) -> None:
    """Let a new loop be taken over while the loudspeaker takes nothing."""
    wait_until(lambda: not player._state.is_loop_new)
    time.sleep(0.15)
    loudspeaker.go_on()


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_file_is_played_as_it_is(loudspeaker: Loudspeaker, tmp_path: Path, channels: int) -> None:
    y = noise(2.0, channels)
    with playing(write(tmp_path / "a.wav", y)) as player:
        player.play()
        wait_until(lambda: player.at_end)
        assert player.position_s == pytest.approx(2.0, abs=1e-3)
        heard = loudspeaker.heard
    expected = y if channels < 3 else np.repeat(y.mean(axis=1, keepdims=True), 2, axis=1)
    assert heard.shape[1] == expected.shape[1]
    np.testing.assert_allclose(heard[N_FADE : len(y)], expected[N_FADE:], atol=1e-6)
    assert not heard[len(y) :].any()


def test_another_rate_is_played_where_the_device_wants_it(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    loudspeaker.only_sr = 48_000
    with playing(write(tmp_path / "a.wav", sine(440.0, 3.0, sr=22_050), 22_050)) as player:
        player.set_loop((0.5, 1.50001))
        player.play()
        heard = loudspeaker.hear(4 * 48_000)
    np.testing.assert_array_equal(heard[48_000:96_000], heard[96_000:144_000])
    expected = sine(440.0, 2.0, sr=48_000)[24_000:]
    np.testing.assert_allclose(heard[N_FADE + 20 : 40_000], expected[N_FADE + 20 : 40_000], atol=1e-3)


@pytest.mark.parametrize(
    ("start_s", "end_s"), [(0.5, 1.5), (0.0, 2.0), (0.0, 0.3), (1.7, 2.0), (0.70003, 1.23457), (1.0, 1.05)]
)
@pytest.mark.parametrize("y", [noise(2.0, 2), sine(220.0, 2.0), music(2.0)], ids=["noise", "sine", "music"])
def test_a_loop_is_exact(
    loudspeaker: Loudspeaker, tmp_path: Path, y: np.ndarray, start_s: float, end_s: float
) -> None:
    begin, n = round(start_s * SR), round((end_s - start_s) * SR)
    with playing(write(tmp_path / "a.wav", y)) as player:
        player.set_loop((start_s, end_s))
        assert player.position_s == start_s if start_s else player.position_s == 0.0
        player.play()
        wait_until(lambda: player.n_repeats >= 3)
        heard = loudspeaker.heard
    while not heard[0].any():
        heard = heard[1:]
    n_silent = np.flatnonzero(np.abs(y[begin:]).max(axis=1))[0]  # which the start of what is heard left out
    expected = np.tile(one_pass(y, begin, begin + n), (3, 1))[n_silent:]
    np.testing.assert_array_equal(heard[N_FADE : expected.shape[0]], expected[N_FADE:])


def test_a_loop_around_the_cursor_is_entered_without_a_break(
    loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    y = noise(4.0, 2)
    with playing(write(tmp_path / "a.wav", y)) as player:
        player.play()
        loudspeaker.stop_at(50 * 480)
        assert player.position_s == pytest.approx(50 * 480 / SR)
        begin, end = round(0.1 * SR), round(player.position_s * SR) + SR // 5  # composed beyond that already
        player.set_loop((begin / SR, end / SR))
        assert player.position_s == pytest.approx(50 * 480 / SR)
        take_over(player, loudspeaker)
        heard = loudspeaker.hear(3 * SR)
        assert player.n_gaps == 0
    passes = np.tile(one_pass(y, begin, end), (10, 1))
    expected = np.concatenate((y[:begin], passes))[: 3 * SR]
    np.testing.assert_allclose(heard[N_FADE:], expected[N_FADE:], atol=1e-6)


@pytest.mark.parametrize("new_end_s", [0.7, 1.3, None])
def test_a_changed_end_is_heard_although_the_old_one_was_composed(
    loudspeaker: Loudspeaker, tmp_path: Path, new_end_s: float | None
) -> None:
    y, n = noise(4.0, 2), 46 * 480
    begin, at_s = round(0.2 * SR), 0.2 + n / SR
    old_end_s = at_s + 0.25
    with playing(write(tmp_path / "a.wav", y)) as player:
        player.set_loop((0.2, old_end_s))
        player.play()
        loudspeaker.stop_at(n)
        player.set_loop((0.2, at_s + 0.15 if new_end_s == 0.7 else new_end_s) if new_end_s else None)
        take_over(player, loudspeaker)
        heard = loudspeaker.hear(2 * SR)
        assert player.n_gaps == 0
    end = {0.7: round((at_s + 0.15 - 0.2) * SR), 1.3: round(1.1 * SR), None: 3 * SR}[new_end_s]
    expected = np.tile(one_pass(y, begin, begin + end), (5, 1))[: 2 * SR]
    np.testing.assert_allclose(heard[N_FADE:], expected[N_FADE:], atol=1e-6)


def test_an_end_before_what_is_heard_next_goes_to_the_start_softly(
    loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    y = sine(220.0, 4.0)
    with playing(write(tmp_path / "a.wav", y)) as player:
        player.play()
        loudspeaker.stop_at(100 * 480)
        player.set_loop((0.5, player.position_s + 0.01))
        take_over(player, loudspeaker)
        heard = loudspeaker.hear(2 * SR)
        assert player.n_gaps == 0
        assert 0.5 <= player.position_s < 1.2
    assert np.abs(np.diff(heard[N_FADE:], axis=0)).max() <= 1.1 * np.abs(np.diff(y, axis=0)).max()


@pytest.mark.parametrize("loop_s", [(2.0, 2.5), (0.1, 0.3)])
def test_a_loop_elsewhere_is_gone_to(
    loudspeaker: Loudspeaker, tmp_path: Path, loop_s: tuple[float, float]
) -> None:
    y, at = noise(4.0, 2), 50 * 480
    with playing(write(tmp_path / "a.wav", y)) as player:
        player.play()
        loudspeaker.stop_at(at)
        player.set_loop(loop_s)
        assert player.position_s == loop_s[0]
        wait_until(lambda: loudspeaker.n_given > at or loudspeaker.output._is_flushing)
        loudspeaker.go_on()
        wait_until(lambda: player.n_repeats >= 2)
        assert loop_s[0] <= player.position_s < loop_s[1]
        heard = loudspeaker.heard
    begin = round(loop_s[0] * SR)
    expected = one_pass(y, begin, begin + round((loop_s[1] - loop_s[0]) * SR))[N_FADE:]
    first = at + np.flatnonzero(heard[at:, 0] == expected[0, 0])[0]
    assert first <= 55 * 480 + N_FADE  # what was composed before is not played
    np.testing.assert_array_equal(heard[first : first + expected.shape[0]], expected)


def test_positions_are_those_heard_in_every_pass(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", noise(4.0, 2))) as player:
        player.set_loop((1.0, 1.7))
        player.play()
        for n_blocks in (20, 60, 70, 130, 200, 300):
            loudspeaker.stop_at(n_blocks * 480)
            heard_s = n_blocks * 480 / SR
            assert player.position_s == pytest.approx(1.0 + heard_s % 0.7, abs=1e-6)
            assert player.n_repeats == int(heard_s / 0.7)
        player.pause()
        player.set_loop((1.0, 1.8))
        assert player.n_repeats == 0


def test_repeats_are_only_those_heard_through_seeks(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", noise(4.0))) as player:
        player.set_loop((1.0, 1.5))
        player.play()
        counts = []
        for n_blocks in range(40, 400, 30):  # each time a wrap waits in the ring
            loudspeaker.stop_at(n_blocks * 480)
            counts.append(player.n_repeats)
            player.seek(1.0)
            wait_until(lambda: loudspeaker.output._is_flushing or not player._state.seek_to_s)
            loudspeaker.go_on()
            while player._state.seek_to_s is not None:
                counts.append(player.n_repeats)
        loudspeaker.go_on()
        wait_until(lambda: player.n_repeats > counts[-1])
    assert np.diff(counts).min() >= 0
    assert counts[-1] <= 400 * 480 / SR / 0.5


def test_outside_of_the_loop_one_may_go_on(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", noise(2.0))) as player:
        player.set_loop((0.5, 0.7))
        player.seek(1.0)
        player.play()
        wait_until(lambda: player.at_end)
        assert player.n_repeats == 0
        player.play()  # begins with the loop
        wait_until(lambda: player.n_repeats >= 2)
        player.seek(0.1)  # and is entered from before
        n_before = player.n_repeats  # it goes on repeating until the player hears of the seek
        wait_until(lambda: player.n_repeats >= n_before + 2)
        assert 0.5 <= player.position_s < 0.7


@pytest.mark.parametrize(
    "loop_s", [(0.5, 0.5), (0.5, 0.501), (0.5, 99.0), (3.0, 5.0), (0.9, 0.4), (-5.0, 9.0)]
)
def test_a_bad_loop_is_clamped(loudspeaker: Loudspeaker, tmp_path: Path, loop_s: tuple[float, float]) -> None:
    with playing(write(tmp_path / "a.wav", noise(1.0))) as player:
        player.set_loop(loop_s)
        player.play()
        wait_until(lambda: player.n_repeats >= 2)
        assert 0.0 <= player.position_s <= 1.0


def test_an_mp3_is_not_decoded_again_at_each_pass(
    loudspeaker: Loudspeaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wav, path = write(tmp_path / "a.wav", music(8.0)), tmp_path / "a.mp3"
    subprocess.run(["ffmpeg", "-v", "error", "-i", wav, "-c:a", "libmp3lame", path], check=True)
    seeks: list[float] = []
    seek = FileSource.seek
    monkeypatch.setattr(FileSource, "seek", lambda self, at_s: seeks.append(at_s) or seek(self, at_s))
    y, _ = soundfile.read(path, dtype="float32")
    with playing(path) as player:
        player.set_loop((2.0, 4.0))
        player.play()
        wait_until(lambda: player.n_repeats >= 2)
        n_seeks = len(seeks)
        heard = loudspeaker.heard
        wait_until(lambda: player.n_repeats >= 5)
        assert len(seeks) == n_seeks <= 4
    expected = np.tile(one_pass(y, 2 * SR, 4 * SR), (2, 1))
    np.testing.assert_array_equal(heard[N_FADE : 4 * SR], expected[N_FADE:])
