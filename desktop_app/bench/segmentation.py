# SPDX-License-Identifier: MIT
"""One plain way from a pitch line to notes, the same for everyone who tells no notes."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.pitch import hz_to_midi

NoteTuple = tuple[float, float, float]
"""Onset in seconds, offset in seconds, MIDI number."""

_SMOOTH_S: Final = 0.03
_RECENT_S: Final = 0.06
_JUMP_SEMITONES: Final = 0.6
_SHORTEST_S: Final = 0.08


def segment(times_s: NDArray[np.float64], f0_hz: NDArray[np.float64]) -> list[NoteTuple]:
    """Notes of a pitch line: a new one after a gap, or where the pitch leaves its recent median.

    Parameters
    ----------
    times_s, f0_hz : ndarray, shape (n_frames,)
        f0 is 0, negative or nan where unvoiced.

    Returns
    -------
    list of (onset_s, offset_s, midi)
        With whole MIDI numbers, in the order of time.
    """
    if times_s.size < 3:
        return []
    hop_s = float(np.median(np.diff(times_s)))
    midi = _smoothed(f0_hz, max(1, int(_SMOOTH_S / hop_s)))
    n_recent = max(3, int(_RECENT_S / hop_s))
    notes = []
    for first, end in _runs(midi, n_recent):
        if times_s[end - 1] - times_s[first] >= _SHORTEST_S:
            pitch = float(np.round(np.median(midi[first:end])))
            notes.append((float(times_s[first]), float(times_s[end - 1]) + hop_s, pitch))
    return notes


def _smoothed(f0_hz: NDArray[np.float64], n_side: int) -> NDArray[np.float64]:
    """MIDI numbers, each the median of the voiced frames around it; nan where unvoiced."""
    voiced_hz = np.where(np.nan_to_num(f0_hz) > 0.0, f0_hz, np.nan)
    midi = np.pad(hz_to_midi(voiced_hz), n_side, constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(midi, 2 * n_side + 1)
    smooth = np.full(f0_hz.size, np.nan)
    is_voiced = ~np.isnan(voiced_hz)
    if is_voiced.any():
        smooth[is_voiced] = np.nanmedian(around[is_voiced], axis=1)
    return smooth


def _runs(midi: NDArray[np.float64], n_recent: int) -> list[tuple[int, int]]:
    """First frame and end of each stretch of steady pitch."""
    runs = []
    first: int | None = None
    for i, value in enumerate(midi):
        if first is not None:
            recent = np.median(midi[max(first, i - n_recent) : i])
            if np.isnan(value) or abs(value - recent) > _JUMP_SEMITONES:
                runs.append((first, i))
                first = None
        if first is None and not np.isnan(value):
            first = i
    if first is not None:
        runs.append((first, midi.size))
    return runs
