# SPDX-License-Identifier: MIT
"""What is heard at the moment, from the newest events: a verdict that refines and does not flicker."""

from __future__ import annotations

import math
from collections.abc import Iterable

from desktop_app.domain.frames import Event, FrameBlock, Scores
from desktop_app.domain.heard import NOTHING_HEARD, Heard
from desktop_app.domain.pitch import A4_HZ, named_note, note_name
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.ml.classifier import Thresholds
from desktop_app.pipeline.summary import family_verdict, final_scores, source_verdict

MEMORY_S = 2.0
FORGET_AFTER_SILENCE_S = 1.5
SILENCE_DB = -60.0


class HeardState:
    """Follows a stream of events.

    Parameters
    ----------
    thresholds
        Of the model; None when there is no classifier.
    a4_hz
        Reference pitch in Hz.
    """

    def __init__(
        self, thresholds: Thresholds | None, a4_hz: float = A4_HZ, spec: FeatureSpec = DEFAULT_SPEC
    ) -> None:
        self._thresholds, self._a4_hz, self._hop_s = thresholds, a4_hz, spec.hop_s
        self.reset()

    def reset(self) -> None:
        """Nothing has been heard."""
        self._heard = NOTHING_HEARD
        self._scores: list[Scores] = []
        self._last_sounding_s = -math.inf

    def update(self, events: Iterable[Event]) -> Heard:
        """The answer after these events."""
        for event in events:
            if isinstance(event, FrameBlock) and event.n_frames:
                self._hear(event)
            elif isinstance(event, Scores):
                self._weigh(event)
        return self._heard

    def _hear(self, block: FrameBlock) -> None:
        f0_hz, rms_db = float(block.f0_hz[-1]), float(block.rms_db[-1])
        now_s = (block.start_frame + block.n_frames) * self._hop_s
        if rms_db > SILENCE_DB:
            self._last_sounding_s = now_s
        elif now_s - self._last_sounding_s > FORGET_AFTER_SILENCE_S:
            self._scores.clear()
        old = self._heard
        family, source = (old.family, old.source) if self._scores else (None, None)
        if not math.isfinite(f0_hz):
            self._heard = Heard(family=family, source=source, rms_db=rms_db)
            return
        midi, cents = named_note(f0_hz, self._a4_hz) or (None, None)
        name = None if midi is None else note_name(midi)
        confidence = float(block.voiced_prob[-1])
        self._heard = Heard(midi, name, cents, f0_hz, confidence, family, source, rms_db)

    def _weigh(self, score: Scores) -> None:
        if self._thresholds is None:
            return
        recent = [old for old in self._scores if old.end_s > score.end_s - MEMORY_S]
        self._scores = final_scores([*recent, score])
        old = self._heard
        self._heard = Heard(
            old.midi,
            old.name,
            old.cents,
            old.f0_hz,
            old.pitch_confidence,
            family_verdict(self._scores, self._thresholds),
            source_verdict(self._scores),
            old.rms_db,
        )
