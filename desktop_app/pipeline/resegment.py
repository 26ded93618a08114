# SPDX-License-Identifier: MIT
"""Other notes from the same evidence, when a threshold has moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from desktop_app.domain.analysis import Analysis, MonoEvidence, PolyEvidence
from desktop_app.domain.frames import NoteEnded
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import NoteThresholds
from desktop_app.pipeline.summary import within
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
    kept = _with_families(within(notes, analysis.duration_s), analysis.notes)
    return replace(analysis, notes=kept, thresholds=thresholds)


def mono_notes(evidence: MonoEvidence, thresholds: NoteThresholds, a4_hz: float) -> tuple[Note, ...]:
    """The notes of one voice, as a stream of the same frames gives them."""
    tracker = NoteTracker(thresholds=thresholds, a4_hz=a4_hz)
    events = tracker.process(evidence) + tracker.flush()
    return tuple(event.note for event in events if isinstance(event, NoteEnded))


def _with_families(notes: Sequence[Note], known: Sequence[Note]) -> tuple[Note, ...]:
    """The notes, each with the family of the known note that it overlaps most."""
    if not known:
        return tuple(notes)
    onsets_s = np.array([note.onset_s for note in known])
    offsets_s = np.array([note.offset_s for note in known])
    kept = []
    for note in notes:
        overlap_s = np.minimum(note.offset_s, offsets_s) - np.maximum(note.onset_s, onsets_s)
        best = int(overlap_s.argmax())
        if overlap_s[best] > 0.0:
            family = known[best].family
            note = replace(note, family=family, family_confidence=known[best].family_confidence)
        kept.append(note)
    return tuple(kept)
