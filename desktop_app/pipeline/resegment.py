# SPDX-License-Identifier: MIT
"""Other notes from the same evidence, when a threshold has moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_app.domain.analysis import Analysis, MonoEvidence, PolyEvidence
from desktop_app.domain.frames import NoteEnded
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import NoteThresholds
from desktop_app.transcription.poly_notes import poly_notes
from desktop_app.transcription.segmenter import NoteTracker


def resegment(analysis: Analysis, thresholds: NoteThresholds) -> Analysis:
    """The analysis with the notes that other thresholds give; families are kept.

    Raises
    ------
    ValueError
        When the analysis holds no evidence.
    """
    evidence = analysis.evidence
    if evidence is None:
        raise ValueError("the analysis holds no evidence to form notes from")
    if isinstance(evidence, PolyEvidence):
        notes = poly_notes(evidence, thresholds, analysis.a4_hz)
    else:
        notes = mono_notes(evidence, thresholds, analysis.a4_hz)
    kept = tuple(_with_family(note, analysis.notes) for note in notes)
    return replace(analysis, notes=kept, thresholds=thresholds)


def mono_notes(evidence: MonoEvidence, thresholds: NoteThresholds, a4_hz: float) -> tuple[Note, ...]:
    """The notes of one voice, as a stream of the same frames gives them."""
    tracker = NoteTracker(thresholds=thresholds, a4_hz=a4_hz)
    events = tracker.process(evidence) + tracker.flush()
    return tuple(event.note for event in events if isinstance(event, NoteEnded))


def _with_family(note: Note, known: Sequence[Note]) -> Note:
    """The note with the family of the known note that it overlaps most."""

    def overlap_s(other: Note) -> float:
        return min(note.offset_s, other.offset_s) - max(note.onset_s, other.onset_s)

    best = max(known, key=overlap_s, default=None)
    if best is None or overlap_s(best) <= 0.0:
        return note
    return replace(note, family=best.family, family_confidence=best.family_confidence)
