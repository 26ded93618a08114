# SPDX-License-Identifier: MIT
"""Own cases by additive synthesis, for where no folder of cases is given; the truth is exact."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from desktop_app.bench.cases import Case
from desktop_app.bench.segmentation import NoteTuple
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import MIDI_MAX, MIDI_MIN
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.dsp.spec import DEFAULT_SPEC

Signal = NDArray[np.float64]
_SR: Final = DEFAULT_SPEC.sr
_FLOOR: Final = 1e-4
_NOTE_S: Final = 1.2
_BEFORE_S: Final = 0.25
_CONTOUR_S: Final = 12.0
_MELODY_S: Final = 12.0
_TRANSPOSED: Final = (
    (-24, "rich"),
    (-24, "weak_fundamental"),
    (0, "rich"),
    (0, "odd"),
    (24, "rich"),
    (31, "pure"),
)


class Timbre(NamedTuple):
    """Amplitudes of the harmonics, seconds in which they fall to a third, of the attack and the release."""

    amplitudes: tuple[float, ...]
    decay_s: float = 9.0
    attack_s: float = 0.005
    release_s: float = 0.03


TIMBRES: Final[dict[str, Timbre]] = {
    "pure": Timbre((1.0,)),
    "rich": Timbre(tuple(1.0 / h for h in range(1, 21))),
    "odd": Timbre(tuple((h % 2) / h for h in range(1, 20))),
    "weak_fundamental": Timbre((0.02, *(1.0 / h for h in range(2, 21)))),
    "plucked": Timbre(tuple(h**-1.5 for h in range(1, 16)), decay_s=0.5, release_s=0.06),
    "bowed": Timbre(tuple(h**-0.8 for h in range(1, 21)), attack_s=0.05, release_s=0.08),
}
# Timbre, lowest and highest key.
_MELODIES: Final = (
    ("plucked", 28, 50),
    ("plucked", 52, 84),
    ("rich", 43, 76),
    ("odd", 50, 84),
    ("bowed", 55, 90),
    ("weak_fundamental", 33, 57),
)
_PIECES: Final = (
    (("plucked", 40, 57), ("plucked", 60, 81)),
    (("rich", 36, 50), ("odd", 55, 67), ("bowed", 69, 88)),
)


def made_notes() -> list[Case]:
    """Every piano key in five timbres, 1.2 s from 0.25 s on, over faint white noise."""
    rng = np.random.default_rng(0)
    cases = []
    for name in list(TIMBRES)[:5]:
        for midi in range(MIDI_MIN, MIDI_MAX + 1):
            tone = 0.3 * _tone(TIMBRES[name], np.full(round(_NOTE_S * _SR), midi_to_hz(midi)), rng)
            y = _over_noise(np.concatenate((np.zeros(round(_BEFORE_S * _SR)), tone)), rng)
            note = (_BEFORE_S, _BEFORE_S + _NOTE_S, float(midi))
            cases.append(Case(f"{name} {midi}", y, (note,), labels={"timbre": name}))
    return cases


def made_contours() -> list[Case]:
    """One wandering pitch with glides, vibrato and rests, transposed by -24 … 31 semitones."""
    midi, gate = _wandering(np.random.default_rng(2))
    ticks = np.arange(0, midi.size - _SR // 50, DEFAULT_SPEC.hop_length)
    cases = []
    for shift, name in _TRANSPOSED:
        rng = np.random.default_rng(3)
        f0_hz = 440.0 * 2.0 ** ((midi + shift - 69.0) / 12.0)
        steady = TIMBRES[name]._replace(decay_s=1e9)
        y = _over_noise(0.3 * _tone(steady, f0_hz, rng) * gate, rng)
        true_hz = np.where(gate[ticks] > 0.5, f0_hz[ticks], 0.0)
        label = f"{shift:+d} {name}"
        cases.append(Case(label, y, (), ticks / _SR, true_hz, {"contour": label}))
    return cases


def made_melodies(*, with_noise: bool = False) -> list[Case]:
    """Melodies of six timbres; ``with_noise`` adds pink noise 10 dB below them."""
    rng = np.random.default_rng(4)
    cases = []
    for name, low, high in _MELODIES:
        y, notes = _melody(TIMBRES[name], low, high, rng)
        if with_noise:
            noise = coloured_noise(y.size, 1.0, np.random.default_rng(5))
            y = y + noise * float(np.sqrt(np.mean(y**2))) * 10.0 ** (-10.0 / 20.0)
        cases.append(Case(f"{name} {low}-{high}", y.astype(np.float32), notes, labels={"timbre": name}))
    return cases


def made_pieces() -> list[Case]:
    """Pieces of two and of three voices."""
    rng = np.random.default_rng(6)
    cases = []
    for voices in _PIECES:
        parts = [_melody(TIMBRES[name], low, high, rng) for name, low, high in voices]
        y = np.mean([part[0] for part in parts], axis=0).astype(np.float32)
        notes = tuple(sorted(note for part in parts for note in part[1]))
        cases.append(Case(f"{len(voices)} voices", y, notes))
    return cases


def coloured_noise(n: int, exponent: float, rng: np.random.Generator) -> Signal:
    """Noise whose power falls with frequency to that exponent (0 white, 1 pink); its RMS is 1."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    hz = np.maximum(np.fft.rfftfreq(n, 1.0 / _SR), 20.0)
    y = np.fft.irfft(spectrum * hz ** (-exponent / 2.0), n)
    return np.asarray(y / np.sqrt(np.mean(y**2)))


def _tone(timbre: Timbre, f0_hz: Signal, rng: np.random.Generator) -> Signal:
    """A note whose pitch may move, shape of ``f0_hz``; its peak is 1."""
    phase = np.cumsum(f0_hz) / _SR
    y = np.zeros(f0_hz.size)
    for harmonic, amplitude in enumerate(timbre.amplitudes, start=1):
        audible = np.where(harmonic * f0_hz < 0.47 * _SR, amplitude, 0.0)
        y += audible * np.sin(2.0 * np.pi * (harmonic * phase + rng.random()))
    t = np.arange(f0_hz.size) / _SR
    y *= np.minimum(t / timbre.attack_s, 1.0) * np.exp(-t / timbre.decay_s)
    return np.asarray(y / np.abs(y).max())


def _melody(
    timbre: Timbre, low: int, high: int, rng: np.random.Generator
) -> tuple[Float32Array, tuple[NoteTuple, ...]]:
    """Notes of 0.12 to 0.9 s, some repeated, some slurred, some after a rest."""
    y = np.zeros(round(_MELODY_S * _SR))
    notes: list[NoteTuple] = []
    onset_s, midi = 0.3, int(rng.integers(low, high + 1))
    while onset_s < _MELODY_S - 1.2:
        held_s = float(rng.choice((0.12, 0.2, 0.3, 0.3, 0.45, 0.6, 0.9)))
        tone = _held_tone(timbre, midi, held_s, rng)
        first = round(onset_s * _SR)
        y[first : first + tone.size] += tone
        notes.append((onset_s, onset_s + held_s, float(midi)))
        onset_s += held_s + float(rng.choice((0.0, 0.0, 0.02, 0.06, 0.3)))
        step = int(rng.choice((-12, -7, -4, -3, -2, -1, 0, 1, 2, 3, 5, 7, 12)))
        midi = midi + step if low <= midi + step <= high else midi - step
        midi = int(np.clip(midi, low, high))
    return _over_noise(y, rng), tuple(notes)


def _held_tone(timbre: Timbre, midi: int, held_s: float, rng: np.random.Generator) -> Signal:
    """A tone that fades once its key is up."""
    n_held = round(held_s * _SR)
    tone = _tone(timbre, np.full(n_held + round(5.0 * timbre.release_s * _SR), midi_to_hz(midi)), rng)
    after_s = np.maximum(0, np.arange(tone.size) - n_held) / _SR
    return np.asarray(rng.uniform(0.1, 0.35) * tone * np.exp(-after_s / timbre.release_s))


def _wandering(rng: np.random.Generator) -> tuple[Signal, Signal]:
    """MIDI number and loudness, one value a sample: steps between C3 and C5, glides, vibrato, rests."""
    n = round(_CONTOUR_S * _SR)
    midi, gate = np.full(n, 60.0), np.zeros(n)
    position, pitch = _SR // 5, 60.0
    while position < n - _SR:
        end = position + int(rng.uniform(0.2, 1.0) * _SR)
        target = float(np.clip(pitch + rng.choice((-7, -5, -3, -2, 2, 3, 5, 7)), 48, 72))
        since_s = np.arange(end - position) / _SR
        glide = np.clip(since_s / rng.uniform(0.02, 0.1), 0.0, 1.0)
        depth = rng.uniform(0.0, 0.5) * np.clip((since_s - 0.15) / 0.2, 0.0, 1.0)
        moving = pitch + (target - pitch) * glide
        midi[position:] = target
        midi[position:end] = moving + depth * np.sin(2.0 * np.pi * rng.uniform(4.5, 6.5) * since_s)
        gate[position:end] = 1.0
        pitch, position = float(midi[end - 1]), end + int(rng.choice((0.0, 0.0, 0.06, 0.2)) * _SR)
    smooth = np.hanning(_SR // 50)
    return midi, np.convolve(gate, smooth / smooth.sum(), "same")


def _over_noise(y: Signal, rng: np.random.Generator) -> Float32Array:
    return (y + _FLOOR * rng.standard_normal(y.size)).astype(np.float32)
