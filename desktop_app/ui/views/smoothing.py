# SPDX-License-Identifier: MIT
"""From answers thirty times a second to a display that can be read."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from desktop_app.domain.analysis import FamilyVerdict, SourceVerdict
from desktop_app.domain.heard import NOTHING_HEARD, Heard
from desktop_app.domain.labels import FAMILIES

HOLD_S = 0.3
FORGET_S = 4.0
_CENTS_TAU_S = 0.12
_BARS_TAU_S = 0.15
_GAP_S = 0.25


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel draws.

    Attributes
    ----------
    midi, cents
        The note; None before any, and where the pitch has no name.
    f0_hz
        The pitch, or None before any.
    is_note_past
        The note is over: drawn grey.
    family, source
        Verdicts, or None before any.
    bars
        Probability of each of ``FAMILIES``, smoothed.
    is_family_past
        Drawn grey.
    """

    midi: int | None = None
    cents: float = 0.0
    f0_hz: float | None = None
    is_note_past: bool = False
    family: FamilyVerdict | None = None
    source: SourceVerdict | None = None
    bars: tuple[float, ...] = (0.0,) * len(FAMILIES)
    is_family_past: bool = False


class HeardSmoother:
    """Shows a new note and a new family at once, calms what changes within them, and holds what is over.

    What has gone is shown as before for 0.3 s, then grey, and after four seconds not at all.
    """

    def __init__(self) -> None:
        self.shown = Shown()
        self._note_s = -math.inf
        self._family_s = -math.inf
        self._heard = NOTHING_HEARD

    @property
    def is_settled(self) -> bool:
        """Whether time alone will change nothing."""
        silent = self._heard.f0_hz is None and self._heard.family is None
        return not silent or (self.shown.f0_hz is None and self.shown.family is None)

    def update(self, heard: Heard, now_s: float) -> Shown:
        """Take the answer of the moment ``now_s`` (any steady clock)."""
        self._heard = heard
        self.shown = self._with_family(self._with_note(self.shown, heard, now_s), heard, now_s)
        return self.shown

    def elapse(self, now_s: float) -> Shown:
        """Time has passed without another answer."""
        if self._heard.f0_hz is None and self._heard.family is None:
            return self.update(self._heard, now_s)
        return self.shown

    def _with_note(self, shown: Shown, heard: Heard, now_s: float) -> Shown:
        if heard.f0_hz is None:
            past_s = now_s - self._note_s
            if past_s > FORGET_S:
                return replace(shown, midi=None, f0_hz=None, is_note_past=False)
            return replace(shown, is_note_past=past_s > HOLD_S)
        cents, f0_hz = heard.cents or 0.0, heard.f0_hz
        gap_s = now_s - self._note_s
        self._note_s = now_s
        is_same = heard.midi == shown.midi and gap_s < _GAP_S and not shown.is_note_past
        if is_same and shown.f0_hz is not None:
            part = 1.0 - math.exp(-gap_s / _CENTS_TAU_S)
            cents = shown.cents + part * (cents - shown.cents)
            f0_hz = shown.f0_hz + part * (f0_hz - shown.f0_hz)
        return replace(shown, midi=heard.midi, cents=cents, f0_hz=f0_hz, is_note_past=False)

    def _with_family(self, shown: Shown, heard: Heard, now_s: float) -> Shown:
        if heard.family is None:
            past_s = now_s - self._family_s
            if past_s > FORGET_S:
                return replace(
                    shown, family=None, source=None, bars=(0.0,) * len(FAMILIES), is_family_past=False
                )
            return replace(shown, is_family_past=past_s > HOLD_S)
        gap_s = now_s - self._family_s
        self._family_s = now_s
        bars = tuple(heard.family.probabilities.get(family, 0.0) for family in FAMILIES)
        if shown.family is not None and gap_s < _GAP_S and not shown.is_family_past:
            part = 1.0 - math.exp(-gap_s / _BARS_TAU_S)
            bars = tuple(old + part * (new - old) for old, new in zip(shown.bars, bars, strict=True))
        return replace(shown, family=heard.family, source=heard.source, bars=bars, is_family_past=False)
