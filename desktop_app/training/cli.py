# SPDX-License-Identifier: MIT
"""``right-in-tune train``, ``evaluate`` and ``corpus``; heavy libraries are imported by what runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from desktop_app.domain.errors import RightInTuneError
from desktop_app.training.commands_corpus import add_corpus_parser
from desktop_app.training.commands_train import add_evaluate_parser, add_train_parser


def build_parser() -> argparse.ArgumentParser:
    """The parser of the three commands; each sets ``run``, a function of the parsed arguments."""
    parser = argparse.ArgumentParser(prog="right-in-tune")
    commands = parser.add_subparsers(required=True, metavar="train|evaluate|corpus")
    add_train_parser(commands)
    add_evaluate_parser(commands)
    add_corpus_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command: 0 all well, 1 something failed, 2 wrong usage."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except RightInTuneError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
