# SPDX-License-Identifier: MIT
"""Corpora in the forms in which they are published: NSynth, IRMAS, FMA, folders and manifests."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from desktop_app.domain.errors import CorpusError
from desktop_app.io.corpora.entry import QUALITIES, Corpus, Entry, Kind, Part
from desktop_app.io.corpora.files import subfolders
from desktop_app.io.corpora.fma import FmaCorpus
from desktop_app.io.corpora.folders import FoldersCorpus
from desktop_app.io.corpora.irmas import IrmasCorpus
from desktop_app.io.corpora.manifest import ManifestCorpus
from desktop_app.io.corpora.nsynth import NsynthCorpus

__all__ = ["QUALITIES", "Corpus", "Entry", "Kind", "Part", "open_corpus"]

# Folders of sounds come last: the others are folders of sounds too.
_FORMS: Final = (NsynthCorpus, FmaCorpus, ManifestCorpus, IrmasCorpus, FoldersCorpus)


def open_corpus(folder: Path) -> Corpus:
    """The corpus in a folder, whose form is recognised by what the folder holds; reads no sound.

    Raises
    ------
    CorpusError
        When the folder is missing or holds no corpus.
    """
    if not folder.is_dir():
        raise CorpusError(f"There is no folder {folder}.")
    try:
        for form in _FORMS:
            if form.is_at(folder):
                if form is FoldersCorpus:
                    _refuse_several(folder)
                return form(folder)
    except OSError as error:
        raise CorpusError(f"{folder} could not be read.") from error
    raise CorpusError(
        f"{folder} holds no corpus: neither examples.json, fma_metadata/tracks.csv nor manifest.csv, "
        "and no folders of sounds."
    )


def _refuse_several(folder: Path) -> None:
    """A folder that corpora lie in is taken for one with a class each otherwise."""
    listed = (NsynthCorpus, FmaCorpus, ManifestCorpus)
    found = [place.name for place in subfolders(folder) if any(form.is_at(place) for form in listed)]
    if found:
        raise CorpusError(f"{folder} is no corpus itself, but corpora lie in it: {', '.join(found)}.")
