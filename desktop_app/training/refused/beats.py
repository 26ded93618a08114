# SPDX-License-Identifier: MIT
"""Several strokes: rolls, brushes and beats on own drums, and beats on the drum kits of a SoundFont."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.training.phrases.noise import drum_line
from desktop_app.training.phrases.play import Part, Score, render_scores
from desktop_app.training.refused.drums import STROKES
from desktop_app.training.refused.parts import burst, place, scaled, strokes, wander, white
from desktop_app.training.rendering.presets import DRUM_BANK, Preset, read_presets
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import PlayedNote, fit_clip
from desktop_app.training.rendering.voices import N_SAMPLES, TIME_S, Rng, Signal, band

BEATS: Final = 100  # added to the bank number of a drum kit whose beats are rendered, not its strokes
_KIT_VOICE: Final = Voice(NOT_AN_INSTRUMENT, "acoustic", 60, 75)  # its keys only number the clips


def roll(rng: Rng, clip: Rng) -> Signal:
    """A roll on one drum, rising or falling."""
    stroke = STROKES[str(rng.choice(["snare", "snare", "tom", "cymbal", "tambourine", "bass drum"]))](rng)
    parts, y, now_s = [stroke(clip) for _ in range(4)], np.zeros(N_SAMPLES), 0.0
    rate, rises = rng.uniform(9.0, 28.0), rng.choice([0.0, 1.0, -1.0])
    while now_s < 3.6:
        swell = 1.0 + rises * (now_s / 3.6 - 0.5) * 1.6
        place(y, parts[int(clip.integers(4))], now_s, swell * clip.uniform(0.6, 1.0))
        now_s += clip.normal(1.0, 0.05) / rate
    return y


def brushes(rng: Rng, clip: Rng) -> Signal:
    """Brushes on a snare: sweeps around the head and taps."""
    rate_hz, low_hz = rng.uniform(0.8, 3.0), rng.uniform(400.0, 2000.0)
    sweep = 0.5 + 0.5 * np.sin(2.0 * np.pi * (rate_hz * TIME_S + clip.random()))
    y = band(white(N_SAMPLES, clip), low_hz, rng.uniform(3500.0, 8000.0)) * sweep**2
    taps = strokes(lambda c: burst(0.03, 250.0, 5000.0, c), rng, clip, single=0.2)
    return scaled(y * wander(clip, 3.0, 0.5, 1.0)) + rng.uniform(0.2, 1.5) * taps


def beat(rng: Rng, clip: Rng) -> Signal:
    """A groove on a kit of own drums: bass drum and snare in turn, hats or shaker between, some fills."""
    names = ("kick", "snare", str(rng.choice(["hat", "shaker", "tambourine", "cymbal"])), "tom", "block")
    drums = [STROKES[name](rng) for name in names]
    kit = [[drum(clip) for _ in range(3)] for drum in drums]
    step_s, swing = rng.uniform(0.09, 0.22), rng.choice([0.0, 0.0, rng.uniform(0.05, 0.3)])
    chance = rng.random((5, 8)) * np.array([[0.6], [0.45], [1.0], [0.25], [0.3]])
    chance[0, 0] = chance[1, 4] = 1.0
    y, fill_from = np.zeros(N_SAMPLES), clip.choice([2.4, 9.0])
    for step in range(int(3.7 / step_s)):
        now_s = (step + swing * (step % 2)) * step_s
        for row, hits in enumerate(kit):
            is_fill = now_s > fill_from and row in (1, 3)
            if clip.random() < (0.7 if is_fill else chance[row, step % 8]):
                place(
                    y, hits[int(clip.integers(3))], now_s, clip.uniform(0.4, 1.0) * (1.0 if row < 2 else 0.5)
                )
    return y


@dataclass(frozen=True, slots=True)
class KitBeats:
    """Beats, fills and rolls on a drum kit of a SoundFont; every clip is another one."""

    soundfont: Path
    preset: Preset
    seed: int

    @property
    def bank(self) -> str:
        """The SoundFont's file name without suffix."""
        return self.soundfont.stem

    @property
    def bank_number(self) -> int:
        """MIDI bank of the kit and :data:`BEATS`, so that its single strokes have another name."""
        return self.preset.bank + BEATS

    @property
    def program(self) -> int:
        """MIDI programme, from 0."""
        return self.preset.program

    @property
    def title(self) -> str:
        """The kit's name."""
        return f"{self.preset.name}, beats"

    @property
    def voice(self) -> Voice:
        """No instrument; the keys only number the clips."""
        return _KIT_VOICE

    def render(self, notes: Sequence[PlayedNote]) -> list[Float32Array]:
        """Each clip as 4 s at 16 kHz, shape (64000,).

        Raises
        ------
        CorpusError
            When FluidSynth is missing or fails.
        """
        key = zlib.crc32(f"{self.bank}:{self.preset}".encode())
        scores = []
        for note in notes:
            rng = np.random.default_rng([self.seed, key, note.midi, note.velocity])
            scores.append(Score((Part(self.preset, drum_line(rng, 4.0)),), 4.0))
        sounds = render_scores(self.soundfont, scores, reverb=key % 2 == 0, chorus=False)
        levels = [0.1 + 0.8 * note.velocity / 127.0 for note in notes]
        return [
            fit_clip((scaled(y.astype(np.float64)) * level).astype(np.float32))
            for y, level in zip(sounds, levels, strict=True)
        ]


def kit_beats(soundfont: Path, seed: int) -> list[KitBeats]:
    """Beats on every drum kit of a SoundFont.

    Raises
    ------
    CorpusError
        When the file is no SoundFont.
    """
    return [KitBeats(soundfont, p, seed) for p in read_presets(soundfont) if p.bank == DRUM_BANK]
