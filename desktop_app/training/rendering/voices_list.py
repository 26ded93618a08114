# SPDX-License-Identifier: MIT
"""The list of own parametric instruments, whose notes are held as long as a player likes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop_app.domain.pitch import midi_to_hz
from desktop_app.training.rendering import voices_blown as blown
from desktop_app.training.rendering import voices_organ as organ
from desktop_app.training.rendering import voices_strings as strings
from desktop_app.training.rendering import voices_sung as sung
from desktop_app.training.rendering.drawn import Drawn
from desktop_app.training.rendering.presets_gm import Voice
from desktop_app.training.rendering.soundfont import PlayedNote
from desktop_app.training.rendering.voices import Rng, Signal
from desktop_app.training.rendering.voices_touch import draw_held_s

Maker = Callable[[float, float, float, Rng, Rng], Signal]

KINDS: Final[tuple[tuple[str, Voice, Maker], ...]] = (
    ("acoustic guitar", Voice("guitar", "acoustic", 40, 84), strings.acoustic_guitar),
    ("electric guitar", Voice("guitar", "electronic", 40, 86), strings.electric_guitar),
    ("electric bass", Voice("bass", "electronic", 24, 60), strings.electric_bass),
    ("harp or pizzicato", Voice("string", "acoustic", 36, 93), strings.harp),
    ("bowed string", Voice("string", "acoustic", 31, 93), blown.bowed_string),
    ("piano", Voice("keyboard", "acoustic", 24, 100), strings.piano),
    ("harpsichord", Voice("keyboard", "acoustic", 33, 86), strings.harpsichord),
    ("tine piano", Voice("keyboard", "electronic", 28, 96), strings.tine_piano),
    ("brass", Voice("brass", "acoustic", 34, 82), blown.brass),
    ("reed", Voice("reed", "acoustic", 34, 88), blown.reed),
    ("flute", Voice("flute", "acoustic", 55, 96), blown.breathy_flute),
    ("drawbars", Voice("organ", "electronic", 36, 91), organ.drawbars),
    ("pipes", Voice("organ", "acoustic", 36, 91), organ.pipes),
    ("free reeds", Voice("organ", "acoustic", 36, 84), organ.free_reeds),
    ("transistor organ", Voice("organ", "electronic", 36, 91), organ.transistor_organ),
    ("singer", Voice("vocal", "acoustic", 41, 81), sung.singer),
    ("struck bar", Voice("mallet", "acoustic", 48, 100), sung.struck_bar),
)


@dataclass(frozen=True, slots=True)
class ParametricInstrument(Drawn):
    """One instrument of our own; the kinds are those of ``KINDS``."""

    _FIRST_KIND = 1000

    @property
    def bank(self) -> str:
        """Always ``parametric``."""
        return "parametric"

    @property
    def title(self) -> str:
        """The kind."""
        return KINDS[self.bank_number][0]

    @property
    def voice(self) -> Voice:
        """Family, source and range of the kind."""
        return KINDS[self.bank_number][1]

    def _sound(self, note: PlayedNote, parameters: Rng, chance: Rng) -> Signal:
        make = KINDS[self.bank_number][2]
        return make(midi_to_hz(note.midi), note.velocity / 127.0, draw_held_s(chance), parameters, chance)


def parametric_instruments(n_per_kind: int, seed: int) -> list[ParametricInstrument]:
    """So many instruments of each kind."""
    return [
        ParametricInstrument(kind, number, seed) for kind in range(len(KINDS)) for number in range(n_per_kind)
    ]
