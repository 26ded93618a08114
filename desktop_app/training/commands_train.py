# SPDX-License-Identifier: MIT
"""``right-in-tune train`` and ``right-in-tune evaluate``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.domain.errors import ModelError
from desktop_app.training.commands_lab import add_lab_options, run_lab

if TYPE_CHECKING:
    from desktop_app.ml.classifier import Classifier


def add_train_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add ``train``."""
    parser = subparsers.add_parser("train", help="make a model from corpora: fit, calibrate, measure, export")
    parser.add_argument("recipe", metavar="RECIPE", help="a .toml file, or the name of a bundled recipe")
    folders = {
        "--corpus": "learn from these: corpora, or one folder made by 'corpus features'",
        "--unseen": "banks that are never learnt from: the best epoch and the calibration rest on them",
        "--check": "real recordings that are only measured on",
    }
    for option, text in folders.items():
        required = option == "--corpus"
        parser.add_argument(
            option,
            type=Path,
            nargs="+",
            action="extend",
            default=[],
            required=required,
            metavar="DIR",
            help=text,
        )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of models to write into"
    )
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="features and checkpoints (default: OUT/work)"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes and threads")
    parser.add_argument("--default", action="store_true", help="make it the default model of the folder")
    add_lab_options(parser)
    parser.set_defaults(run=run_train)


def add_evaluate_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add ``evaluate``."""
    parser = subparsers.add_parser("evaluate", help="measure a model on sounds whose labels are known")
    help_text = "a model's name, a folder of models or FOLDER/NAME, or what trainings of the lab have written"
    parser.add_argument("model", metavar="MODEL", help=help_text)
    corpus_help = (
        "what to measure on; of results of trainings, where their sounds are if they have moved, and where "
        "--break finds sounds of other sources"
    )
    parser.add_argument(
        "--corpus", type=Path, nargs="+", action="extend", default=[], metavar="DIR", help=corpus_help
    )
    parser.add_argument(
        "--split", metavar="NAME", help="the part of the corpus in DIR/NAME or DIR/nsynth-NAME"
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="DIR",
        help="write a page with pictures and sounds, and metrics.json, there",
    )
    parser.add_argument(
        "--cards",
        type=Path,
        metavar="DIR",
        help="of results of trainings: write their cards and the tables that compare them there",
    )
    parser.add_argument(
        "--break",
        dest="breaks",
        action="store_true",
        help="also try to break it: other sources, sounds played backwards, features switched off",
    )
    parser.set_defaults(run=run_evaluate)


def run_train(args: argparse.Namespace) -> int:
    """Make the model; exit status 0."""
    from desktop_app.training.lab.recipe import is_lab_recipe

    if is_lab_recipe(args.recipe):
        return run_lab(args)
    if args.changes or args.small:
        raise ModelError(f"--set and --small are for recipes of the training lab; {args.recipe} is none.")
    from desktop_app.training.classifier.fit_recipe import read_recipe
    from desktop_app.training.classifier.fit_run import Places, make_model

    places = Places(args.corpus, args.unseen, args.check, args.out, args.work or args.out / "work")
    report = make_model(read_recipe(args.recipe), places, jobs=args.jobs, is_default=args.default)
    print(report)
    return 0


def run_evaluate(args: argparse.Namespace) -> int:
    """Print tables of figures and write what is asked for; exit status 0."""
    try:
        text = _evaluated(args)
    except OSError as error:
        reason = error.strerror or "the disk refuses"
        raise ModelError(f"{error.filename or args.report} could not be written: {reason}.") from error
    print(text)
    return 0


def _evaluated(args: argparse.Namespace) -> str:
    from desktop_app.training.reports.command import evaluate_model, evaluate_results
    from desktop_app.training.reports.report import result_folders

    if folders := result_folders(Path(args.model)):
        return evaluate_results(folders, args.report, args.corpus, with_breaks=args.breaks, cards=args.cards)
    if args.cards:
        raise ModelError(f"--cards is for results of trainings; {args.model} is none.")
    corpora = {folder.name: split_folder(folder, args.split) for folder in args.corpus}
    return evaluate_model(find_classifier(args.model), corpora, args.report, with_breaks=args.breaks)


def find_classifier(name: str) -> Classifier:
    """A model by its name, or from a folder of models.

    Raises
    ------
    ModelError
        When there is none, or it does not fit.
    """
    from desktop_app.ml.manifest import load_classifier, load_from_folder
    from desktop_app.ml.manifest_entries import MANIFEST

    path = Path(name)
    if (path / MANIFEST).is_file():
        return load_from_folder(path)
    if (path.parent / MANIFEST).is_file():
        return load_from_folder(path.parent, path.name)
    return load_classifier(name)


def split_folder(folder: Path, split: str | None) -> Path:
    """The folder of a part of a corpus.

    Raises
    ------
    ModelError
        When the corpus has no such part.
    """
    if split is None:
        return folder
    for name in (split, f"nsynth-{split}"):
        if (folder / name).is_dir():
            return folder / name
    raise ModelError(f"{folder} has no part named {split}.")
