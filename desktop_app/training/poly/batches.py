# SPDX-License-Identifier: MIT
"""Windows of mixtures with what the network of several notes should say of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.log_frequency import BINS_PER_SEMITONE, HOP_S
from desktop_app.ml.note_network import KEYS, LOWEST_KEY, MARGIN_FRAMES, MAX_BEND_CENTS, WINDOW_FRAMES

Rng = np.random.Generator
Bytes = NDArray[np.uint8]

# Frames from an onset to where its target is zero.
ONSET_REACH: Final = 2.0
_MAX_SHIFT: Final = 3
_SHIFTED: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """What the network should say; each array has shape (n_frames, 88).

    Attributes
    ----------
    onset
        1 at an attack, falling to 0 within two frames.
    note
        1 from key down to key up.
    bend
        Deviation in half semitones where a note sounds.
    """

    onset: Float32Array
    note: Float32Array
    bend: Float32Array


def targets_of(notes: Float32Array, first: int, n_frames: int, shift: int = 0) -> Targets:
    """Targets of frames ``first`` … of a sound with notes of shape (n, 3): onset, offset, tuned key."""
    onset, note, bend = (np.zeros((n_frames, KEYS), np.float32) for _ in range(3))
    for onset_s, offset_s, tuned in notes:
        key = round(float(tuned)) + shift - LOWEST_KEY
        start, stop = onset_s / HOP_S - first, offset_s / HOP_S - first
        if not 0 <= key < KEYS or stop <= 0 or start >= n_frames:
            continue
        frames = np.arange(max(0, int(start - ONSET_REACH)), min(n_frames, int(start + ONSET_REACH) + 1))
        rising = np.maximum(0.0, 1.0 - np.abs(frames - start) / ONSET_REACH)
        onset[frames, key] = np.maximum(onset[frames, key], rising)
        held = slice(max(0, int(np.ceil(start))), min(n_frames, int(np.ceil(stop))))
        note[held, key] = 1.0
        bend[held, key] = (tuned - np.round(tuned)) * 100.0 / MAX_BEND_CENTS
    return Targets(onset, note, bend)


class Store:
    """The parts of a folder; those that come later are found by :meth:`refresh`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.levels: list[Bytes] = []
        self.notes: list[list[Float32Array]] = []
        self.refresh()

    def refresh(self) -> None:
        """Open the parts that have come since."""
        paths = sorted(self._folder.glob("*_notes.json"))
        for path in paths[len(self.levels) :]:
            levels = np.load(path.with_name(path.name.replace("_notes.json", "_levels.npy")), mmap_mode="r")
            self.levels.append(levels)
            lists = json.loads(path.read_text(encoding="utf-8"))
            self.notes.append([np.array(notes, np.float32).reshape(-1, 3) for notes in lists])

    def draw(self, n: int, rng: Rng) -> tuple[Bytes, dict[str, Float32Array]]:
        """So many windows, levels of shape (n, 256, 297, 2), and targets of shape (n, 256, 88)."""
        drawn = [self._window(rng) for _ in range(n)]
        targets = {name: np.stack([getattr(t, name) for _, t in drawn]) for name in ("onset", "note", "bend")}
        return np.stack([levels for levels, _ in drawn]), targets

    def _window(self, rng: Rng) -> tuple[Bytes, Targets]:
        part = int(rng.integers(len(self.levels)))
        index = int(rng.integers(self.levels[part].shape[0]))
        levels = self.levels[part][index]
        first = int(rng.integers(-MARGIN_FRAMES, levels.shape[0] - WINDOW_FRAMES + MARGIN_FRAMES + 1))
        shift = int(rng.integers(-_MAX_SHIFT, _MAX_SHIFT + 1)) if rng.random() < _SHIFTED else 0
        targets = targets_of(self.notes[part][index], first, WINDOW_FRAMES, shift)
        return _shifted(cut(levels, first), shift), targets


def cut(levels: Bytes, first: int) -> Bytes:
    """256 frames from ``first``, with silence beyond the ends."""
    window = np.zeros((WINDOW_FRAMES, *levels.shape[1:]), np.uint8)
    start, stop = max(0, first), min(levels.shape[0], first + WINDOW_FRAMES)
    window[start - first : stop - first] = levels[start:stop]
    return window


def _shifted(levels: Bytes, semitones: int) -> Bytes:
    """As if all were played higher; what comes from beyond the ends is silent."""
    n = BINS_PER_SEMITONE * abs(semitones)
    moved = np.zeros_like(levels)
    if semitones >= 0:
        moved[:, n:] = levels[:, : levels.shape[1] - n]
    else:
        moved[:, :-n] = levels[:, n:]
    return moved
