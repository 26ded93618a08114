# SPDX-License-Identifier: MIT
"""What is heard at the moment, from the newest events: a verdict that refines and does not flicker.

The answers since the present instrument began make one verdict (:mod:`desktop_app.pipeline.segments`). What
was told once is told until it is clearly less sure, so that a sound on the edge does not come and go.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from desktop_app.domain.analysis import REFUSED, FamilyVerdict
from desktop_app.domain.frames import Event, FrameBlock, Scores
from desktop_app.domain.heard import NOTHING_HEARD, Heard
from desktop_app.domain.pitch import A4_HZ, named_note, note_name
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.ml.classifier import Thresholds
from desktop_app.pipeline.segments import LIVE_CHANGE_COST, SILENCE_S, segments
from desktop_app.pipeline.summary import family_verdict, final_scores, source_verdict

MEMORY_S = 12.0
HOLD_SHARE = 0.6
HOLD_REFUSAL = 2.0
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
        self._told: str | None = None
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
        elif now_s - self._last_sounding_s > SILENCE_S:
            self._scores.clear()
            self._told = None
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
        present = self._scores[segments(self._scores, LIVE_CHANGE_COST)[-1]]
        family = self._held(family_verdict(present, self._thresholds))
        self._heard = replace(self._heard, family=family, source=source_verdict(present))

    def _held(self, family: FamilyVerdict | None) -> FamilyVerdict | None:
        """Still *maybe* where the same family was told before and is only a little less sure now."""
        thresholds = self._thresholds
        if family is None or thresholds is None:
            return family
        if family.state == "cannot_tell" and family.label == self._told:
            is_near = family.confidence >= HOLD_SHARE * thresholds.maybe
            is_refused = family.not_an_instrument >= min(REFUSED, HOLD_REFUSAL * thresholds.not_an_instrument)
            if is_near and not is_refused:
                family = replace(family, state="maybe")
        self._told = None if family.state == "cannot_tell" else family.label
        return family
