# SPDX-License-Identifier: MIT
"""The card of a result of the lab: the published figures beside ours, the leak of each, the weaknesses."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final

from desktop_app.training.lab.recipe import FOREST, LabRecipe
from desktop_app.training.lab.splits_lab import HARDEST_FIRST, LEARNT, RANDOM, VALID

_MOST_CONFUSED: Final = 5
_COLUMNS: Final = {
    "n": "sounds",
    "right": "right",
    "balanced": "right, balanced",
    "f1_micro": "F1 micro",
    "f1_macro": "F1 macro",
}


def figures_table(parts: Mapping[str, Mapping[str, Any]]) -> str:
    """One row a part, in percent."""
    rows = [
        f"| {name} | {of['n']} | "
        + " | ".join(f"{100 * of[key]:.1f}" for key in _COLUMNS if key != "n")
        + " |"
        for name, of in parts.items()
    ]
    head = "| part | " + " | ".join(_COLUMNS.values()) + " |"
    return "\n".join([head, "|---|" + "--:|" * len(_COLUMNS), *rows])


def card_text(recipe: LabRecipe, metrics: Mapping[str, Any], splits: Mapping[str, Any]) -> str:
    """The card in Markdown."""
    sections = {
        f"# {recipe.title}": _purpose(recipe, metrics),
        "## Published, and here": _published(recipe, metrics["parts"]),
        "## Figures": _figures(metrics),
        "## What was heard in learning": _leaks(recipe, splits),
        "## Most frequent mistakes": _mistakes(metrics),
        "## What it learnt from": _sources(splits, metrics),
        "## Making it again": _again(recipe, metrics),
    }
    if "forest" in metrics:
        sections["## Columns that matter"] = _columns(metrics["forest"])
    return "\n\n".join(f"{title}\n\n{text}" for title, text in sections.items()) + "\n"


def _purpose(recipe: LabRecipe, metrics: Mapping[str, Any]) -> str:
    inputs = " and ".join(each.kind for each in recipe.features)
    classes = ", ".join(metrics["classes"])
    return (
        f"`{recipe.model_id}`: `{recipe.model}` on {inputs}. It tells {classes} apart. It is a result of the "
        "training lab, made to be compared; it is not in the program."
        + (" It is a trial with a smaller model." if recipe.is_small else "")
    )


def _published(recipe: LabRecipe, parts: Mapping[str, Mapping[str, Any]]) -> str:
    """What was reported, and the share right here of the parts that it was reported of."""
    text = recipe.published.text or "Nothing."
    if recipe.is_small:
        return f"{text} A trial is not put beside it."
    rows = [
        f"| {name} | {100 * value:.1f} | {100 * parts[name]['right']:.1f} |"
        for name, value in recipe.published.figures.items()
        if name in parts
    ]
    return (
        "\n".join([text, "", "| right, in percent | published | here |", "|---|--:|--:|", *rows])
        if rows
        else text
    )


def _figures(metrics: Mapping[str, Any]) -> str:
    return (
        "In percent. *Balanced* is the mean over the classes; *random* are single sounds held back from "
        "instruments that were learnt, the other parts are described below.\n\n"
        + figures_table(metrics["parts"])
    )


def _leaks(recipe: LabRecipe, splits: Mapping[str, Any]) -> str:
    lines = [f"* *{name}*: {of['leak']['text']}" for name, of in splits["parts"].items() if "leak" in of]
    use = "is measured too" if recipe.model == FOREST else "chose the epoch"
    return f"*{VALID}* ({splits['kind']} split) {use}.\n\n" + "\n".join(lines)


def _mistakes(metrics: Mapping[str, Any]) -> str:
    """The confusions of the hardest part that there is."""
    name = next(name for name in HARDEST_FIRST if name in metrics["parts"])
    of = metrics["parts"][name]
    if "confusion" not in of:
        rows = sorted(of["per_class"].items(), key=lambda pair: pair[1]["f1"])
        return f"On *{name}*, the lowest F1: " + ", ".join(f"{c} {r['f1']:.2f}" for c, r in rows[:5]) + "."
    classes = metrics["classes"]
    found = [
        (count / max(sum(row), 1), classes[i], classes[j])
        for i, row in enumerate(of["confusion"])
        for j, count in enumerate(row)
        if i != j and count
    ]
    lines = [
        f"* {true}: {told} is told for {100 * share:.0f} % of the sounds"
        for share, true, told in sorted(found, reverse=True)[:_MOST_CONFUSED]
    ]
    return f"On *{name}*:\n\n" + ("\n".join(lines) or "None.")


def _sources(splits: Mapping[str, Any], metrics: Mapping[str, Any]) -> str:
    learnt = splits["parts"][LEARNT]
    counts = ", ".join(f"{name} {n}" for name, n in learnt["counts"].items())
    corpora, banks = (
        ", ".join(f"{name} ({n})" for name, n in learnt[what].items()) for what in ("corpora", "banks")
    )
    notes = "".join(f"\n\n{note}" for note in metrics["notes"])
    origin = f"Corpora: {corpora}.\n\nBanks and collections: {banks}."
    return f"{learnt['n']} sounds: {counts}.\n\n{origin}{notes}"


def _again(recipe: LabRecipe, metrics: Mapping[str, Any]) -> str:
    training = metrics["training"]
    went = (
        f"{training['epochs']} epochs, the best was number {training['best_epoch']} ({training['stopped']}); "
        f"{training['parameters']} parameters, weights: {training['weights']}; "
        if "epochs" in training
        else ""
    )
    otherwise = "".join(f" --set {key}={_as_set(value)}" for key, value in recipe.changed.items())
    otherwise += " --small" if recipe.is_small else ""
    weights = training.get("weights", "random")
    otherwise += "" if weights == "random" else f" --weights {weights}"
    return (
        f"`right-in-tune train lab/{recipe.model_id}{otherwise} --corpus DIR --check DIR --out DIR`. The "
        f"recipe holds every {'other ' if otherwise else ''}number and seed. {went}"
        f"{training['seconds']:.0f} s."
    )


def _as_set(value: object) -> str:
    """A value as it is written in a command."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shlex.quote(text)


def _columns(forest: Mapping[str, Any]) -> str:
    top = "\n".join(
        f"| {place} | {name} | {100 * share:.1f} % |"
        for place, (name, share) in enumerate(forest["importances"], 1)
    )
    part = RANDOM if RANDOM in forest["misclassified"] else VALID
    wrong = ", ".join(f"{name} {100 * share:.0f} %" for name, share in forest["misclassified"][part].items())
    n = len(forest["top"]["names"])
    return (
        f"The first {n} of {len(forest['importances'])} columns carry {100 * forest['top']['share']:.0f} % "
        f"of what the trees gain.\n\n| place | column | share |\n|--:|---|--:|\n{top}\n\n"
        f"Told wrong on *{part}*: {wrong}."
    )
