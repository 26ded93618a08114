# SPDX-License-Identifier: MIT
"""Makes the note network, from phrases and recorded notes to the bundled files.

``python -m desktop_app.training.notes.run --phrases DIR --recorded DIR --valid DIR``
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from desktop_app.domain.errors import RightInTuneError
from desktop_app.domain.frames import Float32Array
from desktop_app.dsp.onsets_network import NoteNetwork, NoteWeights, read_weights
from desktop_app.training.notes.data import Example, examples, read_phrases, recorded_examples, to_levels
from desktop_app.training.notes.evaluate import evaluate
from desktop_app.training.notes.fit import FitSettings, fit_network, to_npz
from desktop_app.training.parts import write_part

PART_ID = "notes_v1"
_TITLE = "Network of attacks and held notes"
_VALID_SEED = 7


def build_parser() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser(prog="notes_run", description=__doc__)
    parser.add_argument("--phrases", type=Path, required=True, metavar="DIR", help="learn from these phrases")
    parser.add_argument(
        "--recorded", type=Path, required=True, metavar="DIR", help="and from these recorded notes"
    )
    parser.add_argument("--valid", type=Path, required=True, metavar="DIR", help="phrases to measure on")
    parser.add_argument("--models", type=Path, default=Path("models/bundled"), metavar="DIR")
    parser.add_argument("--variants", type=int, default=2, help="changed forms of each phrase")
    parser.add_argument("--recorded-phrases", type=int, default=1200)
    parser.add_argument("--steps", type=int, default=FitSettings().n_steps)
    parser.add_argument("--seed", type=int, default=FitSettings().seed)
    parser.add_argument("--jobs", type=int, default=2, help="processes and threads")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Make, measure and list it: 0 all well, 1 something failed."""
    args = build_parser().parse_args(argv)
    try:
        _run(args)
    except RightInTuneError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(args: argparse.Namespace) -> None:
    start_s = time.monotonic()
    material = list(examples(read_phrases(args.phrases), args.variants, args.seed, args.jobs))
    material += recorded_examples(args.recorded, args.recorded_phrases, args.seed, args.jobs)
    settings = FitSettings(n_steps=args.steps, seed=args.seed)
    content = to_npz(fit_network(material, settings, args.jobs))
    weights = read_weights(content)
    valid = read_phrases(args.valid)
    metrics = {
        "as they are": evaluate(weights, list(examples(valid, 0, 0, args.jobs))),
        "through rooms and noise": evaluate(weights, list(examples(valid, 1, _VALID_SEED, args.jobs))),
        "training": {
            "hours": round(sum(example.levels.shape[0] for example in material) / 360_000, 1),
            "minutes": round((time.monotonic() - start_s) / 60, 1),
        },
    }
    write_part(args.models, PART_ID, _TITLE, ("weights.npz", content), metrics, golden(weights, material[0]))


def golden(weights: NoteWeights, example: Example, n_frames: int = 300) -> dict[str, Float32Array]:
    """Levels and what the network says of them."""
    levels = to_levels(example.levels[:n_frames])
    onset_prob, sounding_prob = NoteNetwork(weights).process_levels(levels)
    return {"levels": levels, "onset_prob": onset_prob, "sounding_prob": np.asarray(sounding_prob)}


if __name__ == "__main__":
    sys.exit(main())
