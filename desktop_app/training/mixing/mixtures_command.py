# SPDX-License-Identifier: MIT
"""``right-in-tune corpus mixtures|layers``."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop_app.domain.errors import CorpusError


def add_mixtures(parser: argparse.ArgumentParser) -> None:
    """Add the options; ``run`` is a function of the parsed arguments."""
    parser.description = (
        "Make mixtures of a lead over one to four other instruments from corpora of single notes: in IRMAS's "
        "form by its eleven classes, or in NSynth's form by the lead's family."
    )
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="where the mixtures go")
    add("--form", choices=("irmas", "nsynth"), required=True)
    add("--corpus", type=Path, nargs="+", required=True, metavar="DIR", help="notes of the instruments")
    add("--excerpts", type=int, default=300, metavar="N", help="mixtures of every class or family")
    add("--unseen", type=Path, nargs="+", default=[], metavar="DIR", help="notes for IRMAS's test part")
    add("--test-excerpts", type=int, default=600, metavar="N", help="excerpts in the test part")
    add("--over-db", type=float, nargs=2, default=(0.0, 12.0), metavar="DB", help="lead over accompaniment")
    add("--split-seed", type=int, default=383, metavar="N", help="of the recipe that is to learn from them")
    add("--jobs", type=int, default=1, metavar="N", help="processes")
    add("--seed", type=int, default=0)
    parser.set_defaults(run=run_mixtures)


def add_layers(parser: argparse.ArgumentParser) -> None:
    """Add the options; ``run`` is a function of the parsed arguments."""
    parser.description = "Make new instruments of two of one family that sound together, in NSynth's form."
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="where the notes go")
    add("--corpus", type=Path, nargs="+", required=True, metavar="DIR", help="notes of rendered instruments")
    add("--instruments", type=int, default=40, metavar="N", help="new instruments of every family")
    add("--notes", type=int, default=8, metavar="N", help="of each")
    add("--split-seed", type=int, default=383, metavar="N", help="of the recipe that is to learn from them")
    add("--jobs", type=int, default=1, metavar="N", help="processes")
    add("--seed", type=int, default=0)
    parser.set_defaults(run=run_layers)


def run_layers(args: argparse.Namespace) -> int:
    """Make layered instruments; exit status 0.

    Raises
    ------
    CorpusError
        When no two instruments go together.
    """
    from desktop_app.training.mixing.layers import draw_layers, write_layers
    from desktop_app.training.mixing.mixtures_players import load_players

    layers = draw_layers(load_players(args.corpus), args.instruments, args.split_seed, args.seed)
    n = write_layers(layers, args.folder, args.notes, args.seed, args.jobs)
    print(f"{n} notes of {len(layers)} instruments in {args.folder}")
    return 0


def run_mixtures(args: argparse.Namespace) -> int:
    """Make mixtures; exit status 0.

    Raises
    ------
    CorpusError
        When the corpora have no instruments fit for it.
    """
    from desktop_app.training.mixing.mixtures_irmas import write_testing, write_training
    from desktop_app.training.mixing.mixtures_nsynth import write_mixtures
    from desktop_app.training.mixing.mixtures_players import load_players

    over_db, jobs = (min(args.over_db), max(args.over_db)), args.jobs
    if args.form == "nsynth" and args.unseen:
        raise CorpusError("Mixtures in NSynth's form have no test part: give each side a folder of its own.")
    players = load_players(args.corpus)
    if args.form == "nsynth":
        n = write_mixtures(players, args.folder, args.excerpts, over_db, args.seed, args.split_seed, jobs)
    else:
        n = write_training(players, args.folder, args.excerpts, over_db, args.seed, jobs)
        if args.unseen:
            unseen = load_players(args.unseen)
            n += write_testing(unseen, args.folder, args.test_excerpts, over_db, args.seed, jobs)
    print(f"{n} mixtures in {args.folder}")
    return 0
