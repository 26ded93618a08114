# SPDX-License-Identifier: MIT
"""What is heard: the recording or a band of it, the notes as tones, and the metronome."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.listening import Mix
from desktop_app.domain.note import Note
from desktop_app.domain.pitch import A4_HZ
from desktop_app.realtime.mix_band import in_band, n_taps
from desktop_app.realtime.mix_tones import Clicks, Span, Voices, count_in, notes_sound

__all__ = ["Mixer", "count_in", "notes_sound"]

Float64Array = NDArray[np.float64]

RAMP_S: Final = 0.02
CUT_S: Final = 0.005
_JUMP_STEPS: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """All that can be set; changes go from one scene to the next."""

    mix: Mix
    voices: Voices
    clicks: Clicks

    @property
    def recording_share(self) -> float:
        """Its power and that of the notes add up to 1."""
        return math.cos(math.pi / 2.0 * self.mix.notes_balance)

    @property
    def notes_share(self) -> float:
        return math.sin(math.pi / 2.0 * self.mix.notes_balance)

    def beside(self, span: Span) -> Float64Array:
        """Notes and clicks, shape (n,)."""
        out = np.zeros(span.position_s.size)
        if self.mix.notes_balance > 0.0:
            out += self.notes_share * self.voices.sound(span)
        if self.mix.has_metronome:
            out += self.clicks.sound(span)
        return out


class Mixer:
    """Mixes block by block: blocks of any length give the same sound. Use it from one thread.

    Nothing is delayed. Notes and clicks follow from the positions, so loops and seeks need no call; where the
    positions jump, what sounds fades within 5 ms and what sounds at the new place fades in.

    Parameters
    ----------
    sr
        Rate in Hz.
    channels
        Of the blocks.
    """

    def __init__(self, sr: int, channels: int) -> None:
        self._sr = sr
        self._channels = channels
        self._scene = _Scene(Mix(), Voices((), sr), Clicks(()))
        self._next: _Scene | None = None
        self._pending: _Scene | None = None
        self._n_ramped = 0
        self._fade_in = _half_cosine(round(CUT_S * sr))
        self.reset()

    def set(
        self,
        mix: Mix,
        notes: Sequence[Note] = (),
        a4_hz: float = A4_HZ,
        beats_s: Sequence[float] = (),
        *,
        loop_s: tuple[float, float] | None = None,
        accents_s: Sequence[float] = (),
    ) -> None:
        """Change what is heard, within 20 ms from the next frame on.

        Parameters
        ----------
        mix
            Shares, band and metronome; its volume and its count-in are for the player.
        notes
            To be heard beside or instead of the recording.
        a4_hz
            For notes whose frequency is not known.
        beats_s
            In seconds of the recording.
        loop_s
            The loop that is played; decides about beats at its ends.
        accents_s
            Beats that begin a bar.
        """
        scene = _Scene(mix, Voices(notes, self._sr, a4_hz), Clicks(beats_s, accents_s, loop_s))
        if self._next is None:
            self._next = scene
        else:
            self._pending = scene

    def reset(self) -> None:
        """Forget what was heard before: what comes next is not its continuation."""
        self._past = np.zeros((n_taps(self._sr) - 1, self._channels), np.float32)
        self._last: Span | None = None
        self._entered_s = 0.0
        self._n_entered = 0
        self._tail = np.zeros(0)

    def process(
        self, block: Float32Array, position_s: Float64Array, speed: float = 1.0, semitones: float = 0.0
    ) -> Float32Array:
        """Mix one block.

        Parameters
        ----------
        block : ndarray, shape (n, channels), float32
            The recording as rendered at this speed and shift.
        position_s : ndarray, shape (n,)
            Where each frame is in the recording, in seconds.
        speed, semitones
            As in :class:`desktop_app.domain.listening.Stretch`; one of each a block.

        Returns
        -------
        ndarray, shape (n, channels), float32
        """
        n = block.shape[0]
        share = self._ramp(n)
        recording = np.concatenate((self._past, block))
        self._past = recording[n:].copy()
        out = self._recorded(recording, n, share)
        beside = self._beside(position_s, speed, semitones, share)
        out = out + beside[:, None].astype(np.float32)
        self._go_on(n)
        return out

    def _ramp(self, n: int) -> Float64Array | None:
        """How much of the next scene is heard at each frame; None while nothing changes."""
        if self._next is None:
            return None
        frames = np.arange(self._n_ramped + 1, self._n_ramped + n + 1)
        return 0.5 - 0.5 * np.cos(np.pi * np.minimum(frames / round(RAMP_S * self._sr), 1.0))

    def _go_on(self, n: int) -> None:
        if self._next is None:
            return
        self._n_ramped += n
        if self._n_ramped >= round(RAMP_S * self._sr):
            self._scene, self._next, self._pending = self._next, self._pending, None
            self._n_ramped = 0

    def _recorded(self, recording: Float32Array, n: int, share: Float64Array | None) -> Float32Array:
        now = _recorded(self._scene, recording, n, self._sr)
        if self._next is None or share is None or _sounds_alike(self._scene.mix, self._next.mix):
            return now
        then = _recorded(self._next, recording, n, self._sr)
        return now + (then - now) * share[:, None].astype(np.float32)

    def _beside(
        self, position_s: Float64Array, speed: float, semitones: float, share: Float64Array | None
    ) -> Float64Array:
        out = np.zeros(position_s.size)
        for start, stop in _even_parts(position_s, speed / self._sr):
            span = self._enter(position_s[start:stop], speed, semitones)
            out[start:stop] = self._scenes(span, None if share is None else share[start:stop])
            n_tail = min(self._tail.size, stop - start)
            out[start : start + n_tail] += self._tail[:n_tail]
            self._tail = self._tail[n_tail:]
        return out

    def _enter(self, piece_s: Float64Array, speed: float, semitones: float) -> Span:
        """The frames as a span that goes on from the last one, or a new one."""
        if self._last is None or not _goes_on(self._last, piece_s[0], speed, semitones, self._sr):
            self._cut()
            self._entered_s, self._n_entered = float(piece_s[0]), 0
        fade = self._fade(piece_s.size)
        self._n_entered += piece_s.size
        self._last = Span(piece_s[-1:], fade[-1:], self._entered_s, float(piece_s[-1]), speed, semitones)
        return replace(self._last, position_s=piece_s, fade=fade)

    def _cut(self) -> None:
        """What sounds goes on for some milliseconds while it fades."""
        if self._last is None:
            return
        n = self._fade_in.size
        step_s = self._last.speed / self._sr
        position_s = np.arange(1.0, n + 1.0) * step_s + self._last.newest_s
        scene = self._next or self._scene
        tail = scene.beside(replace(self._last, position_s=position_s, fade=self._fade(n)))
        tail *= 1.0 - self._fade_in
        tail[: self._tail.size] += self._tail
        self._tail = tail

    def _fade(self, n: int) -> Float64Array:
        rest = self._fade_in[self._n_entered : self._n_entered + n]
        return np.concatenate((rest, np.ones(n - rest.size)))

    def _scenes(self, span: Span, share: Float64Array | None) -> Float64Array:
        now = self._scene.beside(span)
        if self._next is None or share is None:
            return now
        return now + (self._next.beside(span) - now) * share


def _even_parts(position_s: Float64Array, step_s: float) -> list[tuple[int, int]]:
    """Where the positions rise by one step a frame."""
    if position_s.size == 0:
        return []
    jumps = np.flatnonzero(np.abs(np.diff(position_s) - step_s) > _JUMP_STEPS * step_s) + 1
    bounds = [0, *jumps.tolist(), position_s.size]
    return list(pairwise(bounds))


def _goes_on(last: Span, position_s: float, speed: float, semitones: float, sr: int) -> bool:
    step_s = speed / sr
    is_even = abs(position_s - last.newest_s - step_s) <= _JUMP_STEPS * step_s
    return is_even and (speed, semitones) == (last.speed, last.semitones)


def _recorded(scene: _Scene, recording: Float32Array, n: int, sr: int) -> Float32Array:
    share = scene.recording_share
    if share < 1e-9:
        return np.zeros((n, recording.shape[1]), np.float32)
    band = in_band(recording, n, scene.mix.band_hz, sr)
    return band if share == 1.0 else band * np.float32(share)


def _sounds_alike(one: Mix, other: Mix) -> bool:
    return (one.band_hz, one.notes_balance) == (other.band_hz, other.notes_balance)


def _half_cosine(n: int) -> Float64Array:
    return 0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / n)
