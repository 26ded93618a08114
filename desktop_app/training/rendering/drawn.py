# SPDX-License-Identifier: MIT
"""What all sources share whose parameters are drawn: a kind, and a number that draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.training.rendering.soundfont import PlayedNote, fit_clip
from desktop_app.training.rendering.voices import Rng, Signal


@dataclass(frozen=True, slots=True)
class Drawn:
    """One source of sounds; what it plays differs from note to note, but not from call to call.

    Attributes
    ----------
    bank_number
        The kind, counted in a list that only grows at its end: the number goes into names and draws.
    program
        The number within the kind.
    seed
        Makes another set.
    """

    bank_number: int
    program: int
    seed: int

    _FIRST_KIND: ClassVar[int] = 0  # keeps the draws of two lists apart

    def render(self, notes: Sequence[PlayedNote]) -> list[Float32Array]:
        """Each note or clip as 4 s at 16 kHz, shape (64000,); louder where the key is struck harder.

        Raises
        ------
        CorpusError
            When a file that it is made of cannot be read.
        """
        return [self._render(note) for note in notes]

    def _render(self, note: PlayedNote) -> Float32Array:
        key = [self.seed, self._FIRST_KIND + self.bank_number, self.program]
        y = self._sound(
            note, np.random.default_rng(key), np.random.default_rng([*key, note.midi, note.velocity])
        )
        return fit_clip((y * self._gain(y, note)).astype(np.float32))

    def _sound(self, note: PlayedNote, parameters: Rng, chance: Rng) -> Signal:
        """Any level: the same ``parameters`` for every note of the source, another ``chance`` for each."""
        raise NotImplementedError

    def _gain(self, y: Signal, note: PlayedNote) -> float:
        return (0.1 + 0.8 * note.velocity / 127.0) / max(float(np.abs(y).max(initial=0.0)), 1e-9)
