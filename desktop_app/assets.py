# SPDX-License-Identifier: MIT
"""The only place that knows where data files are."""

from __future__ import annotations

import importlib.resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

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
