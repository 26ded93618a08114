# SPDX-License-Identifier: MIT
"""The inputs of the lab's recipes as functions of a sound.

========================  =======================  ==========================================================
kind                      one row                  what it is
========================  =======================  ==========================================================
``mean_mfcc``             (n_mfcc,)                mean of each coefficient over the frames
``mfcc``                  (n_mfcc, n_frames)       coefficients
``mel``                   (n_mels, n_frames)       mel power
``log_mel``, ``genre_mel`` (n_mels, n_frames)      the same in dB above 1, at most 80 dB below the largest
``mfcc_image``            (size, size, 3) uint8    a plot of the coefficients
``spectrogram_image``     (size, size, 3) uint8    a plot of the spectrum in dB over log frequency
``scalars``               (18,)                    mean, then deviation over the frames, of SCALAR_NAMES
``qualities``             (13,)                    NSynth's ten note qualities, then one of three sources
========================  =======================  ==========================================================

All but the pictures are float32. Frames and numbers follow librosa (see :mod:`features_spectra`). Nothing
is standardised: that belongs to what is learnt from, not to one sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import SOURCES
from desktop_app.dsp.spec import FeatureSpec
from desktop_app.training.corpora.entry import QUALITIES, Entry
from desktop_app.training.lab import features_image as image
from desktop_app.training.lab import features_scalars as scalar
from desktop_app.training.lab.features_sound import read_part
from desktop_app.training.lab.features_spectra import Spectra, power_to_db
from desktop_app.training.rendering.presets import CorpusError

FeatureKind = Literal[
    "mean_mfcc",
    "mfcc",
    "mel",
    "log_mel",
    "mfcc_image",
    "spectrogram_image",
    "scalars",
    "qualities",
    "genre_mel",
]
KINDS: Final[tuple[str, ...]] = get_args(FeatureKind)
SCALAR_NAMES: Final = (
    "spectral_centroid_hz",
    "roll_off_hz",
    "zero_crossing_rate",
    *(f"tonal_centroid_{number}" for number in range(1, 7)),
)
Feature = NDArray[Any]


@dataclass(frozen=True, slots=True)
class FeatureSettings:
    """How a feature is computed; a recipe names what differs from these.

    Attributes
    ----------
    sr, n_fft, hop_length
        Rate in Hz; window and hop in samples.
    n_mels, fmin_hz, fmax_hz
        Slaney's mel bands; a highest frequency of 0 stands for half the rate.
    n_mfcc
        Coefficients.
    start_s, seconds
        The part of the sound that is taken; zeros follow where it ends earlier.
    reverse
        Whether time runs backwards: a test of what a model has learnt.
    image_size
        Height and width of a picture in pixels.
    """

    sr: int = 22_050
    n_fft: int = 2048
    hop_length: int = 512
    n_mels: int = 128
    fmin_hz: float = 0.0
    fmax_hz: float = 0.0
    n_mfcc: int = 40
    start_s: float = 0.0
    seconds: float = 4.0
    reverse: bool = False
    image_size: int = 180

    def __post_init__(self) -> None:
        above_0 = (self.sr, self.n_fft, self.hop_length, self.n_mels, self.n_mfcc, self.image_size)
        if min(above_0) < 1 or self.seconds <= 0.0 or self.start_s < 0.0 or self.n_fft % 2:
            raise ValueError(f"these settings of a feature make no sense: {asdict(self)}")
        if self.n_mfcc > self.n_mels or not 0.0 <= self.fmin_hz < self.spec.fmax_hz <= self.sr / 2:
            raise ValueError(f"these settings of a feature contradict each other: {asdict(self)}")

    @property
    def n_samples(self) -> int:
        """Length of the part in samples."""
        return round(self.seconds * self.sr)

    @property
    def n_frames(self) -> int:
        """Frames of the part."""
        return 1 + self.n_samples // self.hop_length

    @property
    def spec(self) -> FeatureSpec:
        """The same for the engine's own functions."""
        return FeatureSpec(
            sr=self.sr,
            n_fft=self.n_fft,
            hop_length=self.hop_length,
            n_mels=self.n_mels,
            fmin_hz=self.fmin_hz,
            fmax_hz=self.fmax_hz or self.sr / 2,
            n_mfcc=self.n_mfcc,
        )


Settings = Mapping[str, Any] | FeatureSettings
# Of half a minute of music, the middle half: beginnings are often faded in.
_DEFAULTS: Final = {"genre_mel": FeatureSettings(start_s=7.5, seconds=15.0)}


def read_settings(kind: str, settings: Settings) -> FeatureSettings:
    """The settings of a kind of feature, from a recipe's table.

    Raises
    ------
    ValueError
        When there is no such kind or setting, or a value makes no sense.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no feature {kind!r}; use {', '.join(KINDS)}")
    if isinstance(settings, FeatureSettings):
        return settings
    known = {field.name for field in fields(FeatureSettings)}
    if unknown := settings.keys() - known:
        raise ValueError(f"a feature has no setting {', '.join(sorted(unknown))}; use {', '.join(known)}")
    defaults = _DEFAULTS.get(kind, FeatureSettings())
    typed: dict[str, Any] = {name: _typed(name, value) for name, value in settings.items()}
    return replace(defaults, **typed)


def _typed(name: str, value: Any) -> bool | int | float:
    """A value in the type of its default, so that 4 and 4.0 are the same setting."""
    wanted = type(getattr(FeatureSettings(), name))
    if isinstance(value, bool) != (wanted is bool) or not isinstance(value, int | float | np.number):
        raise ValueError(f"the setting {name} of a feature cannot be {value!r}")
    typed: bool | int | float = wanted(value)
    if typed != value:
        raise ValueError(f"the setting {name} of a feature cannot be {value!r}")
    return typed


def feature(kind: FeatureKind | str, entry: Entry, settings: Settings) -> Feature:
    """The feature of one sound; the table above tells its shape.

    Parameters
    ----------
    settings
        :class:`FeatureSettings`, or what differs from its defaults by name.

    Raises
    ------
    CorpusError
        When the sound cannot be read, or its corpus does not tell its qualities.
    ValueError
        When there is no such kind or setting.
    """
    wanted = read_settings(kind, settings)
    if kind == "qualities":
        return note_qualities(entry)
    return sound_feature(kind, prepared_sound(entry, wanted), wanted)


def sound_feature(kind: str, y: Float32Array, settings: FeatureSettings) -> Feature:
    """The feature of samples, shape (n,), as they are."""
    return np.asarray(_OF_SPECTRA[kind](Spectra(y, settings.spec), settings))


def prepared_sound(entry: Entry, settings: FeatureSettings) -> Float32Array:
    """The part of a sound that is looked at, shape (n_samples,), padded with zeros.

    Raises
    ------
    CorpusError
        When it cannot be read.
    """
    y = np.zeros(settings.n_samples, np.float32)
    part = read_part(entry.path, settings.sr, settings.start_s, settings.n_samples)
    y[: part.shape[0]] = part[::-1] if settings.reverse else part
    return y


def feature_shape(kind: FeatureKind | str, settings: Settings) -> tuple[int, ...]:
    """Shape of one row.

    Raises
    ------
    ValueError
        When there is no such kind or setting.
    """
    wanted = read_settings(kind, settings)
    if kind.endswith("_image"):
        return (wanted.image_size, wanted.image_size, 3)
    n_rows = wanted.n_mfcc if kind.endswith("mfcc") else wanted.n_mels
    flat = {
        "mean_mfcc": wanted.n_mfcc,
        "scalars": 2 * len(SCALAR_NAMES),
        "qualities": len(QUALITIES) + len(SOURCES),
    }
    return (flat[kind],) if kind in flat else (n_rows, wanted.n_frames)


def feature_dtype(kind: FeatureKind | str) -> np.dtype[Any]:
    """Type of one row: uint8 of pictures, float32 of all others."""
    return np.dtype(np.uint8 if kind.endswith("_image") else np.float32)


def note_qualities(entry: Entry) -> Float32Array:
    """Ten flags and which of the sources it is, shape (13,), of what the corpus says, not of the sound.

    Raises
    ------
    CorpusError
        When the corpus does not say it.
    """
    if len(entry.qualities) != len(QUALITIES) or entry.source not in SOURCES:
        raise CorpusError(f"The corpus of {entry.path} does not tell its note qualities and source.")
    return np.array([*entry.qualities, *(entry.source == source for source in SOURCES)], np.float32)


def spectral_scalars(spectra: Spectra) -> Float32Array:
    """Mean, then standard deviation over the frames, of :data:`SCALAR_NAMES`, shape (18,)."""
    magnitude = np.sqrt(spectra.power)
    frames = np.stack(
        [
            scalar.spectral_centroid_hz(magnitude, spectra.spec),
            scalar.roll_off_hz(magnitude, spectra.spec),
            scalar.zero_crossing_rate(spectra.y, spectra.spec),
            *scalar.tonal_centroid(scalar.chroma(spectra.power, spectra.spec)),
        ]
    )
    return np.concatenate((frames.mean(axis=1), frames.std(axis=1)))


def _spectrogram_image(spectra: Spectra, settings: FeatureSettings) -> Feature:
    return image.spectrogram_picture(power_to_db(spectra.power), settings.image_size, spectra.spec)


_OF_SPECTRA: Final[dict[str, Callable[[Spectra, FeatureSettings], Feature]]] = {
    "mean_mfcc": lambda spectra, _: spectra.mfcc.mean(axis=1),
    "mfcc": lambda spectra, _: spectra.mfcc,
    "mel": lambda spectra, _: spectra.mel,
    "log_mel": lambda spectra, _: spectra.mel_db,
    "genre_mel": lambda spectra, _: spectra.mel_db,
    "mfcc_image": lambda spectra, settings: image.picture(spectra.mfcc, settings.image_size),
    "spectrogram_image": _spectrogram_image,
    "scalars": lambda spectra, _: spectral_scalars(spectra),
}
