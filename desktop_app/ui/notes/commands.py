# SPDX-License-Identifier: MIT
"""The commands of correcting notes, and where they stand in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = (
    Command("undo", "&Undo", ("Ctrl+Z",)),
    Command("redo", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("select_all_notes", "Select &all notes", ("Ctrl+A",)),
    Command("select_no_note", "Select &no note", ("Esc",)),
    Command("hear_notes", "&Hear the selected notes", ("Return", "Enter")),
    Command("sound_selected", "S&ound notes when selected", (), is_checkable=True),
    Command("add_note", "A&dd a note at the cursor", ("Ins",)),
    Command("delete_notes", "D&elete the selected notes", ("Del",)),
    Command("split_note", "&Split the note at the cursor", ("/",)),
    Command("join_notes", "&Join the selected notes", ("J",)),
    Command("candidate_up", "&Next candidate above", ("Ctrl+Up",), "Next candidate pitch above"),
    Command("candidate_down", "Next candidate &below", ("Ctrl+Down",), "Next candidate pitch below"),
    Command("semitone_up", "A semitone &higher", ("Alt+Up",), "Notes a semitone higher"),
    Command("semitone_down", "A semitone &lower", ("Alt+Down",), "Notes a semitone lower"),
    Command("octave_up", "An octave h&igher", ("Shift+Alt+Up",), "Notes an octave higher"),
    Command("octave_down", "An octave lo&wer", ("Shift+Alt+Down",), "Notes an octave lower"),
    Command("note_earlier", "10 ms &earlier", ("Alt+Left",), "Notes 10 ms earlier"),
    Command("note_later", "10 ms la&ter", ("Alt+Right",), "Notes 10 ms later"),
    Command("note_shorter", "10 ms &shorter", ("Shift+Alt+Left",), "Notes 10 ms shorter"),
    Command("note_longer", "10 ms l&onger", ("Shift+Alt+Right",), "Notes 10 ms longer"),
)

CHANGES: Final[tuple[str, ...]] = (
    *("candidate_up", "candidate_down", "-"),
    *("semitone_up", "semitone_down", "octave_up", "octave_down", "-"),
    *("note_earlier", "note_later", "note_shorter", "note_longer"),
)

MENU: Final[tuple[str, ...]] = (
    *("undo", "redo", "-"),
    *("add_note", "delete_notes", "split_note", "join_notes", "@note", "-"),
    *("select_all_notes", "select_no_note", "-", "hear_notes", "sound_selected"),
)

NEEDS_DOCUMENT: Final[tuple[str, ...]] = ("select_all_notes",)

CHANGING: Final[tuple[str, ...]] = (
    *("add_note", "delete_notes", "split_note", "join_notes"),
    *(name for name in CHANGES if name != "-"),
)
