# SPDX-License-Identifier: MIT
"""The commands of listening again, and where they stand in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = (
    Command("play", "&Play / pause", ("Space",)),
    Command("start", "To the &start", ("Home",)),
    Command("end", "To the &end", ("End",)),
    Command("back", "&Back 1 s", ("Left",)),
    Command("forward", "&Forward 1 s", ("Right",)),
    Command("back_little", "Back 0.1 s", ("Shift+Left",)),
    Command("forward_little", "Forward 0.1 s", ("Shift+Right",)),
)

MENU: Final[tuple[str, ...]] = (
    "play",
    "-",
    "start",
    "end",
    "back",
    "forward",
    "back_little",
    "forward_little",
)

NEEDS_DOCUMENT: Final[tuple[str, ...]] = (
    "play",
    "start",
    "end",
    "back",
    "forward",
    "back_little",
    "forward_little",
)
