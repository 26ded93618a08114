# SPDX-License-Identifier: MIT
"""Puts a fitted network of several notes among the bundled models, with its figures.

``python -m desktop_app.training.poly_export RUN/model.tflite VALID --models models/bundled`` measures it on
the mixtures of VALID (made by ``poly_mixtures`` from phrases of banks that it never heard) and writes
``poly_v1/{model.tflite, metrics.json, golden.npz}`` and the entry in the manifest; the card is written by
hand.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.thresholds import POLY_THRESHOLDS
from desktop_app.ml.note_network import PART_ID, PolyNetwork
from desktop_app.training.export import write_json
from desktop_app.training.poly_batches import Store, cut
from desktop_app.training.poly_judge import judge
from desktop_app.training.poly_mixtures import levels_of

_TITLE: Final = "Network of several notes at once"


def golden_levels() -> np.ndarray:
    """A window of made sound, shape (256, 297, 2), uint8: a chord that grows and decays over faint noise."""
    time_s = np.arange(16_000 * 5) / 16_000
    y = 1e-4 * np.random.default_rng(3).standard_normal(time_s.shape)
    for number, midi in enumerate((40, 52, 59, 64, 68)):
        since_s = np.maximum(0.0, time_s - 0.5 - 0.4 * number)
        f0_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
        tone = np.sum([np.sin(2.0 * np.pi * k * f0_hz * since_s) / k**1.5 for k in range(1, 9)], axis=0)
        y += 0.1 * (since_s > 0.0) * np.exp(-1.5 * since_s) * tone
    return cut(levels_of(y.astype(np.float32)), 0)


def write_part(folder: Path, content: bytes, metrics: dict[str, Any]) -> None:
    """Write the model's files and its entry under ``parts`` in the manifest."""
    home = folder / PART_ID
    home.mkdir(parents=True, exist_ok=True)
    (home / "model.tflite").write_bytes(content)
    write_json(home / "metrics.json", metrics)
    levels = golden_levels()
    told = PolyNetwork(content).run(levels)
    with (home / "golden.npz").open("wb") as file:
        np.savez_compressed(file, levels=levels, onset=told.onset, note=told.note, bend_cents=told.bend_cents)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    names = {"file": "model.tflite", "card": "card.md", "metrics": "metrics.json", "golden": "golden.npz"}
    manifest.setdefault("parts", {})[PART_ID] = {
        "kind": "tflite",
        "title": _TITLE,
        **{key: f"{PART_ID}/{name}" for key, name in names.items()},
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    write_json(path, manifest)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="poly_export", description=__doc__)
    parser.add_argument("model", type=Path, metavar="MODEL")
    parser.add_argument("valid", type=Path, metavar="VALID")
    parser.add_argument("--models", type=Path, default=Path("models/bundled"), metavar="DIR")
    args = parser.parse_args(argv)
    content = args.model.read_bytes()
    metrics = judge(PolyNetwork(content), Store(args.valid), POLY_THRESHOLDS)
    write_part(args.models, content, {"model": PART_ID, **metrics})
    print(json.dumps(metrics, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
