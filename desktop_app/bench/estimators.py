# SPDX-License-Identifier: MIT
"""What is compared: anything that tells pitch and notes of 16 kHz mono sound, this program first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from desktop_app.bench.report import OWN_NAME
from desktop_app.bench.segmentation import NoteTuple, segment
from desktop_app.domain.frames import Float32Array, NoteEnded
from desktop_app.domain.thresholds import POLY_THRESHOLDS
from desktop_app.dsp.framing import Framer
from desktop_app.dsp.pitch import PitchTracker
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.pipeline.engine import AnalysisEngine
from desktop_app.pipeline.poly import PolyEngine
from desktop_app.transcription.poly_notes import poly_notes


class Pitch(NamedTuple):
    """A pitch line; all arrays have shape (n_frames,).

    ``f0_hz`` is 0 where unvoiced, or the negative of a guess; ``weight`` says how far to trust a frame.
    """

    times_s: NDArray[np.float64]
    f0_hz: NDArray[np.float64]
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, times_s: object, f0_hz: object, weight: object | None = None) -> Pitch:
        """From anything array-like; nan becomes 0, no weights become 1."""
        told_hz = np.nan_to_num(np.asarray(f0_hz, np.float64))
        weights = np.ones(told_hz.size) if weight is None else np.asarray(weight, np.float64)
        return cls(np.asarray(times_s, np.float64), told_hz, weights)


class Estimator:
    """Anything that tells pitch; notes are cut from its pitch line unless it tells them itself."""

    name = ""
    is_polyphonic = False

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line of samples, shape (n,), at 16 kHz."""
        raise NotImplementedError

    def notes(self, y: Float32Array) -> list[NoteTuple]:
        """The notes of one voice."""
        pitch = self.f0(y)
        return segment(pitch.times_s, pitch.f0_hz)

    def notes_poly(self, y: Float32Array) -> list[NoteTuple]:
        """The notes of several voices, where ``is_polyphonic``."""
        return self.notes(y)


class RightInTune(Estimator):
    """The program itself, as it runs live: blocks in, frames and notes out."""

    name = OWN_NAME
    is_polyphonic = True

    def f0(self, y: Float32Array) -> Pitch:
        """Of the pitch tracker alone; its guess where nothing is voiced counts as such."""
        tracker = PitchTracker()
        framer = Framer(DEFAULT_SPEC.hop_length, tracker.lookback, tracker.lookahead)
        told = [tracker.process(part) for part in (framer.push(y), framer.flush()) if part is not None]
        guess_hz = np.concatenate([np.zeros(0), *(part.guess_hz for part in told)])
        is_voiced = np.isfinite(np.concatenate([np.zeros(0), *(part.f0_hz for part in told)]))
        voiced_prob = np.concatenate([np.zeros(0), *(part.voiced_prob for part in told)])
        f0_hz = np.where(is_voiced, guess_hz, -guess_hz)
        return Pitch.of(np.arange(f0_hz.size) * DEFAULT_SPEC.hop_s, f0_hz, voiced_prob)

    def notes(self, y: Float32Array) -> list[NoteTuple]:
        """Of the whole engine, without the classifier."""
        engine = AnalysisEngine()
        events = [*engine.push(y), *engine.flush()]
        ended = [event.note for event in events if isinstance(event, NoteEnded)]
        return [(note.onset_s, note.offset_s, float(note.midi)) for note in ended]

    def notes_poly(self, y: Float32Array) -> list[NoteTuple]:
        """Of the engine for several voices."""
        engine = PolyEngine()
        engine.push(y)
        return [
            (note.onset_s, note.offset_s, float(note.midi))
            for note in poly_notes(engine.flush(), POLY_THRESHOLDS)
        ]
