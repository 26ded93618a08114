# SPDX-License-Identifier: MIT
"""The one description of how sound becomes numbers; a model names the one it was trained on."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """How frames and features are computed.

    Attributes
    ----------
    sr
        Sample rate in Hz of everything that is analysed.
    n_fft, hop_length
        Window and hop in samples (64 ms and 10 ms).
    n_mels, fmin_hz, fmax_hz
        Slaney's mel scale, triangles of height 1.
    n_mfcc
        Coefficients of the orthonormal DCT-II of the mel levels in dB.
    db_floor
        Lowest level in dB; nothing depends on the data.
    """

    sr: int = 16_000
    n_fft: int = 1024
    hop_length: int = 160
    n_mels: int = 128
    fmin_hz: float = 20.0
    fmax_hz: float = 8_000.0
    n_mfcc: int = 40
    db_floor: float = -100.0

    @property
    def hop_s(self) -> float:
        """Hop in seconds."""
        return self.hop_length / self.sr

    @property
    def n_bins(self) -> int:
        """Number of bins of the half spectrum."""
        return self.n_fft // 2 + 1

    def as_dict(self) -> dict[str, int | float]:
        """The specification as plain numbers, for manifests."""
        return asdict(self)


DEFAULT_SPEC = FeatureSpec()
