# SPDX-License-Identifier: MIT
"""The work on one recording, as it is kept in a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.domain.analysis import FamilySpan, KeyVerdict, TempoVerdict
from desktop_app.domain.corrections import NO_CORRECTIONS, Corrections
from desktop_app.domain.listening import Listening, Mix
from desktop_app.domain.note import Note
from desktop_app.domain.thresholds import NoteThresholds


@dataclass(frozen=True, slots=True)
class AudioReference:
    """What tells a recording from others, and where it was.

    Attributes
    ----------
    path
        Absolute.
    size_bytes, sha256
        Of the file; the hash in lower-case hexadecimal digits.
    relative
        From the folder of the project file, with slashes; empty where there is no such way.
    is_embedded
        Whether the project file holds the recording too.
    """

    path: str
    size_bytes: int
    sha256: str
    relative: str = ""
    is_embedded: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """The work on one recording.

    Attributes
    ----------
    audio
        The recording.
    a4_hz, model_id, is_poly, thresholds
        How it was analysed.
    notes
        As they were found.
    corrections
        What the user has changed in them.
    tempo, key, family_track
        As they were found.
    listening, mix
        How one listens to it.
    view_s
        The stretch of time that is shown; None for all.
    """

    audio: AudioReference
    a4_hz: float
    model_id: str
    is_poly: bool
    thresholds: NoteThresholds
    notes: tuple[Note, ...] = ()
    corrections: Corrections = NO_CORRECTIONS
    tempo: TempoVerdict | None = None
    key: KeyVerdict | None = None
    family_track: tuple[FamilySpan, ...] = ()
    listening: Listening = field(default_factory=Listening)
    mix: Mix = field(default_factory=Mix)
    view_s: tuple[float, float] | None = None
