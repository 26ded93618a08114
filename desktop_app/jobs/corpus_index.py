# SPDX-License-Identifier: MIT
"""The job that lists a corpus on disk, so that a window can show any part of very many sounds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.io.corpora.index import Column, EntryIndex
    from desktop_app.jobs.worker import Progress


@dataclass(frozen=True, slots=True)
class IndexedCorpus:
    """A corpus whose index is there.

    Attributes
    ----------
    file, folder
        The index, and the corpus.
    name
        What to call the corpus.
    n_entries
        How many sounds it lists.
    classes
        The labels that it may use.
    sources, parts
        Those that occur.
    n_banks
        How many banks or collections the sounds come from.
    has_pitch, has_velocity, has_qualities
        Whether it tells the pitch or the velocity, or any of NSynth's qualities, of any sound.
    """

    file: Path
    folder: Path
    name: str
    n_entries: int
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    parts: tuple[str, ...]
    n_banks: int
    has_pitch: bool
    has_velocity: bool
    has_qualities: bool


def index_corpus(folder: str, cache_dir: str, progress: Progress) -> IndexedCorpus:
    """Make the index of a corpus, or find that it is there.

    Raises
    ------
    CorpusError
        When the folder holds no corpus, its list is damaged, or the index cannot be written.
    """
    from desktop_app.io.corpora import open_corpus
    from desktop_app.io.corpora.index import open_index

    progress(None)
    corpus = open_corpus(Path(folder))
    n_entries = 0

    def on_entries(n_done: int) -> None:
        nonlocal n_entries
        n_entries = n_entries or max(1, len(corpus))  # counting takes a while: only where an index is made
        progress(min(1.0, n_done / n_entries))

    with open_index(corpus, Path(cache_dir), on_entries) as index:
        return IndexedCorpus(
            file=index.file,
            folder=corpus.folder,
            name=corpus.name,
            n_entries=len(index),
            classes=corpus.classes,
            sources=tuple(value for (value,) in index.counts("source") if value),
            parts=tuple(value for (value,) in index.counts("part") if value),
            n_banks=len(index.counts("bank")),
            has_pitch=_tells(index, "midi"),
            has_velocity=_tells(index, "velocity"),
            has_qualities=any(flags for (flags,) in index.counts("qualities")),
        )


def _tells(index: EntryIndex, column: Column) -> bool:
    return any(value is not None for (value,) in index.counts(column))
