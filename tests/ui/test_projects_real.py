# SPDX-License-Identifier: MIT
"""Projects with the real analysis of a real recording."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from project_hands import entry_of, save
from pytestqt.qtbot import QtBot
from window_fakes import StartProgram, wait_for

from desktop_app.assets import bundled
from desktop_app.domain.listening import Listening, Mix
from desktop_app.ui.program import Program
from desktop_app.ui.services import Services

ANALYSIS_S = 60.0


def start_with(start: StartProgram, qtbot: QtBot, path: Path) -> Program:
    services = Services(list_inputs=lambda: (), find_takes=lambda: ([], []))
    program = start(services, [path])
    wait_for(qtbot, lambda: program.controller.document is not None, ANALYSIS_S)
    return program


def test_saved_moved_and_opened_in_another_run_all_is_there(
    start: StartProgram, qtbot: QtBot, tmp_path: Path, home: Path
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    sound = folder / "four friends.flac"
    shutil.copyfile(str(bundled("resources", "demo") / "four_friends.flac"), sound)
    one = start_with(start, qtbot, sound)
    controller = one.controller
    controller.set_a4(443)
    wait_for(qtbot, lambda: controller.document.analysis.a4_hz == 443.0, ANALYSIS_S)
    controller.editor.transpose(controller.document.notes[:1], 12)
    controller.editor.delete(controller.document.notes[2:3])
    first = controller.document.notes[0]
    controller.playback.listening = Listening(0.7, 0.5, (0.5, 1.75), True, 0.5, -1.25)
    controller.playback.mix = Mix(0.5, 0.25, (100.0, 2000.0), True, 4)
    one.window.views.set_visible_range(0.25, 2.0)
    qtbot.wait(100)
    shown, listening, mix = controller.document, controller.playback.listening, controller.playback.mix
    save(one, qtbot, folder / "song.rit")
    one.close()
    folder = folder.rename(tmp_path / "there")
    (folder / sound.name).rename(folder / "of another name.flac")
    shutil.rmtree(home)
    two = start_with(start, qtbot, folder / "song.rit")
    controller = two.controller
    wait_for(qtbot, lambda: two.window.windowTitle() == "song.rit – Right In Tune")
    assert entry_of(two).path == folder / "of another name.flac"
    assert list(controller.document.notes) == list(shown.notes)
    assert controller.document.notes[0] == first
    assert controller.document.notes[0].is_corrected
    analysis, before = controller.document.analysis, shown.analysis
    assert (analysis.a4_hz, analysis.tempo, analysis.key) == (443.0, before.tempo, before.key)
    assert analysis.family_track == before.family_track
    assert controller.playback.listening == listening
    assert controller.playback.mix == mix
    assert two.window.views.visible_range() == pytest.approx((0.25, 2.0))
    qtbot.wait(200)
    assert not entry_of(two).is_unsaved
