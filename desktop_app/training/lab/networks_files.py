# SPDX-License-Identifier: MIT
"""Networks of the lab, read from files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import keras

from desktop_app.domain.errors import ModelError
from desktop_app.training.lab import networks_layers

# Reading a network needs its layers registered; naming them here keeps the import from looking unused.
_LAYERS: Final = {
    layer.__name__: layer for layer in (networks_layers.Standardise, networks_layers.CaffeColours)
}


def load_network(path: Path) -> keras.Model:
    """A network from a ``.keras`` file, not compiled; code inside the file is refused.

    Raises
    ------
    ModelError
        If there is no such file, or it is damaged or needs code of its own.
    """
    try:
        return keras.saving.load_model(path, custom_objects=_LAYERS, compile=False, safe_mode=True)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise ModelError(f"The network {path} cannot be read.") from error
