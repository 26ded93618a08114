# SPDX-License-Identifier: MIT
"""Analyses without a recording, for tests of the formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from desktop_app.domain.analysis import Analysis, F0Track, TempoVerdict
from desktop_app.domain.labels import FAMILIES
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import midi_to_hz


def note(
    onset_s: float,
    duration_s: float,
    midi: int,
    *,
    cents: float = 0.0,
    velocity: int = 80,
    family: str | None = None,
) -> Note:
    f0_hz = midi_to_hz(midi + cents / 100.0)
    return Note(onset_s, onset_s + duration_s, midi, f0_hz, cents, velocity, 0.9, family)


def analysis_of(notes: Sequence[Note], **changes: Any) -> Analysis:
    none = np.zeros(0, np.float32)
    made = Analysis(
        path="tune.wav",
        sr=44_100,
        channels=1,
        duration_s=max((note.offset_s for note in notes), default=0.0) + 1.0,
        model_id="m",
        family=None,
        source=None,
        pitch=None,
        notes=tuple(sorted(notes, key=lambda note: (note.onset_s, note.midi))),
        family_track=(),
        f0=F0Track(0.01, none, none),
    )
    return replace(made, **changes)


def steady(bpm: float, n_beats: int = 64, first_s: float = 0.0) -> TempoVerdict:
    return TempoVerdict(bpm, 0.9, tuple(first_s + 60.0 / bpm * beat for beat in range(n_beats)))


midis = st.integers(21, 108)
cents = st.floats(-50.0, 50.0)
families = st.sampled_from((None, *FAMILIES))


@st.composite
def melodies(draw: st.DrawFn, max_size: int = 8) -> list[Note]:
    """One note after another; whole milliseconds."""
    notes, at_ms = [], draw(st.integers(0, 3000))
    for _ in range(draw(st.integers(1, max_size))):
        duration_ms = draw(st.integers(20, 2500))
        notes.append(
            note(
                at_ms / 1000.0,
                duration_ms / 1000.0,
                draw(midis),
                cents=draw(cents),
                velocity=draw(st.integers(1, 127)),
            )
        )
        at_ms += duration_ms + draw(st.sampled_from((0, 0, 10, 150, 700)))
    return notes


@st.composite
def textures(draw: st.DrawFn, max_size: int = 10) -> list[Note]:
    """Notes that sound together as they like, of up to three families; whole milliseconds."""
    chosen = draw(st.lists(families, min_size=1, max_size=3))
    return [
        note(
            draw(st.integers(0, 4000)) / 1000.0,
            draw(st.integers(20, 2500)) / 1000.0,
            draw(midis),
            cents=draw(cents),
            family=draw(st.sampled_from(chosen)),
        )
        for _ in range(draw(st.integers(1, max_size)))
    ]
