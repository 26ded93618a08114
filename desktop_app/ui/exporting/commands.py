# SPDX-License-Identifier: MIT
"""The commands of exporting, and where they stand in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = (
    Command("export", "&Export notes…", ("Ctrl+E",)),
    Command("export_sound", "Export &loop as sound…", ("Ctrl+Shift+E",)),
    Command("export_picture", "Export &picture…", ("Ctrl+Alt+E",)),
)

MENU: Final[tuple[str, ...]] = tuple(command.name for command in COMMANDS)

NEEDS_DOCUMENT: Final[tuple[str, ...]] = MENU
