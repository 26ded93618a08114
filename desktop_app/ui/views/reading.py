# SPDX-License-Identifier: MIT
"""What the views say of the place under the mouse."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.domain.pitch import named_note, note_name


@dataclass(frozen=True, slots=True)
class CursorReading:
    """The place under the mouse; what a view does not show is None.

    Attributes
    ----------
    time_s
        Seconds from the start.
    hz, note
        Frequency and the nearest note with its deviation, such as ``"A4 +12"``.
    db
        Level there: of the mel band, or the peak of the waveform, in dBFS.
    words
        Anything else.
    """

    time_s: float
    hz: float | None = None
    note: str | None = None
    db: float | None = None
    words: str = ""

    def text(self) -> str:
        """One line for people."""
        parts = [format_time(self.time_s, 0.001)]
        if self.hz is not None:
            parts.append(f"{self.hz:.1f} Hz" if self.hz < 1000.0 else f"{self.hz:.0f} Hz")
        if self.note is not None:
            parts.append(self.note)
        if self.db is not None:
            parts.append(f"{self.db:.0f} dB")
        if self.words:
            parts.append(self.words)
        return "   ".join(parts)


def note_text(f0_hz: float, a4_hz: float = 440.0) -> str | None:
    """Nearest note and cents, such as ``"A4 +12"``; None outside the piano's keys."""
    note = named_note(f0_hz, a4_hz)
    return f"{note_name(note[0])} {note[1]:+.0f}" if note else None


def format_time(time_s: float, step_s: float = 1.0) -> str:
    """``m:ss`` or ``h:mm:ss``, with as many decimals as steps of ``step_s`` need."""
    n_decimals = 0 if step_s >= 1.0 else 1 if step_s >= 0.1 else 2 if step_s >= 0.01 else 3
    units = 10**n_decimals
    whole, fraction = divmod(round(max(time_s, 0.0) * units), units)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    return f"{text}.{fraction:0{n_decimals}d}" if n_decimals else text
