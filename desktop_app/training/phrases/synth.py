# SPDX-License-Identifier: MIT
"""Own instruments that can play phrases: random parameters make each number another instrument.

Every maker takes the key's frequency, how long the key is down, how hard it is struck (0 … 1), the generator
of the instrument's parameters (the same numbers for each of its notes) and that of the note.

References
----------
Chowning, "The Synthesis of Complex Audio Spectra by Means of Frequency Modulation", JAES 21(7), 1973.
Fletcher and Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (plucked strings).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.phrases.lines import Line
from desktop_app.training.rendering import voices as render_voices
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import VOWELS_HZ, Rng, Signal, band, harmonics, oscillate

_NYQUIST_HZ: Final = 7800.0
_DRAWBARS: Final = np.array([0.5, 1.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0])  # 16', 5⅓', 8', 4' … 1'
Maker = Callable[[float, float, float, Rng, Rng], Signal]


def _time_s(held_s: float, release_s: float) -> Signal:
    """Times from key down until the sound is over."""
    return np.arange(int((held_s + min(2.0, 6.0 * release_s)) * SR)) / SR


def _envelope(
    time_s: Signal, held_s: float, attack_s: float, decay_s: float, sustain: float, release_s: float
) -> Signal:
    """Rises, falls towards ``sustain`` and, from key up on, to nothing."""
    rise = np.minimum(1.0, (time_s + 1.0 / SR) / attack_s)
    fall = sustain + (1.0 - sustain) * np.exp(-np.maximum(0.0, time_s - attack_s) / decay_s)
    return rise * fall * np.exp(-np.maximum(0.0, time_s - held_s) / release_s)


def _vibrato(time_s: Signal, f0_hz: float, cents: float, rate_hz: float, delay_s: float) -> Signal:
    """Phase in periods of a tone with delayed vibrato."""
    depth = cents * np.clip((time_s - delay_s) / 0.3, 0.0, 1.0)
    return np.cumsum(f0_hz * 2.0 ** (depth * np.sin(2.0 * np.pi * rate_hz * time_s) / 1200.0)) / SR


def drawbar_organ(f0_hz: float, held_s: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """All nine drawbars, 16' and 5⅓' too; the label is the key, as on the real organ."""
    bars = rng.integers(0, 9, 9) / 8.0 * (rng.random(9) < 0.6)
    bars[2] = max(bars[2], 0.25)
    bars[0], bars[1] = bars[0] * (rng.random() < 0.7), bars[1] * (rng.random() < 0.7)
    speed_hz, wobble, tremolo = rng.choice([0.8, 6.5]), rng.uniform(0.0, 12.0), rng.uniform(0.0, 0.3)
    click = rng.uniform(0.0, 0.6)
    percussion = rng.choice([0.0, rng.uniform(0.3, 1.0)])
    push = rng.uniform(0.1, 3.0)
    attack_s = rng.uniform(0.002, 0.015)
    time_s = _time_s(held_s, 0.01)
    periods = _vibrato(time_s, f0_hz, wobble, speed_hz, -1.0)
    y = np.zeros_like(time_s)
    for ratio, level in zip(_DRAWBARS, bars, strict=True):
        if level and ratio * f0_hz < _NYQUIST_HZ:
            y += level * np.sin(2.0 * np.pi * (ratio * periods + note.random()))
    y += percussion * np.sin(4.0 * np.pi * periods) * np.exp(-time_s / 0.25)
    y += click * band(note.standard_normal(time_s.size), 1000.0, 4000.0) * np.exp(-time_s / 0.006)
    y *= 1.0 + tremolo * np.sin(2.0 * np.pi * speed_hz * time_s)
    y *= _envelope(time_s, held_s, attack_s, 1.0, 1.0, 0.01)
    return np.tanh(y * push / np.abs(y).max()) / push


def electric_piano(f0_hz: float, held_s: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """Struck and decaying FM of two pairs: a body and a tine."""
    ratio, index = float(rng.choice([1.0, 1.0, 2.0, 3.0])), rng.uniform(0.3, 2.2)
    tine, high = rng.uniform(0.03, 0.4), float(rng.integers(7, 15))
    decay_s = rng.uniform(0.5, 3.0) * (262.0 / f0_hz) ** 0.3
    tremolo = rng.choice([0.0, rng.uniform(0.05, 0.4)])
    rate_hz = rng.uniform(3.0, 7.0)
    release_s = rng.uniform(0.03, 0.15)
    time_s = _time_s(held_s, release_s)
    turns = 2.0 * np.pi * f0_hz * time_s
    body = np.sin(turns + index * strength * np.exp(-time_s / (0.4 * decay_s)) * np.sin(ratio * turns))
    high = min(high, max(1.0, np.floor(6000.0 / f0_hz)))
    spark = tine * strength * np.sin(turns + 0.8 * np.sin(high * turns)) * np.exp(-time_s / (0.15 * decay_s))
    shape = _envelope(time_s, held_s, 0.002, decay_s, 0.0, release_s)
    return strength * (body + spark) * shape * (1.0 + tremolo * np.sin(2.0 * np.pi * rate_hz * time_s))


def plucked(f0_hz: float, held_s: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """A plucked string as the sum of its modes: the pluck's place and noise, losses, stiffness."""
    place, slope = rng.uniform(0.06, 0.5), rng.uniform(0.6, 1.8) - 0.4 * strength
    decay_s, losses = rng.uniform(0.3, 4.0) * (220.0 / f0_hz) ** 0.4, rng.uniform(0.02, 0.6)
    stiffness = rng.choice([0.0, np.exp(rng.uniform(np.log(1e-5), np.log(4e-4)))])
    noise, release_s, attack_s = rng.uniform(0.0, 0.3), rng.uniform(0.02, 0.2), rng.uniform(0.0005, 0.004)
    time_s = _time_s(held_s, release_s)
    y = np.zeros_like(time_s)
    for k in harmonics(f0_hz)[:70]:
        mode_hz = k * f0_hz * np.sqrt((1.0 + stiffness * k * k) / (1.0 + stiffness))
        if mode_hz < _NYQUIST_HZ:
            level = np.sin(np.pi * k * place) / k**slope
            mode = np.sin(2.0 * np.pi * (mode_hz * time_s + 0.1 * note.random()))
            y += level * mode * np.exp(-time_s * (1.0 + losses * (k - 1)) / decay_s)
    y += noise * band(note.standard_normal(time_s.size), 300.0, 4000.0) * np.exp(-time_s / 0.01)
    return strength * y * _envelope(time_s, held_s, attack_s, 1.0, 1.0, release_s)


def sung(f0_hz: float, held_s: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """A vowel per note: glottal tone, formants, breath, vibrato, a slide of the start within 60 cents."""
    size, tilt = rng.uniform(0.9, 1.35), rng.uniform(0.8, 1.8) - 0.3 * strength
    width_hz, breath = rng.uniform(70.0, 160.0), rng.uniform(0.003, 0.06)
    depth = rng.uniform(0.0, 55.0)
    rate_hz = rng.uniform(4.3, 6.6)
    attack_s = rng.uniform(0.02, 0.1)
    release_s = rng.uniform(0.02, 0.08)
    time_s = _time_s(held_s, release_s)
    start = 2.0 ** (note.uniform(-60.0, 30.0) * np.exp(-time_s / 0.03) / 1200.0) - 1.0
    periods = _vibrato(time_s, f0_hz, depth, rate_hz, note.uniform(0.05, 0.4)) + np.cumsum(f0_hz * start) / SR
    k = harmonics(f0_hz * 1.04)
    vowel = VOWELS_HZ[int(note.integers(5))]
    gain = np.full_like(k, 0.01)
    for number, centre in enumerate((*vowel, 3400, 4300)):
        gain += 0.7**number / (1.0 + ((k * f0_hz - centre * size) / (width_hz * (1.0 + 0.4 * number))) ** 2)
    y = oscillate(gain * k**-tilt, periods, note)
    y = y / (np.abs(y).max() + 1e-9) + breath * band(note.standard_normal(time_s.size), 800.0, 5000.0)
    return (0.3 + 0.7 * strength) * y * _envelope(time_s, held_s, attack_s, 1.0, 0.9, release_s)


def lead(f0_hz: float, held_s: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """Saw, square, pulse or triangle, one to three of them, through a filter that closes."""
    shape, width, n_voices = int(rng.integers(4)), rng.uniform(0.08, 0.5), int(rng.choice([1, 1, 2, 3]))
    spread = rng.uniform(2.0, 12.0)
    cutoff_hz = np.exp(rng.uniform(np.log(400.0), np.log(8000.0)))
    closing_s = rng.uniform(0.05, 1.0)
    depth, rate_hz = rng.choice([0.0, rng.uniform(5.0, 40.0)]), rng.uniform(4.0, 7.0)
    attack_s = rng.uniform(0.002, 0.06)
    decay_s = rng.uniform(0.1, 2.0)
    sustain = rng.uniform(0.2, 1.0)
    release_s = rng.uniform(0.01, 0.3)
    time_s = _time_s(held_s, release_s)
    k = harmonics(f0_hz * 1.05)
    levels = {
        0: 1.0 / k,
        1: np.where(k % 2 == 1, 1.0 / k, 0.0),
        2: np.abs(np.sin(np.pi * k * width)) / k,
        3: np.where(k % 2 == 1, 1.0 / k**2, 0.0),
    }[shape]
    dark = levels / (1.0 + (k * f0_hz / max(cutoff_hz, 1.5 * f0_hz)) ** 4)
    mix = np.exp(-time_s / closing_s) * strength
    y = np.zeros_like(time_s)
    for cents in np.linspace(-spread, spread, n_voices) if n_voices > 1 else (0.0,):
        periods = _vibrato(time_s, f0_hz * 2.0 ** (cents / 1200.0), depth, rate_hz, 0.15)
        state = note.bit_generator.state
        y += (1.0 - mix) * oscillate(dark, periods, note)
        note.bit_generator.state = state  # the same phases: nothing cancels as the filter closes
        y += mix * oscillate(levels, periods, note)
    return (0.3 + 0.7 * strength) * y * _envelope(time_s, held_s, attack_s, decay_s, sustain, release_s)


def missing_fundamental(f0_hz: float, held_s: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """A low tone whose first, or first two, harmonics are absent or weak, as through small loudspeakers."""
    first, slope = int(rng.integers(2, 4)), rng.uniform(0.2, 1.4)
    rest = rng.choice([0.0, rng.uniform(0.01, 0.15)])
    bumps = rng.uniform(0.3, 1.0, 512)
    decay_s, sustain, release_s = rng.uniform(0.2, 2.0), rng.uniform(0.0, 1.0), rng.uniform(0.02, 0.15)
    attack_s, high_hz = rng.uniform(0.002, 0.04), rng.uniform(12.0, 40.0)
    time_s = _time_s(held_s, release_s)
    k = harmonics(f0_hz)
    levels = bumps[: k.shape[0]] / k**slope * np.where(k < first, rest, 1.0) * (k < high_hz)
    y = oscillate(levels, f0_hz * time_s, note)
    return strength * y * _envelope(time_s, held_s, attack_s, decay_s, sustain, release_s)


def few_harmonics(f0_hz: float, held_s: float, strength: float, rng: Rng, note: Rng) -> Signal:
    """A sine, or two or three harmonics: whistles, ocarinas, soft mallets, sub-basses."""
    levels = np.array([1.0, *(rng.uniform(0.0, 0.5, 2) * (rng.random(2) < 0.5))])
    is_struck = rng.random() < 0.4
    decay_s, release_s = rng.uniform(0.1, 1.5), rng.uniform(0.02, 0.2)
    attack_s = rng.uniform(0.002, 0.005) if is_struck else rng.uniform(0.01, 0.08)
    depth = rng.choice([0.0, rng.uniform(5.0, 35.0)])
    rate_hz = rng.uniform(4.0, 7.0)
    breath = rng.choice([0.0, rng.uniform(0.0, 0.05)])
    time_s = _time_s(held_s, release_s)
    n = max(1, min(3, int(_NYQUIST_HZ / f0_hz)))
    y = oscillate(levels[:n], _vibrato(time_s, f0_hz, 0.0 if is_struck else depth, rate_hz, 0.2), note)
    y += breath * band(note.standard_normal(time_s.size), 300.0, 6000.0)
    return strength * y * _envelope(time_s, held_s, attack_s, decay_s, 0.0 if is_struck else 0.9, release_s)


def _cut(maker: Callable[[float, float, Rng, Rng], Signal], release_s: float) -> Maker:
    """A maker of 4 s notes as one of notes of any length up to 3 s."""

    def cut(f0_hz: float, held_s: float, strength: float, rng: Rng, note: Rng) -> Signal:
        y = maker(f0_hz, strength, rng, note)
        time_s = _time_s(min(held_s, 3.0), release_s)[: y.shape[0]]
        y = y[: time_s.shape[0]] / (np.abs(y).max() + 1e-9)
        return (0.3 + 0.7 * strength) * y * np.exp(-np.maximum(0.0, time_s - held_s) / release_s)

    return cut


MAKERS: Final[tuple[tuple[str, Voice, Maker], ...]] = (
    ("drawbar organ", Voice("organ", "electronic", 36, 96), drawbar_organ),
    ("electric piano", Voice("keyboard", "electronic", 24, 103), electric_piano),
    ("plucked string", Voice("guitar", "synthetic", 24, 98), plucked),
    ("voice", Voice("vocal", "synthetic", 40, 84), sung),
    ("lead", Voice("synth_lead", "synthetic", 24, 105), lead),
    ("missing fundamental", Voice("bass", "synthetic", 21, 60), missing_fundamental),
    ("few harmonics", Voice("synth_lead", "synthetic", 36, 108), few_harmonics),
    ("mallet", Voice("mallet", "synthetic", 48, 96), _cut(render_voices.mallet, 0.1)),
    ("flute", Voice("flute", "synthetic", 60, 96), _cut(render_voices.flute, 0.05)),
    ("pipe organ", Voice("organ", "synthetic", 36, 96), _cut(render_voices.pipe_organ, 0.08)),
)


@dataclass(frozen=True, slots=True)
class OwnInstrument:
    """One of :data:`MAKERS` and the number that draws its parameters."""

    kind: int
    number: int

    @property
    def title(self) -> str:
        """The kind of sound."""
        return MAKERS[self.kind][0]

    @property
    def voice(self) -> Voice:
        """Family, source and range."""
        return MAKERS[self.kind][1]

    def render(self, line: Line, length_s: float, rng: Rng) -> Float32Array:
        """A phrase as mono sound at 16 kHz, shape (n,); keys sound from the sample that they go down at."""
        y = np.zeros(int(length_s * SR))
        tuning = 2.0 ** (float(rng.normal(0.0, 6.0)) / 1200.0)
        for note in line.notes:
            parameters = np.random.default_rng([self.kind, self.number])
            f0_hz, strength = midi_to_hz(note.midi) * tuning, note.velocity / 127.0
            sound = MAKERS[self.kind][2](f0_hz, note.offset_s - note.onset_s, strength, parameters, rng)
            start = round(note.onset_s * SR)
            n = min(sound.shape[0], y.shape[0] - start)
            y[start : start + n] += sound[:n]
        return y.astype(np.float32)
