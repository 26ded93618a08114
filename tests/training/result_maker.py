# SPDX-License-Identifier: MIT
"""Results of a training, as the lab leaves them in a folder, with sounds that can be played."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import soundfile

CLASSES = ("bass", "flute <&>", "organ $x_1$ 音")
LEAKS = {
    "learnt": "",
    "random": "Of these sounds 100.0 % are of instruments that were learnt.",
    "unseen instrument": "None of these instruments was learnt.",
}


def figures(right: float, balanced: float, **recalls: tuple[int, float]) -> dict[str, object]:
    """Some of the figures of a part; ``recalls`` are a class's sounds and share right."""
    return {
        "n": sum(n for n, _ in recalls.values()) or 24,
        "right": right,
        "balanced": balanced,
        "f1_micro": 0.45,
        "f1_macro": 0.3,
        "per_class": {name: {"n": n, "recall": recall} for name, (n, recall) in recalls.items()},
    }


MEASURED = {
    "real notes": figures(0.625, 0.625, bass=(8, 0.75), flute=(8, 0.5)),
    "real phrases": figures(0.125, 0.125, bass=(4, 0.25), organ=(4, 0.0)),
    "official test": figures(0.4, 0.4, bass=(10, 0.4)),
}


def truth_and_told(n: int, seed: int, multi_label: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities that are right more often than not."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n, dtype=np.int32) % len(CLASSES)
    told = rng.dirichlet(np.ones(len(CLASSES)), n)
    told[np.arange(n), truth] += 0.4
    told = (told / told.sum(axis=1, keepdims=True)).astype(np.float32)
    if not multi_label:
        return truth, told
    several = np.eye(len(CLASSES), dtype=np.uint8)[truth]
    several[::4, 0] = 1
    return several, told


def result(
    folder: Path, model_id: str = "small", n: int = 24, multi_label: bool = False, history: bool = True
) -> Path:
    """A folder with ``metrics.json``, ``predictions.npz``, ``history.json`` and the sounds."""
    home = folder / model_id
    (home / "sounds").mkdir(parents=True)
    arrays: dict[str, np.ndarray] = {}
    for seed, part in enumerate(LEAKS):
        prefix = part.replace(" ", "_")
        truth, told = truth_and_told(n, seed, multi_label)
        keys = [f"corpus/{prefix}_{k:03d}" for k in range(n)]
        paths = [home / "sounds" / f"{prefix}_{k:03d}.wav" for k in range(n)]
        for k, path in enumerate(paths[:-1]):  # the last one is missing
            y = 0.5 * np.sin(2 * np.pi * (220 + 10 * k) * np.arange(8000) / 16_000)
            soundfile.write(path, y, 16_000)
        arrays |= {
            f"{prefix}__keys": np.array(keys),
            f"{prefix}__paths": np.array([str(path) for path in paths]),
            f"{prefix}__truth": truth,
            f"{prefix}__probabilities": told,
            f"{prefix}__family": np.array(["bass", "flute", "organ"] * (n // 3)),
            f"{prefix}__source": np.array(["acoustic", "", "synthetic"] * (n // 3)),
            f"{prefix}__midi": np.array([40 + k if k % 5 else -1 for k in range(n)], np.int16),
        }
    np.savez_compressed(home / "predictions.npz", **arrays)
    metrics = {
        "id": model_id,
        "title": f"A small <model> {model_id}",
        "kind": "lab",
        "classes": CLASSES,
        "multi_label": multi_label,
        "published": {"text": "94 % | random", "figures": {"random": 0.94}},
        "small": model_id == "trial",
        "set": {"fit.epochs": 3},
        "parts": {
            **{name: {**figures(0.625, 0.5), "leak": {"text": text}} for name, text in LEAKS.items()},
            **MEASURED,
        },
        "training": {"epochs": 3, "seconds": 1.5},
        "forest": {"importances": [["mean of MFCC 1", 0.6], ["mean of MFCC 2", 0.4]]},
    }
    (home / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    if history:
        columns = {"epoch": [1, 2, 3], "loss": [1.2, 0.9, 0.7], "val_loss": [1.3, 1.0, 0.9]}
        columns |= {"accuracy": [0.3, 0.5, 0.7], "val_accuracy": [0.3, 0.4, 0.5]}
        (home / "history.json").write_text(json.dumps(columns), encoding="utf-8")
    return home
