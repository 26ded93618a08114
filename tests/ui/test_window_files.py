# SPDX-License-Identifier: MIT
"""Files: opened, dropped, queued, cancelled, and those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_fakes import DURATION_S, FakeWorld, StartProgram, wait_for

from desktop_app.ui.library import EntryState
from desktop_app.ui.main_window import MainWindow


def make_files(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"RIFF")
    return [folder / name for name in names]


def drop(window: MainWindow, paths: list[Path]) -> None:
    """Drag onto the middle of the window and let go, as the window system tells it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = window.rect().center()
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, button, keys)
    QApplication.sendEvent(window.windowHandle(), enter)
    assert enter.isAccepted()
    move = QDragMoveEvent(place, Qt.DropAction.CopyAction, data, button, keys)
    move.accept()  # as the window system does after an accepted entry
    QApplication.sendEvent(window.windowHandle(), move)
    assert move.isAccepted()
    drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, button, keys)
    QApplication.sendEvent(window.windowHandle(), drop)
    assert drop.isAccepted()


def cells(window: MainWindow, row: int) -> list[str]:
    model = window.controller.library
    return [model.data(model.index(row, column)) for column in range(model.columnCount())]


def test_file_given_at_the_start_is_opened(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = make_files(tmp_path, "a #1 (ü).wav")
    program = start(world.services, paths)
    window = program.window
    wait_for(qtbot, lambda: program.controller.document is not None)
    assert program.controller.document.path == paths[0]
    assert window.pages.currentWidget() is window.views
    assert cells(window, 0) == ["a #1 (ü).wav", "A4", "string", "90%", "4.0 s", "✓"]
    assert window.notes.model.rowCount() == 1
    assert window.windowTitle() == "a #1 (ü).wav – Right In Tune"
    assert window.views.visible_range()[1] == pytest.approx(DURATION_S, abs=0.1)


def test_without_files_the_choices_are_shown_and_no_microphone_is_opened(
    start: StartProgram, world: FakeWorld, qtbot: QtBot
) -> None:
    program = start(world.services)
    qtbot.wait(200)
    assert program.window.pages.currentWidget() is program.window.empty
    assert world.opened_devices == []
    assert not program.window.named_actions["play"].isEnabled()


def test_drop_of_files_and_folders_with_one_broken(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    broken, good = make_files(tmp_path, "broken.wav", "good.wav")
    in_folder = make_files(tmp_path / "folder" / "deeper", "x.flac", "y.mp3")
    (tmp_path / "folder" / "notes.txt").write_text("no sound")
    program = start(world.services)
    controller, window = program.controller, program.window
    drop(window, [broken, good, tmp_path / "folder"])
    wait_for(qtbot, lambda: len(controller.library.entries) == 4 and controller.queue.n_pending == 0)
    assert [entry.path for entry in controller.library.entries] == [broken, good, *in_folder]
    assert controller.document is not None
    assert controller.document.path == good
    assert controller.library.entries[0].state is EntryState.FAILED
    assert window.banner.isVisible()
    assert window.banner.label.text() == "“broken.wav” is not an audio file."


def test_example_is_opened_by_its_button(start: StartProgram, world: FakeWorld, qtbot: QtBot) -> None:
    program = start(world.services)
    QTest.mouseClick(program.window.empty.example_button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: program.controller.document is not None)
    assert program.controller.document.path.parent.name == "demo"


def test_empty_folder_is_told(start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    program = start(world.services)
    drop(program.window, [tmp_path / "nothing"])
    wait_for(qtbot, program.window.banner.isVisible)
    assert program.window.banner.label.text() == "There are no sound files in nothing."


def test_bad_file_leaves_the_open_document(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    good, broken = make_files(tmp_path, "good.wav", "broken.wav")
    program = start(world.services, [good])
    wait_for(qtbot, lambda: program.controller.document is not None)
    document = program.controller.document
    drop(program.window, [broken])
    wait_for(qtbot, program.window.banner.isVisible)
    assert program.controller.document is document
    assert program.window.windowTitle() == "good.wav – Right In Tune"
    assert program.window.notes.model.rowCount() == 1


def test_several_bad_files_are_counted(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    program = start(world.services)
    program.controller.open_files(make_files(tmp_path, "broken1.wav", "broken2.wav", "broken3.wav"))
    wait_for(qtbot, lambda: program.controller.queue.n_pending == 0)
    assert program.window.banner.label.text().startswith("3 files could not be read")


def test_double_click_in_the_library_opens(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = make_files(tmp_path, "1.wav", "2.wav")
    program = start(world.services, [first, second])
    controller, table = program.controller, program.window.library.table
    wait_for(qtbot, lambda: controller.queue.n_pending == 0)
    assert controller.document.path == first
    place = table.visualRect(controller.library.index(1, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wait_for(qtbot, lambda: controller.document.path == second)
    assert controller.library.open_entry.path == second
    assert len(world.pool.analysed) == 2  # nothing was analysed twice


def test_queue_shows_progress_and_cancels(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    world.pool.is_held = True
    program = start(world.services, make_files(tmp_path, *(f"{i}.wav" for i in range(5))))
    controller, library = program.controller, program.window.library
    wait_for(
        qtbot, lambda: bool(controller.library.entries) and controller.library.entries[0].fraction == 0.5
    )
    assert library.label.text() == "Analysing 1 of 5"
    library.table.selectRow(3)
    QTest.mouseClick(library.cancel_button, Qt.MouseButton.LeftButton)
    assert controller.library.entries[3].state is EntryState.CANCELLED
    QTest.mouseClick(library.cancel_all_button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: controller.queue.n_pending == 0)
    assert {entry.state for entry in controller.library.entries} == {EntryState.CANCELLED}
    wait_for(qtbot, lambda: not library.bar.isVisible())
    assert controller.document is None
    world.pool.is_held = False
    controller.open_entry(controller.library.entries[2])
    wait_for(qtbot, lambda: controller.document is not None)


def test_clear_queue_keeps_takes_and_the_open_file(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    take, *files = make_files(tmp_path, "take.wav", "1.wav", "2.wav")
    world.takes = ([], [take])
    program = start(world.services, files)
    controller = program.controller
    wait_for(qtbot, lambda: len(controller.library.entries) == 3 and controller.queue.n_pending == 0)
    program.window.named_actions["clear_queue"].trigger()
    assert {entry.path for entry in controller.library.entries} == {take, files[0]}


def test_recovered_takes_are_listed(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    takes = make_files(tmp_path, "Take 2026-11-21 14-05-33.wav", "Take 2026-11-20 09-00-01.wav")
    world.takes = ([takes[1]], takes)
    program = start(world.services)
    wait_for(qtbot, lambda: len(program.controller.library.entries) == 2)
    assert cells(program.window, 0)[0] == "21 Nov 14:05:33"
    assert [cells(program.window, row)[-1] for row in (0, 1)] == ["", "recovered"]
    assert "could be recovered" in program.window.banner.label.text()


def test_pictures_are_deleted_at_the_end(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path, home: Path
) -> None:
    program = start(world.services, make_files(tmp_path, "1.wav"))
    wait_for(qtbot, lambda: program.controller.document is not None)
    overviews = home / "cache" / "overviews"
    assert list(overviews.rglob("mel_0.raw"))
    program.close()
    assert not list(overviews.rglob("*.raw"))


def test_new_tuning_analyses_the_open_file_again(
    start: StartProgram, world: FakeWorld, qtbot: QtBot, tmp_path: Path
) -> None:
    program = start(world.services, make_files(tmp_path, "1.wav", "2.wav"))
    controller = program.controller
    wait_for(qtbot, lambda: controller.queue.n_pending == 0 and controller.document is not None)
    controller.set_a4(442)
    wait_for(qtbot, lambda: len(world.pool.analysed) == 3)
    assert world.pool.analysed[2].name == "1.wav"
    assert controller.library.entries[1].state is EntryState.IDLE


def test_dragging_text_is_refused(start: StartProgram, world: FakeWorld) -> None:
    window = start(world.services).window
    data = QMimeData()
    data.setText("hello")
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
