# SPDX-License-Identifier: MIT
"""Reads MusicXML with music21 and verovio."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Sounding = tuple[Fraction, Fraction, int]


def read(content: bytes) -> Any:
    """music21's score, as it sounds."""
    from music21 import converter

    return converter.parseData(content.decode(), format="musicxml").toSoundingPitch()


def bars_of(part: Any) -> list[Any]:
    from music21 import stream

    return list(part.getElementsByClass(stream.Measure))


def heard_in(parts: list[Any]) -> list[Sounding]:
    """Onset and length in quarter notes from the first written bar, and key; tied notes are one."""
    pieces = sorted(piece for part in parts for piece in _pieces(part))
    open_ties: dict[tuple[Fraction, int], int] = {}
    heard: list[Sounding] = []
    for onset, midi, length, tie in pieces:
        if tie in ("stop", "continue"):
            index = open_ties.pop((onset, midi))
            start, before, _ = heard[index]
            heard[index] = (start, before + length, midi)
        else:
            index = len(heard)
            heard.append((onset, length, midi))
        if tie in ("start", "continue"):
            open_ties[onset + length, midi] = index
    assert not open_ties
    return sorted(heard)


def _pieces(part: Any) -> Iterator[tuple[Fraction, int, Fraction, str]]:
    for bar in bars_of(part):
        for voice in bar.voices or [bar]:
            for sign in voice.notes:
                onset = (
                    Fraction(bar.offset) + Fraction(voice.offset if bar.voices else 0) + Fraction(sign.offset)
                )
                for one in sign if sign.isChord else [sign]:
                    tie = one.tie.type if one.tie else ""
                    yield onset, one.pitch.midi, Fraction(sign.quarterLength), tie


def render(content: bytes) -> str:
    """Verovio's picture of the first page; what it complains of is an error."""
    import verovio

    with tempfile.TemporaryFile() as told:
        kept = os.dup(2)
        os.dup2(told.fileno(), 2)  # it writes past Python's own stderr
        try:
            toolkit = verovio.toolkit()
            is_read = toolkit.loadData(content.decode())
            svg: str = toolkit.renderToSVG(1)
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        told.seek(0)
        # How it draws a wide beam is its own affair.
        complaints = [line for line in told.read().decode().splitlines() if "Insufficient space" not in line]
    assert is_read
    assert not complaints
    return svg
