# SPDX-License-Identifier: MIT
"""Other programs behind the same interface, each where its package is installed; none is installed for this.

References
----------
yin: de Cheveigné and Kawahara, JASA 111(4), 2002. pyin: Mauch and Dixon, ICASSP 2014.
Praat: Boersma, IFA Proceedings 17, 1993. SWIPE': Camacho and Harris, JASA 124(3), 2008.
YinFFT, yinfast: Brossier, "Automatic Annotation of Musical Audio", 2006.
SwiftF0: Nieradzik, arXiv:2508.18440, 2025.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import numpy as np

from desktop_app.bench.estimators import Estimator, Pitch
from desktop_app.bench.peer_basic_pitch import BasicPitch
from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import Float32Array

_SR: Final = 16_000
_HOP: Final = 160
_FRAME: Final = 2048
_LOWEST_HZ: Final = 26.0
_HIGHEST_HZ: Final = 4400.0
_PRAAT_LOWEST_HZ: Final = 30.0
_PRAAT_HIGHEST_HZ: Final = 4200.0
_UNSURE: Final = 1e-3


def _hops(n_frames: int) -> np.ndarray:
    return np.arange(n_frames) * _HOP / _SR


def _at_least_a_frame(y: Float32Array) -> Float32Array:
    return np.pad(y, (max(0, _FRAME - y.size), 0))


class LibrosaYin(Estimator):
    """``librosa.yin`` with a gate on the level, as it does not decide on voicing itself."""

    name = "librosa.yin"

    def __init__(self) -> None:
        self._librosa = import_module("librosa")

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line."""
        y = _at_least_a_frame(y)
        f0_hz = self._librosa.yin(
            y, fmin=_LOWEST_HZ, fmax=_HIGHEST_HZ, sr=_SR, frame_length=_FRAME, hop_length=_HOP
        )
        rms = self._librosa.feature.rms(y=y, frame_length=_FRAME // 2, hop_length=_HOP)[0][: f0_hz.size]
        is_loud = rms > max(1e-4, 0.02 * float(rms.max()))
        return Pitch.of(_hops(f0_hz.size), np.where(is_loud, f0_hz, 0.0))


class LibrosaPyin(Estimator):
    """``librosa.pyin``, slower than real time: measured only when asked for by name."""

    name = "librosa.pyin"

    def __init__(self) -> None:
        self._pyin = import_module("librosa").pyin

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line."""
        f0_hz, is_voiced, voiced_prob = self._pyin(
            _at_least_a_frame(y),
            fmin=_LOWEST_HZ,
            fmax=_HIGHEST_HZ,
            sr=_SR,
            frame_length=_FRAME,
            hop_length=_HOP,
            fill_na=None,
        )
        told_hz = np.where(is_voiced, f0_hz, -f0_hz)
        return Pitch.of(_hops(f0_hz.size), told_hz, np.maximum(voiced_prob, _UNSURE))


class PraatAutocorrelation(Estimator):
    """Praat's autocorrelation through Parselmouth; it refuses sounds of less than three periods."""

    name = "Praat AC"

    def __init__(self) -> None:
        self._sound = import_module("parselmouth").Sound

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line."""
        if y.size <= 3.0 * _SR / _PRAAT_LOWEST_HZ:
            return Pitch.of([], [])
        sound = self._sound(y.astype(np.float64), _SR)
        pitch = sound.to_pitch_ac(
            time_step=0.01, pitch_floor=_PRAAT_LOWEST_HZ, pitch_ceiling=_PRAAT_HIGHEST_HZ
        )
        return Pitch.of(pitch.xs(), pitch.selected_array["frequency"])


class Swipe(Estimator):
    """SWIPE' of SPTK."""

    name = "SWIPE'"

    def __init__(self) -> None:
        self._swipe = import_module("pysptk").swipe

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line."""
        f0_hz = self._swipe(
            y.astype(np.float64) * 32768.0,
            fs=_SR,
            hopsize=_HOP,
            min=_PRAAT_LOWEST_HZ,
            max=_PRAAT_HIGHEST_HZ,
            threshold=0.25,
            otype="f0",
        )
        return Pitch.of(_hops(f0_hz.size), f0_hz)


class SwiftF0(Estimator):
    """SwiftF0, on one thread."""

    name = "SwiftF0"

    def __init__(self) -> None:
        self._detector = import_module("swift_f0").SwiftF0(threads=1, spin=False)

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line."""
        told = self._detector.detect(y, _SR)
        f0_hz = np.where(told.confidence >= 0.5, told.pitch_hz, -told.pitch_hz)
        return Pitch.of(told.timestamps, f0_hz, np.maximum(told.confidence, 1e-4))


class AubioYinfast(Estimator):
    """aubio's yinfast; a value belongs to the middle of the samples that it has seen."""

    name = "aubio yinfast"

    def __init__(self) -> None:
        self._make = import_module("aubio").pitch

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line."""
        detector = self._make("yinfast", _FRAME, _HOP, _SR)
        detector.set_unit("Hz")
        detector.set_silence(-60)
        detector.set_tolerance(0.3)
        hops = y[: y.size // _HOP * _HOP].reshape(-1, _HOP).astype(np.float32)
        told = np.array([(detector(hop)[0], detector.get_confidence()) for hop in hops]).reshape(-1, 2)
        is_voiced = (told[:, 0] > 20.0) & (told[:, 0] < 4500.0)
        times_s = _hops(len(hops)) + (_HOP - _FRAME / 2) / _SR
        return Pitch.of(times_s, np.where(is_voiced, told[:, 0], 0.0), np.maximum(told[:, 1], _UNSURE))


class EssentiaYinFFT(Estimator):
    """Essentia's PitchYinFFT; frames below -80 dBFS are left out."""

    name = "essentia YinFFT"

    def __init__(self) -> None:
        log, standard = import_module("essentia").log, import_module("essentia.standard")
        log.infoActive = log.warningActive = False
        self._frames = standard.FrameGenerator
        self._window = standard.Windowing(type="hann", size=_FRAME)
        self._spectrum = standard.Spectrum(size=_FRAME)
        self._pitch = standard.PitchYinFFT(
            frameSize=_FRAME, sampleRate=_SR, minFrequency=_LOWEST_HZ, maxFrequency=_HIGHEST_HZ
        )

    def f0(self, y: Float32Array) -> Pitch:
        """The pitch line."""
        told = np.array(
            [self._of_frame(frame) for frame in self._frames(y, _FRAME, _HOP, startFromZero=False)]
        ).reshape(-1, 2)
        f0_hz = np.where(told[:, 1] > 0.2, told[:, 0], 0.0)
        return Pitch.of(_hops(len(told)), f0_hz, np.maximum(told[:, 1], _UNSURE))

    def _of_frame(self, frame: Float32Array) -> tuple[float, float]:
        if np.sqrt(np.mean(frame**2)) < 1e-4:
            return 0.0, 0.0
        f0_hz, confidence = self._pitch(self._spectrum(self._window(frame)))
        return f0_hz, confidence


PEERS: Final[dict[str, type[Estimator]]] = {
    "yin": LibrosaYin,
    "pyin": LibrosaPyin,
    "praat": PraatAutocorrelation,
    "swipe": Swipe,
    "swiftf0": SwiftF0,
    "aubio": AubioYinfast,
    "essentia": EssentiaYinFFT,
    "basicpitch": BasicPitch,
}
SLOW: Final = ("pyin",)


def load_peers(names: Sequence[str] | None = None) -> list[Estimator]:
    """The peers whose packages are installed, ready for use.

    Parameters
    ----------
    names
        Keys of ``PEERS``; None for all but those that are slower than real time.

    Raises
    ------
    RightInTuneError
        When one that was asked for by name is not installed.
    """
    peers = []
    for name in [name for name in PEERS if name not in SLOW] if names is None else names:
        try:
            peers.append(_load(PEERS[name]))
        except ImportError as error:
            if names is not None:
                raise RightInTuneError(f"{PEERS[name].name} is not installed.") from error
    return peers


def _load(peer: type[Estimator]) -> Estimator:
    """Made without what its packages have to say about themselves."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return peer()
    finally:
        logging.disable(logging.NOTSET)
