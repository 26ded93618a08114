# SPDX-License-Identifier: MIT
"""What needs no sound: places in time, what is to be rendered, clamped loops, the tempo of a count-in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import ramp_clip

from desktop_app.domain.listening import MIN_LOOP_S, Stretch
from desktop_app.realtime.player_clips import MAX_CLIPS, ClipShelf, missing_stretch
from desktop_app.realtime.player_state import beats_per_minute, clamped_loop
from desktop_app.realtime.player_timeline import Place, Span, Timeline

HALF = (0.5, 0.0)


def test_a_timeline_tells_the_place_of_every_frame() -> None:
    timeline = Timeline()
    assert timeline.at(7.0) is None
    timeline.add(Span(100, Place(5.0, 1.0, 0), 0.01))
    timeline.add(Span(200, Place(6.0, 1.0, 0), 0.01))  # goes on evenly
    timeline.add(Span(300, Place(5.0, 0.5, 1), 0.005))
    assert timeline.at(0.0) == Place(5.0, 1.0, 0)
    assert timeline.at(250.5) == Place(pytest.approx(6.505), 1.0, 0)
    assert timeline.at(400.0) == Place(pytest.approx(5.5), 0.5, 1)
    timeline.forget_before(350.0)
    assert timeline.at(100.0) == Place(5.0, 0.5, 1)
    timeline.add(Span(500, Place(9.0, 1.0, 1), 0.01))
    timeline.cut(500)
    assert timeline.at(600.0) == Place(pytest.approx(6.5), 0.5, 1)


def shelf_of(*stretches: Stretch) -> ClipShelf:
    shelf = ClipShelf()
    for stretch in stretches:
        shelf.add(ramp_clip(stretch, sr=100))
    return shelf


@pytest.mark.parametrize(
    ("tempo", "loop_s", "position_s", "expected"),
    [
        ((1.0, 0.0), (2.0, 4.0), 3.0, None),
        (HALF, (2.0, 4.0), 3.0, Stretch(2.0, 4.0, 0.5)),
        ((1.0, 3.0), (2.0, 4.0), 3.0, Stretch(2.0, 4.0, 1.0, 3.0)),
        (HALF, (2.0, 4.0), 4.5, Stretch(0.0, 20.0, 0.5)),  # behind the loop
        (HALF, (30.0, 40.0), 1.0, Stretch(0.0, 20.0, 0.5)),  # before it
        (HALF, None, 0.0, Stretch(0.0, 20.0, 0.5)),
        (HALF, None, 25.0, Stretch(20.0, 40.0, 0.5)),
        (HALF, None, 39.5, Stretch(40.0, 60.0, 0.5)),  # hardly anything is left of the tile
        (HALF, None, 94.0, Stretch(80.0, 95.5, 0.5)),
        (HALF, (5.0, 90.0), 30.0, Stretch(20.0, 40.0, 0.5)),  # long: by tiles
    ],
)
def test_what_is_missing(
    tempo: tuple[float, float],
    loop_s: tuple[float, float] | None,
    position_s: float,
    expected: Stretch | None,
) -> None:
    assert missing_stretch(ClipShelf(), tempo, loop_s, position_s, 95.5) == expected


def test_tiles_are_asked_for_ahead_and_around_a_long_loop() -> None:
    first, second = Stretch(0.0, 20.0, 0.5), Stretch(20.0, 40.0, 0.5)
    assert missing_stretch(shelf_of(first), HALF, None, 3.0, 100.0) == second
    assert missing_stretch(shelf_of(first, second), HALF, None, 3.0, 100.0) is None
    assert missing_stretch(shelf_of(first), HALF, None, 3.0, 19.0) is None
    last = Stretch(80.0, 100.0, 0.5)
    assert missing_stretch(shelf_of(last), HALF, (5.0, 90.0), 85.0, 100.0) == first
    assert missing_stretch(shelf_of(last, first), HALF, (5.0, 90.0), 85.0, 100.0) is None


def test_a_tile_around_a_loop_is_enough() -> None:
    shelf = shelf_of(Stretch(0.0, 20.0, 0.5))
    assert missing_stretch(shelf, HALF, (2.0, 4.0), 3.0, 100.0) is None
    assert missing_stretch(shelf, HALF, (18.0, 22.0), 19.0, 100.0) == Stretch(18.0, 22.0, 0.5)


def test_the_shelf_holds_the_latest_clips() -> None:
    shelf = shelf_of(*[Stretch(float(i), i + 1.0, 0.5) for i in range(MAX_CLIPS + 5)])
    assert shelf.covering(HALF, 2.0, 2.5) is None
    assert shelf.covering(HALF, 5.0, 6.0) is not None
    shelf.add(newer := ramp_clip(Stretch(5.0, 6.0, 0.5), sr=200))
    assert shelf.covering(HALF, 5.0, 6.0) is newer
    assert shelf.covering((0.5, 1.0), 5.0, 6.0) is None


@given(st.floats(-10, 100), st.floats(-10, 100), st.one_of(st.just(0.0), st.floats(0.001, 50.0)))
def test_a_loop_is_clamped_to_what_there_is(one_s: float, other_s: float, duration_s: float) -> None:
    start_s, end_s = clamped_loop((one_s, other_s), duration_s)
    assert 0.0 <= start_s <= end_s
    if duration_s:
        assert end_s <= duration_s + 1e-9
        assert end_s - start_s >= min(MIN_LOOP_S, duration_s) - 1e-9
    else:
        assert end_s - start_s >= MIN_LOOP_S - 1e-9


def test_a_count_in_has_the_tempo_of_the_beats_nearby() -> None:
    slow, fast = np.arange(0.0, 20.0, 1.0), np.arange(20.0, 40.0, 0.5)
    beats_s = [*slow.tolist(), *fast.tolist()]
    assert beats_per_minute(beats_s, 2.0) == pytest.approx(60.0)
    assert beats_per_minute(beats_s, 30.0) == pytest.approx(120.0)
    assert beats_per_minute(beats_s, 99.0) == pytest.approx(120.0)
    assert beats_per_minute([1.0], 0.0) is None
    assert beats_per_minute([], 0.0) is None
