# SPDX-License-Identifier: MIT
"""The one engine: blocks of sound in, events out; the microphone, files and the command line feed it."""

from __future__ import annotations

import numpy as np

from desktop_app.domain.frames import Event, Float32Array, FrameBlock, Scores
from desktop_app.domain.pitch import A4_HZ
from desktop_app.domain.thresholds import MONO_THRESHOLDS, NoteThresholds
from desktop_app.dsp.features import hop_levels_db, mel_db_to_mfcc, power_spectra, power_to_mel_db
from desktop_app.dsp.framing import Framer, Segment
from desktop_app.dsp.onsets import AttackPicker
from desktop_app.dsp.onsets_network import NoteNetwork
from desktop_app.dsp.pitch import SHORT_N_FFT, PitchTracker
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.ml.classifier import Classifier
from desktop_app.ml.manifest import load_classifier
from desktop_app.pipeline.windows import Window, WindowPicker
from desktop_app.transcription.segmenter import NoteTracker


class AnalysisEngine:
    """Turns mono sound at ``spec.sr`` into events; any cutting into blocks gives the same events.

    Parameters
    ----------
    classifier
        What names the family; None for none.
    with_notes
        Whether notes are formed.
    a4_hz
        Reference pitch in Hz.
    thresholds
        How much evidence makes a note.
    """

    def __init__(
        self,
        *,
        spec: FeatureSpec = DEFAULT_SPEC,
        classifier: Classifier | None = None,
        with_notes: bool = True,
        a4_hz: float = A4_HZ,
        thresholds: NoteThresholds = MONO_THRESHOLDS,
    ) -> None:
        self.spec = spec
        self.a4_hz = a4_hz
        self.classifier = classifier
        self._pitch = PitchTracker(spec)
        self._network = NoteNetwork(spec=spec)
        self._attacks = AttackPicker()
        self._notes = NoteTracker(spec, thresholds, a4_hz) if with_notes else None
        n_window_frames = classifier.window_frames if classifier else 1
        self._windows = WindowPicker(spec.n_mels, n_window_frames, spec.db_floor) if classifier else None
        self._lookback = max(spec.n_fft // 2, self._pitch.lookback)
        self._lookahead = max(spec.n_fft // 2, self._pitch.lookahead, spec.hop_length)
        self._framer = Framer(spec.hop_length, self._lookback, self._lookahead)

    @property
    def model_id(self) -> str:
        """Identifier of the classifier, empty where there is none."""
        return self.classifier.model_id if self.classifier else ""

    @property
    def n_samples(self) -> int:
        """Samples pushed since the start."""
        return self._framer.n_samples

    @property
    def lookahead_s(self) -> float:
        """How long after its centre a frame is complete, in seconds."""
        return self._lookahead / self.spec.sr

    def reset(self) -> None:
        """Start anew."""
        self._framer.reset()
        self._pitch.reset()
        self._network.reset()
        self._attacks.reset()
        if self._notes:
            self._notes.reset()
        if self._windows:
            self._windows.reset()

    def push(self, block: Float32Array) -> list[Event]:
        """Events that became known with these samples.

        Parameters
        ----------
        block : ndarray, shape (n,), float32
            Mono samples in -1 … 1 at ``spec.sr``; any n.
        """
        segment = self._framer.push(block)
        return self._analyse(segment) if segment else []

    def flush(self) -> list[Event]:
        """The last events; the stream is over and open notes end."""
        segment = self._framer.flush()
        events = self._analyse(segment) if segment else []
        if self._notes:
            events += self._notes.flush()
        if self._windows:
            events += self._classify(self._windows.flush())
        return events

    def _analyse(self, segment: Segment) -> list[Event]:
        power = self._power(segment)
        mel_db = power_to_mel_db(power, self.spec)
        block = self._frame_block(segment, power, mel_db)
        events: list[Event] = [block]
        if self._notes:
            events += self._notes.process(block)
        if self._windows:
            attacks = self._attacks.process(block.onset_prob)
            events += self._classify(self._windows.process(mel_db, block.rms_db, attacks))
        return events

    def _power(self, segment: Segment) -> Float32Array:
        samples = segment.samples[self._lookback - self.spec.n_fft // 2 :]
        return power_spectra(samples, segment.n_frames, self.spec)

    def _frame_block(self, segment: Segment, power: Float32Array, mel_db: Float32Array) -> FrameBlock:
        n, hop = segment.n_frames, self.spec.hop_length
        hops = segment.samples[self._lookback : self._lookback + n * hop].reshape(n, hop)
        rms_db, peak_db = hop_levels_db(hops)
        known = power if self.spec.n_fft == SHORT_N_FFT else None
        pitch = self._pitch.process(self._pitch_segment(segment), known)
        mfcc = mel_db_to_mfcc(mel_db, self.spec.n_mfcc)
        onset_prob, sounding_prob = self._network.process(mel_db)
        return FrameBlock(
            segment.start_frame,
            mel_db,
            mfcc,
            pitch.f0_hz,
            pitch.voiced_prob,
            rms_db,
            peak_db,
            onset_prob,
            sounding_prob,
            *pitch.octave_prob,
        )

    def _pitch_segment(self, segment: Segment) -> Segment:
        start = self._lookback - self._pitch.lookback
        stop = segment.samples.shape[0] - (self._lookahead - self._pitch.lookahead)
        return Segment(segment.start_frame, segment.n_frames, segment.samples[start:stop])

    def _classify(self, windows: list[Window]) -> list[Event]:
        if not windows or self.classifier is None:
            return []
        told = self.classifier.predict(np.stack([window.mel_db for window in windows]))
        hop_s = self.spec.hop_s
        return [
            Scores(
                window.start_frame * hop_s,
                window.end_frame * hop_s,
                window.at_onset,
                told.family[i],
                float(told.not_an_instrument[i]),
                told.source[i],
            )
            for i, window in enumerate(windows)
        ]


def make_engine(
    model_id: str | None = None,
    *,
    a4_hz: float = A4_HZ,
    with_classifier: bool = True,
    with_notes: bool = True,
    thresholds: NoteThresholds = MONO_THRESHOLDS,
) -> AnalysisEngine:
    """An engine with a model loaded and everything warm.

    Parameters
    ----------
    model_id
        Which model; None for the default one.
    a4_hz, with_notes, thresholds
        As in :class:`AnalysisEngine`.
    with_classifier
        Whether families are named.

    Raises
    ------
    ModelError
        When the model is missing, damaged or does not fit.
    """
    classifier = load_classifier(model_id) if with_classifier else None
    engine = AnalysisEngine(classifier=classifier, with_notes=with_notes, a4_hz=a4_hz, thresholds=thresholds)
    _warm(engine)
    return engine


def _warm(engine: AnalysisEngine) -> None:
    """First calls build tables and reserve memory; they must not happen while sound arrives."""
    t = np.arange(engine.spec.sr // 2) / engine.spec.sr
    engine.push((0.3 * np.sin(2.0 * np.pi * 440.0 * t)).astype(np.float32))
    engine.flush()
    engine.reset()
