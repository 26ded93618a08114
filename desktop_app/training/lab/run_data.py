# SPDX-License-Identifier: MIT
"""From folders to parts of labelled sounds and their features."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.training.corpora import open_corpus
from desktop_app.training.corpora.entry import Corpus, Entry
from desktop_app.training.lab.balance import draw_per_class
from desktop_app.training.lab.fit import Examples
from desktop_app.training.lab.fit_progress import ProgressLine
from desktop_app.training.lab.recipe import LabRecipe
from desktop_app.training.lab.recipe_settings import DataSettings
from desktop_app.training.lab.run_windows import FeatureMaker
from desktop_app.training.lab.splits_lab import LEARNT, VALID, Parts, is_held_bank, split_entries

_REST: Final = "rest"
_QUALITIES: Final = "qualities"
_FEWEST: Final = 2
_MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class LabPlaces:
    """Where everything is.

    Attributes
    ----------
    corpora, unseen, check
        Folders to learn from, of banks that are only measured, and of recordings that are only measured.
    out
        The results go into a folder of the recipe's name in it.
    work
        Features and the state of the fitting.
    """

    corpora: Sequence[Path]
    unseen: Sequence[Path]
    check: Sequence[Path]
    out: Path
    work: Path


def gather_parts(recipe: LabRecipe, places: LabPlaces) -> tuple[Parts, tuple[str, ...], tuple[str, ...]]:
    """Read the lists of sounds, draw, and split; returns parts, classes and sentences to tell.

    Raises
    ------
    ModelError, CorpusError
        When a corpus is not of the recipe's kind, or fewer than two classes or nothing remains.
    """
    notes: list[str] = []
    _check_names([*places.corpora, *places.unseen, *places.check])
    pool = [_opened(folder, recipe.data) for folder in places.corpora]
    balance, seed = recipe.balance, recipe.balance.seed
    candidates = list(labelled(pool, recipe, notes))
    held = [entry for entry in candidates if is_held_bank(entry, recipe.split)]
    candidates = [entry for entry in candidates if not is_held_bank(entry, recipe.split)]
    drawn = draw_per_class(candidates, balance.per_class, seed)
    held += labelled(map(open_corpus, places.unseen), recipe, notes, "of the unseen banks")
    unseen = draw_per_class(held, balance.measured_per_class, seed)
    real = list(labelled(map(open_corpus, places.check), recipe, notes, "of the recordings"))
    classes = _classes(drawn, recipe.data, notes)
    kept = [_within(part, classes) for part in (drawn, unseen, real)]
    return split_entries(kept[0], kept[1], kept[2], recipe.split), classes, tuple(notes)


def _check_names(folders: Sequence[Path]) -> None:
    """Keys begin with the folder's name: two of a name would lose the sounds of one."""
    twice = [name for name, n in Counter(folder.name for folder in folders).items() if n > 1]
    if twice:
        raise ModelError(f"Several corpora are called {twice[0]}: please give each folder a name of its own.")


def _opened(folder: Path, data: DataSettings) -> Corpus:
    corpus = open_corpus(folder)
    if corpus.kind not in data.corpora:
        raise ModelError(
            f"This recipe learns from corpora of the form {' or '.join(data.corpora)}; "
            f"{folder} has the form {corpus.kind}."
        )
    return corpus


def labelled(
    corpora: Iterable[Corpus], recipe: LabRecipe, notes: list[str], whose: str = "of the corpora"
) -> Iterator[Entry]:
    """Sounds with labels of the recipe and keys that are unique across corpora; others are counted."""
    data, unknown = recipe.data, Counter[str]()
    needs_qualities = any(each.kind == _QUALITIES for each in recipe.features)
    for corpus in corpora:
        for entry in corpus.iter_entries():
            if data.sources and entry.source not in data.sources:
                continue
            if needs_qualities and not entry.qualities:
                continue
            labels = _labels(entry.labels, data)
            unknown.update(set(entry.labels) - set(labels) if not labels else ())
            if labels:
                yield replace(entry, key=f"{corpus.name}/{entry.key}", labels=labels)
    if unknown:
        named = ", ".join(f"{name} ({n})" for name, n in unknown.most_common(5))
        notes.append(f"Sounds {whose} with labels outside the recipe's classes are left out: {named}.")


def _labels(labels: tuple[str, ...], data: DataSettings) -> tuple[str, ...]:
    if data.one_against_rest:
        return (data.one_against_rest if data.one_against_rest in labels else _REST,)
    known = labels if not data.classes else tuple(label for label in labels if label in data.classes)
    return known if data.multi_label else known[:1]


def _classes(entries: Sequence[Entry], data: DataSettings, notes: list[str]) -> tuple[str, ...]:
    """The classes that enough sounds are there of, in the recipe's order or by name."""
    counts = Counter(label for entry in entries for label in entry.labels)
    order = data.classes or tuple(sorted(counts))
    if data.one_against_rest:
        order = (data.one_against_rest, _REST)
    classes = tuple(name for name in order if counts[name] >= _FEWEST)
    for name in order:
        if 0 < counts[name] < _FEWEST:
            notes.append(f"The class {name} has a single sound and is left out: nothing could measure it.")
    if len(classes) < _FEWEST:
        found = ", ".join(classes) or "none"
        raise ModelError(f"There are too few classes with two sounds to learn from: {found}.")
    return classes


def _within(entries: Sequence[Entry], classes: tuple[str, ...]) -> list[Entry]:
    cut = (replace(e, labels=tuple(label for label in e.labels if label in classes)) for e in entries)
    return [entry for entry in cut if entry.labels]


def gather_examples(
    recipe: LabRecipe, parts: Parts, classes: tuple[str, ...], maker: FeatureMaker
) -> dict[str, Examples]:
    """Features of every part; sounds that cannot be read are left out of it.

    Raises
    ------
    ModelError, CorpusError
        When a part that is needed has no readable sound, or the cache cannot be written.
    """
    entries = list({entry.key: entry for part in parts.values() for entry in part}.values())
    tables: dict[str, Any] = {}
    rows: dict[str, dict[str, int]] = {}
    for each in recipe.features:
        line = ProgressLine(f"{each.kind} of {len(entries)} sounds", len(entries))
        try:
            table = maker.table(entries, each.kind, each.settings, line.seen)
        except ValueError as error:
            raise ModelError(f"The features of the recipe are not understood: {error}.") from error
        tables[each.kind] = table.X
        tell(sentence for _, sentence in table.left_out[:_MOST_TOLD])
        rows[each.kind] = {key: row for row, key in enumerate(table.keys)}
        line.line(f"{each.kind}: {len(table.keys)} of {len(entries)} sounds")
    shared = _in_one_order(entries, tables, rows)
    found = {name: _examples(part, tables, shared, classes) for name, part in parts.items()}
    for name in (LEARNT, VALID):
        if not found[name].rows.shape[0]:
            raise ModelError("None of the sounds to learn from could be read.")
    return {name: examples for name, examples in found.items() if examples.rows.shape[0]}


def _in_one_order(
    entries: Sequence[Entry], tables: dict[str, Any], rows: dict[str, dict[str, int]]
) -> dict[str, int]:
    """Row of each sound that every table has; tables that differ are brought into one order."""
    first, *others = rows
    if all(rows[name] == rows[first] for name in others):
        return rows[first]
    keys = [entry.key for entry in entries if all(entry.key in of for of in rows.values())]
    for name, table in tables.items():
        tables[name] = np.asarray(table[np.array([rows[name][key] for key in keys], np.intp)])
    return {key: row for row, key in enumerate(keys)}


def _examples(
    part: Sequence[Entry], tables: dict[str, Any], rows: dict[str, int], classes: tuple[str, ...]
) -> Examples:
    present = [entry for entry in part if entry.key in rows]
    part[:] = present  # type: ignore[index]
    return Examples(tables, np.array([rows[e.key] for e in present], np.intp), truth_of(present, classes))


def truth_of(entries: Sequence[Entry], classes: tuple[str, ...]) -> Float32Array:
    """1 for each label, shape (n, n_classes)."""
    place = {name: i for i, name in enumerate(classes)}
    truth = np.zeros((len(entries), len(classes)), np.float32)
    for row, entry in enumerate(entries):
        truth[row, [place[label] for label in entry.labels]] = 1.0
    return truth


def tell(notes: Iterable[str]) -> None:
    """Say what was left out."""
    for note in notes:
        print(note, file=sys.stderr, flush=True)
