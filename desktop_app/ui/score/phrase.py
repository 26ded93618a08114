# SPDX-License-Identifier: MIT
"""Which notes the score shows, and where the beats are under them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.note import Note
from desktop_app.domain.score import Clef, Part, Score
from desktop_app.jobs.export import score_of
from desktop_app.transcription.quantise import Beats
from desktop_app.transcription.quantise_beats import beats_of
from desktop_app.ui.score.notation import Notation

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
        return Shown(_within(notes, loop_s), "the loop")
    if len(selected) > 1:
        return Shown(tuple(selected)[:MAX_NOTES], "the selection")
    visible = _within(notes, visible_s)
    if phrase_s is None or (visible_s[1] - visible_s[0] <= MAX_SPAN_S and len(visible) < MAX_NOTES):
        return Shown(visible, "what is in sight")
    return Shown(_within(notes, phrase_s), "the phrase at the cursor")


def _within(notes: Sequence[Note], span_s: Span) -> tuple[Note, ...]:
    first, last = (bisect_left(notes, edge_s - _EARLY_S, key=lambda note: note.onset_s) for edge_s in span_s)
    return tuple(notes[first : min(last, first + MAX_NOTES)])


def score_beats(analysis: Analysis, notation: Notation) -> Beats | None:
    """The beats under all notes, so that a phrase has the bars of the whole; None without notes."""
    if not analysis.notes:
        return None
    metre = notation.options("musicxml").metre
    return beats_of(analysis.notes, analysis.tempo, metre, notation.tempo_bpm, notation.first_beat_s)


def downbeat_s(beats: Beats) -> float:
    """The moment of the first downbeat."""
    times, place = np.asarray(beats.times_s), beats.first
    inside = min(max(place, 0), len(times) - 2)
    return float(times[inside] + (place - inside) * (times[inside + 1] - times[inside]))


def with_clef(score: Score, clef: str) -> Score:
    """The score with the clef that was chosen, where a part has one staff; ``"auto"`` changes nothing."""
    if clef == "auto":
        return score
    return replace(score, parts=tuple(_part_with_clef(part, cast("Clef", clef)) for part in score.parts))


def _part_with_clef(part: Part, clef: Clef) -> Part:
    return replace(part, staves=(replace(part.staves[0], clef=clef),)) if len(part.staves) == 1 else part


def score_of_notes(
    analysis: Analysis, notes: Sequence[Note], notation: Notation, beats: Beats | None
) -> Score | None:
    """Some notes of a recording, in the bars of the whole; None without notes."""
    if not notes or beats is None:
        return None
    options = replace(notation.options("musicxml"), first_beat_s=downbeat_s(beats))
    return with_clef(score_of(replace(analysis, notes=tuple(notes)), options), notation.clef)
