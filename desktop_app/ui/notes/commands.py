# SPDX-License-Identifier: MIT
"""The commands of correcting notes, and where they stand in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = ()

MENU: Final[tuple[str, ...]] = ()

NEEDS_DOCUMENT: Final[tuple[str, ...]] = ()
