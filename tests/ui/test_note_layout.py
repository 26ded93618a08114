# SPDX-License-Identifier: MIT
"""Bars and names of notes, of melodies and of chords."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QFont, QFontMetrics, QTransform
from pytestqt.qtbot import QtBot

from desktop_app.domain.note import Note
from desktop_app.ui.views.mel_scale import MelScale
from desktop_app.ui.views.note_layout import NoteLayout, lay_out

SCALE = MelScale()
# 100 pixels a second, five a band, the lowest band at 640 pixels from the top
TRANSFORM = QTransform(100.0, 0.0, 0.0, -5.0, 0.0, 640.0)


def placed(*notes: tuple[float, float, int], left_px: float = 0.0) -> NoteLayout:
    made = [Note(start_s, end_s, midi, 440.0, 0.0, 90, 0.9) for start_s, end_s, midi in notes]
    return lay_out(made, SCALE, TRANSFORM, left_px, QFontMetrics(QFont()))


@pytest.fixture(autouse=True)
def _fonts(qtbot: QtBot) -> None:
    """Fonts need an application."""


def test_bar_reaches_from_onset_to_offset_at_the_height_of_its_key() -> None:
    [bar] = placed((1.0, 3.0, 81)).bars
    assert (bar.left(), bar.width()) == (100.5, 200.0)
    low, high = SCALE.note_span(81)
    assert bar.center().y() == pytest.approx(640.0 - 5.0 * (low + high) / 2.0, abs=1.5)


def test_name_of_a_single_note_stands_above_its_bar() -> None:
    layout = placed((0.0, 2.0, 69))
    assert layout.names == ["A4"]
    assert layout.grounds[0].bottom() <= layout.bars[0].top()


def test_names_of_a_close_chord_stand_on_their_bars_and_never_on_each_other() -> None:
    layout = placed(*((0.0, 2.0, midi) for midi in (48, 50, 52, 53, 55, 60, 64, 67, 79)))
    assert "G5" in layout.names
    assert len(layout.names) >= 4
    assert not any(a.intersects(b) for a, b in combinations(layout.grounds, 2))
    for ground in layout.grounds:
        is_free = not any(bar.intersects(ground) for bar in layout.bars)
        assert is_free or any(bar.center().y() == ground.center().y() for bar in layout.bars)


def test_short_notes_and_those_all_but_gone_have_no_name() -> None:
    assert placed((0.0, 0.05, 69)).names == []
    assert placed((0.0, 2.0, 69), left_px=195.0).names == []
    assert placed((0.0, 2.0, 69), left_px=100.0).places[0].x() > 100.0
