# SPDX-License-Identifier: MIT
"""The process in which a synthesiser runs: keys come in as JSON, their sound goes out as a file.

Synthesisers crash, hang and start threads: each patch has a process of its own.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.training.rendering.plugins_dssi import DssiSynth
from desktop_app.training.rendering.plugins_library import BLOCK
from desktop_app.training.rendering.plugins_lv2 import Lv2Synth

_NOTE_ON, _NOTE_OFF, _CONTROLLER = 0x90, 0x80, 0xB0
_ALL_SOUND_OFF, _ALL_NOTES_OFF = 120, 123
_QUIET: Final = 1e-4
_N_QUIET: Final = 25
_MAX_QUIETENING: Final = 1500


def open_synth(request: dict[str, Any]) -> DssiSynth | Lv2Synth:
    """The synthesiser of a request with its patch."""
    library, sr = Path(request["library"]), request["sr"]
    if library.parent.parent.name == "lv2":
        lv2 = Lv2Synth(library, sr, [value for _, value in request["controls"]])
        lv2.block([(_CONTROLLER, number, value) for number, value in request["controllers"]])
        return lv2
    synth = DssiSynth(library, sr)
    if request["controls"]:
        synth.set_controls(dict(request["controls"]))
        return synth
    for key, value in request["configure"]:
        synth.configure(key, value)
    synth.select(request["bank"], request["program"])
    return synth


def play_key(
    synth: DssiSynth | Lv2Synth, midi: int, velocity: int, n_held: int, n_samples: int
) -> Float32Array:
    """One key from silence, shape (n_samples,), held for ``n_held`` samples.

    Afterwards the synthesiser is silenced, and run until it is.
    """
    release = n_held // BLOCK
    blocks = [synth.block([(_NOTE_ON, midi, velocity)])]
    for index in range(1, -(-n_samples // BLOCK)):
        blocks.append(synth.block([(_NOTE_OFF, midi, 64)] if index == release else ()))
    synth.block([(_CONTROLLER, _ALL_NOTES_OFF, 0), (_CONTROLLER, _ALL_SOUND_OFF, 0)])
    n_quiet = 0
    for _ in range(_MAX_QUIETENING):
        n_quiet = n_quiet + 1 if np.abs(synth.block()).max() < _QUIET else 0
        if n_quiet > _N_QUIET:
            break
    return np.concatenate(blocks)[:n_samples]


def play(request: dict[str, Any]) -> Float32Array:
    """The keys of a request, shape (n_notes, n_samples); what is not finite becomes silence."""
    synth = open_synth(request)
    n_held, n_samples = request["n_held"], request["n_samples"]
    notes = [play_key(synth, midi, velocity, n_held, n_samples) for midi, velocity in request["notes"]]
    y = np.stack(notes)
    y[~np.isfinite(y).all(axis=1)] = 0.0
    return y


def main() -> None:
    """Read the request from the standard input and write ``out``."""
    request = json.load(sys.stdin)
    np.save(request["out"], play(request))


if __name__ == "__main__":
    main()
    os._exit(0)  # the threads of some synthesisers never end
