# SPDX-License-Identifier: MIT
"""Makes the pitch ranker from phrases and recorded notes, from frames to the bundled files.

``python -m desktop_app.training.pitch.run --phrases DIR --unseen DIR --recordings DIR --work DIR`` keeps the
frames in the work folder and does not compute them again.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from desktop_app.dsp.pitch_ranker import PART_ID, ranker_from_bytes
from desktop_app.training.parts import write_part
from desktop_app.training.pitch.data import phrase_frames, real_note_frames
from desktop_app.training.pitch.fit import RankerSettings, figures, fit_ranker
from desktop_app.training.pitch.frames import RankerFrames

_TITLE = "Ranker of candidate pitches"
_N_GOLDEN = 32


def main(argv: Sequence[str] | None = None) -> int:
    """Compute frames, fit, measure, write."""
    args = _parser().parse_args(argv)
    args.work.mkdir(parents=True, exist_ok=True)
    of_phrases = _kept(
        args.work / "phrases.npz",
        lambda: phrase_frames(args.phrases, share=args.share, variants=args.variants, seed=1, jobs=args.jobs),
    )
    of_recordings = [
        _kept(
            args.work / f"recordings_{number}.npz",
            partial(real_note_frames, folder, share=0.05, variants=1, seed=2, jobs=args.jobs),
        )
        for number, folder in enumerate(args.recordings)
    ]
    check = _kept(
        args.work / "unseen.npz",
        lambda: phrase_frames(args.unseen, share=args.share, variants=1, seed=3, jobs=args.jobs),
    )
    settings = RankerSettings(epochs=args.epochs)
    content = fit_ranker(RankerFrames.joined([of_phrases, *of_recordings]), check, settings)
    ranker = ranker_from_bytes(content)
    features = check.features[:: max(1, len(check.midi) // _N_GOLDEN)].astype(np.float32)
    golden = {"features": features, "logits": ranker.logits(features)}
    metrics = {"model": PART_ID, "unseen_banks": figures(ranker, check)}
    write_part(args.models, PART_ID, _TITLE, ("weights.npz", content), metrics, golden)
    print(metrics)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pitch_run", description=__doc__)
    parser.add_argument("--phrases", type=Path, required=True, metavar="DIR", help="learn from these")
    parser.add_argument("--unseen", type=Path, required=True, metavar="DIR", help="phrases of other banks")
    parser.add_argument("--recordings", type=Path, nargs="*", default=[], metavar="DIR", help="manifest.csv")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--models", type=Path, default=Path("models/bundled"), metavar="DIR")
    parser.add_argument("--share", type=float, default=0.1, help="of the frames")
    parser.add_argument("--variants", type=int, default=1, help="of each phrase")
    parser.add_argument("--epochs", type=int, default=RankerSettings().epochs)
    parser.add_argument("--jobs", type=int, default=1)
    return parser


def _kept(path: Path, make: Callable[[], RankerFrames]) -> RankerFrames:
    """The frames of an earlier run, else new ones."""
    if not path.is_file():
        frames = make()
        with path.open("wb") as file:
            np.savez(file, features=frames.features, is_right=frames.is_right, midi=frames.midi)
    with np.load(path, allow_pickle=False) as stored:
        return RankerFrames(stored["features"], stored["is_right"], stored["midi"])


if __name__ == "__main__":
    raise SystemExit(main())
