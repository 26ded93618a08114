# SPDX-License-Identifier: MIT
"""From many events to one answer: the verdicts over a recording, a note, or the present sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.analysis import (
    F0Track,
    FamilySpan,
    FamilyVerdict,
    PitchVerdict,
    SourceVerdict,
)
from desktop_app.domain.frames import Scores
from desktop_app.domain.labels import FAMILIES, N_PITCHES, SOURCES
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import hz_to_midi, named_note, note_name
from desktop_app.ml.classifier import Prediction, Thresholds, combine
from desktop_app.pipeline.segments import segments
from desktop_app.pipeline.spans import is_same_answer, joined, span_of

SAME_NOTE_SEMITONES = 0.6
MAIN_NOTE_SHARE = 0.5
JOINED_GAP_S = 0.3
_TINY = 1e-6


def final_scores(scores: Sequence[Scores]) -> list[Scores]:
    """One score a window: a later answer about the same start replaces the early one."""
    return list({score.start_s: score for score in scores}.values())


def family_verdict(scores: Sequence[Scores], thresholds: Thresholds) -> FamilyVerdict | None:
    """The verdict over some windows; None where there are none."""
    if not scores:
        return None
    pooled = _pool(scores)
    best = int(pooled.family[0].argmax())
    confidence, not_an_instrument = float(pooled.family[0, best]), float(pooled.not_an_instrument[0])
    return FamilyVerdict(
        FAMILIES[best],
        thresholds.state(confidence, not_an_instrument),
        confidence,
        {name: float(p) for name, p in zip(FAMILIES, pooled.family[0], strict=True)},
        not_an_instrument,
    )


def source_verdict(scores: Sequence[Scores]) -> SourceVerdict | None:
    """Acoustic, electronic or synthetic, over some windows; None where there are none."""
    if not scores:
        return None
    source = _pool(scores).source[0]
    probabilities = {name: float(p) for name, p in zip(SOURCES, source, strict=True)}
    return SourceVerdict(SOURCES[int(source.argmax())], probabilities)


def _pool(scores: Sequence[Scores]) -> Prediction:
    windows = Prediction(
        np.stack([score.family for score in scores]),
        np.array([score.not_an_instrument for score in scores], np.float32),
        np.stack([score.source for score in scores]),
        np.full((len(scores), N_PITCHES), 1.0 / N_PITCHES, np.float32),
    )
    return combine(windows, np.array([score.at_onset for score in scores]))


def main_pitch(f0: F0Track, a4_hz: float) -> PitchVerdict | None:
    """The one note of a recording that has one; None for silence, noise and phrases."""
    voiced = np.isfinite(f0.f0_hz)
    if np.count_nonzero(voiced) < 3:
        return None
    midi = hz_to_midi(f0.f0_hz[voiced], a4_hz)
    weights = np.maximum(f0.voiced_prob[voiced].astype(np.float64), _TINY)
    centre = _weighted_median(midi, weights)
    near = np.abs(midi - centre) <= SAME_NOTE_SEMITONES
    share = float(weights[near].sum() / weights.sum())
    if share < MAIN_NOTE_SHARE:
        return None
    f0_hz = float(a4_hz * 2.0 ** ((_weighted_median(midi[near], weights[near]) - 69.0) / 12.0))
    confidence = share * float(np.average(f0.voiced_prob[voiced][near]))
    named = named_note(f0_hz, a4_hz)
    if named is None:
        return PitchVerdict(None, None, f0_hz, None, confidence)
    return PitchVerdict(named[0], note_name(named[0]), f0_hz, named[1], confidence)


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    cumulative = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulative, cumulative[-1] / 2.0)])


def within(notes: Sequence[Note], duration_s: float) -> tuple[Note, ...]:
    """The notes, none longer than the recording: the last frame may reach beyond it."""
    return tuple(
        note if note.offset_s <= duration_s else replace(note, offset_s=duration_s)
        for note in notes
        if note.onset_s < duration_s
    )


def notes_with_families(notes: Sequence[Note], spans: Sequence[FamilySpan]) -> tuple[Note, ...]:
    """The notes, each with the family of the stretch in which it sounds longest, where that was told."""
    if not spans:
        return tuple(notes)
    starts_s = np.array([span.start_s for span in spans])
    ends_s = np.array([span.end_s for span in spans])
    named = []
    for note in notes:
        overlap_s = np.minimum(ends_s, note.offset_s) - np.maximum(starts_s, note.onset_s)
        span = spans[int(overlap_s.argmax())]
        is_told = span.label is not None and overlap_s.max() > 0.0
        named.append(replace(note, family=span.label, family_confidence=span.confidence) if is_told else note)
    return tuple(named)


def family_track(scores: Sequence[Scores], thresholds: Thresholds) -> tuple[FamilySpan, ...]:
    """Which family when: a verdict for each stretch of one instrument, cut where nothing sounds.

    Each window speaks until the next one starts.
    """
    spans: list[FamilySpan] = []
    ends_s = [min(this.end_s, after.start_s) for this, after in pairwise(scores)]
    ends_s += [score.end_s for score in scores[-1:]]
    for stretch in segments(scores):
        verdict = family_verdict(scores[stretch], thresholds)
        assert verdict is not None
        for score, end_s in zip(scores[stretch], ends_s[stretch], strict=True):
            if end_s > score.start_s:
                _append_span(spans, span_of(verdict, score.start_s, end_s))
    return tuple(spans)


def _append_span(spans: list[FamilySpan], span: FamilySpan) -> None:
    last = spans[-1] if spans else None
    if last and is_same_answer(last, span) and span.start_s - last.end_s <= JOINED_GAP_S:
        spans[-1] = joined(last, span)
    else:
        spans.append(span)
