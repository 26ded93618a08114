# SPDX-License-Identifier: MIT
"""A command of the window, and a part of the window that brings commands along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes
    ----------
    name
        How the code calls it.
    text
        How the menu calls it.
    keys
        All keys that trigger it, the one that the menu shows first.
    about
        What the key list says; empty for the menu's text.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    about: str = ""
    is_checkable: bool = False


class Feature:
    """A part of the window with its own widgets and commands; it wires itself to window and controller.

    Parameters
    ----------
    window
        All panels are there; the actions are not yet.
    """

    def __init__(self, window: MainWindow) -> None:
        self.window, self.controller = window, window.controller

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its commands do, by the names of its ``commands.py``."""
        return {}

    def connect(self) -> None:
        """The actions are there now."""

    def show_document(self) -> None:
        """Another recording is open, or the live sound is shown, or neither."""

    def show_notes(self) -> None:
        """The notes of the open recording are others."""

    def may_close(self) -> bool:
        """Whether the window may be closed now; who says no closes it himself later."""
        return True

    def tick(self) -> None:
        """Some thirty times a second, after the controller's tick."""
