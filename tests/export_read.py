# SPDX-License-Identifier: MIT
"""Reads MusicXML with music21 and verovio."""

from __future__ import annotations

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


def fills_its_bars(score: Any) -> bool:
    """Whether every voice lasts as long as its bar."""
    for part in score.parts:
        for bar in bars_of(part):
            whole = Fraction(max(part_bar.highestTime for part_bar in [bar]))
            for voice in bar.voices or [bar]:
                if sum(Fraction(sign.quarterLength) for sign in voice.notesAndRests) > whole:
                    return False
    return True


def render(content: bytes) -> str:
    """Verovio's picture of the first page; what it complains of is an error."""
    import verovio

    toolkit = verovio.toolkit()
    assert toolkit.loadData(content.decode())
    svg: str = toolkit.renderToSVG(1)
    log = toolkit.getLog()
    assert not log, log
    return svg
