# SPDX-License-Identifier: MIT
"""What the views draw, where, in which colours, and what the cursor reads there."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from view_fakes import SR, FakeSource, move, sweep, sweep_source, tracks, wheel

from desktop_app.domain.analysis import FamilySpan
from desktop_app.domain.labels import FAMILIES
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.dsp.features import mel_edges_hz
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.pipeline.sources import WaveTile
from desktop_app.ui import theme as theme_module
from desktop_app.ui.theme import DARK, LIGHT, apply_theme, current_theme, icon, set_icon
from desktop_app.ui.views.analysis_views import VIEW_NAMES, AnalysisViews
from desktop_app.ui.views.items import colour_table
from desktop_app.ui.views.mel_scale import MelScale
from desktop_app.ui.views.reading import CursorReading, format_time
from desktop_app.ui.views.spectrogram import without_leaps
from desktop_app.ui.views.waveform import coverage, fit_columns

NOTES = [Note(2.0, 4.0, 69, 440.0, 0.0, 90, 0.9), Note(0.0, 1.0, 45, 110.0, 0.0, 90, 0.9)]
SPANS = [FamilySpan(0.0, 5.0, "string", 0.9), FamilySpan(5.0, 7.0, None, 0.2)]


@pytest.fixture(params=["light", "dark"])
def theme(request, qapp):
    apply_theme(qapp, request.param)
    yield current_theme()
    apply_theme(qapp, "light")


@pytest.fixture
def views(qtbot, qapp):
    apply_theme(qapp, "light")
    widget = AnalysisViews()
    qtbot.addWidget(widget)
    widget.resize(900, 700)
    widget.show()
    return widget


def picture(widget) -> np.ndarray:
    """What a widget shows, shape (height, width, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def steady(hz: float, amplitude: float = 0.5, duration_s: float = 4.0) -> FakeSource:
    t = np.arange(round(duration_s * SR)) / SR
    y = (amplitude * np.sin(2 * np.pi * hz * t)).astype(np.float32)
    return FakeSource(y, np.full(y.shape, hz, np.float32))


def pixel_of(views: AnalysisViews, time_s: float, height: float) -> tuple[int, int]:
    track = views.spectrogram
    start_s, end_s = views.visible_range()
    low, high = track.box.viewRange()[1]
    x = track.plot_left + (time_s - start_s) / (end_s - start_s) * (track.width() - track.plot_left)
    return round(x), round((high - height) / (high - low) * track.height())


@pytest.mark.parametrize("size", [(1400, 900), (640, 360), (300, 200)])
@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("live", [False, True])
def test_every_view_paints_in_every_size(qtbot, theme, size, is_full, live):
    views = AnalysisViews()
    qtbot.addWidget(views)
    views.resize(*size)
    views.show()
    if is_full:
        views.set_source(sweep_source(12.0), live=live)
        views.set_notes(NOTES)
        views.set_family_track(SPANS)
        views.set_position(3.0)
    for track in tracks(views):
        shown = picture(track)[:, round(track.plot_left) + 20 :]
        assert shown.std() > 5.0 or not is_full
        if not is_full and track is views.family_strip:
            assert np.unique(shown.reshape(-1, 3), axis=0).tolist() == [list(QColor(theme.base).getRgb()[:3])]


def test_views_without_any_samples_stay_empty(views):
    views.set_source(FakeSource(np.zeros(0, np.float32), np.zeros(0, np.float32)), live=False)
    assert picture(views.mfcc).shape[0] == views.mfcc.height()
    assert views.spectrogram.picture.level_at(0.0, 10) is None


def test_closing_a_sound_clears_the_pictures(views):
    views.set_source(steady(440.0), live=False)
    views.set_source(None, live=False)
    assert views.spectrogram.picture.level_at(1.0, 19) is None
    assert views.waveform.wave.tile is None


def test_the_brightest_line_is_at_the_pitch(qtbot, views):
    views.set_source(steady(1000.0), live=False)
    views.spectrogram.pitch.setVisible(False)
    shown = picture(views.spectrogram)
    row = int(
        np.argmin(shown[:, shown.shape[1] // 2].sum(axis=1))
    )  # the light theme is dark where it is loud
    height = views.spectrogram.y_at(row + 0.5)
    assert views.spectrogram.scale_.hz(height) == pytest.approx(1000.0, rel=0.03)


def test_pitch_line_and_note_are_drawn_at_a4(views):
    views.set_source(steady(440.0), live=False)
    views.set_notes([Note(0.5, 3.5, 69, 440.0, 0.0, 90, 0.9)])
    scale = views.spectrogram.scale_
    x, y = pixel_of(views, 2.0, scale.height(440.0))
    shown = picture(views.spectrogram)
    pitch = np.array(QColor(LIGHT.pitch).getRgb()[:3])
    near = np.abs(shown[y - 2 : y + 3, x - 1 : x + 2] - pitch).sum(axis=2)
    assert near.min() < 90
    assert np.abs(shown[y - 40 : y - 30, x - 1 : x + 2] - pitch).sum(axis=2).min() > 150


def test_a4_lies_in_the_row_of_its_band():
    scale = MelScale()
    centres_hz = mel_edges_hz(DEFAULT_SPEC)[1:-1]
    row = int(np.argmin(np.abs(centres_hz - 440.0)))
    assert int(scale.height(440.0)) == row
    assert scale.hz(row + 0.5) == pytest.approx(centres_hz[row])


@pytest.mark.parametrize("hz", [27.5, 110.0, 440.0, 1234.5, 7000.0])
def test_height_and_frequency_are_inverse(hz):
    scale = MelScale()
    assert scale.hz(scale.height(hz)) == pytest.approx(hz, rel=1e-6)


def test_a4_moves_with_its_reference(views):
    views.set_source(steady(440.0), live=False)
    at_440 = views.spectrogram.scale_.note_height(69)
    views.set_a4_hz(415.0)
    assert views.spectrogram.scale_.note_height(69) < at_440
    assert views.spectrogram.scale_.note_height(70) == pytest.approx(
        views.spectrogram.scale_.height(midi_to_hz(70, 415.0))
    )


def test_axis_names_every_c_that_fits_and_more_when_zoomed(views):
    axis = views.spectrogram.axis
    line_px = 14.0
    names = axis.labelled_notes(line_px, axis.size().height())
    assert {72, 84, 96, 108} <= set(names)
    assert all(midi % 12 == 0 for midi in names)
    views.spectrogram.zoom_vertically(0.09, views.spectrogram.scale_.note_height(69))
    zoomed = axis.labelled_notes(line_px, axis.size().height())
    assert {68, 69, 70, 71, 72} <= set(zoomed)
    places = [axis.note_y_px(midi) for midi in zoomed]
    assert all(a - b >= line_px - 1e-6 for a, b in pairwise(places))


def test_keys_of_the_axis_are_at_the_heights_of_their_notes(views):
    views.set_source(steady(440.0), live=False)
    shown = picture(views.spectrogram)
    axis = views.spectrogram.axis
    x = round(views.spectrogram.plot_left) - 11
    black = np.array(QColor(LIGHT.black_key).getRgb()[:3])
    for midi, is_black in ((94, True), (95, False), (87, True), (89, False)):
        pixel = shown[round(axis.note_y_px(midi)), x]
        assert (np.abs(pixel - black).sum() < 30) == is_black


def test_shift_wheel_zooms_frequencies_around_the_mouse(views):
    views.set_source(steady(440.0), live=False)
    track = views.spectrogram
    place = QPointF(500.0, 0.7 * track.height())
    under = track.y_at(place.y())
    before = views.visible_range()
    wheel(track, place, 2, Qt.KeyboardModifier.ShiftModifier)
    low, high = track.box.viewRange()[1]
    assert high - low == pytest.approx(128 * 0.64)
    assert track.y_at(place.y()) == pytest.approx(under)
    assert views.visible_range() == before
    wheel(track, place, -20, Qt.KeyboardModifier.ShiftModifier)
    assert track.box.viewRange()[1] == pytest.approx([0.0, 128.0])


def test_zoomed_frequencies_move_with_the_mouse_and_fit_shows_all(views):
    views.set_source(steady(440.0), live=False)
    track = views.spectrogram
    track.zoom_vertically(0.25, 40.0)
    place = QPointF(500.0, 0.5 * track.height())
    under = track.y_at(place.y())
    QTest.mousePress(track.viewport(), Qt.MouseButton.MiddleButton, pos=place.toPoint())
    move(track, place + QPointF(0.0, 40.0), Qt.MouseButton.MiddleButton)
    assert track.y_at(place.y() + 40.0) == pytest.approx(under, abs=0.2)
    move(track, place + QPointF(0.0, -4000.0), Qt.MouseButton.MiddleButton)
    assert track.box.viewRange()[1] == pytest.approx([0.0, 32.0])
    QTest.mouseRelease(track.viewport(), Qt.MouseButton.MiddleButton, pos=place.toPoint())
    views.fit()
    assert track.box.viewRange()[1] == pytest.approx([0.0, 128.0])


def test_wheel_over_the_keys_zooms_frequencies(views):
    views.set_source(steady(440.0), live=False)
    before = views.visible_range()
    wheel(views.spectrogram, QPointF(views.spectrogram.plot_left - 8.0, 200.0), 1)
    low, high = views.spectrogram.box.viewRange()[1]
    assert high - low == pytest.approx(128 * 0.8)
    assert views.visible_range() == before


def test_cursor_reads_time_frequency_note_and_level(views, qtbot):
    views.set_source(steady(440.0, amplitude=0.5), live=False)
    readings = []
    views.cursor_moved.connect(readings.append)
    x, y = pixel_of(views, 2.0, views.spectrogram.scale_.height(440.0))
    move(views.spectrogram, QPointF(x, y))
    reading = readings[-1]
    assert isinstance(reading, CursorReading)
    assert reading.time_s == pytest.approx(2.0, abs=0.01)
    assert reading.hz == pytest.approx(440.0, rel=0.02)
    assert reading.note.startswith("A4")
    assert reading.db == pytest.approx(-6.0, abs=2.0)
    assert "A4" in views.readout.text()
    assert "Hz" in views.readout.text()
    move(views.waveform, QPointF(x, 20))
    assert readings[-1].hz is None
    assert readings[-1].db == pytest.approx(-6.0, abs=0.5)
    move(views.spectrogram, QPointF(3.0, y))
    assert readings[-1] is None
    assert views.readout.text() == ""


def test_waveform_covers_exactly_its_amplitude():
    low, high = np.array([-0.5, 0.0, -1.0], np.float32), np.array([0.5, 0.0, 1.0], np.float32)
    covered = coverage(low, high, 100).sum(axis=0) / 255.0
    assert covered == pytest.approx([50.0, 1.0, 100.0], abs=0.1)


def test_a_dense_waveform_keeps_every_peak():
    low, high = np.zeros(1001, np.float32), np.zeros(1001, np.float32)
    high[[3, 500, 1000]], low[[7, 501]] = 0.9, -0.8
    fitted_low, fitted_high = fit_columns(low, high, 300)
    assert fitted_low.shape == fitted_high.shape == (300,)
    assert np.flatnonzero(fitted_high > 0.5).tolist() == [1, 150, 299]
    assert fitted_low.min() == pytest.approx(-0.8)


def test_a_coarse_waveform_has_no_steps_when_zoomed(views):
    class Coarse(FakeSource):
        def waveform(self, start_s, end_s, n_columns):
            high = np.linspace(0.0, 1.0, 11, dtype=np.float32)
            return WaveTile(0.0, 4.0, -high, high)

    views.set_source(Coarse(*sweep(4.0)), live=False)
    shown = picture(views.waveform)[:, round(views.waveform.plot_left) :]
    wave = np.array(QColor(LIGHT.waveform).getRgb()[:3])
    heights = (np.abs(shown - wave).sum(axis=2) < 30).sum(axis=0)
    assert len(set(heights.tolist())) > 30
    assert np.abs(np.diff(heights)).max() <= 4


def test_waveform_is_the_right_way_up(views):
    y = np.full(4 * SR, 0.9, np.float32)
    y[::2] = 0.7
    views.set_source(FakeSource(y, np.full(y.shape, np.nan, np.float32)), live=False)
    shown = picture(views.waveform)
    x = shown.shape[1] // 2
    wave = np.array(QColor(LIGHT.waveform).getRgb()[:3])
    at = np.abs(shown[:, x] - wave).sum(axis=1) < 60
    assert np.flatnonzero(at).mean() == pytest.approx(0.1 * shown.shape[0], abs=3)


@pytest.mark.parametrize("name", VIEW_NAMES)
def test_each_view_can_be_hidden_and_comes_back_with_data(views, qtbot, name):
    source = sweep_source(6.0)
    views.set_source(source, live=False)
    views.set_view_visible(name, False)
    assert not views.is_view_visible(name)
    views.set_visible_range(1.0, 2.0)
    views.set_view_visible(name, True)
    assert views.is_view_visible(name)
    n_calls = source.n_calls
    qtbot.waitUntil(lambda: source.n_calls > n_calls, timeout=2000)


def test_family_strip_shows_families_in_their_colours(views):
    views.set_source(steady(440.0, duration_s=10.0), live=False)
    views.set_family_track([FamilySpan(0.0, 5.0, "brass", 1.0), FamilySpan(5.0, 10.0, None, 0.1)])
    shown = picture(views.family_strip)
    plot = round(views.family_strip.plot_left)
    width = shown.shape[1] - plot
    y = shown.shape[0] // 2
    brass = np.array(LIGHT.family_colour("brass").getRgb()[:3])
    assert np.abs(shown[y, plot + round(0.4 * width)] - brass).max() <= 2
    grey = shown[y, plot + round(0.9 * width)]
    assert grey.max() - grey.min() < 16
    assert views.family_strip.spans.at(4.9).label == "brass"
    assert views.family_strip.spans.at(11.0) is None


def test_notes_are_found_by_time_whatever_their_order(views):
    views.set_notes(NOTES)
    assert [note.midi for note in views.spectrogram.notes.visible(0.5, 2.5)] == [45, 69]
    assert [note.midi for note in views.spectrogram.notes.visible(1.5, 1.9)] == []


def test_the_theme_changes_what_is_already_shown(qapp, views):
    views.set_source(sweep_source(6.0), live=False)
    bright = picture(views.spectrogram).mean()
    apply_theme(qapp, "dark")
    dark = picture(views.spectrogram).mean()
    apply_theme(qapp, "light")
    assert bright > 170
    assert dark < 80
    assert picture(views.spectrogram).mean() == pytest.approx(bright, abs=1.0)


def test_colour_tables_go_from_first_to_last_stop(theme):
    table = colour_table(theme.heat)
    assert table.shape == (256,)
    assert QColor.fromRgb(int(table[0])).name() == theme.heat[0]
    assert QColor.fromRgb(int(table[255])).name() == theme.heat[-1]


@pytest.mark.parametrize("one", [DARK, LIGHT])
def test_families_can_be_told_apart(one):
    colours = np.array([QColor(c).getRgb()[:3] for c in (*one.families, one.cannot_tell)], float)
    assert len(colours) == len(FAMILIES) + 1
    apart = np.abs(colours[:, None] - colours[None]).sum(axis=2) + 1000.0 * np.eye(len(colours))
    assert apart.min() > 60.0


@pytest.mark.parametrize("one", [DARK, LIGHT])
def test_text_is_readable(one):
    def luminance(colour: str) -> float:
        parts = np.array(QColor(colour).getRgbF()[:3])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    def contrast(a: str, b: str) -> float:
        low, high = sorted((luminance(a), luminance(b)))
        return (high + 0.05) / (low + 0.05)

    for ground in (one.window, one.base, one.panel):
        assert contrast(one.text, ground) >= 7.0
        assert contrast(one.muted, ground) >= 4.5
        assert min(contrast(colour, ground) for colour in one.families) >= 3.0


def test_system_theme_is_known_on_every_platform(qapp):
    assert apply_theme(qapp, "system").name in ("light", "dark")
    assert QApplication.palette().window().color().name() == current_theme().window
    apply_theme(qapp, "light")


def test_the_system_theme_follows_the_desktop_and_a_chosen_one_does_not(qapp, monkeypatch):
    hints = qapp.styleHints()
    apply_theme(qapp, "system")
    monkeypatch.setattr(theme_module, "_wanted", lambda _app: DARK)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert current_theme() is DARK
    monkeypatch.undo()
    apply_theme(qapp, "light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert current_theme() is LIGHT


def test_icons_follow_the_theme(qapp, qtbot):
    button = QToolButton()
    qtbot.addWidget(button)
    apply_theme(qapp, "light")
    set_icon(button, "stop")

    def centre() -> QColor:
        return button.icon().pixmap(32, 32).toImage().pixelColor(16, 16)

    assert centre().name() == LIGHT.text
    apply_theme(qapp, "dark")
    assert centre().name() == DARK.text
    apply_theme(qapp, "light")


ICONS = (
    "record play pause stop open loop zoom-in zoom-out fit microphone file folder cancel settings help follow"
)


@pytest.mark.parametrize("name", ICONS.split())
def test_every_icon_draws_something(qapp, name):
    image = icon(name).pixmap(24, 24).toImage()
    inked = sum(image.pixelColor(x, y).alpha() > 60 for x in range(24) for y in range(24))
    assert 20 < inked < 400


def test_an_unknown_icon_is_an_error(qapp):
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


@pytest.mark.parametrize(
    ("time_s", "step_s", "text"),
    [
        (0.0, 1.0, "0:00"),
        (59.96, 0.1, "1:00.0"),
        (61.25, 0.01, "1:01.25"),
        (3725.0, 1.0, "1:02:05"),
        (-1.0, 1.0, "0:00"),
    ],
)
def test_times_are_written_for_people(time_s, step_s, text):
    assert format_time(time_s, step_s) == text


def test_the_pitch_line_is_parted_at_leaps_and_not_by_vibrato():
    t = np.arange(200) / 100.0
    vibrato = 440.0 * 2.0 ** (0.5 / 12.0 * np.sin(2 * np.pi * 6.0 * t))
    line = np.concatenate((vibrato, [np.nan], 2.0 * vibrato[:50], vibrato[50:100])).astype(np.float32)
    parted = without_leaps(line)
    assert np.flatnonzero(np.isnan(parted)).tolist() == [200, 251]
    assert without_leaps(np.zeros(0, np.float32)).shape == (0,)


def test_sweep_rises_along_the_picture(views):
    y, f0_hz = sweep(8.0)
    views.set_source(FakeSource(y, f0_hz), live=False)
    for time_s in (1.0, 4.0, 7.0):
        expected_hz = 110.0 * 16.0 ** (time_s / 8.0)
        levels = [views.spectrogram.picture.level_at(time_s, row) for row in range(128)]
        loudest_hz = views.spectrogram.scale_.hz(int(np.argmax(levels)) + 0.5)
        assert loudest_hz == pytest.approx(expected_hz, abs=30.0)
