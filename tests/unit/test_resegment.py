# SPDX-License-Identifier: MIT
"""Other notes from the same evidence when a threshold moves."""

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.domain.analysis import Analysis, F0Track, MonoEvidence
from desktop_app.domain.frames import FrameBlock, NoteEnded
from desktop_app.domain.thresholds import MONO_THRESHOLDS, NoteThresholds
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.resegment import resegment

SR = 16_000


def two_notes():
    """A second of A4 and a quarter of a second of E5, with rests."""
    pieces = [np.zeros(SR // 4)]
    for f0_hz, seconds in ((440.0, 1.0), (659.26, 0.25)):
        t = np.arange(int(seconds * SR)) / SR
        pieces += [sum(np.sin(2 * np.pi * h * f0_hz * t) / h for h in range(1, 8)) * np.exp(-t), np.zeros(SR)]
    return (0.2 * np.concatenate(pieces)).astype(np.float32)


@pytest.fixture(scope="module")
def analysis():
    engine = AnalysisEngine()
    events = engine.push(two_notes()) + engine.flush()
    names = ("f0_hz", "voiced_prob", "onset_prob", "sounding_prob", "rms_db")
    names += ("octave_below_prob", "octave_above_prob")
    blocks = [event for event in events if isinstance(event, FrameBlock)]
    arrays = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in names}
    notes = [event.note for event in events if isinstance(event, NoteEnded)]
    return Analysis(
        path="two.wav",
        sr=SR,
        channels=1,
        duration_s=3.5,
        model_id="",
        family=None,
        source=None,
        pitch=None,
        notes=tuple(replace(note, family="flute", family_confidence=0.9) for note in notes),
        family_track=(),
        f0=F0Track(0.01, arrays["f0_hz"], arrays["voiced_prob"]),
        evidence=MonoEvidence(0.01, **arrays),
        thresholds=MONO_THRESHOLDS,
    )


def test_the_same_thresholds_give_the_notes_of_the_stream(analysis):
    assert [note.midi for note in analysis.notes] == [69, 76]
    assert resegment(analysis, MONO_THRESHOLDS).notes == analysis.notes


def test_other_thresholds_give_other_notes_and_keep_families(analysis):
    moved = NoteThresholds(0.5, 0.5, min_duration_s=0.5)
    again = resegment(analysis, moved)
    assert [(note.midi, note.family) for note in again.notes] == [(69, "flute")]
    assert again.thresholds == moved
    assert again.evidence is analysis.evidence


def test_without_evidence_there_is_nothing_to_form_notes_from(analysis):
    with pytest.raises(ValueError, match="evidence"):
        resegment(replace(analysis, evidence=None), MONO_THRESHOLDS)
