# SPDX-License-Identifier: MIT
"""Tempo, beats and key of a whole recording, gathered while it passes."""

from __future__ import annotations

from desktop_app.domain.analysis import KeyVerdict, TempoVerdict
from desktop_app.domain.frames import Float32Array, FrameBlock
from desktop_app.dsp.spec import FeatureSpec
from desktop_app.transcription.key import told_key
from desktop_app.transcription.key_spectrum import KeySpectrum
from desktop_app.transcription.tempo import told_tempo
from desktop_app.transcription.tempo_curve import OnsetCurve


class MusicCollector:
    """Keeps of a recording what tempo and key are told from, about 6 MB an hour.

    Parameters
    ----------
    spec
        Of the frames; ``spec.sr`` is the rate of the samples.
    a4_hz
        Reference pitch in Hz.
    """

    def __init__(self, spec: FeatureSpec, a4_hz: float) -> None:
        self._hop_s = spec.hop_s
        self._curve = OnsetCurve()
        self._spectrum = KeySpectrum(spec.sr, a4_hz)

    def add(self, block: FrameBlock) -> None:
        """Take in the frames that follow those before."""
        self._curve.add(block.mel_db)

    def add_samples(self, samples: Float32Array) -> None:
        """Take in the mono samples that follow those before, shape (n,), float32."""
        self._spectrum.add(samples)

    def verdicts(self) -> tuple[TempoVerdict | None, KeyVerdict | None]:
        """Tempo and key of what was taken in; None for what cannot be told."""
        return told_tempo(self._curve.values(), self._hop_s), told_key(self._spectrum.values())
