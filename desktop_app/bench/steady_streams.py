# SPDX-License-Identifier: MIT
"""Streams of one instrument, and of one after another, from the sounds of a corpus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import NOT_AN_INSTRUMENT
from desktop_app.training.classifier.corpus import Item, read_mono

STREAM_S: Final = 10.0
PART_S: Final = 5.0
LEAST_NOTES: Final = 5
PER_FAMILY: Final = 4
_NOTE_S: Final = (0.35, 1.3)
_GAP_S: Final = (0.0, 0.12)
_FADE_S: Final = 0.025
_RMS: Final = 0.08
_PEAK: Final = 0.9
_HISS: Final = 1e-4
_AUDIBLE: Final = 0.01
_LEAD_S: Final = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """One instrument of a corpus: its notes, or one recording of a phrase."""

    family: str
    name: str
    items: tuple[Item, ...]


def find_players(items: Sequence[Item]) -> list[Player]:
    """Instruments with at least five notes, and phrases; at most four of each kind a family."""
    notes: dict[tuple[str, str], list[Item]] = defaultdict(list)
    players: list[Player] = []
    for item in items:
        if item.family == NOT_AN_INSTRUMENT:
            continue
        if item.kind == "phrase":
            players.append(Player(item.family, item.path.name, (item,)))
        elif item.kind == "note":
            notes[item.family, item.instrument].append(item)
    players += [
        Player(family, name, tuple(found))
        for (family, name), found in notes.items()
        if len(found) >= LEAST_NOTES
    ]
    return _some(players)


def _some(players: Sequence[Player]) -> list[Player]:
    """As many of each family and kind as are wanted, spread over the list."""
    groups: dict[tuple[str, bool], list[Player]] = defaultdict(list)
    for player in sorted(players, key=lambda one: one.name):
        groups[player.family, len(player.items) == 1].append(player)
    return [
        group[round(place)]
        for _, group in sorted(groups.items())
        for place in np.linspace(0, len(group) - 1, min(PER_FAMILY, len(group)))
    ]


def stream(player: Player, duration_s: float, sr: int, rng: np.random.Generator) -> Float32Array:
    """Notes after notes, or a phrase again and again; a little hiss lies under all of it.

    Returns
    -------
    ndarray, shape (n,), float32
    """
    n_samples = round(duration_s * sr)
    pieces: list[Float32Array] = []
    sounds = _sounds(player, sr, rng)
    while sum(piece.shape[0] for piece in pieces) < n_samples:
        pieces.append(next(sounds))
        pieces.append(np.zeros(round(rng.uniform(*_GAP_S) * sr), np.float32))
    y = np.concatenate(pieces)[:n_samples]
    return (y + _HISS * rng.standard_normal(n_samples)).astype(np.float32)


def single_note(player: Player, sr: int, rng: np.random.Generator) -> Float32Array:
    """Half a second of hiss, then one whole note."""
    item = player.items[int(rng.integers(len(player.items)))]
    y = np.concatenate((np.zeros(sr // 2, np.float32), _levelled(_from_attack(read_mono(item.path, sr), sr))))
    return (y + _HISS * rng.standard_normal(y.shape[0])).astype(np.float32)


def _sounds(player: Player, sr: int, rng: np.random.Generator) -> Iterator[Float32Array]:
    is_phrase = len(player.items) == 1
    while True:
        item = player.items[int(rng.integers(len(player.items)))]
        y = _from_attack(read_mono(item.path, sr), sr)
        yield _levelled(y if is_phrase else _faded(y[: round(rng.uniform(*_NOTE_S) * sr)], sr))


def _from_attack(y: Float32Array, sr: int) -> Float32Array:
    loud = np.flatnonzero(np.abs(y) > _AUDIBLE * np.abs(y).max(initial=0.0))
    return y[max(0, int(loud[0]) - round(_LEAD_S * sr)) :] if loud.size else y


def _faded(y: Float32Array, sr: int) -> Float32Array:
    n = min(y.shape[0], round(_FADE_S * sr))
    faded = y.copy()
    faded[y.shape[0] - n :] *= np.linspace(1.0, 0.0, n, dtype=np.float32)
    return faded


def _levelled(y: Float32Array) -> Float32Array:
    rms, peak = float(np.sqrt(np.mean(y * y) + 1e-12)), float(np.abs(y).max(initial=1e-6))
    levelled: Float32Array = (y * min(_RMS / rms, _PEAK / peak)).astype(np.float32)
    return levelled
