# SPDX-License-Identifier: MIT
"""The only place that knows where data files are."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from desktop_app.domain.errors import ModelError

_CHECKOUT = {"models": "models/bundled", "recipes": "models/recipes", "resources": "resources"}


def bundled(kind: Literal["models", "recipes", "resources"], *parts: str) -> Traversable:
    """A bundled file or folder, in a wheel as in a source checkout.

    Raises
    ------
    FileNotFoundError
        When the installation lacks it.
    """
    root: Traversable = importlib.resources.files("desktop_app") / "_bundled" / kind
    if not root.is_dir():  # a source checkout or an editable install
        root = Path(__file__).resolve().parents[1] / _CHECKOUT[kind]
    found = root.joinpath(*parts) if parts else root
    if not (found.is_file() or found.is_dir()):
        raise FileNotFoundError(f"the installation lacks {kind}/{'/'.join(parts)}")
    return found


def bundled_part(part_id: str) -> bytes:
    """The weights of a part of the analysis, such as ``"pitch_v1"``, from the bundled manifest's "parts".

    Raises
    ------
    ModelError
        When they are missing or damaged.
    """
    try:
        manifest = json.loads(bundled("models", "manifest.json").read_text(encoding="utf-8"))
        entry = manifest["parts"][part_id]
        content = bundled("models", *entry["file"].split("/")).read_bytes()
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"The bundled model “{part_id}” is missing: install the program again.") from error
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ModelError(f"The bundled model “{part_id}” is damaged: install the program again.")
    return content
