# SPDX-License-Identifier: MIT
"""A whole recording through the engine: push the blocks, flush, sum up; nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from desktop_app.domain.analysis import Analysis
from desktop_app.domain.frames import Event, Float32Array, FrameBlock, NoteEnded, Scores
from desktop_app.domain.note import Note
from desktop_app.dsp.resample import StreamResampler
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.music import MusicCollector
from desktop_app.pipeline.overview import OverviewWriter
from desktop_app.pipeline.summary import (
    family_track,
    family_verdict,
    final_scores,
    main_pitch,
    notes_with_families,
    source_verdict,
    to_f0_track,
)


class _Collector:
    """Keeps of the events what the result needs."""

    def __init__(self, overview: OverviewWriter | None, music: MusicCollector) -> None:
        self._overview = overview
        self.music = music
        self.f0_hz: list[Float32Array] = []
        self.voiced_prob: list[Float32Array] = []
        self.scores: list[Scores] = []
        self.notes: list[Note] = []

    def add(self, samples: Float32Array, events: list[Event]) -> None:
        self.music.add_samples(samples)
        for event in events:
            if isinstance(event, FrameBlock):
                self.music.add(event)
                self.f0_hz.append(event.f0_hz)
                self.voiced_prob.append(event.voiced_prob)
            elif isinstance(event, Scores):
                self.scores.append(event)
            elif isinstance(event, NoteEnded):
                self.notes.append(event.note)
        if self._overview:
            self._overview.append(samples, events)


def analyse_blocks(
    blocks: Iterable[Float32Array],
    *,
    sr: int,
    channels: int,
    path: str,
    engine: AnalysisEngine,
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
    overview
        Also receives samples and frames, for the views.
    on_block
        Called with the seconds done after each block.

    Returns
    -------
    Analysis
    """
    engine.reset()
    resampler = StreamResampler(sr, engine.spec.sr)
    collected = _Collector(overview, MusicCollector(engine.spec, engine.a4_hz))
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
    return _sum_up(collected, engine, path=path, sr=sr, channels=channels, duration_s=n_frames / sr)


def _sum_up(
    collected: _Collector, engine: AnalysisEngine, *, path: str, sr: int, channels: int, duration_s: float
) -> Analysis:
    scores = final_scores(collected.scores)
    f0 = to_f0_track(collected.f0_hz, collected.voiced_prob, engine.spec.hop_s)
    notes: tuple[Note, ...] = tuple(sorted(collected.notes, key=lambda note: note.onset_s))
    tempo, key = collected.music.verdicts(notes)
    thresholds = engine.classifier.thresholds if engine.classifier else None
    return Analysis(
        path=path,
        sr=sr,
        channels=channels,
        duration_s=duration_s,
        model_id=engine.model_id,
        family=family_verdict(scores, thresholds) if thresholds else None,
        source=source_verdict(scores),
        pitch=main_pitch(f0, engine.a4_hz),
        notes=notes_with_families(notes, scores, thresholds) if thresholds else notes,
        family_track=family_track(scores, thresholds) if thresholds else (),
        f0=f0,
        a4_hz=engine.a4_hz,
        tempo=tempo,
        key=key,
    )
