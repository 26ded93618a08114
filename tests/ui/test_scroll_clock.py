# SPDX-License-Identifier: MIT
"""Sound comes in bursts; its pictures move evenly."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from view_fakes import sweep_source

from desktop_app.ui.views.analysis_views import AnalysisViews
from desktop_app.ui.views.scroll_clock import DELAY_S, ScrollClock

PICTURE_S = 0.032


def shown(bursts: Iterable[tuple[float, float]], n_pictures: int, start_s: float = 0.0) -> np.ndarray:
    """What is shown at each picture, when ``bursts`` tell at which time sound has come up to where."""
    now_s = [start_s]
    clock = ScrollClock(lambda: now_s[0])
    ordered, times = sorted(bursts), []
    for i in range(n_pictures):
        now_s[0] = start_s + i * PICTURE_S
        newest_s = max((newest for at, newest in ordered if at <= now_s[0]), default=0.0)
        times.append(clock.time_of(newest_s))
        assert times[-1] <= newest_s
    return np.array(times)


def test_bursts_become_even_steps() -> None:
    rng = np.random.default_rng(1)
    bursts = [(0.038 * i + rng.uniform(0.0, 0.01), 0.038 * i) for i in range(1000)]
    steps = np.diff(shown(bursts, 1000))[30:]
    assert np.all(np.abs(steps - PICTURE_S) < 0.5 * PICTURE_S)
    assert np.percentile(np.abs(steps - PICTURE_S), 90) < 0.2 * PICTURE_S


def test_pictures_are_no_further_behind_than_they_must() -> None:
    bursts = [(0.034 * i, 0.034 * i) for i in range(1000)]
    behind_s = PICTURE_S * np.arange(900) - shown(bursts, 900)
    assert behind_s[50:].max() <= DELAY_S + 0.015


@pytest.mark.parametrize("rate", [0.999, 1.001])
def test_sound_cards_that_run_slow_or_fast_are_followed(rate: float) -> None:
    bursts = [(0.035 * i, rate * 0.035 * i) for i in range(3000)]
    times = shown(bursts, 3000)
    behind_s = rate * PICTURE_S * np.arange(3000) - times
    assert 0.0 <= behind_s[-100:].min() <= behind_s[-100:].max() < DELAY_S + 0.04


def test_after_a_gap_it_becomes_even_again() -> None:
    bursts = [(0.035 * i + (0.5 if i > 300 else 0.0), 0.035 * i) for i in range(2200)]
    steps = np.diff(shown(bursts, 2200))
    assert steps.min() >= 0.0
    assert np.all(np.abs(steps[-100:] - PICTURE_S) < 0.25 * PICTURE_S)


def test_live_pictures_move_between_two_bursts(qtbot) -> None:
    source = sweep_source(20.0)
    source.duration_s = 14.0
    views = AnalysisViews()
    qtbot.addWidget(views)
    views.resize(900, 600)
    views.set_source(source, live=True)
    views.tick()
    before_s = views.visible_range()[1]
    qtbot.wait(40)
    views.tick()
    assert before_s < views.visible_range()[1] <= 14.0


def test_sound_is_not_drawn_before_its_time_comes(qtbot) -> None:
    source = sweep_source(20.0)
    source.duration_s = 0.0
    views = AnalysisViews()
    qtbot.addWidget(views)
    views.resize(900, 600)
    views.set_source(source, live=True)
    source.duration_s = 4.0
    views.tick()
    assert views.window_.data_end_s == pytest.approx(4.0 - DELAY_S, abs=0.02)
    assert views.waveform.wave.tile.end_s <= 4.0 - DELAY_S + 0.03
