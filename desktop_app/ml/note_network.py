# SPDX-License-Identifier: MIT
"""The network that hears several notes at once, as the bundled ``poly_v1`` file holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.assets import bundled_part
from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.log_frequency import N_BINS, N_VIEWS
from desktop_app.ml.runtime import TfliteModel

PART_ID: Final = "poly_v1"
KEYS: Final = 88
LOWEST_KEY: Final = 21
OUTPUTS: Final = ("onset", "note", "bend")
WINDOW_FRAMES: Final = 256
MARGIN_FRAMES: Final = 24
STEP_FRAMES: Final = WINDOW_FRAMES - 2 * MARGIN_FRAMES
MAX_BEND_CENTS: Final = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class KeyPosteriors:
    """What the network says of some frames; each array has shape (88, n_frames).

    Attributes
    ----------
    onset, note : uint8
        255 for certain.
    bend_cents : int8
    """

    onset: NDArray[np.uint8]
    note: NDArray[np.uint8]
    bend_cents: NDArray[np.int8]


class PolyNetwork:
    """Runs the network on windows of 256 frames and gives the inner 208.

    Parameters
    ----------
    content
        The file's bytes; None for the bundled one.

    Raises
    ------
    ModelError
        When the file is missing, damaged or does not fit.
    """

    def __init__(self, content: bytes | None = None) -> None:
        try:
            self._model = TfliteModel(bundled_part(PART_ID) if content is None else content)
        except ValueError as error:
            raise ModelError("The model for several notes at once cannot be read.") from error
        if set(self._model.output_sizes) != set(OUTPUTS):
            raise ModelError("The model for several notes at once has other outputs than expected.")

    def run(self, levels: NDArray[np.uint8]) -> KeyPosteriors:
        """Posteriors of the inner frames of one window.

        Parameters
        ----------
        levels : ndarray, shape (256, 297, 2), uint8
            As :func:`desktop_app.dsp.log_frequency.relative_levels` gives them.
        """
        assert levels.shape == (WINDOW_FRAMES, N_BINS, N_VIEWS)
        window = levels[None].astype(np.float32) / np.float32(255.0)
        told = {
            name: value[0, MARGIN_FRAMES:-MARGIN_FRAMES].T for name, value in self._model.run(window).items()
        }
        bend = MAX_BEND_CENTS * np.tanh(told["bend"])
        return KeyPosteriors(_to_bytes(told["onset"]), _to_bytes(told["note"]), np.rint(bend).astype(np.int8))


def _to_bytes(logits: Float32Array) -> NDArray[np.uint8]:
    return np.rint(255.0 / (1.0 + np.exp(-logits))).astype(np.uint8)
