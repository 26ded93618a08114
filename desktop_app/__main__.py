# SPDX-License-Identifier: MIT
"""The commands ``right-in-tune`` and ``python -m desktop_app``: the window, or one of the sub-commands.

Each part is imported only when it is asked for, so that ``--version`` takes no time.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from desktop_app import __version__

# Sub-command: (module whose main(argv) does it, whether that wants the sub-command's name first, help).
_COMMANDS: Final = {
    "analyse": ("desktop_app.cli.batch", False, "notes, pitch and instrument family of audio files"),
    "models": ("desktop_app.cli.models", False, "the models that can be chosen, with their figures"),
    "train": ("desktop_app.training.cli", True, "train a model on a corpus"),
    "evaluate": ("desktop_app.training.cli", True, "measure a model on a corpus"),
    "corpus": ("desktop_app.training.cli", True, "render, check or explore a corpus"),
    "bench": ("desktop_app.bench.cli", False, "measure this program beside its references"),
}
_INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    argv
        Arguments without the program's name; those of the process when None.

    Returns
    -------
    int
        Exit status: 0 all done, 1 at least one file failed, 2 wrong usage.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments and arguments[0] in _COMMANDS:
            return _run_command(arguments[0], arguments[1:])
        return _open_window(_window_parser().parse_args(arguments).files)
    except KeyboardInterrupt:
        return _INTERRUPTED


def window_main() -> int:
    """Open the window on the files that the process was started with."""
    return _open_window(sys.argv[1:])


def _run_command(name: str, arguments: list[str]) -> int:
    module, wants_name, _ = _COMMANDS[name]
    try:
        status: int = import_module(module).main([name, *arguments] if wants_name else arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone (as with "| head"); nothing may be flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _open_window(files: list[str]) -> int:
    # The live analysis multiplies small matrices: threads of BLAS would only spin and take the cores away.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    status: int = import_module("desktop_app.ui.app").run(files)
    return status


def _window_parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<10}{text}" for name, (_, _, text) in _COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="right-in-tune",
        usage="%(prog)s [FILE ...]\n       %(prog)s COMMAND ... (COMMAND --help tells more)",
        description="Which note was that, which instrument is it, let me listen again.",
        epilog=f"commands:\n{commands}\n\nA file that is named like a command is given as ./analyse.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="audio files or a project to be opened")
    parser.add_argument("--version", action="version", version=f"right-in-tune {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
