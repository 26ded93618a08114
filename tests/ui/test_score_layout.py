# SPDX-License-Identifier: MIT
"""The simple staff's layout, and Verovio's pictures as Qt sees them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from export_tools import melody
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.domain.note import Note
from desktop_app.domain.score import Score
from desktop_app.domain.spelling import spelled
from desktop_app.jobs.engrave import Engraving, engrave
from desktop_app.jobs.engrave_svg import plain_svg
from desktop_app.jobs.export import ExportOptions, score_of
from desktop_app.ui.views.score_layout import PlacedChord, layout_score
from desktop_app.ui.views.score_spelling import key_steps, step_of
from desktop_app.ui.views.score_staff import ScoreStaff


def score(*places: tuple[float, float, int], **options: object) -> Score:
    """Notes by onset and length in quarter notes and key, at 120 bpm."""
    notes = tuple(
        Note(0.5 * at, 0.5 * (at + length) - 0.01, midi, 440.0, 0.0, 90, 0.9, "string", 0.9)
        for at, length, midi in places
    )
    analysis = replace(melody(Path("a.wav")), notes=notes)
    return score_of(analysis, ExportOptions("musicxml", first_beat_s=0.0, **options))


def chords(placed: Score, width: float = 80.0) -> list[PlacedChord]:
    systems = layout_score(placed, width).systems
    return [chord for system in systems for staff in system.staves for chord in staff.chords]


def test_middle_c_stands_where_each_clef_has_it() -> None:
    clefs = ("treble", "treble_8vb", "alto", "tenor", "bass", "bass_8vb")
    assert [step_of(spelled(60, 0), clef) for clef in clefs] == [-2, 5, 4, 6, 10, 17]
    assert step_of(spelled(71, -6), "treble") == step_of(spelled(72, 0), "treble")  # C flat is a C


def test_signs_of_the_key_stand_where_engravers_put_them() -> None:
    assert key_steps(7, "treble") == (8, 5, 9, 6, 3, 7, 4)
    assert key_steps(-7, "treble_8vb") == (4, 7, 3, 6, 2, 5, 1)
    assert key_steps(7, "bass") == (6, 3, 7, 4, 1, 5, 2)
    assert key_steps(-4, "bass") == (2, 5, 1, 4)


def test_key_is_transposed_with_the_notes() -> None:
    assert layout_score(score((0, 1, 69), transposition=2), 80.0).fifths == 2  # A minor becomes B minor
    assert layout_score(score((0, 1, 69), transposition=9), 80.0).fifths == 3


def test_accidentals_hold_to_the_bar_line() -> None:
    placed = chords(score((0, 1, 66), (1, 1, 66), (2, 1, 65), (3, 1, 66), (4, 1, 66), (5, 1, 65)))
    heads = [chord.notes[0].accidental for chord in placed if chord.notes]
    assert heads == [1, None, 0, 1, 1, 0]


def test_long_notes_are_tied_over_the_bar_line() -> None:
    placed = [chord for chord in chords(score((2, 4, 69), (6, 2, 71))) if chord.notes]
    assert [chord.power for chord in placed] == [1, 1, 1]
    assert placed[0].tied_to == placed[1].x
    assert placed[1].tied_to is None


def test_values_dots_and_stems() -> None:
    placed = [chord for chord in chords(score((0, 1.5, 60), (1.5, 0.5, 84), (2, 2, 69))) if chord.notes]
    assert [(chord.power, chord.n_dots) for chord in placed] == [(2, 1), (3, 0), (1, 0)]
    assert [chord.is_up for chord in placed] == [True, False, True]


def test_triplets_are_told() -> None:
    third = Fraction(1, 3)
    placed = score(*((i * third, third, 72) for i in range(3)), (1, 1, 60), grid=12)
    [staff] = layout_score(placed, 80.0).systems[0].staves
    first, second, last = (chord.x for chord in staff.chords[:3])
    [(x, y)] = staff.triplets
    assert x == pytest.approx(0.5 * (first + last), abs=0.1 * second)
    assert y > 4.0
    assert all(chord.power == 3 for chord in staff.chords[:3])
    [plain] = layout_score(score((0, 0.5, 72), (0.5, 0.5, 72), (1, 1, 60)), 80.0).systems[0].staves
    assert plain.triplets == ()


def test_every_line_fits_and_none_is_lost() -> None:
    placed = score(*((i, 1, 60 + i % 20) for i in range(64)))
    for width in (40.0, 80.0, 200.0):
        layout = layout_score(placed, width)
        assert max(system.bar_lines[-1] for system in layout.systems) <= width
        assert sum(len(system.bar_lines) for system in layout.systems) == 16
        assert sum(bool(chord.notes) for chord in chords(placed, width)) == 64
    assert len(layout_score(placed, 40.0).systems) > len(layout_score(placed, 200.0).systems)


@given(
    st.lists(
        st.tuples(st.integers(0, 95), st.sampled_from([1, 2, 3, 4, 6, 12, 30]), st.integers(21, 108)),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from([0, 2, 9, 21]),
)
@settings(max_examples=40, deadline=None)
def test_any_notes_have_a_place(places: list[tuple[int, int, int]], transposition: int) -> None:
    placed = score(*((at / 4, length / 4, midi) for at, length, midi in places), transposition=transposition)
    layout = layout_score(placed, 60.0)
    for system in layout.systems:
        xs = [chord.x for staff in system.staves for chord in staff.chords]
        assert all(0.0 < x < system.bar_lines[-1] <= 60.0 for x in xs)
    tied = sum(
        symbol.was_tied
        for part in placed.parts
        for staff in part.staves
        for bar in staff.bars
        for voice in bar.voices
        for symbol in voice
    )
    n_heads = sum(bool(chord.notes) for chord in chords(placed, 60.0))
    assert n_heads > tied


def test_high_and_low_notes_get_room() -> None:
    layout = layout_score(score((0, 1, 100), (1, 1, 45)), 80.0)
    [staff] = layout.systems[0].staves
    steps = [note.step for chord in staff.chords for note in chord.notes]
    assert staff.bottom - 0.5 * max(steps) > 0.0
    assert staff.bottom - 0.5 * min(steps) < layout.height


@pytest.mark.parametrize("clef", ["treble", "treble_8vb", "alto", "tenor", "bass", "bass_8vb"])
def test_every_clef_is_painted(qtbot: QtBot, clef: str) -> None:
    staff = ScoreStaff()
    qtbot.addWidget(staff)
    staff.resize(600, 200)
    staff.set_score(score((0, 1, 60), (1, 0.25, 61), (2, 2, 54), clef=clef))
    assert staff.layout_.systems[0].staves[0].clef == clef
    assert staff.minimumHeight() > 4 * staff.space_px
    assert dark_share(staff.grab().toImage()) > 0.005


@pytest.fixture(scope="module")
def engraving() -> Engraving:
    placed = score((0, 1, 60), (1, 0.5, 61), (1.5, 0.5, 63), (2, 4, 84))
    return engrave(placed, 600.0, lambda _fraction: None)


class TestEngraving:
    def test_nothing_is_left_that_qt_passes_over(self, engraving: Engraving) -> None:
        root = ElementTree.fromstring(engraving.svg)
        tags = [element.tag.rpartition("}")[2] for element in root.iter()]
        assert tags.count("svg") == 1
        assert not {"use", "symbol", "style", "tspan"} & set(tags)
        assert "currentColor" in engraving.svg

    def test_qt_paints_it(self, qapp: QApplication, engraving: Engraving) -> None:
        renderer = QSvgRenderer(QByteArray(engraving.svg.replace("currentColor", "#000000").encode()))
        image = QImage(round(engraving.width), round(engraving.height), QImage.Format.Format_RGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        assert 0.01 < dark_share(image) < 0.3
        names = [name for name, _, _ in engraving.marks]
        assert all(renderer.elementExists(name) for name in names)

    def test_marks_tell_when_each_note_sounds(self, engraving: Engraving) -> None:
        spans = sorted((onset, end) for _, onset, end in engraving.marks)
        assert spans[:3] == [(0.0, 1.0), (1.0, 1.5), (1.5, 2.0)]
        assert spans[-1][1] == 6.0

    def test_a_page_without_music_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no music"):
            plain_svg('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')


def dark_share(image: QImage) -> float:
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    grey = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return float((grey[:, : image.width()] < 128).mean())


def test_a_place_of_the_grid_is_exact() -> None:
    placed = chords(score((0, Fraction(1, 3), 60), (Fraction(1, 3), Fraction(1, 3), 62), grid=3))
    assert [round(chord.onset * 3) for chord in placed if chord.notes] == [0, 1]
