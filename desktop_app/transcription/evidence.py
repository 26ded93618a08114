# SPDX-License-Identifier: MIT
"""What the notes of one voice are formed from, live, in files and when a threshold has moved."""

from __future__ import annotations

from typing import Protocol

from desktop_app.domain.frames import Float32Array


class Evidence(Protocol):
    """Some consecutive frames, as in :class:`desktop_app.domain.frames.FrameBlock`; all shape (n_frames,)."""

    @property
    def f0_hz(self) -> Float32Array:
        """Fundamental frequency in Hz, nan where unvoiced."""

    @property
    def voiced_prob(self) -> Float32Array:
        """0 … 1."""

    @property
    def onset_prob(self) -> Float32Array:
        """Probability of an attack, told ``DELAY_FRAMES`` late."""

    @property
    def sounding_prob(self) -> Float32Array:
        """Probability that a note is held, told ``DELAY_FRAMES`` late."""

    @property
    def rms_db(self) -> Float32Array:
        """Level in dBFS."""

    @property
    def octave_below_prob(self) -> Float32Array:
        """Probability that the pitch is an octave lower."""

    @property
    def octave_above_prob(self) -> Float32Array:
        """Probability that the pitch is an octave higher."""
