# SPDX-License-Identifier: MIT
"""Phrases put together from recorded single notes, so that the note network hears real attacks and voices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.training.classifier.corpus import Item, load_items, read_mono

SR: Final = DEFAULT_SPEC.sr
LENGTH_S: Final = 12.0
GAPS_S: Final = (0.0, 0.0, 0.01, 0.03, 0.1, 0.3, 0.8)
_STEP: Final = SR // 200
_ATTACK_DB: Final = -24.0
_AUDIBLE_DB: Final = -35.0
_LEAD_S: Final = 0.03

Notes = NDArray[np.float64]


def instruments(folder: Path) -> list[list[Item]]:
    """The notes whose licence lets weights ship, by instrument."""
    by_name: dict[str, list[Item]] = {}
    for item in load_items(folder):
        if item.weights_ok and item.kind == "note" and item.family != NOT_AN_INSTRUMENT and item.midi:
            by_name.setdefault(item.instrument, []).append(item)
    return [by_name[name] for name in sorted(by_name)]


def recorded_phrase(items: Sequence[Item], rng: np.random.Generator) -> tuple[Float32Array, Notes]:
    """Random notes of an instrument, one after another, each perhaps let go early.

    Returns
    -------
    y : ndarray, shape (n,), float32
    notes : ndarray, shape (n_notes, 3)
        Start and end in seconds, MIDI number.
    """
    y = np.zeros(int(LENGTH_S * SR), np.float32)
    rows: list[tuple[float, float, float]] = []
    time_s = rng.uniform(_LEAD_S, 0.6)
    typical_s = 10.0 ** rng.uniform(-0.8, 0.5)
    while time_s < LENGTH_S - 0.3:
        item = items[int(rng.integers(len(items)))]
        sound, held_s = _note(item, typical_s * 10.0 ** rng.uniform(-0.2, 0.2), rng)
        start = int((time_s - _LEAD_S) * SR)
        sound = sound[: y.size - start]
        y[start : start + sound.size] += sound * np.float32(10.0 ** (-rng.uniform(0.0, 12.0) / 20.0))
        rows.append((time_s, min(time_s + held_s, LENGTH_S), float(item.midi or 0)))
        time_s += held_s + rng.choice(GAPS_S)
    return y, np.array(rows).reshape(-1, 3)


def _note(item: Item, wanted_s: float, rng: np.random.Generator) -> tuple[Float32Array, float]:
    """A note from ``_LEAD_S`` before its attack, at full scale, and how long it is held."""
    y = read_mono(item.path, SR)
    level_db = 10.0 * np.log10(np.mean(np.resize(y, (y.size // _STEP, _STEP)) ** 2, axis=1) + 1e-12)
    loudest = float(level_db[: SR // _STEP].max(initial=-120.0))
    attack = int(np.argmax(level_db > loudest + _ATTACK_DB)) * _STEP
    audible_s = (int(np.flatnonzero(level_db > loudest + _AUDIBLE_DB)[-1]) + 1) * _STEP / SR
    held_s = max(0.08, min(wanted_s, audible_s - attack / SR))
    y = np.pad(y, (int(_LEAD_S * SR), 0))[attack:]
    gain = np.minimum(np.arange(y.size) / (_LEAD_S * SR), 1.0)
    after = np.maximum(np.arange(y.size) / SR - _LEAD_S - held_s, 0.0)
    gain *= np.exp(-after / 10.0 ** rng.uniform(-2.2, -1.2))
    return (y * gain / max(float(np.abs(y).max()), 1e-6)).astype(np.float32), held_s
