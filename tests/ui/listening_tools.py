# SPDX-License-Identifier: MIT
"""A program with one recording open, and a mouse for its views."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from window_fakes import FakePlayer, FakeWorld, StartProgram, wait_for

from desktop_app.ui.program import Program
from desktop_app.ui.views.time_ruler import TimeRuler
from desktop_app.ui.views.track import TrackView

NO_MODIFIER = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_LEFT = Qt.MouseButton.LeftButton
_TYPES = {
    "press": QEvent.Type.MouseButtonPress,
    "move": QEvent.Type.MouseMove,
    "release": QEvent.Type.MouseButtonRelease,
    "double": QEvent.Type.MouseButtonDblClick,
}


def opened(start: StartProgram, world: FakeWorld, qtbot: QtBot, path: Path) -> Program:
    """A program with a file open: a note of two seconds, then nothing for two."""
    path.write_bytes(b"RIFF")
    program = start(world.services, [path])
    wait_for(qtbot, lambda: program.controller.document is not None)
    return program


def player_of(world: FakeWorld, program: Program) -> FakePlayer:
    """The player, which plays."""
    if not program.controller.playback.is_playing:
        program.controller.toggle_play()
    return world.players[-1]


def place_of(view: TrackView | TimeRuler, time_s: float, y_px: float | None = None) -> QPointF:
    """Where a time is drawn."""
    per_s = (view.time_at(1001.0) - view.time_at(1.0)) / 1000.0
    x_px = (time_s - view.time_at(0.0)) / per_s
    return QPointF(round(x_px), view.height() / 2 if y_px is None else y_px)


def mouse(view: TrackView | TimeRuler, kind: str, place: QPointF, modifiers=NO_MODIFIER) -> None:
    """One event of the left button."""
    target: QWidget = view.viewport() if isinstance(view, TrackView) else view
    button = Qt.MouseButton.NoButton if kind == "move" else _LEFT
    buttons = Qt.MouseButton.NoButton if kind == "release" else _LEFT
    where = QPointF(target.mapToGlobal(QPoint(round(place.x()), round(place.y()))))
    event = QMouseEvent(_TYPES[kind], place, where, button, buttons, modifiers)
    QApplication.sendEvent(target, event)


def drag(view: TrackView | TimeRuler, start_s: float, end_s: float, modifiers=NO_MODIFIER) -> None:
    """Press at a time, move in steps, release at another."""
    first, last = place_of(view, start_s), place_of(view, end_s)
    mouse(view, "press", first, modifiers)
    for step in range(1, 6):
        mouse(view, "move", first + (last - first) * step / 5, modifiers)
    mouse(view, "release", last, modifiers)


def double_click(view: TrackView | TimeRuler, place: QPointF) -> None:
    """Two clicks as Qt tells them."""
    for kind in ("press", "release", "double", "release"):
        mouse(view, kind, place)
