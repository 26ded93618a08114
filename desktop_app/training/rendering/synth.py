# SPDX-License-Identifier: MIT
"""The list of the corpus's own instruments and sounds; see ``voices`` and ``noise``."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.rendering import noise as render_noise
from desktop_app.training.rendering import voices as render_voices
from desktop_app.training.rendering.drawn import Drawn
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import PlayedNote
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
class SynthesisedInstrument(Drawn):
    """One instrument of our own; the kinds are first the pitched ones, then, from 100, no instruments."""

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

    def _sound(self, note: PlayedNote, parameters: Rng, chance: Rng) -> Signal:
        if self.bank_number >= 100:
            return _UNPITCHED[self.bank_number - 100][1](parameters, chance)
        make = _PITCHED[self.bank_number][2]
        return make(midi_to_hz(note.midi), note.velocity / 127.0, parameters, chance)


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
