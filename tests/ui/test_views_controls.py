# SPDX-License-Identifier: MIT
"""Level meter, transport bar and the empty state."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.ui.theme import DARK, LIGHT, apply_theme
from desktop_app.ui.views.empty_state import EmptyState
from desktop_app.ui.views.level_meter import LevelMeter
from desktop_app.ui.views.transport import TransportBar


def pixels(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


@pytest.fixture
def meter(qtbot, qapp):
    apply_theme(qapp, "light")
    widget = LevelMeter()
    qtbot.addWidget(widget)
    widget.resize(300, 36)
    widget.show()
    return widget


@pytest.fixture
def bar(qtbot, qapp):
    apply_theme(qapp, "light")
    widget = TransportBar()
    qtbot.addWidget(widget)
    widget.resize(1000, 60)
    widget.show()
    return widget


@pytest.fixture
def empty(qtbot, qapp):
    apply_theme(qapp, "light")
    widget = EmptyState()
    qtbot.addWidget(widget)
    widget.resize(900, 500)
    widget.show()
    return widget


def lit_px(meter: LevelMeter) -> int:
    row = pixels(meter)[6]
    base, window = (np.array(QColor(c).getRgb()[:3]) for c in (LIGHT.base, LIGHT.window))
    dark = (np.abs(row - base).sum(axis=1) > 150) & (np.abs(row - window).sum(axis=1) > 150)
    return int(dark[:-20].sum())


def test_the_bar_grows_evenly_with_the_level(meter):
    lengths = []
    for level_db in (-60.0, -45.0, -30.0, -15.0, 0.0):
        meter.set_level(level_db, -120.0, False)
        lengths.append(lit_px(meter))
    steps = np.diff(lengths)
    assert lengths[0] <= 2
    assert steps.max() - steps.min() <= 3
    meter.set_level(6.0, -120.0, False)
    assert lit_px(meter) == lengths[-1]


def test_peak_is_held_where_it_was(meter):
    meter.set_level(-60.0, -30.0, False)
    found = np.flatnonzero(
        np.abs(pixels(meter)[6] - np.array(QColor(LIGHT.text).getRgb()[:3])).sum(axis=1) < 24
    )
    bar = meter._bar()
    assert found.mean() == pytest.approx(bar.left() + bar.width() / 2, abs=3.0)


def test_clip_lamp_stays_lit_until_it_is_clicked(meter, qtbot):
    meter.set_level(-3.0, 0.0, True)
    meter.set_level(-40.0, -30.0, False)
    assert meter.has_clipped
    assert "too loud" in meter.accessibleName()
    lamp = pixels(meter)[:, -22:]
    assert (np.abs(lamp - np.array(QColor(LIGHT.clip).getRgb()[:3])).sum(axis=2) < 24).sum() > 40
    with qtbot.waitSignal(meter.clip_cleared, timeout=1000):
        QTest.mouseClick(meter, Qt.MouseButton.LeftButton)
    assert not meter.has_clipped
    assert (
        np.abs(pixels(meter)[:, -22:] - np.array(QColor(LIGHT.clip).getRgb()[:3])).sum(axis=2) < 24
    ).sum() == 0


def test_clip_lamp_by_key_and_reset(meter):
    meter.set_level(-3.0, 0.0, True)
    QTest.keyClick(meter, Qt.Key.Key_Return)
    assert not meter.has_clipped
    meter.set_level(-3.0, 0.0, True)
    meter.reset()
    assert not meter.has_clipped
    assert lit_px(meter) <= 2


@pytest.mark.parametrize(
    ("button", "signal"),
    [("record_button", "record_toggled"), ("play_button", "play_toggled"), ("stop_button", "stop_requested")],
)
def test_buttons_ask(bar, qtbot, button, signal):
    bar.set_state(is_playing=True, can_play=True)
    with qtbot.waitSignal(getattr(bar, signal), timeout=1000):
        QTest.mouseClick(getattr(bar, button), Qt.MouseButton.LeftButton)


def test_to_the_start_seeks_and_follow_toggles(bar, qtbot):
    bar.set_state(can_play=True)
    with qtbot.waitSignal(bar.seek_requested, timeout=1000) as asked:
        bar.to_start_button.click()
    assert asked.args == [0.0]
    with qtbot.waitSignal(bar.follow_toggled, timeout=1000) as toggled:
        bar.follow_button.click()
    assert toggled.args == [False]
    with qtbot.assertNotEmitted(bar.follow_toggled, wait=10):
        bar.set_follow(True)
    assert bar.follow_button.isChecked()


def test_state_says_what_is_possible(bar):
    bar.set_state()
    assert bar.record_button.isEnabled()
    assert not bar.play_button.isEnabled()
    assert not bar.stop_button.isEnabled()
    bar.set_state(is_recording=True, can_play=True)
    assert bar.record_button.text() == "Stop recording"
    assert not bar.play_button.isEnabled()
    assert bar.stop_button.isEnabled()
    bar.set_state(can_record=False, record_hint="No microphone is connected.")
    assert not bar.record_button.isEnabled()
    assert bar.record_button.toolTip() == "No microphone is connected."
    bar.set_state(is_playing=True, can_play=True)
    assert bar.play_button.accessibleName() == "Pause"


def test_times_are_shown_and_nothing_moves(bar, qapp):
    bar.set_position(65.43, 180.0)
    assert bar.position_label.text() == "1:05.4  /  3:00.0"
    bar.set_position(0.0, None)
    assert bar.position_label.text().startswith("0:00.0")
    bar.set_state(is_recording=False)
    qapp.processEvents()
    before = bar.position_label.x()
    bar.set_state(is_recording=True)
    qapp.processEvents()
    assert bar.position_label.x() == before


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("record_button", "record_requested"),
        ("open_button", "open_requested"),
        ("example_button", "example_requested"),
    ],
)
def test_empty_state_offers_three_ways(empty, qtbot, button, signal):
    with qtbot.waitSignal(getattr(empty, signal), timeout=1000):
        QTest.mouseClick(getattr(empty, button), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(getattr(empty, signal), timeout=1000):
        getattr(empty, button).setFocus()
        QTest.keyClick(getattr(empty, button), Qt.Key.Key_Space)


def test_empty_state_says_why_recording_is_not_possible(empty):
    empty.set_record_enabled(False, "No microphone is connected.")
    assert not empty.record_button.isEnabled()
    assert empty.record_button.toolTip() == "No microphone is connected."
    empty.set_record_enabled(True)
    assert "(R)" in empty.record_button.toolTip()


def test_everything_that_can_be_pressed_has_a_name_and_a_tip(bar, empty):
    for parent in (bar, empty):
        buttons = parent.findChildren(QAbstractButton)
        assert buttons
        for button in buttons:
            assert button.objectName()
            assert button.accessibleName() or button.text()
            assert button.toolTip()
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_controls_follow_the_theme(qapp, bar, empty):
    apply_theme(qapp, "dark")
    qapp.processEvents()
    dark = np.array(QColor(DARK.window).getRgb()[:3])
    for widget in (bar, empty):
        assert np.abs(pixels(widget)[2, 2] - dark).max() <= 2
    assert DARK.panel in empty.styleSheet()
    apply_theme(qapp, "light")
    qapp.processEvents()
    assert LIGHT.panel in empty.styleSheet()


def test_text_grows_with_the_font(bar, empty):
    before = (empty.record_button.height(), bar.minimumSizeHint().height())
    font = QFont(empty.font())
    font.setPointSizeF(2.0 * font.pointSizeF())
    empty.setFont(font)
    bar.setFont(font)
    assert empty.record_button.height() > 1.5 * before[0]
    assert bar.minimumSizeHint().height() > before[1]


def test_smallest_window_cuts_nothing(bar, empty):
    assert bar.minimumSizeHint().width() <= 1000
    assert empty.minimumSizeHint().width() <= 620
