# SPDX-License-Identifier: MIT
"""Mixtures of phrases to train the network of several notes on: one to six voices, rooms and noise.

``python -m desktop_app.training.poly.mixtures PHRASES STORE --parts N`` computes N parts of 48 mixtures of
12 s. A part depends on the seed, its number and the phrases that are there; parts that exist are kept, so
that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.log_frequency import (
    HALF_WINDOW,
    HOP_LENGTH,
    REFERENCE_REACH,
    SR,
    log_frequency_db,
    reference_db,
    relative_levels,
)
from desktop_app.training.augmentation.sound import colour, detune

Rng = np.random.Generator
# Onset and offset in seconds, and the key with its tuning, such as 60.1.
MixedNote = tuple[float, float, float]

MIXTURE_S: Final = 12.0
N_FRAMES: Final = int(MIXTURE_S * SR) // HOP_LENGTH
PER_PART: Final = 48
_VOICE_SHARES: Final = (0.15, 0.32, 0.27, 0.15, 0.07, 0.04)
_PLAYED: Final = ("melody", "chords", "notes")
_NOISE_ALONE: Final = 0.05
_NOISE_BESIDE: Final = 0.12
_COLOURED: Final = 0.75
_MISTUNED: Final = 0.5
_MAX_TUNING_CENTS: Final = 40.0
_VOICE_TUNING_CENTS: Final = 5.0
_VOICE_DB: Final = (-10.0, 0.0)
_NOISE_DB: Final = (-25.0, -8.0)
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a folder: those that are played, and the sounds without notes."""

    folder: Path
    played: tuple[dict[str, Any], ...]
    noises: tuple[dict[str, Any], ...]


def load_phrases(folder: Path) -> Phrases:
    """Read the index of a folder of phrases."""
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    played = tuple(entry for entry in entries if entry["kind"] in _PLAYED)
    return Phrases(folder, played, tuple(entry for entry in entries if not entry["notes"]))


def draw_mixture(phrases: Phrases, rng: Rng) -> tuple[Float32Array, list[MixedNote]]:
    """One mixture, 12 s at 16 kHz, and its notes, sorted."""
    mixed = np.zeros(int(MIXTURE_S * SR), np.float32)
    notes: list[MixedNote] = []
    if rng.random() < _NOISE_ALONE and phrases.noises:
        mixed += _placed(_read(phrases, _any(phrases.noises, rng)), 0)
    else:
        tuning = float(rng.uniform(-1.0, 1.0)) * _MAX_TUNING_CENTS if rng.random() < _MISTUNED else 0.0
        for _ in range(1 + int(rng.choice(len(_VOICE_SHARES), p=_VOICE_SHARES))):
            mixed += _voice(phrases, tuning, notes, rng)
        if rng.random() < _NOISE_BESIDE and phrases.noises:
            beside = _even(_placed(_read(phrases, _any(phrases.noises, rng)), 0))
            mixed += beside * 10.0 ** (rng.uniform(*_NOISE_DB) / 20.0)
    if rng.random() < _COLOURED:
        mixed = colour(mixed, SR, rng)
    return mixed, sorted(notes)


def _voice(phrases: Phrases, tuning_cents: float, notes: list[MixedNote], rng: Rng) -> Float32Array:
    """A phrase somewhere in the mixture's 12 s, at a level of its own; adds its notes."""
    entry = _any(phrases.played, rng)
    cents = tuning_cents + float(rng.normal(0.0, _VOICE_TUNING_CENTS))
    faster = 2.0 ** (cents / 1200.0)
    y = detune(_read(phrases, entry), cents)
    slack = int(MIXTURE_S * SR) - y.shape[0]
    start = int(rng.integers(min(0, slack), max(0, slack) + 1))
    for onset_s, offset_s, midi, _ in entry["notes"]:
        onset, offset = onset_s / faster + start / SR, offset_s / faster + start / SR
        if offset > 0.0 and onset < MIXTURE_S:
            notes.append((onset, offset, midi + cents / 100.0))
    return _even(_placed(y, start)) * np.float32(10.0 ** (rng.uniform(*_VOICE_DB) / 20.0))


def _any(entries: Sequence[dict[str, Any]], rng: Rng) -> dict[str, Any]:
    return entries[int(rng.integers(len(entries)))]


def _read(phrases: Phrases, entry: dict[str, Any]) -> Float32Array:
    y, _ = soundfile.read(phrases.folder / entry["file"], dtype="float32")
    return np.asarray(y, np.float32)


def _placed(y: Float32Array, start: int) -> Float32Array:
    placed = np.zeros(int(MIXTURE_S * SR), np.float32)
    first, stop = max(0, start), min(placed.shape[0], start + y.shape[0])
    placed[first:stop] = y[first - start : stop - start]
    return placed


def _even(y: Float32Array) -> Float32Array:
    """At an RMS of 0.1 over the tenths of a second that are loud."""
    powers = np.square(y).reshape(-1, SR // 10).mean(axis=1)
    loud = powers[powers > 0.05 * powers.max()]
    return y * np.float32(0.1 / np.sqrt(loud.mean() + _TINY)) if loud.size else y


def levels_of(y: Float32Array) -> NDArray[np.uint8]:
    """The network's input for a whole sound, shape (n_frames, 297, 2)."""
    n_frames = -(-y.shape[0] // HOP_LENGTH)
    padded = np.zeros(2 * HALF_WINDOW + (n_frames - 1) * HOP_LENGTH, np.float32)
    n_kept = min(y.shape[0], padded.shape[0] - HALF_WINDOW)
    padded[HALF_WINDOW : HALF_WINDOW + n_kept] = y[:n_kept]
    db = log_frequency_db(padded, n_frames)
    loudest = np.pad(db[:, :, 0].max(axis=1), REFERENCE_REACH, constant_values=-np.inf)
    return relative_levels(db, reference_db(loudest))


def make_part(phrases: Phrases, store: Path, number: int, seed: int) -> None:
    """Write ``NNNN_levels.npy``, shape (48, 600, 297, 2), and ``NNNN_notes.json``, unless they are there."""
    levels_path, notes_path = store / f"{number:04d}_levels.npy", store / f"{number:04d}_notes.json"
    if notes_path.exists():
        return
    rng = np.random.default_rng((seed, number))
    drawn = [draw_mixture(phrases, rng) for _ in range(PER_PART)]
    temporary = levels_path.with_suffix(".part")
    with temporary.open("wb") as file:
        np.save(file, np.stack([levels_of(y) for y, _ in drawn]))
    os.replace(temporary, levels_path)
    notes = [[[round(value, 4) for value in note] for note in notes] for _, notes in drawn]
    notes_path.with_suffix(".part").write_text(json.dumps(notes), encoding="utf-8")
    os.replace(notes_path.with_suffix(".part"), notes_path)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the parts that are missing."""
    parser = argparse.ArgumentParser(prog="poly_mixtures", description=__doc__)
    parser.add_argument("phrases", type=Path, metavar="PHRASES")
    parser.add_argument("store", type=Path, metavar="STORE")
    parser.add_argument("--parts", type=int, default=40, metavar="N", help="of 48 mixtures of 12 s each")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first part")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    args.store.mkdir(parents=True, exist_ok=True)
    for number in range(args.first, args.first + args.parts):
        make_part(load_phrases(args.phrases), args.store, number, args.seed)
        print(f"part {number}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
