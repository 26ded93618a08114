# SPDX-License-Identifier: MIT
"""The shared time axis and the gestures that move it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from view_fakes import middle, move, sweep_source, tracks, wheel

from desktop_app.ui.views.analysis_views import VIEW_NAMES, AnalysisViews
from desktop_app.ui.views.scroll_clock import DELAY_S
from desktop_app.ui.views.time_ruler import tick_step_s
from desktop_app.ui.views.time_window import LIVE_SPAN_S, MIN_SPAN_S, TimeWindow

DURATION_S = 20.0


@pytest.fixture
def views(qtbot):
    widget = AnalysisViews()
    qtbot.addWidget(widget)
    widget.resize(900, 700)
    widget.show()
    widget.set_source(sweep_source(DURATION_S), live=False)
    return widget


def test_a_file_is_shown_whole(views):
    assert views.visible_range() == (0.0, DURATION_S)


@pytest.mark.parametrize("index", range(len(VIEW_NAMES)))
def test_wheel_scrolls_by_a_tenth_in_every_view(views, index):
    track = tracks(views)[index]
    views.set_visible_range(5.0, 10.0)
    wheel(track, middle(track), -1)
    assert views.visible_range() == pytest.approx((5.5, 10.5))
    wheel(track, middle(track), 2)
    assert views.visible_range() == pytest.approx((4.5, 9.5))


@pytest.mark.parametrize("index", range(len(VIEW_NAMES)))
def test_ctrl_wheel_keeps_the_time_under_the_mouse(views, index):
    track = tracks(views)[index]
    views.set_visible_range(4.0, 12.0)
    place = middle(track, 0.25)
    before_s = track.time_at(place.x())
    wheel(track, place, 1, Qt.KeyboardModifier.ControlModifier)
    start_s, end_s = views.visible_range()
    assert end_s - start_s == pytest.approx(8.0 * 0.8)
    assert track.time_at(place.x()) == pytest.approx(before_s)


@pytest.mark.parametrize("index", range(len(VIEW_NAMES)))
def test_middle_drag_moves_the_sound_with_the_mouse(views, index):
    track = tracks(views)[index]
    views.set_visible_range(5.0, 10.0)
    start = middle(track)
    under_s = track.time_at(start.x())
    QTest.mousePress(track.viewport(), Qt.MouseButton.MiddleButton, pos=start.toPoint())
    end = middle(track, 0.7)
    move(track, end, Qt.MouseButton.MiddleButton)
    QTest.mouseRelease(track.viewport(), Qt.MouseButton.MiddleButton, pos=end.toPoint())
    assert track.time_at(end.x()) == pytest.approx(under_s, abs=0.02)
    after = views.visible_range()
    move(track, middle(track, 0.2))
    assert views.visible_range() == after


@pytest.mark.parametrize("index", range(len(VIEW_NAMES)))
def test_click_seeks_and_a_drag_does_not(views, qtbot, index):
    track = tracks(views)[index]
    with qtbot.waitSignal(views.seek_requested, timeout=1000) as asked:
        QTest.mouseClick(track.viewport(), Qt.MouseButton.LeftButton, pos=middle(track).toPoint())
    assert asked.args[0] == pytest.approx(DURATION_S / 2, abs=0.1)
    with qtbot.assertNotEmitted(views.seek_requested, wait=20):
        QTest.mousePress(track.viewport(), Qt.MouseButton.LeftButton, pos=middle(track).toPoint())
        QTest.mouseRelease(track.viewport(), Qt.MouseButton.LeftButton, pos=middle(track, 0.6).toPoint())


def test_a_click_on_the_axis_does_not_seek(views, qtbot):
    with qtbot.assertNotEmitted(views.seek_requested, wait=20):
        QTest.mouseClick(views.spectrogram.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 50))


def test_nothing_goes_beyond_the_data(views):
    for act in (views.zoom_out, lambda: views.pan(-100.0), lambda: views.pan(100.0), views.fit):
        act()
        start_s, end_s = views.visible_range()
        assert start_s >= 0.0
        assert end_s <= DURATION_S
    views.set_visible_range(-5.0, 500.0)
    assert views.visible_range() == (0.0, DURATION_S)
    for _ in range(60):
        views.zoom_in()
    start_s, end_s = views.visible_range()
    assert end_s - start_s == pytest.approx(MIN_SPAN_S)
    views.pan(100.0)
    assert views.visible_range()[1] == pytest.approx(DURATION_S)
    views.fit()
    assert views.visible_range() == (0.0, DURATION_S)


def test_zoom_out_undoes_zoom_in(views):
    views.set_visible_range(8.0, 12.0)
    views.zoom_in()
    views.zoom_out()
    assert views.visible_range() == pytest.approx((8.0, 12.0))


def test_all_plots_share_range_and_left_edge(views):
    views.set_visible_range(3.0, 7.0)
    lefts = {round(track.box.mapRectToScene(track.box.rect()).left()) for track in tracks(views)}
    assert lefts == {round(views.waveform.plot_left)}
    for track in tracks(views):
        assert track.box.viewRange()[0] == pytest.approx([3.0, 7.0])


def test_scroll_bar_moves_the_views(views):
    views.set_visible_range(0.0, 5.0)
    bar = views.scroll_bar
    assert bar.maximum() == pytest.approx(1500)
    bar.setValue(700)
    assert views.visible_range() == pytest.approx((7.0, 12.0))


def test_page_turns_with_the_player_only_while_following(views):
    views.set_visible_range(0.0, 5.0)
    views.set_position(4.9)
    assert views.visible_range() == (0.0, 5.0)
    views.set_position(5.1)
    start_s, end_s = views.visible_range()
    assert start_s <= 5.1 <= end_s
    assert start_s > 4.0
    views.set_following(False)
    views.set_position(15.0)
    assert views.visible_range() == (start_s, end_s)


def test_who_scrolls_away_while_it_plays_is_left_there(views):
    views.set_visible_range(0.0, 5.0)
    views.set_position(2.0)
    views.set_visible_range(10.0, 15.0)
    views.set_position(2.03)
    assert views.visible_range() == (10.0, 15.0)
    views.set_following(True)
    start_s, end_s = views.visible_range()
    assert start_s <= 2.03 <= end_s
    views.set_visible_range(10.0, 15.0)
    views.set_position(18.0)  # a jump
    start_s, end_s = views.visible_range()
    assert start_s <= 18.0 <= end_s


def test_files_dropped_on_a_view_reach_the_window(views):
    for track in tracks(views):
        assert not track.acceptDrops()
        assert not track.viewport().acceptDrops()


def test_live_follows_freezes_and_follows_again(qtbot):
    source = sweep_source(30.0)
    source.duration_s = 0.0
    views = AnalysisViews()
    qtbot.addWidget(views)
    views.resize(900, 600)
    views.show()
    views.set_source(source, live=True)
    assert views.visible_range() == (0.0, LIVE_SPAN_S)
    source.duration_s = 4.0
    views.tick()
    assert views.visible_range() == (0.0, LIVE_SPAN_S)
    source.duration_s = 14.0
    views.tick()
    start_s, end_s = views.visible_range()
    assert end_s == pytest.approx(14.0 - DELAY_S, abs=0.02)
    assert end_s - start_s == pytest.approx(LIVE_SPAN_S)
    with qtbot.waitSignal(views.follow_changed, timeout=1000) as changed:
        wheel(views.mfcc, middle(views.mfcc), 3)
    assert changed.args == [False]
    frozen = views.visible_range()
    source.duration_s = 16.0
    views.tick()
    assert views.visible_range() == frozen
    views.pan(100.0)
    assert views.is_following
    source.duration_s = 17.0
    views.tick()
    assert views.visible_range()[1] == pytest.approx(17.0 - DELAY_S, abs=0.02)


def test_zooming_by_key_goes_on_following(qtbot):
    source = sweep_source(30.0)
    source.duration_s = 14.0071
    views = AnalysisViews()
    qtbot.addWidget(views)
    views.resize(900, 600)
    views.set_source(source, live=True)
    for seconds, act in ((14.5111, views.zoom_in), (15.0233, views.zoom_in), (15.5377, views.zoom_out)):
        source.duration_s = seconds
        views.tick()
        act()
        assert views.is_following
        assert views.visible_range()[1] == pytest.approx(seconds - DELAY_S, abs=0.03)


def test_the_cursor_stays_under_a_still_mouse_while_live_sound_moves(qtbot):
    source = sweep_source(30.0)
    source.duration_s = 15.0
    views = AnalysisViews()
    qtbot.addWidget(views)
    views.resize(900, 600)
    views.show()
    views.set_source(source, live=True)
    readings = []
    views.cursor_moved.connect(readings.append)
    move(views.spectrogram, middle(views.spectrogram))
    assert readings[-1].time_s == pytest.approx(10.0, abs=0.05)
    source.duration_s = 18.0
    views.tick()
    assert readings[-1].time_s == pytest.approx(13.0 - DELAY_S, abs=0.05)
    QApplication.sendEvent(views.spectrogram, QEvent(QEvent.Type.Leave))
    assert readings[-1] is None
    source.duration_s = 19.0
    views.tick()
    assert readings[-1] is None


def test_live_asks_for_nothing_when_nothing_is_new(qtbot):
    source = sweep_source(12.0)
    views = AnalysisViews()
    qtbot.addWidget(views)
    views.set_source(source, live=True)
    views.tick()
    qtbot.wait(round(1500 * DELAY_S))
    views.tick()  # what the pictures were behind has been shown
    n_calls = source.n_calls
    views.tick()
    assert source.n_calls == n_calls


def test_a_frozen_window_moves_when_its_sound_is_forgotten():
    window = TimeWindow()
    window.open(0.0, 60.0, live=True)
    window.set_range(2.0, 8.0)
    window.extend(5.0, 65.0)
    assert (window.start_s, window.end_s) == (5.0, 11.0)
    assert not window.is_following


def test_live_window_moves_by_whole_pixels():
    window = TimeWindow()
    window.open(0.0, 20.0, live=True)
    pixel_s = LIVE_SPAN_S / 800
    window.extend(0.0, 20.0301, pixel_s=pixel_s)
    assert window.end_s / pixel_s == pytest.approx(round(window.end_s / pixel_s), abs=1e-6)
    assert 20.0301 - pixel_s <= window.end_s <= 20.0301


@pytest.mark.parametrize(("span_s", "step_s"), [(10.0, 1.0), (0.05, 0.005), (60.0, 10.0), (3600.0, 600.0)])
def test_ticks_are_round(span_s, step_s):
    assert tick_step_s(span_s, 10) == step_s
