# SPDX-License-Identifier: MIT
"""The open recording: its file, its pictures and what is known of it."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.domain.analysis import Analysis, FamilyVerdict
from desktop_app.domain.heard import Heard
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import named_note, note_name
from desktop_app.pipeline.sources import ViewSource

_LEVEL_SPAN_S = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One analysed recording.

    Attributes
    ----------
    path
        The sound file.
    analysis
        What was found in it.
    source
        What the views draw from.
    """

    path: Path
    analysis: Analysis
    source: ViewSource

    @property
    def notes(self) -> Sequence[Note]:
        """The notes in order of their onsets."""
        return self.analysis.notes

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.analysis.duration_s

    def summary(self) -> Heard:
        """The answer for the whole recording."""
        pitch = self.analysis.pitch
        return Heard(
            midi=pitch.midi if pitch else None,
            name=pitch.name if pitch else None,
            cents=pitch.cents if pitch else None,
            f0_hz=pitch.f0_hz if pitch else None,
            pitch_confidence=pitch.confidence if pitch else 0.0,
            family=self.analysis.family,
            source=self.analysis.source,
        )

    def facts(self) -> str:
        """What is known of the whole, on one line: the number of notes, tempo and key."""
        n_notes, tempo, key = len(self.notes), self.analysis.tempo, self.analysis.key
        parts = [f"{n_notes} note{'' if n_notes == 1 else 's'}"]
        if tempo is not None:
            parts.append(f"{tempo.bpm:.0f} bpm (sure {tempo.confidence:.0%})")
        if key is not None:
            parts.append(f"{key.name.replace('#', '♯')} (sure {key.confidence:.0%})")
        return "  ·  ".join(parts)

    def heard_at(self, time_s: float) -> Heard:
        """What sounds at a moment: the pitch line where it is voiced, else the note, and the family there.

        Of several notes at once, the loudest: the pitch line knows but one, which need not be among them.
        """
        f0_hz, confidence = self._pitch_at(time_s)
        family = self._family_at(time_s)
        source = self.analysis.source if family is not None else None
        level_db = self._level_at(time_s)
        if f0_hz is None:
            return Heard(family=family, source=source, rms_db=level_db)
        midi, cents = named_note(f0_hz, self.analysis.a4_hz) or (None, None)
        name = None if midi is None else note_name(midi)
        return Heard(midi, name, cents, f0_hz, confidence, family, source, level_db)

    def _pitch_at(self, time_s: float) -> tuple[float | None, float]:
        track = self.analysis.f0
        frame = math.floor(time_s / track.hop_s + 0.5)
        is_told = not self.analysis.is_poly and 0 <= frame < track.f0_hz.shape[0]
        if is_told and np.isfinite(track.f0_hz[frame]):
            return float(track.f0_hz[frame]), float(track.voiced_prob[frame])
        note = self._note_at(time_s)
        return (note.f0_hz, note.confidence) if note else (None, 0.0)

    def _note_at(self, time_s: float) -> Note | None:
        begun = self.notes[: bisect_right(self.notes, time_s, key=lambda note: note.onset_s)]
        sounding = [note for note in begun if time_s < note.offset_s]
        return max(sounding, key=lambda note: (note.velocity, note.confidence), default=None)

    def _family_at(self, time_s: float) -> FamilyVerdict | None:
        spans = self.analysis.family_track
        span = next((span for span in spans if span.start_s <= time_s < span.end_s), None)
        return span.verdict if span is not None else None

    def _level_at(self, time_s: float) -> float:
        tile = self.source.waveform(time_s - _LEVEL_SPAN_S / 2, time_s + _LEVEL_SPAN_S / 2, 1)
        peak = max(
            float(np.max(np.abs(tile.low), initial=0.0)), float(np.max(np.abs(tile.high), initial=0.0))
        )
        return 20.0 * math.log10(max(peak, 1e-6))


def notes_as_text(notes: Sequence[Note]) -> str:
    """The notes for the clipboard: their names on one line, then a table with tabs."""
    names = " ".join(note_name(note.midi) for note in notes)
    rows = ["start_s\tend_s\tnote\tf0_hz\tcents\tvelocity\tconfidence\tfamily"]
    rows += [
        f"{note.onset_s:.3f}\t{note.offset_s:.3f}\t{note_name(note.midi)}\t{note.f0_hz:.2f}"
        f"\t{note.cents:+.0f}\t{note.velocity}\t{note.confidence:.2f}\t{note.family or ''}"
        for note in notes
    ]
    return names + "\n\n" + "\n".join(rows) + "\n"
