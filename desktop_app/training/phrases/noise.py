# SPDX-License-Identifier: MIT
"""Phrases without a note: speech, claps, drums, noises, typing, silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.training.phrases.lines import Line, Note, played
from desktop_app.training.rendering import noise as render_noise
from desktop_app.training.rendering.soundfont import SR
from desktop_app.training.rendering.voices import Rng, Signal

NOISES: Final[tuple[tuple[str, str, float, Callable[[Rng, Rng], Signal]], ...]] = (
    ("speech", "speech", 0.3, render_noise.speech),
    ("claps", "claps", 0.1, render_noise.claps),
    ("noise", "steady noise", 0.12, render_noise.steady_noise),
    ("noise", "wind", 0.03, render_noise.wind),
    ("noise", "hum", 0.05, render_noise.hum),
    ("noise", "room tone", 0.06, render_noise.room_tone),
    ("noise", "clicks", 0.04, render_noise.clicks),
    ("noise", "typing", 0.06, render_noise.typing),
    ("drums", "drum", 0.04, render_noise.drum),
    ("drums", "cymbal", 0.02, render_noise.cymbal),
    ("silence", "dither", 0.04, lambda _, clip: 1e-5 * clip.standard_normal(4 * SR)),
)
DRUM_SHARE: Final = 0.2
_EDGE: Final = int(0.01 * SR)


def noise(rng: Rng, length_s: float) -> tuple[str, str, Float32Array]:
    """Kind, title and sound of something that is no instrument: clips of one source in a row.

    Speech is left out where eSpeak NG is not installed.
    """
    known = [row for row in NOISES if row[0] != "speech" or render_noise.can_speak()]
    shares = np.array([row[2] for row in known])
    kind, title, _, maker = known[int(rng.choice(len(known), p=shares / shares.sum()))]
    source = int(rng.integers(2**32))
    clips = [_soft(maker(np.random.default_rng(source), rng)) for _ in range(int(np.ceil(length_s / 4.0)))]
    return kind, title, np.concatenate(clips)[: int(length_s * SR)].astype(np.float32)


def _soft(y: Signal) -> Signal:
    """With short flanks, so that no join clicks."""
    ramp = np.minimum(1.0, np.arange(y.shape[0]) / _EDGE)
    return y * ramp * ramp[::-1]


def drum_line(rng: Rng, length_s: float) -> Line:
    """A beat with fills on a General MIDI kit, or single strokes."""
    step_s, notes = float(rng.uniform(0.09, 0.3)), []
    density = rng.uniform(0.1, 0.9, 6)
    drums = [36, 38, 42, *(int(d) for d in rng.integers(35, 82, 3))]
    for step in range(int((length_s - 0.5) / step_s)):
        accent = 1.0 if step % 4 == 0 else 0.7
        for drum, share in zip(drums, density, strict=True):
            if rng.random() < share * accent * 0.6:
                velocity = int(rng.uniform(40, 127) * accent)
                notes.append(Note(0.2 + step * step_s, 0.2 + (step + 0.5) * step_s, drum, velocity))
    return Line(played(notes))
