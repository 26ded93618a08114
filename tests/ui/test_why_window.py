# SPDX-License-Identifier: MIT
"""Why did it say that: asked by key, button and menu, drawn, told in words, and taken away."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from window_fakes import FakeWorld, StartProgram, wait_for

from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.ml.manifest import load_classifier
from desktop_app.ml.why import explain
from desktop_app.pipeline.decision import Decision
from desktop_app.ui.program import Program
from desktop_app.ui.views.why_item import outline
from desktop_app.ui.why.feature import WhyFeature


@pytest.fixture
def opened(qtbot: QtBot, start: StartProgram, world: FakeWorld, tmp_path) -> Program:
    """A recording that the bundled model was asked about, with the cursor in it."""
    path = tmp_path / "a.wav"
    path.touch()
    program = start(world.services, [path])
    wait_for(qtbot, lambda: program.controller.document is not None)
    document = program.controller.document
    told = replace(document.analysis, model_id=load_classifier().model_id)
    program.controller.document = replace(document, analysis=told)
    program.controller.seek(1.0)
    return program


def feature(program: Program) -> WhyFeature:
    return next(one for one in program.window.features if isinstance(one, WhyFeature))


def wait_answer(qtbot: QtBot, program: Program) -> None:
    why = program.window.views.spectrogram.why
    wait_for(qtbot, lambda: feature(program).bar.isVisible() and why.decision is not None)


def picture(program: Program) -> np.ndarray:
    image = program.window.views.spectrogram.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows.copy()


def test_key_explains_and_escape_takes_it_away(qtbot: QtBot, opened: Program) -> None:
    window, analysis = opened.window, opened.controller.document.analysis
    why = window.views.spectrogram.why
    qtbot.keyClick(window, Qt.Key.Key_Y)
    wait_answer(qtbot, opened)
    bar = feature(opened).bar
    assert bar.title.text().startswith("Strings with ")
    assert bar.accessibleDescription() == f"{bar.title.text()}. {bar.words.text()}"
    decision = why.decision
    assert decision.explanation.label == "string"
    assert decision.start_s <= 1.0 < decision.end_s
    drawn = picture(opened)
    why.set_decision(None)
    assert (picture(opened) != drawn).any()
    why.set_decision(decision)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert why.decision is None
    assert opened.controller.document.analysis is analysis


def test_the_same_key_takes_it_away_too(qtbot: QtBot, opened: Program) -> None:
    qtbot.keyClick(opened.window, Qt.Key.Key_Y)
    wait_answer(qtbot, opened)
    qtbot.keyClick(opened.window, Qt.Key.Key_Y)
    assert not feature(opened).bar.isVisible()


def test_a_narrow_window_is_brought_near_and_left_again(qtbot: QtBot, opened: Program) -> None:
    views = opened.window.views
    decision = Decision(
        explain(load_classifier(), np.full((DEFAULT_SPEC.n_mels, 100), -30.0, np.float32), "flute"),
        *(1.0, 1.2, (), DEFAULT_SPEC),
    )
    before = views.visible_range()
    assert before[1] - before[0] > 3.0
    feature(opened)._show(decision)
    start_s, end_s = views.visible_range()
    assert start_s < 1.0 < 1.2 < end_s
    assert end_s - start_s == pytest.approx(1.0)
    feature(opened).hide()
    assert views.visible_range() == before
    feature(opened)._show(decision)
    views.set_visible_range(0.0, 2.0)
    feature(opened).hide()
    assert views.visible_range() == (0.0, 2.0)


def test_button_beside_the_bars(qtbot: QtBot, opened: Program) -> None:
    button = opened.window.heard.why_button
    wait_for(qtbot, button.isEnabled)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_answer(qtbot, opened)
    feature(opened).bar.close_button.click()
    assert opened.window.views.spectrogram.why.decision is None


def test_menu_of_a_stretch(qtbot: QtBot, opened: Program) -> None:
    menu = opened.window.views.family_strip.menu_at(1.5)
    words, _, why = menu.actions()
    assert words.text() == "Strings, sure: Strings 90 %, Brass 10 %"
    why.trigger()
    wait_answer(qtbot, opened)
    decision = opened.window.views.spectrogram.why.decision
    assert decision.start_s <= 1.5 < decision.end_s
    menu.deleteLater()
    nothing = opened.window.views.family_strip.menu_at(100.0)
    assert not nothing.actions()[-1].isEnabled()
    nothing.deleteLater()


def test_a_model_that_is_gone_is_told(qtbot: QtBot, opened: Program) -> None:
    document = opened.controller.document
    gone = replace(document.analysis, model_id="gone_v1")
    opened.controller.document = replace(document, analysis=gone)
    qtbot.keyClick(opened.window, Qt.Key.Key_Y)
    wait_for(qtbot, feature(opened).bar.isVisible)
    assert "gone_v1" in feature(opened).bar.words.text()
    assert opened.window.views.spectrogram.why.decision is None


def test_nothing_heard_has_no_reason(qtbot: QtBot, start: StartProgram, world: FakeWorld) -> None:
    program = start(world.services)
    qtbot.keyClick(program.window, Qt.Key.Key_Y)
    assert feature(program).bar.words.text().startswith("No instrument was heard here")


def test_live_sound_is_explained_while_it_goes_on(
    qtbot: QtBot, start: StartProgram, world: FakeWorld
) -> None:
    program = start(world.services)
    program.controller.toggle_listening()
    wait_for(qtbot, lambda: program.controller.live.heard.family is not None)
    qtbot.keyClick(program.window, Qt.Key.Key_Y)
    wait_answer(qtbot, program)
    program.controller.toggle_listening()


def test_another_recording_takes_the_explanation_away(
    qtbot: QtBot, opened: Program, world: FakeWorld, tmp_path
) -> None:
    qtbot.keyClick(opened.window, Qt.Key.Key_Y)
    wait_answer(qtbot, opened)
    opened.controller.close_recording()
    assert not feature(opened).bar.isVisible()
    assert opened.window.views.spectrogram.why.decision is None


def test_outlines_follow_the_cells() -> None:
    cells = np.zeros((8, 10), bool)
    cells[2:5, 1:4] = cells[4:6, 4:7] = True
    path = outline(cells)
    inside = [path.contains(QPointF(x + 0.5, y + 0.5)) for y in range(8) for x in range(10)]
    assert (np.reshape(inside, cells.shape) == cells).all()
    assert outline(np.zeros((3, 3), bool)).isEmpty()
