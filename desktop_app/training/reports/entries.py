# SPDX-License-Identifier: MIT
"""Sounds of a part as entries of a corpus, to make features of them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.training.corpora import Entry, open_corpus
from desktop_app.training.lab.balance import draw_per_class
from desktop_app.training.reports.moved import key_in_corpus
from desktop_app.training.reports.result import Part, Sound

PER_CLASS: Final = 40
SEED: Final = 1


def drawn_entries(base: Part, classes: Sequence[str], corpora: Sequence[Path]) -> list[Entry]:
    """At most forty sounds of each class as entries, with everything that the corpora say of them."""
    wanted = {key_in_corpus(sound.key) for sound in base.sounds}
    listed = (entry for folder in corpora for entry in open_corpus(folder).iter_entries())
    known = {entry.key: entry for entry in listed if entry.key in wanted}
    entries = [
        _entry(
            sound,
            tuple(classes[i] for i in np.flatnonzero(true).tolist()),
            known.get(key_in_corpus(sound.key)),
        )
        for sound, true in zip(base.sounds, base.truth > 0.5, strict=True)
    ]
    return draw_per_class(entries, PER_CLASS, SEED)


def _entry(sound: Sound, labels: tuple[str, ...], known: Entry | None) -> Entry:
    if known is not None:
        return replace(known, key=sound.key, labels=labels)
    return Entry(
        key=sound.key,
        path=sound.path,
        labels=labels,
        instrument=None,
        family=sound.family or None,
        source=sound.source or None,
        midi=sound.midi,
        velocity=None,
        qualities=(),
        bank="",
        part="",
        weights_ok=False,
    )
