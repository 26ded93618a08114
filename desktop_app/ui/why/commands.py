# SPDX-License-Identifier: MIT
"""The command that asks why, and where it stands in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = (
    Command("why", "Wh&y did it say that?", ("Y",), "Show what in the sound told the instrument"),
)

MENU: Final[tuple[str, ...]] = ("why",)

NEEDS_DOCUMENT: Final[tuple[str, ...]] = ()
