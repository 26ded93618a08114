# SPDX-License-Identifier: MIT
"""Pictures of a sound in memory."""

from __future__ import annotations

import math

import numpy as np

from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.pipeline.sources import MEL_DB_RANGE, ImageTile, to_levels


class MelSource:
    """The mel picture of a whole recording, at full detail."""

    def __init__(self, mel_db: np.ndarray) -> None:
        self._levels = to_levels(mel_db, MEL_DB_RANGE)
        self.duration_s = mel_db.shape[1] * DEFAULT_SPEC.hop_s

    def mel(self, start_s: float, end_s: float, n_columns: int) -> ImageTile:
        hop_s = DEFAULT_SPEC.hop_s
        first, last = max(0, math.floor(start_s / hop_s)), math.ceil(end_s / hop_s) + 1
        part = self._levels[:, first:last]
        start_s = (first - 0.5) * hop_s
        return ImageTile(start_s, start_s + part.shape[1] * hop_s, part)
