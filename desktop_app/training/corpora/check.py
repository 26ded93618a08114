# SPDX-License-Identifier: MIT
"""Whether a corpus is sound: every file read, what would spoil training named."""

from __future__ import annotations

import hashlib
import os
import struct
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import joblib
import numpy as np
import soundfile

from desktop_app.domain.labels import SOURCES
from desktop_app.io.corpora.entry import Corpus, Entry
from desktop_app.training.corpora.check_report import NO_LABEL, CheckReport, Finding, Problem
from desktop_app.training.rendering.soundfont import SILENCE_PEAK

_BLOCK: Final = 1 << 18  # frames read at once, so that an hour of music needs no more memory than a note
_UNKNOWN_SIZE: Final = 0xFFFFFFFF  # a RIFF file that was written as a stream

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Sound:
    """What reading a file showed: a problem or a digest, and the rate where the file could be opened."""

    problem: Problem | None
    detail: str = ""
    rate: int | None = None
    digest: bytes = b""


class _Unsound(Exception):
    """A file that can be opened, but holds no usable samples."""


def check(corpus: Corpus, jobs: int = 1, progress: Progress | None = None) -> CheckReport:
    """Read every sound of a corpus and look for what would spoil training.

    Files may be read by several threads. Memory grows by about 250 bytes a sound.

    Parameters
    ----------
    jobs
        Threads.
    progress
        Told after each sound how many are done.

    Raises
    ------
    CorpusError
        When the corpus's list is damaged.
    """
    tally = _Tally(corpus)
    read = joblib.Parallel(n_jobs=jobs, prefer="threads", return_as="generator")
    sounds = read(joblib.delayed(_read_entry)(entry) for entry in corpus.iter_entries())
    for number, (entry, sound) in enumerate(sounds, 1):
        tally.add(entry, sound)
        if progress:
            progress(number)
    return tally.report()


class _Tally:
    """What is found while the sounds go by."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._classes = frozenset(corpus.classes)
        self._found: dict[Problem, list[Finding]] = {problem: [] for problem in Problem}
        self._first_of: dict[bytes, tuple[str, tuple[str, ...]]] = {}
        self._labels: Counter[str] = Counter()
        self._parts: Counter[str] = Counter(dict.fromkeys(corpus.parts, 0))
        self._rates: list[int | None] = []

    def add(self, entry: Entry, sound: _Sound) -> None:
        self._labels.update(entry.labels)
        self._parts[entry.part] += 1
        self._rates.append(sound.rate)
        for detail in _unknown_labels(entry, self._classes):
            self._note(Problem.UNKNOWN_LABEL, entry, detail)
        if sound.problem is not None:
            self._note(sound.problem, entry, sound.detail)
        elif sound.digest in self._first_of:
            self._note(Problem.DUPLICATE, entry, _as_before(entry, *self._first_of[sound.digest]))
        else:
            self._first_of[sound.digest] = entry.key, entry.labels

    def report(self) -> CheckReport:
        self._compare_rates()
        return CheckReport(
            folder=self._corpus.folder,
            kind=self._corpus.kind,
            n_entries=len(self._rates),
            labels=dict(sorted(self._labels.items())),
            parts=dict(self._parts),
            **{problem.field: tuple(findings) for problem, findings in self._found.items()},
        )

    def _note(self, problem: Problem, entry: Entry, detail: str) -> None:
        self._found[problem].append(Finding(entry.key, entry.path, detail))

    def _compare_rates(self) -> None:
        """With the published rate, or in folders, which have none, with the commonest."""
        rates = Counter(rate for rate in self._rates if rate is not None)
        due = self._corpus.rate
        if due is None and self._corpus.kind == "folders" and rates:
            due = rates.most_common(1)[0][0]
        if due is None or rates.keys() <= {due}:
            return
        for entry, rate in zip(self._corpus.iter_entries(), self._rates, strict=True):
            if rate not in (None, due):
                self._note(Problem.WRONG_RATE, entry, f"{rate} Hz, not {due} Hz")


def _as_before(entry: Entry, key: str, labels: tuple[str, ...]) -> str:
    elsewhere = (
        "" if labels == entry.labels else f", but {_listed(entry.labels)} here and {_listed(labels)} there"
    )
    return f"the same sound as {key}{elsewhere}"


def _listed(labels: tuple[str, ...]) -> str:
    return " and ".join(label or NO_LABEL for label in labels)


def _unknown_labels(entry: Entry, classes: Collection[str]) -> Iterator[str]:
    for label in entry.labels:
        if label not in classes:
            yield label or NO_LABEL
    if entry.source not in (*SOURCES, None):
        yield f"source {entry.source}"


def _read_entry(entry: Entry) -> tuple[Entry, _Sound]:
    return entry, _read(entry.path)


def _read(path: Path) -> _Sound:
    try:
        if not path.is_file():
            return _Sound(Problem.MISSING)
        with soundfile.SoundFile(path) as file:
            rate = int(file.samplerate)
            digest, peak = _digest_and_peak(file)
        if _is_cut(path):
            raise _Unsound("the file ends early")
    except soundfile.SoundFileError:
        return _Sound(Problem.CORRUPT, "no readable audio")
    except OSError as error:
        return _Sound(Problem.CORRUPT, os.strerror(error.errno) if error.errno else "unreadable")
    except _Unsound as error:
        return _Sound(Problem.CORRUPT, str(error), rate)
    if peak < SILENCE_PEAK:
        return _Sound(Problem.SILENT, "", rate)
    return _Sound(None, "", rate, digest)


def _digest_and_peak(file: soundfile.SoundFile) -> tuple[bytes, float]:
    """Of the samples as they are decoded: the same sound in another format or under another name is found."""
    digest, peak, n_frames = hashlib.blake2b(digest_size=16), 0.0, 0
    for block in file.blocks(_BLOCK, dtype="float32", always_2d=True):
        digest.update(block.tobytes())
        peak, n_frames = max(peak, float(np.abs(block).max())), n_frames + block.shape[0]
        if not np.isfinite(block).all():
            raise _Unsound("values that are no numbers")
    if not n_frames:
        raise _Unsound("no samples")
    return digest.digest(), peak


def _is_cut(path: Path) -> bool:
    """Whether a RIFF file is shorter than it says: libsndfile reads what is left without a word."""
    with path.open("rb") as file:
        head = file.read(8)
    if head[:4] != b"RIFF":
        return False
    (size,) = struct.unpack("<I", head[4:])
    # Some writers count a last padding byte that they leave out.
    return bool(size != _UNKNOWN_SIZE and size + 8 > path.stat().st_size + 1)
