# SPDX-License-Identifier: MIT
"""Which files are meant, and where their results go."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.domain.errors import AudioFileError
from desktop_app.io.audio_file_search import audio_files_in
from desktop_app.io.audio_file_text import shown_name


@dataclass(frozen=True, slots=True)
class Input:
    """One file to be analysed.

    Attributes
    ----------
    path
        As it is printed.
    inner_path
        Below the folder that was walked; the name alone for a file that was given itself.
    error
        Why it need not be tried, or None.
    """

    path: str
    inner_path: Path
    error: AudioFileError | None = None


def find_inputs(paths: Sequence[str]) -> list[Input]:
    """The files meant by paths, in their order; folders are walked."""
    return [found for path in paths for found in _expand(path)]


def _expand(path: str) -> Iterator[Input]:
    if not os.path.isdir(path):
        yield Input(path, Path(os.path.basename(path)))
        return
    is_empty = True
    for file in audio_files_in(path):
        is_empty = False
        yield Input(file, Path(os.path.relpath(file, path)))
    if is_empty:
        error = AudioFileError("missing", f"The folder {shown_name(path)} holds no audio files.")
        yield Input(path, Path(), error)


def plan_targets(inputs: Sequence[Input], out_dir: Path, suffix: str) -> list[Path]:
    """A file in ``out_dir`` for each input: ``x.wav`` gives ``x.json``, or ``x.wav.json`` beside ``x.mp3``.

    Raises
    ------
    ValueError
        When two inputs would go to one file.
    """
    short = [item.inner_path.with_suffix("") if item.inner_path.name else item.inner_path for item in inputs]
    seen = Counter(short)
    kept = [item.inner_path if seen[name] > 1 else name for item, name in zip(inputs, short, strict=True)]
    targets = [out_dir / name.with_name(name.name + suffix) if name.name else out_dir for name in kept]
    for target, count in Counter(targets).items():
        if count > 1 and target != out_dir:
            raise ValueError(
                f"two of the files would both be written to {target}: name one folder above both"
            )
    return targets
