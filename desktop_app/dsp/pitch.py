# SPDX-License-Identifier: MIT
"""Fundamental frequency of one voice, live and on files alike: 25 Hz to 7.9 kHz."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.framing import Segment
from desktop_app.dsp.pitch_candidates import CandidateFinder
from desktop_app.dsp.pitch_kernels import GRID_HZ, GRID_MIDI, GRID_STEP
from desktop_app.dsp.pitch_ranker import PitchRanker, bundled_ranker
from desktop_app.dsp.pitch_refine import refine_f0
from desktop_app.dsp.pitch_windows import (
    LOOKAHEAD,
    LOOKBACK,
    SHORT_N_FFT,
    long_frames,
    short_frames,
    windows,
)
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec

__all__ = ["SHORT_N_FFT", "PitchFrames", "PitchTracker"]

_BATCH: Final = 128
_REFINE_LONG_BELOW_HZ: Final = 38.0
_SILENCE_RMS: Final = 10.0 ** (-80.0 / 20.0)
_STAY_LOGIT: Final = 1.0
_STAY_SEMITONES: Final = 0.75
_VOICED_ON: Final = 0.5
_VOICED_OFF: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class PitchFrames:
    """The pitch of some frames.

    Attributes
    ----------
    f0_hz : ndarray, shape (n_frames,), float32
        nan where unvoiced.
    voiced_prob : ndarray, shape (n_frames,), float32
        Probability that there is a pitch, 0 … 1.
    guess_hz : ndarray, shape (n_frames,), float32
        The likeliest pitch even where it is unvoiced.
    octave_prob : ndarray, shape (2, n_frames), float32
        Probability that the pitch is the octave below or above instead.
    """

    f0_hz: Float32Array
    voiced_prob: Float32Array
    guess_hz: Float32Array
    octave_prob: Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    place: NDArray[np.intp]  # among the candidates of each frame
    voiced_prob: Float32Array
    is_voiced: NDArray[np.bool_]
    octave_prob: Float32Array


class PitchTracker:
    """Tracks one pitch with a bounded look-ahead; any cutting of the stream gives the same answers.

    Each frame is seen through two windows that end ``lookahead`` samples after its centre: a short one for
    quick answers and a long one, skewed towards the present, for the lowest octaves. The best candidates by
    periodicity and harmonicity (:mod:`desktop_app.dsp.pitch_candidates`) are weighed by a small network
    (:mod:`desktop_app.dsp.pitch_ranker`), a bonus holds the previous pitch, and the winner is refined on the
    exact positions of its harmonics.

    Parameters
    ----------
    spec
        Sample rate and hop.
    ranker
        What weighs the candidates; None for the bundled one.

    Attributes
    ----------
    lookback, lookahead
        Samples that a frame needs before and after its centre.
    """

    def __init__(self, spec: FeatureSpec = DEFAULT_SPEC, ranker: PitchRanker | None = None) -> None:
        self.lookahead = LOOKAHEAD
        self.lookback = LOOKBACK
        self._hop = spec.hop_length
        self._long, self._short = windows(spec.sr)
        self._finder = CandidateFinder(spec.sr)
        self._ranker = ranker or bundled_ranker()
        self.reset()

    def reset(self) -> None:
        """Forget the previous frames."""
        self._finder.reset()
        self._held_midi = math.nan

    def process(self, segment: Segment, short_power: Float32Array | None = None) -> PitchFrames:
        """Pitch of the frames of a segment.

        Parameters
        ----------
        segment
            Cut with this tracker's ``lookback`` and ``lookahead``.
        short_power : ndarray, shape (n_frames, ``SHORT_N_FFT // 2 + 1``), float32, optional
            Power spectra of the frames through a Hann window of ``SHORT_N_FFT`` samples around the centre,
            a full-scale sine giving 1, where they are known already.
        """
        samples = np.ascontiguousarray(segment.samples)
        parts = []
        for start in range(0, segment.n_frames, _BATCH):
            stop = min(start + _BATCH, segment.n_frames)
            needed = samples[start * self._hop : (stop - 1) * self._hop + LOOKBACK + LOOKAHEAD]
            known = None if short_power is None else short_power[start:stop]
            parts.append(self._process_batch(needed, stop - start, known))
        if len(parts) == 1:
            return parts[0]
        return PitchFrames(
            *(
                np.concatenate([getattr(part, name) for part in parts], axis=-1)
                for name in ("f0_hz", "voiced_prob", "guess_hz", "octave_prob")
            )
        )

    def _process_batch(
        self, samples: Float32Array, n_frames: int, short_power: Float32Array | None
    ) -> PitchFrames:
        recent = short_frames(samples, n_frames, self._hop)
        long = np.sqrt(self._long.power(long_frames(samples, n_frames, self._hop)))
        short = np.sqrt(self._short.power(recent) if short_power is None else short_power)
        candidates = self._finder.process(long, short)
        mean_square = np.einsum("ij,ij->i", recent, recent) * np.float32(1.0 / SHORT_N_FFT)
        chosen = self._choose(
            GRID_MIDI[candidates.index],
            self._ranker.logits(candidates.features),
            mean_square > _SILENCE_RMS**2,
        )
        index = candidates.index[np.arange(n_frames), chosen.place]
        guess_hz = _parabola(candidates.total, index)
        low = guess_hz < _REFINE_LONG_BELOW_HZ
        for rows, magnitudes, window in ((low, long, self._long), (~low, short, self._short)):
            if rows.any():
                guess_hz[rows] = refine_f0(
                    guess_hz[rows], magnitudes[rows], window.bin_hz, window is self._short
                )
        f0_hz = np.where(chosen.is_voiced, guess_hz, np.float32(np.nan))
        return PitchFrames(f0_hz, chosen.voiced_prob, guess_hz, chosen.octave_prob)

    def _choose(
        self, midi: NDArray[np.float64], logits: Float32Array, sounding: NDArray[np.bool_]
    ) -> _Choice:
        """One candidate for each frame; carries the previous pitch."""
        n_frames = midi.shape[0]
        odds = np.exp(np.minimum(logits, 30.0))
        prob = odds / (1.0 + odds.sum(axis=1, keepdims=True))
        voiced_prob = np.where(sounding, prob.sum(axis=1), 0.0).astype(np.float32)
        place = logits.argmax(axis=1)
        voiced = np.zeros(n_frames, np.bool_)
        for i in range(n_frames):
            held = self._held_midi
            if abs(midi[i, place[i]] - held) > _STAY_SEMITONES:  # never where nothing came before
                near = np.abs(midi[i] - held) <= _STAY_SEMITONES
                place[i] = (logits[i] + _STAY_LOGIT * near).argmax()
            voiced[i] = voiced_prob[i] >= (_VOICED_OFF if held == held else _VOICED_ON)
            self._held_midi = float(midi[i, place[i]]) if voiced[i] else math.nan
        off = midi - midi[np.arange(n_frames), place][:, None]
        octaves = [np.where(np.abs(off - step) < 0.75, prob, 0.0).max(axis=1) for step in (-12.0, 12.0)]
        return _Choice(place, voiced_prob, voiced, np.stack(octaves).astype(np.float32))


def _parabola(total: Float32Array, index: NDArray[np.intp]) -> Float32Array:
    """Frequency of the maximum of a parabola through three grid points, shape (n_frames,)."""
    rows = np.arange(index.size)
    left, middle, right = total[rows, index - 1], total[rows, index], total[rows, index + 1]
    curve = np.minimum(left - 2.0 * middle + right, -1e-9)
    shift = np.minimum(np.maximum(0.5 * (left - right) / curve, -0.5), 0.5)
    return np.asarray(GRID_HZ[index] * 2.0 ** (shift * (GRID_STEP / 12.0)), np.float32)
