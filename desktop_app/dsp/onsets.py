# SPDX-License-Identifier: MIT
"""Attacks in a stream: peaks of the note network's probability."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.thresholds import MONO_THRESHOLDS
from desktop_app.dsp.onsets_network import NoteNetwork
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec

_PAUSE_FRAMES: Final = 6


class AttackPicker:
    """Declares an attack on the frame after a peak of its probability, and none right after another.

    Parameters
    ----------
    threshold
        Least probability at the peak, 0 … 1.
    """

    def __init__(self, threshold: float = MONO_THRESHOLDS.onset_prob) -> None:
        self._threshold = threshold
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._before = self._last = 0.0
        self._since_attack = _PAUSE_FRAMES

    def process(self, onset_prob: Float32Array) -> NDArray[np.bool_]:
        """Frames, shape (n_frames,), at which an attack is declared."""
        return np.array([self.step(value) for value in onset_prob.tolist()], np.bool_)

    def step(self, onset_prob: float) -> bool:
        """Whether the frame before this one was the peak of an attack."""
        is_peak = self._last >= self._threshold and self._before <= self._last > onset_prob
        self._before, self._last = self._last, onset_prob
        self._since_attack += 1
        if not is_peak or self._since_attack <= _PAUSE_FRAMES:
            return False
        self._since_attack = 0
        return True


class OnsetDetector:
    """Declares attacks, causally; any cutting of the stream gives the same answers.

    Parameters
    ----------
    spec
        What the mel levels are computed with.
    """

    def __init__(self, spec: FeatureSpec = DEFAULT_SPEC) -> None:
        self._network = NoteNetwork(spec=spec)
        self._picker = AttackPicker()

    def reset(self) -> None:
        """Forget everything."""
        self._network.reset()
        self._picker.reset()

    def process(self, mel_db: Float32Array) -> NDArray[np.bool_]:
        """Frames at which an attack is declared.

        Parameters
        ----------
        mel_db : ndarray, shape (n_mels, n_frames), float32
            The frames that follow those of the previous call.

        Returns
        -------
        ndarray, shape (n_frames,), bool
        """
        onset_prob, _ = self._network.process(mel_db)
        return self._picker.process(onset_prob)
