# SPDX-License-Identifier: MIT
"""The result of an analysis as JSON; light to import, so that a parent process can print errors."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from desktop_app.domain.errors import AudioFileErrorCode

if TYPE_CHECKING:
    from desktop_app.domain.analysis import (
        Analysis,
        FamilySpan,
        FamilyVerdict,
        KeyVerdict,
        PitchVerdict,
        SourceVerdict,
        TempoVerdict,
    )
    from desktop_app.domain.frames import Float32Array
    from desktop_app.domain.note import Note

ANALYSIS_SCHEMA: Final = "right-in-tune/analysis/1"


def analysis_to_dict(analysis: Analysis, *, with_f0: bool = False) -> dict[str, Any]:
    """The object that ``analyse`` prints; plain values, rounded, never nan.

    Parameters
    ----------
    analysis
        The result.
    with_f0
        Whether the pitch of every frame is included.
    """
    told: dict[str, Any] = {
        "schema": ANALYSIS_SCHEMA,
        "path": analysis.path,
        "sr": analysis.sr,
        "channels": analysis.channels,
        "duration_s": _rounded(analysis.duration_s, 6),
        "model": analysis.model_id or None,
        "family": _family(analysis.family) if analysis.family else None,
        "source": _source(analysis.source) if analysis.source else None,
        "pitch": _pitch(analysis.pitch) if analysis.pitch else None,
        "notes": [note_to_dict(note) for note in analysis.notes],
        "family_track": [_span(span) for span in analysis.family_track],
        **_tempo(analysis.tempo),
        "key": _key(analysis.key) if analysis.key else None,
    }
    if with_f0:
        track = analysis.f0
        told["f0"] = {
            "hop_s": _rounded(track.hop_s, 6),
            "f0_hz": _rounded_list(track.f0_hz, 2),
            "voiced_prob": _rounded_list(track.voiced_prob, 3),
        }
    if analysis.warnings:
        told["warnings"] = list(analysis.warnings)
    return told | {"error": None}


def error_to_dict(path: str, code: AudioFileErrorCode, message: str) -> dict[str, Any]:
    """The object that ``analyse`` prints for a file that failed."""
    return {"schema": ANALYSIS_SCHEMA, "path": path, "error": {"code": code, "message": message}}


def to_json_line(told: dict[str, Any]) -> str:
    """One line of JSON; it can be written as UTF-8 even where a path holds undecodable bytes."""
    line = json.dumps(told, ensure_ascii=False, allow_nan=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(told, allow_nan=False)
    return line + "\n"


def _family(verdict: FamilyVerdict) -> dict[str, Any]:
    return {
        "label": verdict.label,
        "state": verdict.state,
        "confidence": _rounded(verdict.confidence, 4),
        "probabilities": _rounded_values(verdict.probabilities),
        "not_an_instrument": _rounded(verdict.not_an_instrument, 4),
    }


def _source(verdict: SourceVerdict) -> dict[str, Any]:
    return {"label": verdict.label, "probabilities": _rounded_values(verdict.probabilities)}


def _pitch(verdict: PitchVerdict) -> dict[str, Any]:
    return {
        "midi": verdict.midi,
        "name": verdict.name,
        "f0_hz": _rounded(verdict.f0_hz, 3),
        "cents": _rounded(verdict.cents, 2),
        "confidence": _rounded(verdict.confidence, 4),
    }


def _tempo(verdict: TempoVerdict | None) -> dict[str, Any]:
    """Three fields side by side, because ``tempo_bpm`` is a plain number or null."""
    return {
        "tempo_bpm": _rounded(verdict.bpm, 2) if verdict else None,
        "tempo_confidence": _rounded(verdict.confidence, 4) if verdict else None,
        "beats_s": [_rounded(beat_s, 3) for beat_s in verdict.beats_s] if verdict else None,
    }


def _key(verdict: KeyVerdict) -> dict[str, Any]:
    return {
        "name": verdict.name,
        "tonic": verdict.tonic,
        "mode": verdict.mode,
        "confidence": _rounded(verdict.confidence, 4),
    }


def note_to_dict(note: Note) -> dict[str, Any]:
    """A note as plain, rounded values."""
    return {
        "onset_s": _rounded(note.onset_s, 4),
        "offset_s": _rounded(note.offset_s, 4),
        "midi": note.midi,
        "f0_hz": _rounded(note.f0_hz, 3),
        "cents": _rounded(note.cents, 2),
        "velocity": note.velocity,
        "confidence": _rounded(note.confidence, 4),
        "family": note.family,
        "family_confidence": _rounded(note.family_confidence, 4),
    }


def _span(span: FamilySpan) -> dict[str, Any]:
    return {
        "start_s": _rounded(span.start_s, 4),
        "end_s": _rounded(span.end_s, 4),
        "label": span.label,
        "confidence": _rounded(span.confidence, 4),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits)


def _rounded_values(values: dict[str, float]) -> dict[str, float | None]:
    return {name: _rounded(value, 4) for name, value in values.items()}


def _rounded_list(values: Float32Array, digits: int) -> list[float | None]:
    return [_rounded(value, digits) for value in values.tolist()]
