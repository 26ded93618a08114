# SPDX-License-Identifier: MIT
"""Where a frequency lies on the mel spectrogram."""

from __future__ import annotations

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import A4_HZ, midi_to_hz
from desktop_app.dsp.features import mel_edges_hz
from desktop_app.dsp.spec import DEFAULT_SPEC, FeatureSpec

_N_MIDI = 128


class MelScale:
    """Height on the picture: band ``i`` fills ``i … i + 1`` and its centre frequency is at ``i + 0.5``.

    Parameters
    ----------
    spec
        The bands.
    a4_hz
        Frequency of A4, for note names.
    """

    def __init__(self, spec: FeatureSpec = DEFAULT_SPEC, a4_hz: float = A4_HZ) -> None:
        self.n_rows = spec.n_mels
        self._edges_hz = mel_edges_hz(spec)
        self._heights = np.arange(spec.n_mels + 2) - 0.5
        self.set_a4_hz(a4_hz)

    def set_a4_hz(self, a4_hz: float) -> None:
        """Other frequency of A4."""
        self.a4_hz = a4_hz
        self._note_edges = [self.height(midi_to_hz(midi - 0.5, a4_hz)) for midi in range(_N_MIDI + 1)]

    def height(self, hz: float) -> float:
        """Height of a frequency in Hz; what lies outside the bands is at the outermost edges."""
        return float(np.interp(hz, self._edges_hz, self._heights))

    def heights(self, hz: Float32Array) -> Float32Array:
        """Heights of frequencies in Hz, shape (n,); nan stays nan."""
        return np.interp(hz, self._edges_hz, self._heights).astype(np.float32)

    def hz(self, height: float) -> float:
        """Frequency in Hz at a height."""
        return float(np.interp(height, self._heights, self._edges_hz))

    def note_span(self, midi: int) -> tuple[float, float]:
        """Heights of the lower and the upper edge of a note's key, MIDI 0 … 127."""
        return self._note_edges[midi], self._note_edges[midi + 1]

    def note_height(self, midi: float) -> float:
        """Height of a (fractional) MIDI note number."""
        return self.height(midi_to_hz(midi, self.a4_hz))
