# SPDX-License-Identifier: MIT
"""The sampled pipes of GrandOrgue's demo organ: Debian's package grandorgue-demo, unpacked with wavpack.

Every octave has two recorded pipes, F sharp and G. Keys of even and odd number take the one and the other,
as neighbouring pipes stand on different sides of a chest, and the missing ones are played faster or slower.
"""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.resample import resample
from desktop_app.training.rendering.organ_stops import FLUE, HIGHEST_MIDI, REED, levelled
from desktop_app.training.rendering.presets import CorpusError
from desktop_app.training.rendering.soundfont import CLIP_S, SR
from desktop_app.training.rendering.voices import N_SAMPLES, Rng, Signal

PACKAGES: Final = Path("/usr/share/GrandOrgue/packages")
_RANKS: Final = (
    ("Montre8", "Montre 8", FLUE, 1.0),
    ("Bourdon8", "Bourdon 8", FLUE, 1.0),
    ("FlHarm8", "Flûte harmonique 8", FLUE, 1.0),
    ("Gamba8", "Gamba 8", FLUE, 1.0),
    ("Octavin2", "Octavin 2", FLUE, 4.0),
    ("Trompette8", "Trompette 8", REED, 1.0),
    ("Hautbois8", "Hautbois 8", REED, 1.0),
)
_REACH: Final = 6  # semitones from a recorded pipe to the farthest key that it is played for
_LOWEST_KEY: Final = 36
_JOIN_S: Final = 0.03
_TIME_LIMIT_S: Final = 60
_DAMAGED: Final = (
    OSError,
    KeyError,
    struct.error,
    subprocess.SubprocessError,
    zipfile.BadZipFile,
    zlib.error,
    soundfile.LibsndfileError,
)


@dataclass(frozen=True, slots=True)
class _Pipe:
    midi: float
    sr: int
    y: Float32Array
    loops: tuple[tuple[int, int], ...]  # first and last frame
    release: int


@dataclass(frozen=True, slots=True)
class SampledStop:
    """A rank of the demo organ; its recordings are read when it first sounds."""

    package: Path
    folder: str
    title: str
    role: str
    ratio: float

    @property
    def span_midi(self) -> tuple[int, int]:
        """As far as its recorded pipes reach."""
        found = [pipe.midi for pipe in _pipes(self.package, self.folder)]
        low = max(_LOWEST_KEY, int(np.ceil(min(found))) - _REACH)
        return low, min(HIGHEST_MIDI, int(max(found)) + _REACH - 1)

    def sound(self, midi: float, held_s: float, chance: Rng) -> Signal:
        """The pipe of a pitch, held so long, shape (64000,); RMS about 1 while it sounds."""
        pipes = _pipes(self.package, self.folder)
        pipe = min(pipes[round(midi) % 2 :: 2], key=lambda one: abs(one.midi - midi))
        speed = float(np.exp2((midi - pipe.midi) / 12.0))
        played = _played(pipe, held_s * speed, CLIP_S * speed, chance)
        y = resample(played, round(pipe.sr * speed), SR)[:N_SAMPLES].astype(np.float64)
        return levelled(np.pad(y, (0, N_SAMPLES - y.shape[0])), int(held_s * SR))


def sampled_stops() -> tuple[SampledStop, ...]:
    """The ranks of the demo organ.

    Raises
    ------
    CorpusError
        When it is not installed.
    """
    found = sorted(PACKAGES.glob("demo-*.orgue"))
    if not found:
        raise CorpusError("GrandOrgue's demo organ is not installed: install the package grandorgue-demo.")
    return tuple(SampledStop(found[0], *rank) for rank in _RANKS)


def _played(pipe: _Pipe, held_s: float, clip_s: float, chance: Rng) -> Float32Array:
    """A pipe at its own rate: held in a loop of its recording, then its recorded end."""
    n_held, n_clip = int(held_s * pipe.sr), int(clip_s * pipe.sr)
    first, last = pipe.loops[int(chance.integers(len(pipe.loops)))]
    place = np.arange(n_held + int(_JOIN_S * pipe.sr))
    place = np.where(place > last, first + (place - first) % (last + 1 - first), place)
    held, n_join = pipe.y[place], place.shape[0] - n_held
    end = pipe.y[_best_end(pipe, held[n_held:]) :].copy()
    level = np.sqrt(np.mean(held[-4 * n_join :] ** 2) / max(float(np.mean(end[: 4 * n_join] ** 2)), 1e-12))
    end *= min(1.0, float(level))  # a pipe that spoke shortly has filled the room less
    fade = np.linspace(0.0, 1.0, n_join, dtype=np.float32)
    end[:n_join] = held[n_held:] * (1.0 - fade) + end[:n_join] * fade
    return np.concatenate([held[:n_held], end])[:n_clip]


def _best_end(pipe: _Pipe, tail: Float32Array) -> int:
    """Where the recorded end goes on in the phase of what was held."""
    period = int(pipe.sr / 440.0 * 2.0 ** ((69.0 - pipe.midi) / 12.0)) + 1
    room = pipe.y.shape[0] - pipe.release - 4 * tail.shape[0]
    shifts = range(0, max(1, min(period, room)), max(1, period // 64))
    scores = [float(tail @ pipe.y[pipe.release + shift :][: tail.shape[0]]) for shift in shifts]
    return pipe.release + shifts[int(np.argmax(scores))]


@lru_cache(maxsize=len(_RANKS))
def _pipes(package: Path, folder: str) -> tuple[_Pipe, ...]:
    """The pipes of a rank from the lowest, F sharp and G in turn."""
    try:
        with zipfile.ZipFile(package) as archive:
            names = sorted(one for one in archive.namelist() if one.startswith(f"{folder}/") and "." in one)
            pipes = tuple(_pipe(_unpacked(archive.read(name))) for name in names)
    except _DAMAGED as error:
        raise CorpusError(f"{package} could not be read as GrandOrgue's demo organ.") from error
    if not pipes:
        raise CorpusError(f"{package} has no pipes of the stop {folder}.")
    return pipes


def _unpacked(packed: bytes) -> bytes:
    try:
        done = subprocess.run(
            ["wvunpack", "-q", "-", "-o", "-"],
            input=packed,
            capture_output=True,
            check=True,
            timeout=_TIME_LIMIT_S,
        )
    except FileNotFoundError as error:
        raise CorpusError("wvunpack is not installed: install the package wavpack first.") from error
    return done.stdout


def _pipe(wav: bytes) -> _Pipe:
    y, sr = soundfile.read(io.BytesIO(wav), dtype="float32", always_2d=True)
    chunks = _chunks(wav)
    sampler, cue = chunks[b"smpl"], chunks[b"cue "]
    _, _, _, key, fraction, _, _, n_loops = struct.unpack_from("<8I", sampler)
    loops = tuple(struct.unpack_from("<2I", sampler, 36 + 24 * k + 8) for k in range(n_loops))
    release = struct.unpack_from("<I", cue, 24)[0]
    mono = np.ascontiguousarray(y.mean(axis=1))
    return _Pipe(key + fraction / 2**32, sr, mono, loops, release)


def _chunks(wav: bytes) -> dict[bytes, bytes]:
    """The parts of a RIFF file; of a WAV its loops ("smpl") and marks ("cue ") beside the sound."""
    chunks, at = {}, 12
    while at + 8 <= len(wav):
        n = struct.unpack_from("<I", wav, at + 4)[0]
        chunks[wav[at : at + 4]] = wav[at + 8 : at + 8 + n]
        at += 8 + n + n % 2
    return chunks
