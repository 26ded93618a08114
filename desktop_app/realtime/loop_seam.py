# SPDX-License-Identifier: MIT
"""The seam between two places: a crossfade that ends where the first is left, as long as it must be."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.realtime.reader import Sound

MIN_FADE_S: Final = 0.01
MAX_FADE_S: Final = 0.2
SHARES: Final = (1.0, 0.9, 0.75, 0.5)
"""How much of a seam each of its two fades may take, from all of it to one after the other."""
LOOK_S: Final = 0.5
"""How much on both sides tells which steps from sample to sample the material has."""


def seam(old: Sound, end: int, new: Sound, begin: int, n_max: int, sr: int) -> Float32Array:
    """The last frames of ``old`` before ``end``, mixed with what precedes frame ``begin`` of ``new``.

    Raised-cosine weights that add up to 1. The shortest length, from 10 ms in steps of a third, with which
    no sample step is larger than those of the material on both sides. Where there is none, as between two
    phases of one sine, the first fades earlier and the other later, and at last that is taken which has the
    smallest steps.

    Parameters
    ----------
    old, new
        What is left at frame ``end``, and what goes on at frame ``begin``.
    n_max
        Frames of ``old`` that may be mixed.
    sr
        Sample rate in Hz.

    Returns
    -------
    ndarray, shape (n, channels), float32
        With ``n`` at most ``n_max``; the last frame is the one that precedes ``begin``.
    """
    if n_max < 1:
        return old.read(end, 0)
    leaving = old.read(end - n_max - 1, n_max + 1)
    coming = np.concatenate((what_precedes(new, begin, n_max), new.read(begin, 1)))
    n_look = round(LOOK_S * sr)
    largest = np.maximum(_steps(_within(old, end - n_look, end)), _steps(_within(new, begin, begin + n_look)))
    largest = np.maximum(largest, _steps(coming))
    best, least_excess = leaving[:0], np.inf
    for share, n in product(SHARES, _lengths(round(MIN_FADE_S * sr), n_max)):
        mixed = _mixed(leaving[-n:], coming[n_max - n : n_max], share)
        joined = np.concatenate((leaving[-n - 1 : -n], mixed, coming[-1:]))
        excess = float((_steps(joined) - largest).max())
        if excess < least_excess:
            best, least_excess = mixed, excess
        if excess <= 0.0:
            break
    return best


def _mixed(leaving: Float32Array, coming: Float32Array, share: float) -> Float32Array:
    place = np.arange(1, leaving.shape[0] + 1) / leaving.shape[0]
    out = 0.5 + 0.5 * np.cos(np.pi * np.minimum(place / share, 1.0))
    in_ = 0.5 + 0.5 * np.cos(np.pi * np.minimum((1.0 - place) / share, 1.0))
    return np.asarray(out[:, None] * leaving + in_[:, None] * coming, np.float32)


def what_precedes(sound: Sound, frame: int, n: int) -> Float32Array:
    """The ``n`` frames before ``frame``, shape (n, channels); mirrored where the sound has not begun yet."""
    n_there = min(n, max(0, frame - sound.first))
    there = sound.read(frame - n_there, n_there)
    if n_there == n:
        return there
    return np.concatenate((sound.read(frame - n_there + 1, n - n_there)[::-1], there))


def _lengths(n_min: int, n_max: int) -> list[int]:
    lengths = [min(n_min, n_max)]
    while lengths[-1] < n_max:
        lengths.append(min(n_max, lengths[-1] + lengths[-1] // 3 + 1))
    return lengths


def _within(sound: Sound, start: int, end: int) -> Float32Array:
    """What there is of some frames; the silence around a sound is none of its material."""
    start, end = max(start, sound.first), min(end, sound.n_frames)
    return sound.read(start, max(0, end - start))


def _steps(sound: Float32Array) -> NDArray[np.float64]:
    """The largest step of each channel, shape (channels,)."""
    if sound.shape[0] < 2:
        return np.zeros(sound.shape[1])
    return np.asarray(np.abs(np.diff(sound.astype(np.float64), axis=0)).max(axis=0))
