# SPDX-License-Identifier: MIT
"""Every command with its menu and keys: one table, from which the menus and the key list are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop_app.ui.command import Command
from desktop_app.ui.explorer import commands as explorer
from desktop_app.ui.exporting import commands as exporting
from desktop_app.ui.listening import commands as listening
from desktop_app.ui.notes import commands as notes
from desktop_app.ui.projects import commands as projects
from desktop_app.ui.score import commands as score
from desktop_app.ui.why import commands as why

_FEATURES: Final = (projects, exporting, notes, score, why, listening, explorer)


_OWN_COMMANDS: Final[tuple[Command, ...]] = (
    Command("open", "&Open…", ("Ctrl+O",)),
    Command("open_folder", "Open &folder…"),
    Command("example", "Open &example"),
    Command("save_copy", "&Save take as…"),
    Command("show_in_folder", "Show &in folder"),
    Command("quit", "&Quit", ("Ctrl+Q",)),
    Command("copy_notes", "&Copy notes as text", ("Ctrl+C",)),
    Command("clear_queue", "Clear &queue"),
    Command("zoom_in", "Zoom &in", ("+", "=", "Ctrl++")),
    Command("zoom_out", "Zoom &out", ("-", "Ctrl+-")),
    Command("fit", "&Fit all", ("F",)),
    Command("follow", "Follow the &sound", (), is_checkable=True),
    Command("record", "&Record / stop", ("R",), is_checkable=True),
    Command("listen", "&Listen without recording", ("Ctrl+L",), is_checkable=True),
    Command("devices", "Choose the &input device", ("Ctrl+I",)),
    Command("rescan", "Re&scan devices"),
    Command("several_notes", "Several &notes at once", ("N",), is_checkable=True),
    Command("note_settings", "Note se&ttings…", ("Shift+N",)),
    Command("help", "&Help", ("F1",)),
    Command("keys", "&Keys", ("F2",)),
    Command("about", "&About Right In Tune"),
)

COMMANDS: Final = _OWN_COMMANDS + tuple(one for feature in _FEATURES for one in feature.COMMANDS)

# Menus in order; "-" is a line, a name with "@" a submenu that the window fills.
MENUS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "&File",
        (
            *("open", "open_folder", "@recent", "example", "-"),
            *projects.MENU,
            "-",
            *exporting.MENU,
            *("save_copy", "show_in_folder", "-", "quit"),
        ),
    ),
    ("&Edit", (*notes.MENU, "-", "copy_notes", "-", "clear_queue")),
    (
        "&View",
        ("@panels", *score.MENU, *why.MENU, "-", "@theme", "-", "zoom_in", "zoom_out", "fit", "follow"),
    ),
    ("&Playback", listening.MENU),
    (
        "&Tools",
        (
            "record",
            "listen",
            "-",
            "devices",
            "@devices",
            "rescan",
            "-",
            "several_notes",
            "note_settings",
            "-",
            "@a4",
            "@model",
            "-",
            *explorer.MENU,
        ),
    ),
    ("&Help", ("help", "keys", "-", "about")),
)


def make_actions(window: QMainWindow, handlers: Mapping[str, Callable[[], object]]) -> dict[str, QAction]:
    """One action a command, working wherever the focus is in the window."""
    actions = {}
    for command in COMMANDS:
        action = QAction(command.text, window)
        action.setObjectName(command.name)
        action.setCheckable(command.is_checkable)
        if command.keys:
            action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.triggered.connect(lambda _checked=False, run=handlers[command.name]: run())
        window.addAction(action)
        actions[command.name] = action
    return actions


def fill_menu_bar(window: QMainWindow, actions: Mapping[str, QAction], submenus: Mapping[str, QMenu]) -> None:
    """Build the menus of :data:`MENUS`."""
    for title, entries in MENUS:
        menu = window.menuBar().addMenu(title)
        for entry in entries:
            if entry == "-":
                menu.addSeparator()
            elif entry.startswith("@"):
                menu.addMenu(submenus[entry[1:]])
            else:
                menu.addAction(actions[entry])


def key_list() -> list[tuple[str, str]]:
    """Keys and what they do, as the key list shows them."""
    listed = []
    for command in COMMANDS:
        if command.keys:
            keys = ", ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys
            )
            listed.append((keys, (command.about or command.text).replace("&", "").rstrip("…")))
    return listed


def needing_document() -> tuple[str, ...]:
    """The commands that make no sense without an open recording."""
    own = ("save_copy", "show_in_folder", "copy_notes")
    return own + tuple(name for feature in _FEATURES for name in feature.NEEDS_DOCUMENT)
