# SPDX-License-Identifier: MIT
"""The pitch and note trackers behind the plain interface that pitch benchmarks use."""

from __future__ import annotations

import numpy as np

from desktop_app.domain.frames import Float32Array, NoteEnded
from desktop_app.domain.thresholds import POLY_THRESHOLDS
from desktop_app.dsp.framing import Framer
from desktop_app.dsp.pitch import PitchTracker
from desktop_app.dsp.spec import DEFAULT_SPEC


class RightInTune:
    """Pitch and notes of mono float32 sound at 16 kHz, computed as a live stream would be."""

    name = "Right In Tune"
    lookahead_s = 512 / 16_000

    def f0(self, x: Float32Array, sr: int) -> tuple[Float32Array, Float32Array, Float32Array]:
        """Times in seconds, pitch in Hz (negative: unvoiced, a guess) and voicing; each shape (n_frames,)."""
        if sr != DEFAULT_SPEC.sr:
            raise ValueError(f"sr must be {DEFAULT_SPEC.sr}, not {sr}")
        tracker = PitchTracker()
        framer = Framer(DEFAULT_SPEC.hop_length, tracker.lookback, tracker.lookahead)
        segments = [s for s in (framer.push(np.asarray(x, np.float32)), framer.flush()) if s is not None]
        parts = [tracker.process(segment) for segment in segments]
        none = np.zeros(0, np.float32)
        guess_hz = np.concatenate([none, *(part.guess_hz for part in parts)])
        is_voiced = np.isfinite(np.concatenate([none, *(part.f0_hz for part in parts)]))
        voiced_prob = np.concatenate([none, *(part.voiced_prob for part in parts)])
        times_s = (np.arange(guess_hz.size) * DEFAULT_SPEC.hop_s).astype(np.float32)
        return times_s, np.where(is_voiced, guess_hz, -guess_hz), voiced_prob

    def notes(self, x: Float32Array, sr: int) -> list[tuple[float, float, float]]:
        """Onset in seconds, offset in seconds and MIDI number of each note."""
        if sr != DEFAULT_SPEC.sr:
            raise ValueError(f"sr must be {DEFAULT_SPEC.sr}, not {sr}")
        from desktop_app.pipeline.engine import AnalysisEngine

        engine = AnalysisEngine()
        events = [*engine.push(np.asarray(x, np.float32)), *engine.flush()]
        notes = [event.note for event in events if isinstance(event, NoteEnded)]
        return [(note.onset_s, note.offset_s, float(note.midi)) for note in notes]

    def notes_poly(self, x: Float32Array, sr: int) -> list[tuple[float, float, float]]:
        """As :meth:`notes`, where several notes may sound at once."""
        if sr != DEFAULT_SPEC.sr:
            raise ValueError(f"sr must be {DEFAULT_SPEC.sr}, not {sr}")
        from desktop_app.pipeline.poly import PolyEngine
        from desktop_app.transcription.poly_notes import poly_notes

        engine = PolyEngine()
        engine.push(np.asarray(x, np.float32))
        notes = poly_notes(engine.flush(), POLY_THRESHOLDS)
        return [(note.onset_s, note.offset_s, float(note.midi)) for note in notes]
