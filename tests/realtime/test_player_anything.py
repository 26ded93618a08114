# SPDX-License-Identifier: MIT
"""Whatever is asked in whatever order: nothing fails, nothing stops, and the position is a place."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import wait_until
from hypothesis import given, settings
from hypothesis import strategies as st
from loudspeaker import Loudspeaker
from sounds import music, ramp_clip, write

from desktop_app.domain.listening import SHIFT_RANGE_SEMITONES, SPEED_RANGE, Mix
from desktop_app.domain.note import Note
from desktop_app.realtime import devices
from desktop_app.realtime.player import Player

DURATION_S = 3.0
NOTES = tuple(Note(i / 4.0, i / 4.0 + 0.3, 60 + i, 261.6, 0.0, 90, 1.0) for i in range(10))

seconds = st.floats(-1.0, DURATION_S + 1.0)
steps = st.one_of(
    st.tuples(st.sampled_from(["play", "play", "pause", "clip", "wait"])),
    st.tuples(st.just("seek"), seconds),
    st.tuples(st.just("loop"), st.one_of(st.none(), st.tuples(seconds, seconds))),
    st.tuples(st.just("tempo"), st.floats(*SPEED_RANGE), st.floats(*SHIFT_RANGE_SEMITONES)),
    st.tuples(st.just("tempo"), st.just(1.0), st.just(0.0)),
    st.tuples(
        st.just("mix"), st.floats(0.0, 1.0), st.sampled_from([None, (200.0, 800.0)]), st.sampled_from([0, 1])
    ),
    st.tuples(st.just("hear"), st.integers(0, 5)),
    st.tuples(st.just("device"), st.sampled_from([0, 1])),
)


def do(player: Player, step: tuple[Any, ...]) -> None:
    match step:
        case ("seek", position_s):
            player.seek(position_s)
        case ("loop", loop_s):
            player.set_loop(loop_s)
        case ("tempo", speed, semitones):
            player.set_tempo(speed, semitones)
        case ("clip",):
            stretch = player.missing()
            if stretch is not None:
                player.add_clip(ramp_clip(stretch, channels=2))
        case ("mix", share, band_hz, n_count_in):
            player.mix = Mix(share, 1.0 - share, band_hz, n_count_in > 0, n_count_in)
        case ("hear", n):
            player.hear(NOTES[:n], 440.0)
        case ("device", index):
            player.device = devices.list_outputs()[index]
        case ("wait",):
            time.sleep(0.03)
        case (name,):
            getattr(player, name)()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("sound") / "music.wav", music(DURATION_S))


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, min_size=3, max_size=14))
def test_any_sequence_is_played(path: Path, sequence: list[tuple[Any, ...]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        loudspeaker = Loudspeaker()
        patch.setattr(devices, "portaudio", lambda: loudspeaker)
        player = Player(path)
        player.set_notes(NOTES, 440.0)
        player.set_beats([0.5 * i for i in range(6)])
        wait_until(lambda: player.duration_s == pytest.approx(DURATION_S))
        player.play()
        for step in sequence:
            do(player, step)
            assert 0.0 <= player.position_s <= DURATION_S + 1e-9
            assert player.n_repeats >= 0
        is_wanted = player.is_playing
        time.sleep(0.02)
        assert (player.error, player.n_gaps) == ("", 0)
        assert player.is_playing == is_wanted or player.at_end
        player.close()
        assert player.wait_closed()
        assert player.error == ""
    if loudspeaker.blocks:
        assert np.isfinite(loudspeaker.heard).all()


def test_in_a_loop_it_never_leaves_the_loop(path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        loudspeaker = Loudspeaker()
        patch.setattr(devices, "portaudio", lambda: loudspeaker)
        player = Player(path)
        player.set_loop((0.5, 0.9))
        player.play()
        positions = []
        for speed in (1.0, 0.5, 1.3, 0.7, 1.0):
            player.set_tempo(speed, 2.0 if speed == 0.7 else 0.0)
            do(player, ("clip",))
            n_repeats = player.n_repeats
            while player.n_repeats < n_repeats + 3:
                positions.append(player.position_s)
                time.sleep(0.001)
            assert player.speed == speed
        player.close()
        assert player.wait_closed()
    assert min(positions) >= 0.5
    assert max(positions) < 0.9 + 1e-6
