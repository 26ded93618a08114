# SPDX-License-Identifier: MIT
"""New instruments made of two of one family that sound together, in NSynth's form.

The second is softer, a little out of tune and late, perhaps an octave away, as players of a synthesiser
layer presets. Bank and number are the first one's, so that splits by instrument and by bank keep the new
instrument on the side of both.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
import soundfile

from desktop_app.domain.errors import CorpusError
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import FAMILIES, SOURCES
from desktop_app.io.corpora.banks import bank_relatives
from desktop_app.training.augmentation.sound import Rng, detune
from desktop_app.training.corpus_files import write_json
from desktop_app.training.mixing.mixtures import perform
from desktop_app.training.mixing.mixtures_players import Player, is_held
from desktop_app.training.phrases.lines import Note
from desktop_app.training.rendering.soundfont import CLIP_S, HELD_S, SR, fit_clip

_FEWEST_KEYS: Final = 7  # semitones that both must share
_FORCES: Final = (25, 50, 75, 100, 127)
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Layered:
    """Two instruments and how the second sounds beside the first.

    Attributes
    ----------
    first, second
        The instruments.
    level_db
        The second's level relative to the first.
    cents, late_s
        How far it is out of tune, and how late.
    octaves
        -1, 0 or 1.
    """

    first: Player
    second: Player
    level_db: float
    cents: float
    late_s: float
    octaves: int

    @property
    def keys(self) -> tuple[int, int]:
        """The lowest and the highest key that both have notes for."""
        a, b = self.first.keys, [key - 12 * self.octaves for key in self.second.keys]
        return max(a[0], b[0]), min(a[-1], b[-1])

    def render(self, midi: int, velocity: int) -> Float32Array:
        """One note, 4 s at 16 kHz, shape (64000,)."""
        low = perform(self.first, (Note(0.0, HELD_S, midi, velocity),), CLIP_S)
        other = (Note(self.late_s, HELD_S, midi + 12 * self.octaves, velocity),)
        high = detune(perform(self.second, other, CLIP_S), self.cents)
        high = np.pad(high[: low.shape[0]], (0, max(0, low.shape[0] - high.shape[0])))
        gain = 10.0 ** (self.level_db / 20.0) * np.abs(low).max() / max(float(np.abs(high).max()), _TINY)
        return fit_clip(np.asarray(low + high * gain, np.float32))


def draw_layers(players: Sequence[Player], per_family: int, split_seed: int, seed: int) -> list[Layered]:
    """So many pairs of every family: one source, one side of the split, equally free, keys in common.

    Raises
    ------
    CorpusError
        When no two instruments go together.
    """
    fit = [player for player in players if player.at_key and bank_relatives(player.bank) != player.bank]
    drawn: list[Layered] = []
    for family in FAMILIES:
        rng = np.random.default_rng([seed, zlib.crc32(family.encode())])
        ours = [player for player in fit if player.family == family]
        tries = (_draw(ours, split_seed, rng) for _ in range(20 * per_family if len(ours) > 1 else 0))
        found = {(pair.first.name, pair.second.name): pair for pair in tries if pair is not None}
        drawn += list(found.values())[:per_family]
    if not drawn:
        raise CorpusError("No two instruments go together: layers need two of one family and source.")
    return drawn


def _draw(players: Sequence[Player], split_seed: int, rng: Rng) -> Layered | None:
    first, second = (players[int(k)] for k in rng.choice(len(players), 2, replace=False))
    octaves = int(rng.choice([-1, 0, 0, 0, 0, 0, 0, 1]))
    late_s = float(rng.uniform(0.0, 0.02))
    layered = Layered(
        first, second, float(rng.uniform(-12.0, 0.0)), float(rng.normal(0.0, 8.0)), late_s, octaves
    )
    low, high = layered.keys
    goes_together = (
        first.source == second.source
        and first.weights_ok == second.weights_ok
        and is_held(first, split_seed) == is_held(second, split_seed)
        and high - low >= _FEWEST_KEYS
    )
    return layered if goes_together else None


def write_layers(layers: Sequence[Layered], folder: Path, n_notes: int, seed: int, jobs: int = 1) -> int:
    """Write so many notes of each and ``examples.json``; returns how many notes there are in all."""
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    parts = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_write_one)(layered, number, folder, n_notes, seed)
        for number, layered in enumerate(layers)
    )
    rows = [row for part in parts for row in part]
    write_json(folder / "examples.json", {row["note_str"]: row for row in rows})
    return len(rows)


def _write_one(layered: Layered, number: int, folder: Path, n_notes: int, seed: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng([seed, number])
    low, high = layered.keys
    pitches = sorted(rng.choice(np.arange(low, high + 1), min(n_notes, high - low + 1), replace=False))
    rows = [_row(layered, number, int(midi), int(rng.choice(_FORCES))) for midi in pitches]
    for row in rows:
        pcm = np.round(layered.render(row["pitch"], row["velocity"]) * 32767.0).astype(np.int16)
        soundfile.write(folder / "audio" / f"{row['note_str']}.wav", pcm, SR, subtype="PCM_16")
    return rows


def _row(layered: Layered, number: int, midi: int, velocity: int) -> dict[str, Any]:
    first = layered.first
    # What follows the last "_" is the first one's number: by it a split by instrument knows the side.
    name = f"{first.family}_{first.source}_layers-{number:04d}_{first.name.rpartition('_')[2]}"
    note_str = f"{name}-{midi:03d}-{velocity:03d}"
    return {
        "note": zlib.crc32(note_str.encode()),
        "note_str": note_str,
        "instrument": zlib.crc32(name.encode()),
        "instrument_str": name,
        "pitch": midi,
        "velocity": velocity,
        "sample_rate": SR,
        "qualities": [0] * 10,
        "qualities_str": [],
        "instrument_family": FAMILIES.index(first.family),
        "instrument_family_str": first.family,
        "instrument_source": SOURCES.index(first.source),
        "instrument_source_str": first.source,
        "bank": first.bank,
        "weights_ok": first.weights_ok,
        "layers": [first.name, layered.second.name],
    }
