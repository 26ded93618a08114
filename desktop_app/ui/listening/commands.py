# SPDX-License-Identifier: MIT
"""The commands of listening again, and where they stand in the menus."""

from __future__ import annotations

from typing import Final

from desktop_app.ui.command import Command

COMMANDS: Final[tuple[Command, ...]] = (
    Command("play", "&Play / pause", ("Space",)),
    Command("to_mark", "Return to where playing &began", ("Backspace",)),
    Command("start", "To the &start", ("Home",)),
    Command("end", "To the &end", ("End",)),
    Command("back", "&Back 1 s", ("Left",)),
    Command("forward", "&Forward 1 s", ("Right",)),
    Command("back_little", "Back 0.1 s", ("Shift+Left",)),
    Command("forward_little", "Forward 0.1 s", ("Shift+Right",)),
    Command("previous_note", "Pre&vious note", ("Ctrl+Left",)),
    Command("next_note", "&Next note", ("Ctrl+Right",)),
    Command("loop", "&Loop", ("L",), "Loop on / off", is_checkable=True),
    Command("loop_start", "Loop st&art here", ("[",)),
    Command("loop_end", "Loop en&d here", ("]",)),
    Command("clear_loop", "&Clear the loop", ("Shift+L",)),
    Command("slower", "Slo&wer", (",",), "Slower by 5 %"),
    Command("faster", "Fas&ter", (".",), "Faster by 5 %"),
    Command("little_slower", "Slower by 1 %", ("Shift+,",)),
    Command("little_faster", "Faster by 1 %", ("Shift+.",)),
    Command("full_speed", "F&ull speed", ("Ctrl+0",), "Speed 100 %"),
    Command("higher", "&Higher by a semitone", ("Ctrl+Shift+Up",)),
    Command("lower", "Lo&wer by a semitone", ("Ctrl+Shift+Down",)),
    Command("own_pitch", "Pitch as &recorded", ("Ctrl+Shift+0",)),
    Command("metronome", "&Metronome on the beats", ("K",), is_checkable=True),
    Command("trainer", "Speed trainer…"),
    Command("sound", "S&ound…"),
)

MENU: Final[tuple[str, ...]] = (
    *("play", "to_mark", "-"),
    *("start", "end", "back", "forward", "back_little", "forward_little"),
    *("previous_note", "next_note", "-"),
    *("loop", "loop_start", "loop_end", "clear_loop", "-"),
    *("slower", "faster", "little_slower", "little_faster", "full_speed", "-"),
    *("higher", "lower", "own_pitch", "-"),
    *("metronome", "trainer", "sound"),
)

NEEDS_DOCUMENT: Final[tuple[str, ...]] = tuple(
    command.name for command in COMMANDS if command.name != "sound"
)
