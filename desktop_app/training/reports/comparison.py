# SPDX-License-Identifier: MIT
"""The tables of all models: the same question asked of sounds that are ever further from the training."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from desktop_app.assets import bundled
from desktop_app.domain.errors import ModelError
from desktop_app.ml import list_models
from desktop_app.training.reports.extra import Extra, markdown
from desktop_app.training.reports.result import METRICS, PREDICTIONS, Part, read_result

COLUMNS: Final = ("random", "unseen instrument", "unseen bank", "real notes", "real phrases", "real")
_REAL: Final = ("real", "real notes", "real phrases")
_OFFICIAL: Final = ("official valid", "official test")
_TRIAL: Final = ("learnt", "random", *_OFFICIAL)
_NOTHING: Final = "–"
# The bundled models' metrics name their sets so; what is real there are notes and phrases together.
_SETS: Final = {
    "random": "random notes",
    "unseen instrument": "unseen instruments",
    "unseen bank": "unseen bank",
    "real": "real recordings",
}
_LEAST_SOUNDS: Final = 20
Metrics = Mapping[str, Any]


def comparison(folders: Sequence[Path]) -> str:
    """The tables in Markdown.

    Raises
    ------
    ModelError
        When a folder has no readable figures.
    """
    tables = comparison_tables(folders)
    return "\n\n".join(f"{each.title}. {each.lead}\n\n{markdown(each.head, each.rows)}" for each in tables)


def comparison_tables(folders: Sequence[Path]) -> list[Extra]:
    """Tables with a row for each folder with a ``metrics.json``, and for the models in the program.

    A table without rows is left out.

    Raises
    ------
    ModelError
        When a folder has no readable figures.
    """
    all_read = [_metrics(folder) for folder in folders]
    read = [metrics for metrics in all_read if not metrics.get("small")]
    trials = [metrics for metrics in all_read if metrics.get("small")]
    found = [
        Extra(
            "All models",
            "In percent, right / the mean over the classes. Real: recorded notes and phrases together.",
            ("model", "classes", "learnt from", *COLUMNS, "published"),
            [_row(metrics) for metrics in [*read, *_in_the_program()]] if read else [],
        ),
        Extra(
            "Official parts",
            "In percent, with the F1 of all answers together and the mean F1 of the classes.",
            ("model", "part", "sounds", "right", "F1 micro", "F1 macro", "published"),
            [row for metrics in read for row in _official_rows(metrics)],
        ),
        _by_corpus(folders),
        Extra(
            "Set otherwise than the recipe",
            "With `train --set`.",
            ("model", "set"),
            [[_name(m), ", ".join(f"{k}={v}" for k, v in m["set"].items())] for m in read if m.get("set")],
        ),
        Extra(
            "Trials",
            "With `train --small`: they show that a recipe learns, and are not to be compared.",
            ("model", *_TRIAL),
            [[_name(m), *(_cell(m["parts"].get(part)) for part in _TRIAL)] for m in trials],
        ),
    ]
    return [table for table in found if table.rows]


def _metrics(folder: Path) -> Metrics:
    """What a training, or the export of a bundled model, says of it; the figures by the names of the lab."""
    try:
        metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
        if "parts" not in metrics:
            sets = {name: metrics["sets"][of] for name, of in _SETS.items() if of in metrics["sets"]}
            metrics["parts"] = {name: {**of, "right": of["plain"]} for name, of in sets.items()}
        _row(metrics)
        _official_rows(metrics)
        return dict(metrics)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{folder} has no readable figures in {METRICS}.") from error


def _in_the_program() -> list[Metrics]:
    """The bundled models' own figures, the default model first."""
    listed = [info.model_id for info in list_models() if info.is_bundled]
    found = [_metrics(Path(str(bundled("models", name)))) for name in listed]
    return [{**metrics, "model": f"{_name(metrics)}, in the program"} for metrics in found]


def _name(metrics: Metrics) -> str:
    return str(metrics.get("id") or metrics["model"])


def _published(metrics: Metrics) -> str:
    return (metrics.get("published") or {}).get("text") or _NOTHING


def _row(metrics: Metrics) -> list[str]:
    parts = metrics["parts"]
    of = {**{name: parts.get(name) for name in COLUMNS}, "real": _together([parts.get(n) for n in _REAL])}
    learnt = str((parts.get("learnt") or {}).get("n", _NOTHING))
    classes = str(len(metrics["classes"])) if "classes" in metrics else _NOTHING
    return [_name(metrics), classes, learnt, *map(_cell, of.values()), _published(metrics)]


def _cell(figures: Metrics | None) -> str:
    if figures is None:
        return _NOTHING
    return f"{100 * figures['right']:.1f} / {100 * figures['balanced']:.1f}"


def _together(some: Sequence[Metrics | None]) -> Metrics | None:
    """Right and balanced of several parts as if they were one."""
    parts = [part for part in some if part]
    if len(parts) < 2:
        return parts[0] if parts else None
    n, hits = defaultdict[str, int](int), defaultdict[str, float](float)
    for part in parts:
        for name, of in part["per_class"].items():
            n[name] += of["n"]
            hits[name] += of["n"] * of["recall"]
    recalls = [hits[name] / n[name] for name in n if n[name]]
    right = sum(part["n"] * part["right"] for part in parts) / sum(part["n"] for part in parts)
    return {"right": right, "balanced": sum(recalls) / len(recalls)}


def _official_rows(metrics: Metrics) -> list[list[str]]:
    shares = ("right", "f1_micro", "f1_macro")
    found = {name: metrics["parts"][name] for name in _OFFICIAL if name in metrics["parts"]}
    return [
        [_name(metrics), name, str(of["n"]), *(f"{100 * of[key]:.1f}" for key in shares), _published(metrics)]
        for name, of in found.items()
    ]


def _by_corpus(folders: Sequence[Path]) -> Extra:
    """What is right of the notes held back at random, by the corpus that they come from."""
    found: dict[str, dict[str, float]] = {}
    for folder in folders:
        part = read_result(folder).parts.get("random") if (folder / PREDICTIONS).is_file() else None
        shares = right_by_corpus(part) if part else {}
        if len(shares) > 1:
            found[folder.name] = shares
    corpora = sorted({corpus for shares in found.values() for corpus in shares})
    rows = [
        [name, *(f"{100 * of[c]:.1f}" if c in of else _NOTHING for c in corpora)]
        for name, of in found.items()
    ]
    lead = "In percent, right: a split at random is easier the more alike the sounds of a corpus are."
    return Extra("The random notes by corpus", lead, ("model", *corpora), rows)


def right_by_corpus(part: Part) -> dict[str, float]:
    """Share right of the sounds of each corpus that has at least twenty; the corpus begins their keys."""
    right = defaultdict[str, list[float]](list)
    for sound, true, told in zip(part.sounds, part.truth, part.told, strict=True):
        corpus, slash, _ = sound.key.partition("/")
        if slash:
            right[corpus].append(float(true[told.argmax()]))
    return {name: sum(of) / len(of) for name, of in right.items() if len(of) >= _LEAST_SOUNDS}
