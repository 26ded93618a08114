# SPDX-License-Identifier: MIT
"""Puts a fitted network of several notes among the bundled models, with its figures.

``python -m desktop_app.training.poly.export RUN/model.tflite VALID --models models/bundled`` measures it on
the mixtures of VALID (made by ``poly.mixtures`` from phrases of banks that it never heard) and writes
``poly_v1/{model.tflite, metrics.json, golden.npz}`` and the entry in the manifest; the card is written by
hand.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.domain.thresholds import POLY_THRESHOLDS
from desktop_app.ml.note_network import PART_ID, PolyNetwork
from desktop_app.training.parts import write_part
from desktop_app.training.poly.batches import Store, cut
from desktop_app.training.poly.judge import judge
from desktop_app.training.poly.mixtures import levels_of

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


def golden(content: bytes) -> dict[str, np.ndarray]:
    """The made window, and what the network tells of it."""
    levels = golden_levels()
    told = PolyNetwork(content).run(levels)
    return {"levels": levels, "onset": told.onset, "note": told.note, "bend_cents": told.bend_cents}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="poly_export", description=__doc__)
    parser.add_argument("model", type=Path, metavar="MODEL")
    parser.add_argument("valid", type=Path, metavar="VALID")
    parser.add_argument("--models", type=Path, default=Path("models/bundled"), metavar="DIR")
    args = parser.parse_args(argv)
    content = args.model.read_bytes()
    metrics = judge(PolyNetwork(content), Store(args.valid), POLY_THRESHOLDS)
    metrics = {"model": PART_ID, **metrics}
    write_part(args.models, PART_ID, _TITLE, ("model.tflite", content), metrics, golden(content))
    print(json.dumps(metrics, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
