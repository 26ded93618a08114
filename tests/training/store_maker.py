# SPDX-License-Identifier: MIT
"""Small stores and answers in memory, and a corpus of sounds that are easily told apart."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import soundfile

from desktop_app.domain.labels import FAMILIES
from desktop_app.dsp.spec import DEFAULT_SPEC
from desktop_app.ml.classifier import Prediction
from desktop_app.training.classifier.corpus import Item
from desktop_app.training.classifier.datasets import FeatureStore
from desktop_app.training.classifier.evaluate_answers import Answers

SR = 16_000


def item(family: str = "reed", instrument: str = "a", bank: str = "some/clips", **changes) -> Item:
    values = {"path": Path("x.wav"), "source": "acoustic", "midi": 69, "kind": "note", "weights_ok": True}
    return Item(
        **(values | {"family": family, "instrument": instrument, "bank": bank, "velocity": None} | changes)
    )


def store(items: list[Item], rows_each: int = 2) -> FeatureStore:
    """Windows whose band of greatest level is that of the item's family."""
    n = len(items) * rows_each
    index = np.repeat(np.arange(len(items), dtype=np.int32), rows_each)
    windows = np.full((n, 128, 100), 50, np.uint8)
    windows += np.random.default_rng(0).integers(0, 20, windows.shape, np.uint8)
    for row in range(n):
        family = items[index[row]].family
        band = 10 * FAMILIES.index(family) if family in FAMILIES else 120
        windows[row, band : band + 5] = 220
    position = (np.arange(n) % rows_each > 0).astype(np.int8)
    return FeatureStore(items, windows, index, np.zeros(n, np.int8), position, DEFAULT_SPEC)


def answers(rows: list[tuple[int, int, float, float]]) -> Answers:
    """Answers from (true family, family told, its probability, probability of no instrument)."""
    n = len(rows)
    family = np.zeros((n, 11), np.float32)
    for i, (_, told, confidence, _) in enumerate(rows):
        family[i] = (1.0 - confidence) / 10.0
        family[i, told] = confidence
    truth = np.array([[true, -1, -1] for true, *_ in rows], np.int32)
    none = np.array([row[3] for row in rows], np.float32)
    flat = [np.full((n, size), 1.0 / size, np.float32) for size in (3, 88)]
    return Answers([item()] * n, truth, Prediction(family, none, *flat))


def corpus(folder: Path, n_instruments: int = 10, n_notes: int = 4) -> Path:
    """Real-looking clips: sines are flutes, saws are strings, noises are no instruments."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(3)
    time_s = np.arange(SR) / SR
    rows = []
    for family in ("flute", "string", "other"):
        for k in range(n_instruments * n_notes):
            midi = int(rng.integers(50, 80))
            phase = 440.0 * 2.0 ** ((midi - 69) / 12.0) * time_s
            waves = {"flute": np.sin(2 * np.pi * phase), "string": 2.0 * (phase % 1.0) - 1.0}
            y = waves.get(family, rng.standard_normal(SR)) * rng.uniform(0.05, 0.4)
            clip = f"{family}-{k}.wav"
            soundfile.write(folder / clip, np.clip(y, -1, 1), SR)
            instrument = f"{family}{k % n_instruments}"
            rows.append(
                [clip, "someone/clips", "CC0-1.0", "yes", instrument, family, "acoustic", "note", midi, "ok"]
            )
    header = "clip,source_repo,licence,weights_ok,instrument,family,source,kind,midi_pitch,pitch_check"
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        file.write(header + "\n")
        csv.writer(file).writerows(rows)
    return folder
