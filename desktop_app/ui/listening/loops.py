# SPDX-License-Identifier: MIT
"""Which loops can be played, and which stretch of the music is meant by a place in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.listening import MIN_LOOP_S, SHIFT_RANGE_SEMITONES, SPEED_RANGE, Listening
from desktop_app.domain.note import Note
from desktop_app.transcription.phrases_found import phrases

Span = tuple[float, float]

_ROUNDING_S = 1e-3  # a recording's length is known to a frame


def checked_loop(start_s: float, end_s: float, duration_s: float) -> Span:
    """A loop that can be played.

    Parameters
    ----------
    start_s, end_s
        As it is wanted, in seconds.
    duration_s
        Length of the recording.

    Raises
    ------
    RightInTuneError
        When it is shorter than 50 ms or lies beyond the recording's end.
    """
    if start_s < 0.0 or end_s > duration_s + _ROUNDING_S:
        raise RightInTuneError("The loop would go beyond the end of the recording.")
    end_s = min(end_s, duration_s)
    if end_s < start_s:
        raise RightInTuneError("A loop must end after it begins.")
    if end_s - start_s < MIN_LOOP_S:
        raise RightInTuneError(f"A loop must be at least {1000 * MIN_LOOP_S:.0f} ms long.")
    return start_s, end_s


def with_start(loop_s: Span | None, start_s: float, duration_s: float) -> Span:
    """The loop from ``start_s`` to its present end, or to the end of the recording where that is earlier."""
    end_s = loop_s[1] if loop_s is not None and loop_s[1] > start_s else duration_s
    return checked_loop(start_s, end_s, duration_s)


def with_end(loop_s: Span | None, end_s: float, duration_s: float) -> Span:
    """The loop from its present start, or that of the recording where there is none, to ``end_s``."""
    return checked_loop(loop_s[0] if loop_s is not None else 0.0, end_s, duration_s)


def fitted(wanted: Listening, duration_s: float) -> Listening:
    """What is possible, in a recording of a length, of what is wanted; a loop that is not is left out."""
    loop_s = wanted.loop_s
    if loop_s is not None:
        try:
            loop_s = checked_loop(*loop_s, duration_s)
        except RightInTuneError:
            loop_s = None
    return replace(
        wanted,
        position_s=min(max(wanted.position_s, 0.0), duration_s),
        loop_s=loop_s,
        is_looping=wanted.is_looping and loop_s is not None,
        speed=min(max(wanted.speed, SPEED_RANGE[0]), SPEED_RANGE[1]),
        semitones=min(max(wanted.semitones, SHIFT_RANGE_SEMITONES[0]), SHIFT_RANGE_SEMITONES[1]),
    )


def meant_stretch(time_s: float, note: Note | None, notes: Sequence[Note]) -> Span | None:
    """What a double-click means: the note under the mouse, else the phrase; None where there is neither."""
    if note is not None:
        return note.onset_s, note.offset_s
    return next((span for span in phrases(notes) if span[0] <= time_s <= span[1]), None)


def next_onset_s(notes: Sequence[Note], time_s: float) -> float | None:
    """The onset after a time; None after the last."""
    onsets_s = sorted(note.onset_s for note in notes)
    index = bisect_right(onsets_s, time_s + _ROUNDING_S)
    return onsets_s[index] if index < len(onsets_s) else None


def previous_onset_s(notes: Sequence[Note], time_s: float) -> float | None:
    """The onset before a time; None before the first."""
    onsets_s = sorted(note.onset_s for note in notes)
    index = bisect_left(onsets_s, time_s - _ROUNDING_S)
    return onsets_s[index - 1] if index > 0 else None
