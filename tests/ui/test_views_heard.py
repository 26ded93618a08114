# SPDX-License-Identifier: MIT
"""The panel *What am I hearing*: what it says, when it changes and when it does not."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from desktop_app.domain.analysis import FamilyVerdict, SourceVerdict
from desktop_app.domain.heard import NOTHING_HEARD, Heard
from desktop_app.domain.labels import FAMILIES
from desktop_app.domain.pitch import midi_to_hz, note_name
from desktop_app.ui.theme import LIGHT, apply_theme
from desktop_app.ui.views.heard_panel import HeardPanel, verdict_texts
from desktop_app.ui.views.note_display import CentsNeedle, NoteDisplay
from desktop_app.ui.views.piano_strip import PianoStrip, key_rect
from desktop_app.ui.views.smoothing import FORGET_S, HOLD_S, HeardSmoother
from desktop_app.ui.views.staff import StaffView, staff_place


def verdict(label="string", state="sure", confidence=0.93, not_an_instrument=0.02) -> FamilyVerdict:
    rest = (1.0 - confidence) / (len(FAMILIES) - 1)
    probabilities = {family: confidence if family == label else rest for family in FAMILIES}
    return FamilyVerdict(label, state, confidence, probabilities, not_an_instrument)


def heard(midi=69, cents=0.0, family=None) -> Heard:
    f0_hz = midi_to_hz(midi + cents / 100.0)
    source = SourceVerdict("acoustic", {"acoustic": 0.9, "electronic": 0.07, "synthetic": 0.03})
    return Heard(midi, note_name(midi), cents, f0_hz, 0.9, family, source if family else None, -20.0)


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(qtbot, qapp, clock):
    apply_theme(qapp, "light")
    widget = HeardPanel(clock=clock)
    qtbot.addWidget(widget)
    widget.resize(320, 760)
    widget.show()
    return widget


def pixels(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def count(widget: QWidget, colour: str | QColor) -> int:
    wanted = np.array(QColor(colour).getRgb()[:3])
    return int((np.abs(pixels(widget) - wanted).sum(axis=2) < 24).sum())


def test_says_note_frequency_cents_family_and_source(panel):
    panel.set_heard(heard(70, 12.0, verdict()))
    assert panel.note.text() == "A♯4"
    assert panel.pitch_label.text() == "469.4 Hz   +12 cents"
    assert panel.family_label.text() == "Strings"
    assert panel.state_label.text() == "sure  93 %"
    assert panel.source_label.text() == "acoustic sound  90 %"
    assert "A#4" in panel.piano.accessibleName()


@pytest.mark.parametrize(
    ("family", "title", "words"),
    [
        (verdict("brass", "sure", 0.97), "Brass", "sure  97 %"),
        (verdict("synth_lead", "maybe", 0.55), "Synth lead", "maybe  55 %"),
        (verdict("flute", "cannot_tell", 0.3), "Can’t tell", "perhaps flute"),
        (verdict("flute", "cannot_tell", 0.3, 0.8), "Not an instrument", "noise, speech or the like  80 %"),
    ],
)
def test_three_states_in_words(panel, family, title, words):
    assert verdict_texts(family) == (title, words)
    panel.set_heard(heard(family=family))
    assert (panel.family_label.text(), panel.state_label.text()) == (title, words)


def test_family_is_in_its_colour_and_grey_when_it_cannot_be_told(panel):
    role = panel.family_label.palette().ColorRole.WindowText
    panel.set_heard(heard(family=verdict("brass")))
    assert panel.family_label.palette().color(role) == LIGHT.family_colour("brass")
    panel.clear()
    panel.set_heard(heard(family=verdict("brass", "cannot_tell", 0.3)))
    assert panel.family_label.palette().color(role).name() == LIGHT.cannot_tell


def test_what_is_no_instrument_has_no_kind(panel):
    panel.set_heard(heard(family=verdict("flute", "cannot_tell", 0.3, 0.8)))
    assert panel.source_label.text() == ""


def test_nothing_heard_shows_no_answer(panel):
    panel.set_heard(NOTHING_HEARD)
    assert panel.note.text() == ""
    assert panel.pitch_label.text() == ""
    assert panel.family_label.text() == "–"


def test_the_first_answer_and_every_new_note_show_at_once(panel, clock):
    for midi in (69, 71, 57):
        panel.set_heard(heard(midi, 8.0))
        assert panel.note.text() == note_name(midi)
        assert "+8 cents" in panel.pitch_label.text()
        clock.now_s += 0.033


def test_cents_are_calm_within_a_note():
    smoother = HeardSmoother()
    shown = [smoother.update(heard(69, 20.0 if i % 2 else -20.0), 0.033 * i).cents for i in range(60)]
    assert max(abs(b - a) for a, b in pairwise(shown[20:])) < 12.0
    for i in range(60, 90):
        smoother.update(heard(69, 10.0), 0.033 * i)
    assert smoother.shown.cents == pytest.approx(10.0, abs=0.5)


def test_a_gap_is_bridged_then_greyed_then_forgotten(panel, clock):
    panel.set_heard(heard(69, 0.0, verdict()))
    clock.now_s += HOLD_S * 0.9
    panel.set_heard(NOTHING_HEARD)
    assert panel.note.text() == "A4"
    assert not panel._smoother.shown.is_note_past
    clock.now_s += HOLD_S
    panel.set_heard(NOTHING_HEARD)
    assert panel.note.text() == "A4"
    assert panel._smoother.shown.is_note_past
    assert count(panel.note, LIGHT.cannot_tell) > 100
    assert count(panel.note, LIGHT.text) == 0
    clock.now_s += FORGET_S
    panel.set_heard(NOTHING_HEARD)
    assert panel.note.text() == ""
    assert panel.family_label.text() == "–"


def test_silence_greys_the_note_without_further_calls(panel, clock, qtbot):
    panel.set_heard(heard())
    panel.set_heard(NOTHING_HEARD)
    clock.now_s += 1.0
    qtbot.waitUntil(lambda: panel._smoother.shown.is_note_past, timeout=2000)
    clock.now_s += 10.0
    qtbot.waitUntil(lambda: panel.note.text() == "", timeout=2000)
    assert not panel._timer.isActive()


def test_a_hidden_panel_runs_no_timer(panel):
    panel.set_heard(heard())
    panel.set_heard(NOTHING_HEARD)
    assert panel._timer.isActive()
    panel.hide()
    assert not panel._timer.isActive()


def test_nothing_jumps_when_answers_come_and_go(panel, qapp):
    panel.set_heard(NOTHING_HEARD)
    qapp.processEvents()
    before = [child.geometry() for child in panel.findChildren(QWidget)]
    panel.set_heard(heard(61, -40.0, verdict("synth_lead", "cannot_tell", 0.2, 0.9)))
    qapp.processEvents()
    assert [child.geometry() for child in panel.findChildren(QWidget)] == before


def test_bars_show_probabilities_in_family_colours(panel):
    panel.set_heard(heard(family=verdict("mallet", "sure", 0.9)))
    wide = count(panel.bars, LIGHT.family_colour("mallet"))
    panel.clear()
    panel.set_heard(heard(family=verdict("mallet", "maybe", 0.45)))
    assert 0.35 < count(panel.bars, LIGHT.family_colour("mallet")) / wide < 0.65


@pytest.mark.parametrize(
    ("cents", "in_tune"), [(0.0, True), (5.0, True), (-4.9, True), (5.2, False), (-30.0, False)]
)
def test_needle_is_green_within_five_cents(qtbot, qapp, cents, in_tune):
    apply_theme(qapp, "light")
    needle = CentsNeedle()
    qtbot.addWidget(needle)
    needle.resize(300, 60)
    needle.set_cents(cents)
    assert needle.is_in_tune == in_tune
    assert (count(needle, LIGHT.text) > 20) != in_tune


def test_needle_points_to_its_cents(qtbot, qapp):
    apply_theme(qapp, "light")
    needle = CentsNeedle()
    qtbot.addWidget(needle)
    needle.resize(300, 60)
    places = []
    for cents in (-40.0, -15.0, 15.0, 40.0):
        needle.set_cents(cents)
        found = np.abs(pixels(needle)[:20] - np.array(QColor(LIGHT.text).getRgb()[:3])).sum(axis=2) < 24
        places.append(np.flatnonzero(found.any(axis=0)).mean())
    steps = np.diff(places)
    assert steps[0] == pytest.approx(steps[2], abs=2.0)
    assert steps[1] == pytest.approx(steps[0] * 30 / 25, abs=2.0)


def test_letter_keeps_its_place_whatever_the_octave(qtbot, qapp):
    apply_theme(qapp, "light")
    display = NoteDisplay()
    qtbot.addWidget(display)
    display.resize(280, 140)
    edges = []
    for midi in (45, 46, 69, 105, 106):  # A2, A#2, A4, A7, A#7
        display.set_note(midi)
        inked = np.abs(pixels(display) - np.array(QColor(LIGHT.text).getRgb()[:3])).sum(axis=2) < 24
        edges.append(int(np.flatnonzero(inked.any(axis=0))[0]))
    assert len(set(edges)) == 1


@pytest.mark.parametrize("midi", [21, 36, 60, 61, 69, 70, 108])
def test_the_key_of_the_note_is_lit(qtbot, qapp, midi):
    apply_theme(qapp, "light")
    strip = PianoStrip()
    qtbot.addWidget(strip)
    strip.resize(520, 40)
    strip.set_key(midi)
    key = key_rect(midi, 519.0, 39.0)
    lit = np.abs(pixels(strip) - np.array(QColor(LIGHT.accent).getRgb()[:3])).sum(axis=2) < 60
    columns = np.flatnonzero(lit.any(axis=0))
    assert key.left() - 1 <= columns.min()
    assert columns.max() <= key.right() + 1
    strip.set_key(None)
    assert count(strip, LIGHT.accent) == 0


def test_notes_beyond_the_piano_light_no_key(qtbot, qapp):
    strip = PianoStrip()
    qtbot.addWidget(strip)
    strip.set_key(109)
    assert strip.accessibleName() == "Piano key"


def test_88_keys_fill_the_strip():
    rects = [key_rect(midi, 520.0, 40.0) for midi in range(21, 109)]
    assert rects[0].left() == 0.0
    assert rects[-1].right() == pytest.approx(520.0)
    assert all(b.left() > a.left() for a, b in pairwise(rects))


@pytest.mark.parametrize(
    ("midi", "clef", "step", "octaves", "is_sharp"),
    [
        (64, "treble", 0, 0, False),  # E4 on the bottom line
        (71, "treble", 4, 0, False),  # B4 on the middle line
        (60, "treble", -2, 0, False),  # C4 on the first ledger line
        (70, "treble", 3, 0, True),
        (50, "bass", 4, 0, False),  # D3 on the middle line of the bass clef
        (59, "bass", 9, 0, False),
        (40, "bass", -2, 0, False),  # E2, first ledger line below
        (88, "treble", 14, 0, False),
        (89, "treble", 8, 1, False),  # F6 as F5 8va
        (108, "treble", 12, 2, False),
        (21, "bass", -6, -1, False),  # A0 as A1 8vb
    ],
)
def test_places_on_the_staff(midi, clef, step, octaves, is_sharp):
    place = staff_place(midi)
    assert (place.clef, place.step, place.octaves, place.is_sharp) == (clef, step, octaves, is_sharp)


@pytest.mark.parametrize("midi", [None, *range(21, 109, 3)])
def test_every_note_stays_on_the_paper(qtbot, qapp, midi):
    apply_theme(qapp, "light")
    staff = StaffView()
    qtbot.addWidget(staff)
    staff.resize(260, 120)
    staff.set_note(midi)
    ink = np.abs(pixels(staff) - np.array(QColor(LIGHT.window).getRgb()[:3])).sum(axis=2) > 120
    assert ink.any()
    assert not ink[0].any()
    assert not ink[-1].any()


def test_panel_fits_its_place_in_the_smallest_window(panel):
    assert panel.minimumSizeHint().height() <= 540
    assert panel.minimumSizeHint().width() <= 330
