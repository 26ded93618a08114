# SPDX-License-Identifier: MIT
"""The state of a fitting between two epochs: one file that is there whole or not at all.

It holds every variable of the network (the random numbers' too), of the optimiser, and the history, so that
a fitting that was killed goes on as if nothing had happened.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.errors import ModelError

_STATE: Final = "state.npz"
_BEST: Final = "best.npz"
Arrays = list[np.ndarray]


@dataclass(slots=True)
class Progress:
    """How far a fitting is.

    Attributes
    ----------
    epoch, stage, stage_epoch
        Epochs done, number of the stage, and epochs done in it.
    best_loss, best_epoch, waited
        Smallest validation loss, its epoch (from 1), and epochs since then in this stage.
    is_done
        Whether the fitting has ended.
    history
        One number an epoch by name.
    """

    epoch: int = 0
    stage: int = 0
    stage_epoch: int = 0
    best_loss: float = float("inf")
    best_epoch: int = 0
    waited: int = 0
    is_done: bool = False
    history: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is saved after an epoch; arrays in the order of the variables."""

    progress: Progress
    network: Arrays
    optimiser: Arrays


class StateFolder:
    """Where the state of one fitting is kept.

    Parameters
    ----------
    folder
        Made where it is missing.
    fingerprint
        Of the recipe and of what is learnt: the state of another fitting is not gone on from.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder, self._fingerprint = folder, fingerprint

    def save(self, state: State) -> None:
        """Save the state in place of the one before.

        Raises
        ------
        ModelError
            When it cannot be written, as on a full disk.
        """
        arrays = _named("network", state.network) | _named("optimiser", state.optimiser)
        self._write(_STATE, arrays, asdict(state.progress))

    def load(self) -> State | None:
        """The state saved last; None where there is none, or it belongs to another fitting or is damaged."""
        read = self._read(_STATE)
        if read is None:
            return None
        arrays, values = read
        return State(Progress(**values), _unnamed("network", arrays), _unnamed("optimiser", arrays))

    def save_best(self, weights: Sequence[np.ndarray]) -> None:
        """Save the weights of the best epoch so far."""
        self._write(_BEST, _named("network", weights), {})

    def load_best(self) -> Arrays | None:
        """The weights of the best epoch, if any."""
        read = self._read(_BEST)
        return None if read is None else _unnamed("network", read[0])

    def _write(self, name: str, arrays: dict[str, np.ndarray], values: dict[str, Any]) -> None:
        note = json.dumps({"fingerprint": self._fingerprint, "values": values})
        temporary = self._folder / f"{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                np.savez(file, note=np.array(note), allow_pickle=False, **arrays)
            os.replace(temporary, self._folder / name)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            reason = error.strerror or "it cannot be written"
            raise ModelError(f"The training could not be saved in {self._folder}: {reason}.") from error

    def _read(self, name: str) -> tuple[dict[str, np.ndarray], dict[str, Any]] | None:
        try:
            with (self._folder / name).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                note = json.loads(str(arrays["note"]))
                read = {key: arrays[key] for key in arrays.files if key != "note"}
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
            return None
        return (read, note["values"]) if note["fingerprint"] == self._fingerprint else None


def _named(name: str, arrays: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{name}_{i:04d}": array for i, array in enumerate(arrays)}


def _unnamed(name: str, arrays: dict[str, np.ndarray]) -> Arrays:
    return [arrays[key] for key in sorted(arrays) if key.startswith(f"{name}_")]
