# SPDX-License-Identifier: MIT
"""The list of the corpus's own instruments and sounds; see ``render_voices`` and ``render_noise``."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.rendering import noise as render_noise
from desktop_app.training.rendering import voices as render_voices
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import PlayedNote, fit_clip
from desktop_app.training.rendering.voices import Rng, Signal

_PITCHED: Final[tuple[tuple[str, Voice, Callable[[float, float, Rng, Rng], Signal]], ...]] = (
    ("lead", Voice("synth_lead", "synthetic", 36, 96), render_voices.lead),
    ("drawbar organ", Voice("organ", "electronic", 36, 96), render_voices.drawbar_organ),
    ("pipe organ", Voice("organ", "synthetic", 36, 96), render_voices.pipe_organ),
    ("voice", Voice("vocal", "synthetic", 43, 84), render_voices.voice),
    ("bass", Voice("bass", "synthetic", 24, 57), render_voices.bass),
    ("flute", Voice("flute", "synthetic", 60, 96), render_voices.flute),
    ("mallet", Voice("mallet", "synthetic", 48, 96), render_voices.mallet),
    ("electric piano", Voice("keyboard", "electronic", 28, 96), render_voices.electric_piano),
)
_NOISE: Final = Voice(NOT_AN_INSTRUMENT, "synthetic", 60, 60)
_UNPITCHED: Final[tuple[tuple[str, Callable[[Rng, Rng], Signal]], ...]] = (
    ("noise", render_noise.steady_noise),
    ("wind", render_noise.wind),
    ("hum", render_noise.hum),
    ("room tone", render_noise.room_tone),
    ("claps", render_noise.claps),
    ("clicks", render_noise.clicks),
    ("typing", render_noise.typing),
    ("drum", render_noise.drum),
    ("cymbal", render_noise.cymbal),
    ("siren", render_noise.siren),
    ("speech", render_noise.speech),
)


@dataclass(frozen=True, slots=True)
class SynthesisedInstrument:
    """One instrument of our own: a kind of sound, and the number that draws its parameters.

    Attributes
    ----------
    bank_number
        The kind: first the pitched ones, then, from 100, those that are no instrument.
    program
        The number within the kind.
    seed
        Makes another set of instruments.
    """

    bank_number: int
    program: int
    seed: int

    @property
    def bank(self) -> str:
        """Always ``synthesised``."""
        return "synthesised"

    @property
    def title(self) -> str:
        """The kind of sound."""
        kinds = _UNPITCHED if self.bank_number >= 100 else _PITCHED
        return kinds[self.bank_number % 100][0]

    @property
    def voice(self) -> Voice:
        """Family, source and range of the kind."""
        return _NOISE if self.bank_number >= 100 else _PITCHED[self.bank_number][1]

    def render(self, notes: Sequence[PlayedNote]) -> list[Float32Array]:
        """Each note as 4 s at 16 kHz, shape (64000,)."""
        return [self._render(note) for note in notes]

    def _render(self, note: PlayedNote) -> Float32Array:
        key = [self.seed, self.bank_number, self.program]
        parameters = np.random.default_rng(key)
        chance = np.random.default_rng([*key, note.midi, note.velocity])
        strength = note.velocity / 127.0
        if self.bank_number >= 100:
            y = _UNPITCHED[self.bank_number - 100][1](parameters, chance)
        else:
            y = _PITCHED[self.bank_number][2](midi_to_hz(note.midi), strength, parameters, chance)
        peak = max(float(np.abs(y).max()), 1e-9)
        return fit_clip((y * (0.1 + 0.8 * strength) / peak).astype(np.float32))


def synthesised_instruments(n_per_kind: int, seed: int) -> list[SynthesisedInstrument]:
    """So many instruments of each pitched kind, half as many of each kind that is no instrument.

    Speech is left out where eSpeak NG is not installed.
    """
    own_seed = zlib.crc32(f"own:{seed}".encode())
    pitched = [(kind, number) for kind in range(len(_PITCHED)) for number in range(n_per_kind)]
    can_speak = render_noise.can_speak()
    kinds = [kind for kind, (title, _) in enumerate(_UNPITCHED) if title != "speech" or can_speak]
    noises = [(100 + kind, number) for kind in kinds for number in range((n_per_kind + 1) // 2)]
    return [SynthesisedInstrument(kind, number, own_seed) for kind, number in (*pitched, *noises)]
