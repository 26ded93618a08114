# SPDX-License-Identifier: MIT
"""A cut of live sound or of a recording, out of its pictures: cheap, so that the GUI thread may make it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec
from desktop_app.pipeline.sources import MEL_DB_RANGE, ViewSource, from_levels

BEFORE_S = 10.0
AFTER_S = 2.0
SEARCH_S = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Excerpt:
    """A cut of a sound.

    Attributes
    ----------
    first_frame
        Number of its first frame.
    mel_db : ndarray, shape (n_mels, n_frames), float32
        Mel levels in dB.
    """

    first_frame: int
    mel_db: Float32Array


def cut(source: ViewSource, time_s: float | None, spec: FeatureSpec = DEFAULT_SPEC) -> Excerpt:
    """What is needed to explain an answer at a time; None for a recording as a whole."""
    start_s, end_s = (0.0, SEARCH_S) if time_s is None else (max(0.0, time_s - BEFORE_S), time_s + AFTER_S)
    tile = source.mel(start_s, end_s, max(1, round((end_s - start_s) / spec.hop_s)))
    mel_db = from_levels(tile.levels, MEL_DB_RANGE)
    mel_db[tile.levels == 0] = spec.db_floor
    return Excerpt(max(0, round(tile.start_s / spec.hop_s + 0.5)), mel_db)
