# SPDX-License-Identifier: MIT
"""Below and above the piano's keys the frequency is told, and no note name is forced on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from view_fakes import sweep_source
from window_fakes import make_analysis

from desktop_app.domain.analysis import PitchVerdict
from desktop_app.domain.frames import FrameBlock
from desktop_app.domain.heard import Heard
from desktop_app.pipeline.heard import HeardState
from desktop_app.ui.document import Document
from desktop_app.ui.library import Entry, LibraryModel
from desktop_app.ui.views.heard_panel import HeardPanel
from desktop_app.ui.views.reading import CursorReading, note_text

OUTSIDE_HZ = (19.2, 4500.0)


def block(f0_hz: float) -> FrameBlock:
    """One loud frame with a pitch."""
    row = np.ones(1, np.float32)
    picture = np.zeros((4, 1), np.float32)
    levels = (0 * row, row, -10 * row, -5 * row)
    return FrameBlock(0, picture, picture, f0_hz * row, 0.9 * row, *levels, 0 * row, 0 * row)


def document(f0_hz: float) -> Document:
    """A recording of one pitch without a name."""
    analysis = make_analysis(Path("low.wav"))
    track = replace(analysis.f0, f0_hz=np.full_like(analysis.f0.f0_hz, f0_hz))
    pitch = PitchVerdict(None, None, f0_hz, None, 0.8)
    analysis = replace(analysis, f0=track, notes=(), pitch=pitch)
    return Document(Path("low.wav"), analysis, sweep_source(4.0))


@pytest.mark.parametrize("f0_hz", OUTSIDE_HZ)
def test_live_pitch_outside_the_keys_has_no_name(f0_hz: float) -> None:
    heard = HeardState(None).update([block(f0_hz)])
    assert (heard.midi, heard.name, heard.cents) == (None, None, None)
    assert heard.f0_hz == pytest.approx(f0_hz)
    assert heard.pitch_confidence == pytest.approx(0.9)


@pytest.mark.parametrize(("f0_hz", "name"), [(27.5, "A0"), (4186.0, "C8")])
def test_outermost_keys_are_named(f0_hz: float, name: str) -> None:
    assert HeardState(None).update([block(f0_hz)]).name == name


@pytest.mark.parametrize("f0_hz", OUTSIDE_HZ)
def test_recording_outside_the_keys_tells_its_frequency(f0_hz: float) -> None:
    recording = document(f0_hz)
    for heard in (recording.summary(), recording.heard_at(1.0)):
        assert (heard.midi, heard.name, heard.cents) == (None, None, None)
        assert heard.f0_hz == pytest.approx(f0_hz)
    model = LibraryModel()
    model.add(Entry(Path("low.wav"), analyses={False: recording.analysis}))
    assert model.data(model.index(0, 1)) == f"{f0_hz:.0f} Hz"


def test_panel_shows_the_frequency_alone_and_forgets_it(qtbot: QtBot) -> None:
    now_s = [10.0]
    panel = HeardPanel(clock=lambda: now_s[0])
    qtbot.addWidget(panel)
    panel.show()
    panel.set_heard(Heard(57, "A3", 3.0, 220.0, 0.9))
    assert panel.pitch_label.text() == "220.0 Hz   +3 cents"
    now_s[0] += 0.1
    panel.set_heard(Heard(f0_hz=4500.0, pitch_confidence=0.9))
    assert panel.note.text() == ""
    assert panel.needle.accessibleName() == "Cents"
    assert panel.pitch_label.text() == "4500.0 Hz"
    now_s[0] += 5.0
    panel.set_heard(Heard())
    assert panel.pitch_label.text() == ""


def test_cursor_names_no_note_outside_the_keys() -> None:
    assert note_text(440.0) == "A4 +0"
    assert note_text(4500.0) is None
    assert CursorReading(1.0, 4500.0, note_text(4500.0), -20.0).text() == "0:01.000   4500 Hz   -20 dB"
