# SPDX-License-Identifier: MIT
"""What breaks a model: sounds of other sources, sounds played backwards, features switched off.

A feature is switched off by giving every sound the same: the mean over the measured sounds, or silence in
the program's mel bands. What a model does not lean on costs it nothing when it is switched off.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.domain.errors import ModelError
from desktop_app.domain.frames import Float32Array
from desktop_app.domain.labels import SOURCES
from desktop_app.training.classifier.evaluate import percent
from desktop_app.training.corpora import Entry, open_corpus
from desktop_app.training.lab.balance import draw_per_class
from desktop_app.training.lab.cache import build_matrix
from desktop_app.training.lab.run_data import labelled, truth_of
from desktop_app.training.lab.run_load import LoadedResult, load_result
from desktop_app.training.reports.entries import PER_CLASS, SEED, drawn_entries
from desktop_app.training.reports.extra import Extra
from desktop_app.training.reports.measures import measure
from desktop_app.training.reports.moved import found_again, key_in_corpus
from desktop_app.training.reports.result import LEARNING, Part, Result, Sound, read_result

HEAD: Final = ("what is heard", "sounds", "right", "balanced")
TITLE: Final = "What breaks it"
LEAD: Final = (
    "The plain figure first, then the same model on sounds of each source, on sounds played backwards, and "
    "with parts of what it hears switched off."
)
THIRDS: Final = ("lowest", "middle", "highest")
_QUALITIES: Final = "qualities"


def break_row(name: str, truth: Float32Array, told: Float32Array) -> list[str]:
    """A row of the table; both arrays of shape (n, n_classes), n > 0."""
    part = Part([Sound("", Path())] * truth.shape[0], truth, told)
    names = [str(i) for i in range(truth.shape[1])]
    figures = measure(part, names, multi_label=False)
    return [name, str(figures["n"]), percent(figures["right"]), percent(figures["balanced"])]


def thirds(n: int) -> list[tuple[str, slice]]:
    """Names and places of three parts of n rows."""
    edges = [round(n * k / 3) for k in range(4)]
    return [(name, slice(edges[k], edges[k + 1])) for k, name in enumerate(THIRDS)]


def break_lab_result(folder: Path, corpora: Sequence[Path], jobs: int = 1) -> Extra:
    """The breaks of a model that the lab trained.

    Parameters
    ----------
    folder
        What the training left.
    corpora
        Where sounds of other sources than those that it learnt are drawn from; sounds that it learnt from
        are left out.

    Raises
    ------
    ModelError, CorpusError
        When the result or a corpus cannot be used, or no sound of it can be read.
    """
    result, model = found_again(read_result(folder), corpora), load_result(folder)
    base = result.measured.get("random") or next(iter(result.measured.values()), None)
    if base is None:
        raise ModelError(f"{folder} holds no answers to sounds that were not learnt from.")
    judge = _Judge(model, jobs)
    entries = drawn_entries(base, model.classes, corpora)
    rows = [break_row("plain: held-back notes", base.truth, base.told)]
    with tempfile.TemporaryDirectory() as cache:
        rows += judge.sources(_elsewhere(result, model, corpora), Path(cache))
        rows += judge.switched_off(entries, Path(cache))
    return Extra(TITLE, LEAD, HEAD, rows)


def _elsewhere(result: Result, model: LoadedResult, corpora: Sequence[Path]) -> dict[str, list[Entry]]:
    """Sounds of the corpora that were not learnt from, by source, of the model's classes."""
    parts = [result.parts[name] for name in LEARNING if name in result.parts]
    heard = {key_in_corpus(sound.key) for part in parts for sound in part.sounds}
    found = {}
    for source in SOURCES:
        data = replace(model.recipe.data, sources=(source,))
        entries = labelled(map(open_corpus, corpora), replace(model.recipe, data=data), [])
        fresh = (
            e for e in entries if key_in_corpus(e.key) not in heard and set(e.labels) <= set(model.classes)
        )
        found[source] = draw_per_class(fresh, PER_CLASS, SEED)
    return {source: entries for source, entries in found.items() if entries}


@dataclass(frozen=True, slots=True)
class _Judge:
    """Asks a model of the lab about entries."""

    model: LoadedResult
    jobs: int

    def sources(self, by_source: dict[str, list[Entry]], cache: Path) -> list[list[str]]:
        """A row for each source."""
        rows = []
        for source, entries in by_source.items():
            present, inputs = self._inputs(entries, cache, reverse=False)
            rows.append(self._row(f"{source} notes", present, inputs))
        return rows

    def switched_off(self, entries: list[Entry], cache: Path) -> list[list[str]]:
        """The same sounds as they are, backwards, and with each part of the features switched off."""
        present, inputs = self._inputs(entries, cache, reverse=False)
        rows = [self._row("some of the held-back notes", present, inputs)]
        if any(each.kind != _QUALITIES for each in self.model.recipe.features):
            rows.append(self._row("the same, backwards", *self._inputs(entries, cache, reverse=True)))
        return rows + [self._row(name, present, changed) for name, changed in self._without(inputs)]

    def _row(self, name: str, entries: list[Entry], inputs: list[Any]) -> list[str]:
        return break_row(name, truth_of(entries, self.model.classes), self.model.predict(inputs))

    def _inputs(self, entries: list[Entry], cache: Path, *, reverse: bool) -> tuple[list[Entry], list[Any]]:
        """The entries that can be read, and an array of rows for each input."""
        tables = []
        for each in self.model.recipe.features:
            backwards = {"reverse": True} if reverse and each.kind != _QUALITIES else {}
            tables.append(
                build_matrix(entries, each.kind, {**each.settings, **backwards}, cache, jobs=self.jobs)
            )
        places = [{key: row for row, key in enumerate(table.keys)} for table in tables]
        present = [entry for entry in entries if all(entry.key in place for place in places)]
        rows = [np.array([place[entry.key] for entry in present], np.intp) for place in places]
        return present, [np.asarray(table.X[at]) for table, at in zip(tables, rows, strict=True)]

    def _without(self, inputs: list[Any]) -> Iterator[tuple[str, list[Any]]]:
        """Inputs with a third of one's rows, or one of several inputs, given its mean for every sound."""
        for i, (each, table) in enumerate(zip(self.model.recipe.features, inputs, strict=True)):
            parts = [(f"the {name} third of {each.kind}", place) for name, place in thirds(table.shape[1])]
            whole = [(f"all of {each.kind}", slice(None))] if len(inputs) > 1 else []
            for name, place in parts + whole:
                changed = table.copy()
                changed[:, place] = table[:, place].mean(axis=0).astype(table.dtype)
                yield f"the same without {name}", [*inputs[:i], changed, *inputs[i + 1 :]]
