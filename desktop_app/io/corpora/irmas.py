# SPDX-License-Identifier: MIT
"""IRMAS as it is published: a training folder per class, and test parts with labels as text.

``IRMAS-TrainingData/cel/[cel][cla]0001__1.wav`` is three seconds with one predominant instrument; the
tags are the class, drums (``dru``, ``nod``) and genre. In ``IRMAS-TestingData-Part1`` … ``Part3`` every
sound has a text file of the same name with one predominant instrument a line.

References
----------
Bosch, Janer, Fuhrmann, Herrera, "A Comparison of Sound Segregation Techniques for Predominant
Instrument Recognition in Musical Audio Signals", ISMIR 2012.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from desktop_app.io.corpora.entry import Entry, Kind, Part
from desktop_app.io.corpora.files import iter_audio, subfolders, walk

FAMILY_OF: Final[dict[str, str]] = {
    "cel": "string",
    "cla": "reed",
    "flu": "flute",
    "gac": "guitar",
    "gel": "guitar",
    "org": "organ",
    "pia": "keyboard",
    "sax": "reed",
    "tru": "brass",
    "vio": "string",
    "voi": "vocal",
}
GENRES: Final = frozenset({"cla", "cou_fol", "jaz_blu", "lat_sou", "pop_roc"})
_SOURCE_OF: Final = {"gac": "acoustic", "gel": "electronic"}
_TAG: Final = re.compile(r"\[(\w+)\]")
_EXCERPT: Final = re.compile(r"(__|-)\s*\d+$")


@dataclass(frozen=True)
class IrmasCorpus:
    """Excerpts of music in IRMAS's form; see :class:`~desktop_app.io.corpora.entry.Corpus`.

    Where files are named otherwise than published, group and genre are left open.
    """

    folder: Path
    kind: Kind = "irmas"
    classes: tuple[str, ...] = tuple(FAMILY_OF)
    rate: int | None = 44_100

    @staticmethod
    def is_at(folder: Path) -> bool:
        """Whether there are class folders with tagged names, or sounds with labels in text files."""
        return _training_folder(folder) is not None or any(_iter_label_files(folder))

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those whose folders are there."""
        found: dict[Part, bool] = {
            "train": _training_folder(self.folder) is not None,
            "test": any(_iter_label_files(self.folder)),
        }
        return tuple(part for part, is_there in found.items() if is_there)

    def iter_entries(self, part: Part | None = None) -> Iterator[Entry]:
        """The excerpts of one part, or of all; see the protocol."""
        training = _training_folder(self.folder)
        if part in (None, "train") and training is not None:
            for class_folder in subfolders(training):
                if not any(_iter_label_files(class_folder)):
                    yield from (_training_entry(self.folder, path) for path in iter_audio(class_folder))
        if part in (None, "test"):
            yield from (_test_entry(self.folder, path) for path in _iter_label_files(self.folder))

    def listings(self) -> list[Path]:
        """All folders: each changes with its files."""
        return [place for place, _ in walk(self.folder)]

    def __len__(self) -> int:
        return self._n_entries

    @cached_property
    def _n_entries(self) -> int:
        return sum(1 for _ in self.iter_entries())


def _training_folder(folder: Path) -> Path | None:
    """Where the class folders are: here, or one folder deeper as in the published archive."""
    for place in (folder, *subfolders(folder)):
        if any(_is_class_folder(child) for child in subfolders(place)):
            return place
    return None


def _is_class_folder(folder: Path) -> bool:
    return folder.name in FAMILY_OF and any(f"[{folder.name}]" in path.name for path in iter_audio(folder))


def _iter_label_files(folder: Path) -> Iterator[Path]:
    """Text files beside sounds: those of the same name, and those of labels alone, whose sound is missing.

    Folders where no text names one of the instruments hold something else, such as song texts.
    """
    for place, names in walk(folder):
        sounds = {name.removesuffix(".wav") for name in names if name.endswith(".wav")}
        texts = {name.removesuffix(".txt"): place / name for name in names if name.endswith(".txt")}
        if any(FAMILY_OF.keys() & _labels(text) for name, text in texts.items() if name in sounds):
            yield from (text for name, text in texts.items() if name in sounds or _has_labels_alone(text))


def _has_labels_alone(text: Path) -> bool:
    labels = _labels(text)
    return bool(labels) and FAMILY_OF.keys() >= set(labels)


def _labels(text: Path) -> tuple[str, ...]:
    lines = text.read_text(encoding="utf-8", errors="replace").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def _training_entry(folder: Path, path: Path) -> Entry:
    genres = GENRES.intersection(_TAG.findall(path.name)[1:])
    return _entry(folder, path, (path.parent.name,), "train", min(genres, default=None))


def _test_entry(folder: Path, text: Path) -> Entry:
    # A label file without a label is kept, with a label that is in no list: the check then names it.
    return _entry(folder, text.with_suffix(".wav"), _labels(text) or ("",), "test", None)


def _entry(folder: Path, path: Path, labels: tuple[str, ...], part: Part, genre: str | None) -> Entry:
    recording = _EXCERPT.sub("", path.stem)
    return Entry(
        key=path.relative_to(folder).as_posix(),
        path=path,
        labels=labels,
        instrument=None,
        family=FAMILY_OF.get(labels[0]),
        source=_SOURCE_OF.get(labels[0]),
        midi=None,
        velocity=None,
        qualities=(),
        bank="IRMAS",
        part=part,
        weights_ok=False,
        group=f"{part}/{recording}",
        genre=genre,
    )
