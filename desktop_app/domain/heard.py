# SPDX-License-Identifier: MIT
"""What is heard at one moment: what the panel *What am I hearing* shows."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.domain.analysis import FamilyVerdict, SourceVerdict


@dataclass(frozen=True, slots=True)
class Heard:
    """The present answer; each part is None when there is none.

    Attributes
    ----------
    midi, name, cents, f0_hz
        The note, its deviation in cents and its frequency in Hz.
    pitch_confidence
        0 … 1.
    family, source
        The verdict over the present sound.
    rms_db
        Level in dBFS.
    """

    midi: int | None = None
    name: str | None = None
    cents: float | None = None
    f0_hz: float | None = None
    pitch_confidence: float = 0.0
    family: FamilyVerdict | None = None
    source: SourceVerdict | None = None
    rms_db: float = -120.0


NOTHING_HEARD = Heard()
