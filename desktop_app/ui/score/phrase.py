# SPDX-License-Identifier: MIT
"""Which notes the score shows, and where the beats are under them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.note import Note
from desktop_app.domain.score import Part, Score
from desktop_app.jobs.export import score_of
from desktop_app.transcription.quantise import Beats
from desktop_app.transcription.quantise_beats import beats_of
from desktop_app.ui.score.notation import Notation
from desktop_app.ui.views.labels import family_title

MAX_NOTES = 240
MAX_SPAN_S = 30.0
_EARLY_S = 0.03  # a note that begins this much before a loop belongs to it

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shown:
    """Some notes, and what they are of the recording."""

    notes: tuple[Note, ...] = ()
    what: str = ""


def choose_notes(
    notes: Sequence[Note],
    loop_s: Span | None,
    selected: Sequence[Note],
    visible_s: Span,
    phrase_s: Span | None,
) -> Shown:
    """The notes of the loop, else of the selection, else of what is in sight, else of a phrase.

    Parameters
    ----------
    notes
        All, in order of onset.
    loop_s
        The loop where it is on.
    selected
        Fewer than two select nothing.
    visible_s
        What the views show; taken where it is short enough to be read.
    phrase_s
        The phrase around the cursor.
    """
    if loop_s is not None:
        return Shown(notes_within(notes, loop_s)[:MAX_NOTES], "the loop")
    if len(selected) > 1:
        return Shown(tuple(selected)[:MAX_NOTES], "the selection")
    visible = notes_within(notes, visible_s)
    if phrase_s is None or (visible_s[1] - visible_s[0] <= MAX_SPAN_S and len(visible) < MAX_NOTES):
        return Shown(visible[:MAX_NOTES], "what is in sight")
    return Shown(notes_within(notes, phrase_s)[:MAX_NOTES], "the phrase at the cursor")


def notes_within(notes: Sequence[Note], span_s: Span) -> tuple[Note, ...]:
    """The notes that begin in a stretch of time, of all in order of onset."""
    first, last = (bisect_left(notes, edge_s - _EARLY_S, key=lambda note: note.onset_s) for edge_s in span_s)
    return tuple(notes[first:last])


def score_beats(analysis: Analysis, notation: Notation) -> Beats:
    """The beats under all notes, one at least, so that a phrase has the bars of the whole."""
    metre = notation.options("musicxml").metre
    return beats_of(analysis.notes, analysis.tempo, metre, notation.tempo_bpm, notation.first_beat_s)


def downbeat_s(beats: Beats) -> float:
    """The moment of the first downbeat."""
    times, place = np.asarray(beats.times_s), beats.first
    inside = min(max(place, 0), len(times) - 2)
    return float(times[inside] + (place - inside) * (times[inside + 1] - times[inside]))


def write_down(analysis: Analysis, notes: Sequence[Note], notation: Notation) -> tuple[Score, Beats]:
    """Some notes of a recording, one at least, in the bars of the whole; and the beats under them.

    Hundreds of notes take some hundredths of a second: not for the window's own thread.
    """
    beats = score_beats(analysis, notation)
    score = score_of(replace(analysis, notes=tuple(notes)), notation.options("musicxml"), beats)
    return replace(score, parts=tuple(_named_by_family(part) for part in score.parts)), beats


def _named_by_family(part: Part) -> Part:
    """What was heard is a family, not an instrument of it; nothing where it is not known."""
    family = part.instrument.family
    name = family_title(family) if family else ""
    return replace(part, instrument=replace(part.instrument, name=name))
