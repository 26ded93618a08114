# SPDX-License-Identifier: MIT
"""Sounds of a result whose corpus lies elsewhere by now: found again by what their corpus calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.training.corpora import open_corpus
from desktop_app.training.reports.result import Part, Result, Sound


def key_in_corpus(key: str) -> str:
    """The key without the name of the corpus's folder, which may have changed."""
    return key.partition("/")[2] or key


def missing_sounds(result: Result) -> set[str]:
    """Keys of the sounds that are no longer where they were in the training."""
    parts = result.parts.values()
    return {sound.key for part in parts for sound in part.sounds if not sound.path.is_file()}


def found_again(result: Result, corpora: Sequence[Path]) -> Result:
    """The result with the places where its sounds are now, and a note on those that were not found.

    Raises
    ------
    CorpusError
        When a corpus cannot be read.
    """
    missing = missing_sounds(result)
    if not missing:
        return result
    wanted = {key_in_corpus(key) for key in missing}
    entries = (entry for folder in corpora for entry in open_corpus(folder).iter_entries())
    places = {entry.key: entry.path for entry in entries if entry.key in wanted}
    parts = {name: _moved(part, missing, places) for name, part in result.parts.items()}
    lost = sum(key_in_corpus(key) not in places for key in missing)
    note = (
        f"{lost} sounds are no longer where the training found them and cannot be seen or heard here; "
        "--corpus says where their corpora are now."
    )
    return replace(result, parts=parts, notes=[*result.notes, note] if lost else result.notes)


def _moved(part: Part, missing: set[str], places: Mapping[str, Path]) -> Part:
    def place(sound: Sound) -> Sound:
        path = places.get(key_in_corpus(sound.key)) if sound.key in missing else None
        return sound if path is None else replace(sound, path=path)

    return replace(part, sounds=[place(sound) for sound in part.sounds])
