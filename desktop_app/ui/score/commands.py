# SPDX-License-Identifier: MIT
"""The commands of the score, and where they stand in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = (
    Command("score", "S&core", ("S",), about="Show the score, or the list of notes"),
)

MENU: Final[tuple[str, ...]] = ("score",)

NEEDS_DOCUMENT: Final[tuple[str, ...]] = ()
