# SPDX-License-Identifier: MIT
"""NoteSpin: a pitch typed or stepped through, as a name."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox

from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.pitch import NOTE_NAMES, note_name

_NAME: Final = re.compile(r"([A-Ga-g]#?)(\d)")


class NoteSpin(QSpinBox):
    """MIDI 21 … 108 by name; a number may be typed too."""

    def __init__(self, name: str, midi: int, about: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(about)
        self.setToolTip(about)
        self.setRange(MIDI_MIN, MIDI_MAX)
        self.setValue(midi)

    def textFromValue(self, value: int) -> str:
        """Such as ``A4``."""
        return note_name(value)

    def valueFromText(self, text: str) -> int:
        """The pitch of a name or a number."""
        midi = _midi(text)
        return self.value() if midi is None else midi

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Whether it is a pitch, or may become one."""
        midi = _midi(text)
        is_whole = midi is not None and MIDI_MIN <= midi <= MIDI_MAX
        return (QValidator.State.Acceptable if is_whole else QValidator.State.Intermediate), text, position


def _midi(text: str) -> int | None:
    if text.strip().isdecimal():
        return int(text)
    named = _NAME.fullmatch(text.strip())
    if named is None or named[1].upper() not in NOTE_NAMES:
        return None
    return NOTE_NAMES.index(named[1].upper()) + 12 * (int(named[2]) + 1)
