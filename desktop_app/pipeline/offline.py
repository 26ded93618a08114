# SPDX-License-Identifier: MIT
"""A whole recording through the engine: push the blocks, flush, sum up; nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.domain.analysis import Analysis, F0Track, MonoEvidence, PolyEvidence
from desktop_app.domain.frames import Event, Float32Array, FrameBlock, NoteEnded, Scores
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import MONO_THRESHOLDS, POLY_THRESHOLDS, NoteThresholds
from desktop_app.dsp.resample import StreamResampler
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.music import MusicCollector
from desktop_app.pipeline.overview import OverviewWriter
from desktop_app.pipeline.resegment import mono_notes
from desktop_app.pipeline.summary import (
    family_track,
    family_verdict,
    final_scores,
    main_pitch,
    notes_with_families,
    source_verdict,
    within,
)
from desktop_app.transcription.poly_notes import poly_notes

if TYPE_CHECKING:
    from desktop_app.pipeline.poly import PolyEngine

_TRACKS = (
    "f0_hz",
    "voiced_prob",
    "onset_prob",
    "sounding_prob",
    "rms_db",
    "octave_below_prob",
    "octave_above_prob",
)


class _Collector:
    """Keeps of the events what the result needs."""

    def __init__(
        self, overview: OverviewWriter | None, music: MusicCollector, poly: PolyEngine | None
    ) -> None:
        self._overview = overview
        self._poly = poly
        self.music = music
        self._tracks: dict[str, list[Float32Array]] = {name: [] for name in _TRACKS}
        self.scores: list[Scores] = []
        self.notes: list[Note] = []

    def add(self, samples: Float32Array, events: list[Event]) -> None:
        self.music.add_samples(samples)
        if self._poly:
            self._poly.push(samples)
        for event in events:
            if isinstance(event, FrameBlock):
                self.music.add(event)
                for name, track in self._tracks.items():
                    track.append(getattr(event, name))
            elif isinstance(event, Scores):
                self.scores.append(event)
            elif isinstance(event, NoteEnded):
                self.notes.append(event.note)
        if self._overview:
            self._overview.append(samples, events)

    def evidence(self, hop_s: float) -> MonoEvidence:
        """What the notes of one voice are formed from."""
        empty = np.zeros(0, np.float32)
        return MonoEvidence(hop_s, **{name: np.concatenate([empty, *t]) for name, t in self._tracks.items()})


def analyse_blocks(
    blocks: Iterable[Float32Array],
    *,
    sr: int,
    channels: int,
    path: str,
    engine: AnalysisEngine,
    poly: PolyEngine | None = None,
    thresholds: NoteThresholds | None = None,
    overview: OverviewWriter | None = None,
    on_block: Callable[[float], None] | None = None,
) -> Analysis:
    """Analyse a recording block by block, in bounded memory.

    Parameters
    ----------
    blocks
        Arrays of shape (n, channels), float32, at ``sr`` Hz.
    path
        Kept in the result.
    engine
        Is reset first.
    poly
        Forms the notes of several voices instead of the engine's; is reset first.
    thresholds
        What makes a note; None for the usual ones.
    overview
        Also receives samples and frames, for the views.
    on_block
        Called with the seconds done after each block.

    Returns
    -------
    Analysis
    """
    engine.reset()
    if poly:
        poly.reset()
    resampler = StreamResampler(sr, engine.spec.sr)
    collected = _Collector(overview, MusicCollector(engine.spec, engine.a4_hz), poly)
    n_frames = 0
    for block in blocks:
        n_frames += block.shape[0]
        mono = block.mean(axis=1, dtype=np.float32) if block.shape[1] > 1 else block[:, 0]
        samples = resampler.push(mono)
        collected.add(samples, engine.push(samples))
        if on_block:
            on_block(n_frames / sr)
    samples = resampler.flush()
    collected.add(samples, engine.push(samples) + engine.flush())
    return _sum_up(
        collected,
        engine,
        poly.flush() if poly else None,
        thresholds,
        path=path,
        sr=sr,
        channels=channels,
        duration_s=n_frames / sr,
    )


def _sum_up(
    collected: _Collector,
    engine: AnalysisEngine,
    heard: PolyEvidence | None,
    thresholds: NoteThresholds | None,
    *,
    path: str,
    sr: int,
    channels: int,
    duration_s: float,
) -> Analysis:
    scores = final_scores(collected.scores)
    track = collected.evidence(engine.spec.hop_s)
    f0 = F0Track(track.hop_s, track.f0_hz, track.voiced_prob)
    if heard:
        notes = poly_notes(heard, thresholds or POLY_THRESHOLDS, engine.a4_hz)
    elif thresholds:
        notes = mono_notes(track, thresholds, engine.a4_hz)
    else:
        notes = tuple(sorted(collected.notes, key=lambda note: note.onset_s))
    notes = within(notes, duration_s)
    tempo, key = collected.music.verdicts()
    trust = engine.classifier.thresholds if engine.classifier else None
    spans = family_track(scores, trust) if trust else ()
    return Analysis(
        path=path,
        sr=sr,
        channels=channels,
        duration_s=duration_s,
        model_id=engine.model_id,
        family=family_verdict(scores, trust) if trust else None,
        source=source_verdict(scores),
        pitch=main_pitch(f0, engine.a4_hz),
        notes=notes_with_families(notes, spans),
        family_track=spans,
        f0=f0,
        a4_hz=engine.a4_hz,
        tempo=tempo,
        key=key,
        evidence=heard or track,
        thresholds=thresholds or (POLY_THRESHOLDS if heard else MONO_THRESHOLDS),
        is_poly=heard is not None,
    )
