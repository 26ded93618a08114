# SPDX-License-Identifier: MIT
"""Puts weights that are no classifier among the bundled models: pitch, notes of one and of several voices."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.training.classifier.export import write_json

_COMPANIONS: Final = {"card": "card.md", "metrics": "metrics.json", "golden": "golden.npz"}


def write_part(
    models: Path,
    part_id: str,
    title: str,
    weights: tuple[str, bytes],
    metrics: dict[str, Any],
    golden: dict[str, np.ndarray],
) -> None:
    """Write the files of a part and its entry under "parts" in the manifest; the card is written by hand.

    Parameters
    ----------
    models
        The folder of models, with its manifest.
    weights
        Name and content of the file.
    golden
        Inputs and outputs, which every platform must give again.
    """
    home = models / part_id
    home.mkdir(parents=True, exist_ok=True)
    name, content = weights
    (home / name).write_bytes(content)
    write_json(home / _COMPANIONS["metrics"], metrics)
    with (home / _COMPANIONS["golden"]).open("wb") as file:
        np.savez_compressed(file, **golden)  # type: ignore[arg-type]  # the stubs know no names
    path = models / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest.setdefault("parts", {})[part_id] = {
        "kind": name.rpartition(".")[2],
        "title": title,
        "file": f"{part_id}/{name}",
        **{key: f"{part_id}/{file_name}" for key, file_name in _COMPANIONS.items()},
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    write_json(path, manifest)
