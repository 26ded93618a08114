# SPDX-License-Identifier: MIT
"""The pitches that found notes may have instead: from the pitch tracker, and from the note network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.domain.analysis import Analysis, F0Track, MonoEvidence, PolyEvidence
from desktop_app.domain.frames import FrameBlock, NoteEnded
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import MONO_THRESHOLDS, POLY_THRESHOLDS
from desktop_app.io.exports_json import note_to_dict
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.resegment import mono_notes, resegment
from desktop_app.transcription.poly_notes import poly_notes

SR = 16_000


def tone(f0_hz: float, levels: dict[int, float], seconds: float = 1.0) -> np.ndarray:
    t = np.arange(round(seconds * SR)) / SR
    sound = sum(level * np.sin(2 * np.pi * h * f0_hz * t) for h, level in levels.items())
    rest = np.zeros(SR // 4)
    return np.concatenate([rest, 0.2 * sound * np.minimum(1.0, t / 0.01), rest]).astype(np.float32)


def heard(y: np.ndarray) -> tuple[list[Note], MonoEvidence]:
    engine = AnalysisEngine()
    events = engine.push(y) + engine.flush()
    blocks = [event for event in events if isinstance(event, FrameBlock)]
    names = [name for name in MonoEvidence.__dataclass_fields__ if name != "hop_s"]
    tracks = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in names}
    return [event.note for event in events if isinstance(event, NoteEnded)], MonoEvidence(0.01, **tracks)


def strengths(note: Note) -> dict[int, float]:
    return {candidate.midi - note.midi: candidate.strength for candidate in note.candidates}


def test_a_clear_tone_is_its_own_strongest_candidate_beside_both_octaves() -> None:
    (note,), _ = heard(tone(261.63, {h: 1.0 / h for h in range(1, 9)}))
    told = strengths(note)
    assert list(told) == [-12, 0, 12]
    assert told[0] > 0.8
    assert told[0] > 5.0 * max(told[-12], told[12])
    assert [c.f0_hz / note.f0_hz for c in note.candidates] == pytest.approx([0.5, 1.0, 2.0])


def test_between_two_octaves_the_other_one_is_a_strong_candidate() -> None:
    clear = strengths(heard(tone(220.0, {h: 1.0 / h for h in range(1, 9)}))[0][0])
    even = {h: (1.0 if h % 2 == 0 else 0.03) / h for h in range(1, 9)}
    (note,), _ = heard(tone(220.0, even))
    told = strengths(note)
    other = 12 if note.midi == 57 else -12
    assert told[other] > 10.0 * clear[other]
    assert sum(told.values()) == pytest.approx(1.0, abs=0.1)


def test_only_keys_of_the_piano_are_candidates() -> None:
    (note,), _ = heard(tone(3951.07, {1: 1.0}))
    assert note.midi == 107
    assert list(strengths(note)) == [-12, 0]


def test_the_same_evidence_gives_the_same_candidates_again() -> None:
    notes, evidence = heard(tone(196.0, {h: 1.0 / h for h in range(1, 9)}))
    assert list(mono_notes(evidence, MONO_THRESHOLDS, 440.0)) == notes
    track = F0Track(0.01, evidence.f0_hz, evidence.voiced_prob)
    analysis = Analysis(
        "", SR, 1, 1.5, "", None, None, None, tuple(notes), (), track, evidence=evidence, thresholds=None
    )
    formed = resegment(analysis, replace(MONO_THRESHOLDS, min_duration_s=0.2)).notes
    assert [note.candidates for note in formed] == [note.candidates for note in notes]


def test_of_several_voices_octaves_and_evident_keys_with_common_partials_are_candidates() -> None:
    onset, note_prob = (np.zeros((88, 100), np.uint8) for _ in range(2))
    onset[60 - 21, 20] = 230
    for midi, prob in ((60, 230), (48, 77), (79, 51), (67, 30), (62, 80)):
        note_prob[midi - 21, 20:60] = prob
    bend = np.full((88, 100), 20, np.int8)
    evidence = PolyEvidence(0.02, onset, note_prob, bend, np.full(100, -20.0, np.float32))
    (note,) = poly_notes(evidence, POLY_THRESHOLDS)
    told = strengths(note)
    assert list(told) == [-12, 0, 12, 19]  # a fifth is too weak, a second shares nothing
    assert [told[key] for key in (-12, 0, 12, 19)] == pytest.approx([0.3, 0.9, 0.0, 0.2], abs=0.01)
    assert note.candidates[1].f0_hz == note.f0_hz


def test_json_does_not_tell_of_them() -> None:
    (note,), _ = heard(tone(261.63, {1: 1.0, 2: 0.5}))
    assert note_to_dict(note) == note_to_dict(replace(note, candidates=(), is_corrected=True))
