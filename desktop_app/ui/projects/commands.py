# SPDX-License-Identifier: MIT
"""The commands of projects, and where they stand in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = (
    Command("save_project", "Save &project", ("Ctrl+S",)),
    Command("save_project_as", "Save project &as…", ("Ctrl+Shift+S",)),
    Command("close_recording", "&Close recording", ("Ctrl+W",)),
)

MENU: Final[tuple[str, ...]] = ("save_project", "save_project_as", "close_recording")

NEEDS_DOCUMENT: Final[tuple[str, ...]] = ("save_project", "save_project_as", "close_recording")
