# SPDX-License-Identifier: MIT
"""Slower or faster without another pitch, and higher or lower without another speed.

A phase vocoder in which each spectral peak turns as fast as it did in the recording and takes its
surroundings along (Laroche and Dolson, Improved phase vocoder time-scale modification of audio, 1999). Two
things are added: all channels are turned alike, so that the stereo image stays; and the sound is cut where
something begins sharply (after Röbel, A new approach to transient processing in the phase vocoder, 2003):
nothing of an attack is heard before it, its first milliseconds stay as recorded, and only what sounded
before keeps its phases.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.stretch_attacks import find_attacks

FRAME_S: Final = 0.093
_HOPS_PER_FRAME: Final = 4
_EDGE_S: Final = 0.005
_GUARD_S: Final = 0.003
_TAPER_S: Final = 0.006
_AS_RECORDED_S: Final = 0.012
_AS_RECORDED_SHARE: Final = 0.4
_ATTACK_S: Final = 0.006
_SOUNDED_BEFORE: Final = 0.6
_LEAST_WEIGHT: Final = 0.1
_BATCH: Final = 64
_NOTHING: Final = 1e-9

Spectra = NDArray[np.complex64]
Frames = NDArray[np.int64]


def stretch(samples: Float32Array, sr: int, speed: float, semitones: float = 0.0) -> Float32Array:
    """A sound at another speed and height.

    Parameters
    ----------
    samples : ndarray, shape (n_frames, channels), float32
        The first and last 50 ms are better where more is around: give margins.
    sr
        Rate in Hz.
    speed
        1 as it is, 0.5 half as fast.
    semitones
        How much higher; cents are fractions.

    Returns
    -------
    ndarray, shape (round(n_frames / speed), channels), float32
        What was at frame ``i`` is at ``i / speed``.
    """
    n_out = round(samples.shape[0] / speed)
    ratio = 2.0 ** (semitones / 12.0)
    longer = round(samples.shape[0] * ratio / speed)
    if samples.shape[0] == 0 or longer == 0:
        return np.zeros((n_out, samples.shape[1]), np.float32)
    y = samples if longer == samples.shape[0] else _Vocoder(samples, sr).at_length(longer)
    if semitones != 0.0:
        y = np.asarray(soxr.resample(np.ascontiguousarray(y), ratio, 1.0), np.float32)
    missing = max(0, n_out - y.shape[0])  # a frame, where lengths were rounded
    return np.ascontiguousarray(np.pad(y[:n_out], ((0, missing), (0, 0))), np.float32)


@dataclass(frozen=True, slots=True)
class _Section:
    """From one attack to the next, in frames of the recording and of the result."""

    start: int
    end: int
    out_start: int
    out_end: int

    is_first: bool
    is_last: bool

    def places(self, hop: int, n_as_recorded: int) -> tuple[Frames, Frames, int]:
        """Centres of its frames in the result and in the recording; how long it runs as recorded."""
        n, n_out = self.end - self.start, self.out_end - self.out_start
        n_same = 0 if self.is_first else min(n_as_recorded, int(_AS_RECORDED_SHARE * min(n, n_out)))
        after = np.arange(-2 * hop if self.is_first else 0, n_out + (2 * hop if self.is_last else 0), hop)
        if not self.is_last:
            after = np.append(after, n_out)  # the next section goes on from there
        rest = (n - n_same) / max(1, n_out - n_same)
        before = np.where(after < n_same, after, n_same + (after - n_same) * rest)
        if self.is_first:
            before = after * rest
        return self.out_start + after, self.start + np.round(before).astype(np.int64), n_same


class _Vocoder:
    """Stretches one sound once."""

    def __init__(self, samples: Float32Array, sr: int) -> None:
        self._n = samples.shape[0]
        self._size = 1 << round(np.log2(FRAME_S * sr))
        self._hop = self._size // _HOPS_PER_FRAME
        self._window = np.hanning(self._size + 1)[:-1].astype(np.float32)
        self._n_guard = round(_GUARD_S * sr)
        self._n_taper = round(_TAPER_S * sr)
        self._n_same = round(_AS_RECORDED_S * sr)
        self._n_attack = round(_ATTACK_S * sr)
        self._attacks = find_attacks(samples.mean(axis=1, dtype=np.float32), sr)
        # A frame is centred on any of the samples, and the one before it a hop earlier.
        self._pad = 2 * self._size
        padded = np.pad(_faded(samples, round(_EDGE_S * sr)), ((self._pad, self._pad), (0, 0))).T
        self._frames = np.lib.stride_tricks.sliding_window_view(padded, self._size, axis=1)
        self._last: Spectra | None = None
        self._last_at = 0

    def at_length(self, n_out: int) -> Float32Array:
        """Shape (n_out, channels)."""
        out = np.zeros((self._frames.shape[0], n_out), np.float32)
        for section in self._sections(n_out):
            self._add(section, out)
        return out.T

    def _sections(self, n_out: int) -> list[_Section]:
        cuts = [0]
        for attack in self._attacks:
            if cuts[-1] + self._size // 4 < attack < self._n - self._size // 4:
                cuts.append(attack)
        factor = n_out / self._n
        starts = [(0, 0)] + [(c - self._n_guard, round(c * factor) - self._n_guard) for c in cuts[1:]]
        bounds = [*starts, (self._n, n_out)]
        return [
            _Section(start, end, out_start, max(out_start + 1, out_end), start == 0, end == self._n)
            for (start, out_start), (end, out_end) in pairwise(bounds)
        ]

    def _add(self, section: _Section, out: Float32Array) -> None:
        """Overlap and add one section, faded into the one before."""
        half = self._size // 2
        n = section.out_end - section.out_start + (0 if section.is_last else self._n_guard)
        y = np.zeros((out.shape[0], n + 2 * self._size), np.float32)
        weight = np.zeros(y.shape[1], np.float32)
        out_at, at, n_same = section.places(self._hop, self._n_same)
        at = np.clip(at, -self._size, self._n + self._size)  # short ends run far beyond
        for i in range(0, out_at.size, _BATCH):
            part = slice(i, i + _BATCH)
            masks = self._masks(section, at[part], is_same=out_at[part] < section.out_start + n_same)
            pieces = self._pieces(out_at[part], at[part], masks, begins=i == 0 and not section.is_first)
            for j, place in enumerate(out_at[part] - section.out_start + half):
                y[:, place : place + self._size] += pieces[:, j]
                weight[place : place + self._size] += masks[j] * self._window
        y = y[:, self._size : self._size + n] / np.maximum(weight[self._size : self._size + n], _LEAST_WEIGHT)
        fade = np.arange(1, self._n_guard + 1, dtype=np.float32) / (self._n_guard + 1)
        if not section.is_first:
            y[:, : fade.size] *= fade[:n]
        if not section.is_last:
            y[:, -fade.size :] *= fade[::-1][-n:]
        room = out[:, section.out_start : section.out_start + n]
        room += y[:, : room.shape[1]]

    def _masks(self, section: _Section, at: Frames, *, is_same: NDArray[np.bool_]) -> Float32Array:
        """Windows without what belongs to other sections, and later ones without the attack."""
        place = at[:, None] + np.arange(-(self._size // 2), self._size // 2)
        masks = np.broadcast_to(self._window, place.shape).copy()
        if not section.is_first:
            masks *= place >= section.start
            after = section.start + self._n_guard + self._n_attack
            cut = np.minimum(after, at - self._hop // 4)[~is_same]  # the middle must stay
            masks[~is_same] *= _risen((place[~is_same] - cut[:, None]) / self._n_taper + 0.5)
        if not section.is_last:
            is_near = at + self._size // 2 > section.end + self._n_guard - self._n_taper
            masks[is_near] *= self._until(section.end, place[is_near])
        return masks

    def _until(self, end: int, place: Frames) -> Float32Array:
        """1 before an attack, falling to 0 where it begins."""
        return _risen((end + self._n_guard - place) / self._n_taper)

    def _pieces(self, out_at: Frames, at: Frames, masks: Float32Array, *, begins: bool) -> Float32Array:
        """Windowed frames of the result, shape (channels, n, size)."""
        steps = np.diff(out_at, prepend=self._last_at)
        first = at - self._size // 2 + self._pad
        spectra = np.asarray(np.fft.rfft(self._frames[:, first] * masks), np.complex64)
        earlier = self._frames[:, np.maximum(0, first - steps)] * self._window
        if begins:  # as the last frame of the section before was seen: without the attack
            earlier[:, 0] *= self._until(int(at[0]), at[0] + np.arange(-(self._size // 2), self._size // 2))
        before = np.asarray(np.fft.rfft(earlier), np.complex64)
        is_peak = _peaks(np.abs(spectra).sum(axis=0))
        for i in range(out_at.size):
            self._turn(spectra[:, i], before[:, i], np.flatnonzero(is_peak[i]), begins=begins and i == 0)
            self._last = spectra[:, i]
        self._last_at = int(out_at[-1])
        return np.asarray(np.fft.irfft(spectra, self._size) * self._window, np.float32)

    def _turn(self, now: Spectra, before: Spectra, peaks: NDArray[np.intp], *, begins: bool) -> None:
        """Turn each peak as far from the last frame as it turned in the recording; its surroundings too."""
        if self._last is None or peaks.size == 0:
            return
        last = self._last[:, peaks]
        turn = np.sum(last * np.conj(before[:, peaks]), axis=0)
        size = np.abs(turn)
        is_free = size < _NOTHING
        if begins:
            is_free |= np.abs(last).sum(axis=0) < _SOUNDED_BEFORE * np.abs(now[:, peaks]).sum(axis=0)
        turn = np.where(is_free, 1.0, turn / np.maximum(size, _NOTHING)).astype(np.complex64)
        borders = np.concatenate(([0], (peaks[1:] + peaks[:-1] + 1) // 2, [now.shape[1]]))
        now *= np.repeat(turn, np.diff(borders))


def _risen(x: NDArray[np.float64]) -> Float32Array:
    """From 0 at 0 to 1 at 1, without corners."""
    x = np.clip(x, 0.0, 1.0).astype(np.float32)
    return np.asarray(x * x * (3.0 - 2.0 * x))


def _faded(samples: Float32Array, n: int) -> Float32Array:
    """Without steps at its ends, which would come back at other times."""
    n = min(n, samples.shape[0] // 2)
    fade = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n, dtype=np.float32) + 0.5) / max(1, n)))[:, None]
    return np.concatenate(
        (samples[:n] * fade, samples[n : samples.shape[0] - n], samples[samples.shape[0] - n :] * fade[::-1])
    )


def _peaks(magnitude: Float32Array) -> NDArray[np.bool_]:
    """Bins above two neighbours on each side, shape (n, n_bins)."""
    m = np.pad(magnitude, ((0, 0), (2, 2)))
    centre = m[:, 2:-2]
    above = (centre > m[:, 1:-3]) & (centre >= m[:, 3:-1]) & (centre > m[:, :-4]) & (centre >= m[:, 4:])
    return np.asarray(above)
