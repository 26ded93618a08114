# SPDX-License-Identifier: MIT
"""Other speeds: swapped in where they should be, heard where they say, and never a silence.

Recording and clips hold at each sample its place in the recording, so what is heard tells where it is from.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import wait_until
from loudspeaker import Loudspeaker, loudspeaker
from sounds import SR, clip_of, music, noise, ramp, ramp_clip, sine, write
from test_player_loops import N_FADE, playing

from desktop_app.domain.listening import Stretch
from desktop_app.realtime.loop_seam import MAX_FADE_S
from desktop_app.realtime.player import Player

__all__ = ["loudspeaker"]

BLOCK = 480


def heard_speeds(places_s: np.ndarray) -> np.ndarray:
    """The speed of what is heard, averaged over 5 ms, shape (n - 220,)."""
    return (places_s[220:] - places_s[:-220]) * SR / 220


def places_s(loudspeaker: Loudspeaker, n: int) -> np.ndarray:
    return 1000.0 * loudspeaker.hear(n)[:, 0].astype(np.float64)


def test_in_a_loop_another_speed_comes_at_its_start(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    n = round(0.5 * SR)
    with playing(write(tmp_path / "a.wav", ramp(3.0))) as player:
        player.set_loop((1.0, 1.5))
        player.play()
        loudspeaker.stop_at(10 * BLOCK)
        player.set_tempo(0.5, 0.0)
        stretch = player.missing()
        assert stretch == Stretch(1.0, 1.5, 0.5)
        loudspeaker.go_on()
        wait_until(lambda: player.n_repeats >= 2)
        assert player.speed == 1.0  # goes on as it was
        n_before = loudspeaker.n_given
        player.add_clip(ramp_clip(stretch))
        assert player.missing() is None
        wait_until(lambda: player.speed == 0.5)
        n_passes = player.n_repeats
        wait_until(lambda: player.n_repeats >= n_passes + 3)
        n_slow = loudspeaker.n_given
        player.set_tempo(1.0, 0.0)
        wait_until(lambda: player.speed == 1.0)
        wait_until(lambda: loudspeaker.n_given > n_slow + 4 * n)
        heard = places_s(loudspeaker, loudspeaker.n_given - BLOCK)
    starts = np.flatnonzero(np.abs(heard[:-100] - 1.0) < 2e-6)
    starts = starts[heard[starts + 100] > 1.0 + 49.0 / SR]  # not on the way down
    lengths = np.diff(starts)
    assert set(lengths.tolist()) == {n, 2 * n}  # every pass is exact, at either speed
    turned = np.flatnonzero(np.diff(lengths)).tolist()
    assert len(turned) == 2  # once to the slow one, once back
    assert starts[turned[0] + 1] <= n_before + round(0.45 * SR) + n
    for start, length in zip(starts, lengths, strict=False):
        body = heard[start : start + length - round(MAX_FADE_S * SR)]
        np.testing.assert_allclose(body, 1.0 + np.arange(body.size) * 0.5 / length, atol=2e-6)


def test_without_a_loop_tiles_follow_each_other_and_the_sound_never_stops(
    loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    with playing(write(tmp_path / "a.wav", ramp(50.0))) as player:
        player.seek(18.0)
        player.set_tempo(1.5, 0.0)
        player.play()
        loudspeaker.stop_at(40 * BLOCK)
        first = player.missing()
        assert first == Stretch(0.0, 20.0, 1.5)
        player.add_clip(ramp_clip(first))
        loudspeaker.go_on()
        wait_until(lambda: player.speed == 1.5)
        assert player.missing() == Stretch(20.0, 40.0, 1.5)
        wait_until(lambda: player.position_s > 20.5)
        assert player.speed == 1.0  # the next tile is not there: as recorded
        second = player.missing()
        assert second == Stretch(20.0, 40.0, 1.5)
        player.add_clip(ramp_clip(second))
        wait_until(lambda: player.speed == 1.5)
        third = player.missing()
        assert third == Stretch(40.0, 50.0, 1.5)
        player.add_clip(ramp_clip(third))
        wait_until(lambda: player.at_end)
        assert player.n_gaps == 0
        assert player.position_s == pytest.approx(50.0, abs=0.001)
        heard = places_s(loudspeaker, loudspeaker.n_given - BLOCK)
    heard = heard[N_FADE : int(np.argmax(heard))]
    speeds = heard_speeds(heard)
    assert speeds.min() > 0.6  # on and on; a crossfade makes up for what it lost
    assert speeds.max() < 1.9
    is_fast = speeds > 1.25
    assert np.count_nonzero(np.diff(is_fast)) == 3  # faster, as recorded, faster to the end


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.5])
def test_positions_are_those_heard_at_any_speed(
    loudspeaker: Loudspeaker, tmp_path: Path, speed: float
) -> None:
    with playing(write(tmp_path / "a.wav", ramp(30.0))) as player:
        player.set_tempo(speed, 0.0)
        player.add_clip(ramp_clip(Stretch(0.0, 20.0, speed)))
        player.seek(5.0)
        player.play()
        for n in (50, 100, 150):
            loudspeaker.stop_at(n * BLOCK)
            assert player.position_s == pytest.approx(5.0 + n * BLOCK / SR * speed, abs=1e-6)
            assert player.position_s == pytest.approx(places_s(loudspeaker, n * BLOCK)[-1], abs=1e-4)
            assert player.speed == speed
        player.seek(10.0)
        assert player.position_s == 10.0
        loudspeaker.go_on()
        wait_until(lambda: player.position_s > 10.1)
        assert player.speed == speed


def is_silent(player: Player) -> bool:
    """Whether it rests, and what the device was given last has been heard too."""
    output = player._feeder._output
    return output is not None and output.is_at_rest and output.heard_frame >= output.next_frame


def test_a_change_while_paused_is_there_when_it_plays_on(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    with playing(write(tmp_path / "a.wav", ramp(30.0))) as player:
        player.play()
        loudspeaker.stop_at(40 * BLOCK)
        player.pause()
        loudspeaker.go_on()
        wait_until(lambda: is_silent(player))
        at_s = player.position_s
        player.set_tempo(0.5, 0.0)
        player.add_clip(ramp_clip(Stretch(0.0, 20.0, 0.5)))
        wait_until(lambda: player.speed == 0.5)
        assert player.position_s == pytest.approx(at_s, abs=1e-4)
        n_given = loudspeaker.n_given
        player.play()
        heard = places_s(loudspeaker, n_given + SR)[n_given + 2 * BLOCK :]
    assert heard_speeds(heard) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("y", [noise(3.0, 2), sine(220.0, 3.0), music(3.0)], ids=["noise", "sine", "music"])
@pytest.mark.parametrize("n_lead", [0, 8820])
def test_the_seam_of_a_clip_has_no_click(
    loudspeaker: Loudspeaker, tmp_path: Path, y: np.ndarray, n_lead: int
) -> None:
    stretch = Stretch(0.2 if n_lead else 0.0, 1.2, 0.5)
    n = round((1.2 - stretch.start_s) / 0.5 * SR)
    with playing(write(tmp_path / "a.wav", noise(2.0, y.shape[1]))) as player:
        player.set_loop((stretch.start_s, 1.2))
        player.set_tempo(0.5, 0.0)
        player.add_clip(clip_of(stretch, y, n_lead))
        player.play()
        wait_until(lambda: player.n_repeats >= 2)
        heard = loudspeaker.heard[: 2 * n]
    n_silent = int(np.flatnonzero(np.abs(y[n_lead:]).max(axis=1))[0])  # not in what is heard
    body, end = y[n_lead + n_silent :], n - n_silent
    np.testing.assert_array_equal(heard[N_FADE : end - 8820], body[N_FADE : end - 8820])
    np.testing.assert_array_equal(heard[end : end + 8820], y[n_lead : n_lead + 8820])
    around = heard[end - 8830 : end + 10]
    assert np.abs(np.diff(around, axis=0)).max() <= np.abs(np.diff(y[: n_lead + n], axis=0)).max()
