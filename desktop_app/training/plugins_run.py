# SPDX-License-Identifier: MIT
"""The process in which a synthesiser runs: keys come in as JSON, their sound goes out as a file.

Synthesisers crash, hang and start threads: each patch has a process of its own.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.domain.frames import Float32Array
from desktop_app.training.plugins_dssi import DssiSynth


def play(request: dict[str, Any]) -> Float32Array:
    """The keys of a request, shape (n_notes, n_samples); what is not finite becomes silence."""
    synth = DssiSynth(Path(request["library"]), request["sr"])
    for key, value in request["configure"]:
        synth.configure(key, value)
    synth.select(request["bank"], request["program"])
    notes = [
        synth.play(midi, velocity, request["n_held"], request["n_samples"])
        for midi, velocity in request["notes"]
    ]
    y = np.stack(notes)
    y[~np.isfinite(y).all(axis=1)] = 0.0
    return y


def main() -> None:
    """Read the request from the standard input and write ``out``; with no keys, the list of programmes."""
    request = json.load(sys.stdin)
    out = Path(request["out"])
    if request["notes"]:
        np.save(out, play(request))
    else:
        programs = list(DssiSynth(Path(request["library"]), request["sr"]).programs())
        out.write_text(json.dumps(programs), encoding="utf-8")


if __name__ == "__main__":
    main()
    os._exit(0)  # the threads of some synthesisers never end
