# SPDX-License-Identifier: MIT
"""The mouse on a time axis: a click goes there, a drag makes a loop, its ends can be dragged."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from desktop_app.ui.views.loop_area import End, LoopArea
from desktop_app.ui.views.time_window import TimeWindow

CLICK_PX = 4.0
GRIP_PX = 5.0
SNAP_PX = 8.0


class LoopGesture:
    """Follows the left button over one widget.

    Parameters
    ----------
    window
        The time axis with its loop.
    time_at
        The time in seconds at a horizontal place in pixels.
    """

    def __init__(self, window: TimeWindow, time_at: Callable[[float], float]) -> None:
        self._window, self._time_at = window, time_at
        self._press: QPointF | None = None
        self._is_drag = False
        self._grip: End | None = None

    @property
    def _loop(self) -> LoopArea:
        return self._window.loop

    def press(self, event: QMouseEvent) -> None:
        """The left button goes down."""
        self._press, self._is_drag = event.position(), False
        self._grip = self.grip_at(event.position().x())

    def move(self, event: QMouseEvent) -> None:
        """The mouse moves; with the button down and beyond the distance of a click, a loop is dragged."""
        if self._press is None or not self._loop.is_enabled:
            return
        if self._loop.is_dragged:
            self._loop.drag_to(self._wanted_s(event.position().x(), event))
        elif self._is_drag:
            self._press = None  # Escape has given it up
        elif (event.position() - self._press).manhattanLength() > CLICK_PX:
            self._begin(self._press.x(), event)
            self._loop.drag_to(self._wanted_s(event.position().x(), event))

    def release(self, event: QMouseEvent) -> float | None:
        """The left button goes up; returns the time where it was a click, None after a drag."""
        press, self._press = self._press, None
        if self._loop.is_dragged:
            self._loop.drop()
            return None
        if press is None or self._is_drag or (event.position() - press).manhattanLength() > CLICK_PX:
            return None
        return self._within(self._time_at(event.position().x()))

    def grip_at(self, x_px: float) -> End | None:
        """The end of the loop under the mouse."""
        if not self._loop.is_enabled:
            return None
        return self._loop.end_near(self._time_at(x_px), GRIP_PX * self._pixel_s)

    def _begin(self, x_px: float, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._loop.grip(self._grip)
        else:
            self._loop.begin(self._wanted_s(x_px, event))
        self._is_drag = True

    def _wanted_s(self, x_px: float, event: QMouseEvent) -> float:
        """The time under the mouse, at a note or a beat where one is near; Shift is free of them."""
        time_s = self._within(self._time_at(x_px))
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return time_s
        return self._within(self._loop.snapped(time_s, SNAP_PX * self._pixel_s))

    def _within(self, time_s: float) -> float:
        return min(max(time_s, 0.0), self._window.limit_s)

    @property
    def _pixel_s(self) -> float:
        return self._time_at(1.0) - self._time_at(0.0)
