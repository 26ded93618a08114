# SPDX-License-Identifier: MIT
"""What a stop of a pipe organ is, whatever its pipes sound from."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np

from desktop_app.training.rendering.voices import Rng, Signal

FLUE: Final = "flue"
REED: Final = "reed"
MIXTURE: Final = "mixture"
LOWEST_MIDI: Final = 24
HIGHEST_MIDI: Final = 103
_STEP: Final = 800  # samples: 50 ms


class Stop(Protocol):
    """One row of pipes, a pipe for each key; instances can be sent to another process."""

    @property
    def title(self) -> str:
        """As it is written on the knob."""
        ...

    @property
    def role(self) -> str:
        """``FLUE``, ``REED``, or ``MIXTURE``, which sounds only above its key's pitch."""
        ...

    @property
    def ratio(self) -> float:
        """Its pitch over the key's: 1 for 8', 2 for 4', 0.5 for 16'."""
        ...

    @property
    def span_midi(self) -> tuple[int, int]:
        """The lowest and the highest pitch of its pipes."""
        ...

    def sound(self, midi: float, held_s: float, chance: Rng) -> Signal:
        """The pipe of a pitch, held so long, shape (64000,); RMS about 1 while it sounds."""
        ...


def levelled(y: Signal, n_held: int) -> Signal:
    """RMS 1 over the loudest part of the first samples, as pipes of a stop are voiced alike."""
    held = y[: max(_STEP, min(n_held, y.shape[0]) // _STEP * _STEP)]
    rms = np.sqrt(np.mean(held.reshape(-1, _STEP) ** 2, axis=1))
    return y / max(float(np.percentile(rms, 80.0)), 1e-9)
