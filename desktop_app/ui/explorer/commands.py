# SPDX-License-Identifier: MIT
"""The command of the explorer, and where it stands in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = (Command("explore", "E&xplore a corpus…"),)

MENU: Final[tuple[str, ...]] = ("explore",)

NEEDS_DOCUMENT: Final[tuple[str, ...]] = ()
