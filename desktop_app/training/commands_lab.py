# SPDX-License-Identifier: MIT
"""What ``right-in-tune train`` does with a recipe of the lab."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_lab_options(parser: argparse.ArgumentParser) -> None:
    """Add what only recipes of the lab use."""
    lab = parser.add_argument_group("recipes of the training lab")
    lab.add_argument("--scheduler", metavar="ADDRESS", help="make the features on this Dask cluster")
    lab.add_argument(
        "--weights",
        default="random",
        metavar="imagenet|random|PATH",
        help="what ready-made networks start from (default: random)",
    )
    lab.add_argument("--tensorboard", type=Path, metavar="DIR", help="write logs for TensorBoard there")
    lab.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="TABLE.KEY=VALUE",
        help="a number of the recipe otherwise, as fit.epochs=3 or balance.per_class=400; can be repeated",
    )
    lab.add_argument("--small", action="store_true", help="a trial of seconds with a smaller model")


def run_lab(args: argparse.Namespace) -> int:
    """Train a recipe of the lab and print the table of its figures; exit status 0."""
    from desktop_app.training.lab.recipe import read_lab_recipe
    from desktop_app.training.lab.recipe_changes import parse_changes
    from desktop_app.training.lab.run import LabOptions, LabPlaces, train_lab

    changes = parse_changes(args.changes)
    recipe = read_lab_recipe(args.recipe, small=args.small, changes=changes)
    places = LabPlaces(args.corpus, args.unseen, args.check, args.out, args.work or args.out / "work")
    options = LabOptions(args.jobs, args.scheduler, args.weights, args.tensorboard)
    result = train_lab(recipe, places, options)
    print(result.table())
    return 0
