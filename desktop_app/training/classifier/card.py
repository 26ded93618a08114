# SPDX-License-Identifier: MIT
"""A model's card: what it is for, what it learnt from, its figures and its weaknesses.

The contents follow Mitchell et al., "Model Cards for Model Reporting", FAccT 2019.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.domain.labels import FAMILIES
from desktop_app.training.classifier.corpus import Item
from desktop_app.training.classifier.evaluate import percent, table
from desktop_app.training.classifier.export import Exported, write_text
from desktop_app.training.rendering.presets import BANKS

if TYPE_CHECKING:
    from desktop_app.training.classifier.fit_run import Material

_KINDS = {
    "tflite": (
        "Networks on statistics of the mel levels of one second, on the partials of the pitch that was "
        "heard, and on the levels themselves, run by LiteRT as one."
    ),
    "forest": "A random forest on the mean of 40 MFCCs over one second; it hears no pitch.",
}


def write_card(
    path: Path,
    exported: Exported,
    material: Material,
    sets: Mapping[str, Mapping[str, Any]],
    cost: Mapping[str, float],
) -> None:
    """Write the card of a model.

    Parameters
    ----------
    sets
        The figures of :func:`desktop_app.training.classifier.evaluate.figures`, by the name of the set.
    cost
        Minutes and MiB of the training.
    """
    learnt = [item for item, is_learnt in zip(material.store.items, material.learn, strict=True) if is_learnt]
    held = [] if material.unseen is None else material.unseen.items
    sections = {
        f"# {exported.title}": _purpose(exported),
        "## Figures": _figures(sets),
        "## Known weaknesses": _weaknesses(sets),
        "## What it learnt from": _sources(learnt, held),
        "## Making it again": _again(exported.model_id, cost),
    }
    write_text(path, "\n\n".join(f"{title}\n\n{text}" for title, text in sections.items()) + "\n")


def _purpose(exported: Exported) -> str:
    limits = exported.thresholds
    return (
        f"`{exported.model_id}`. {_KINDS[exported.kind]} It names the instrument family of a sound "
        f"({', '.join(FAMILIES)}), whether it is an instrument at all, and whether it is acoustic, "
        "electronic or synthetic. It is made for one instrument at a time.\n\n"
        f"It says *sure* from a probability of {limits.sure:g} on and *maybe* from {limits.maybe:g} on; "
        f"below, and from a probability of {limits.not_an_instrument:g} for *not an instrument* on, it "
        f"cannot tell. The temperature is {exported.temperature:g}."
    )


def _figures(sets: Mapping[str, Mapping[str, Any]]) -> str:
    text = (
        "One answer a sound: the weighted mean of the log probabilities of its windows. *Random notes* "
        "come from instruments that it learnt and say almost nothing; *unseen instruments* and the *unseen "
        "bank* were held back whole; the *real recordings* come from other collections and are cut into "
        "windows as the program does it. In a row of a state, the share that is right comes first, then the "
        "share of all sounds."
    )
    return f"{text}\n\n{table(sets)}"


def _weaknesses(sets: Mapping[str, Mapping[str, Any]]) -> str:
    of = sets.get("real recordings") or sets.get("unseen instruments")
    if of is None:
        return "Not measured."
    lines = [
        f"* {true}: {told} is heard in {percent(share)} of the sounds"
        for true, told, share in of["confusions"]
    ]
    poor = [f"{name} ({value['n']} sounds)" for name, value in of["families"].items() if 0 < value["n"] < 20]
    if poor:
        lines.append(f"* few sounds to measure on, so these figures are weak: {', '.join(poor)}")
    lines.append("* several instruments at once, and sounds through strong effects, are hard for it")
    return "The most frequent mistakes there:\n\n" + "\n".join(lines)


def _sources(learnt: Sequence[Item], held: Sequence[Item]) -> str:
    n_instruments = len({item.instrument for item in learnt})
    families = Counter(item.family for item in learnt)
    counts = ", ".join(f"{name} {n}" for name, n in sorted(families.items()))
    text = (
        f"{len(learnt)} sounds of {n_instruments} instruments ({counts}), each also changed in several ways. "
        "Only sounds whose licence allows weights that ship to be trained on them."
    )
    held_names = ", ".join(sorted({_title(item.bank) for item in held}))
    tail = f"\n\nHeld back whole, to choose the epoch and to calibrate: {held_names}." if held_names else ""
    return f"{text}\n\n{_source_table(learnt)}{tail}"


def _source_table(items: Iterable[Item]) -> str:
    by_bank: dict[str, list[Item]] = {}
    for item in items:
        by_bank.setdefault(item.bank, []).append(item)
    rows = [
        f"| {_title(bank)} | {len(some)} | {_licence(some)} | {_attribution(bank)} |"
        for bank, some in sorted(by_bank.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    return "\n".join(["| source | sounds | licence | by |", "|---|--:|---|---|", *rows])


def _title(bank: str) -> str:
    return BANKS[bank].title if bank in BANKS else bank


def _attribution(bank: str) -> str:
    return f"{BANKS[bank].attribution} ({BANKS[bank].origin})" if bank in BANKS else f"github.com/{bank}"


def _licence(items: Sequence[Item]) -> str:
    if items[0].bank in BANKS:
        return BANKS[items[0].bank].licence
    found = {_licences(_manifest_of(item.path)).get(item.path.name, "see the corpus") for item in items}
    return "; ".join(sorted(found))


@cache
def _manifest_of(path: Path) -> Path | None:
    """The list of sounds that a clip belongs to."""
    return next((p / "manifest.csv" for p in path.parents if (p / "manifest.csv").is_file()), None)


@cache
def _licences(manifest: Path | None) -> dict[str, str]:
    """Licence of each clip by its file's name."""
    if manifest is None:
        return {}
    with manifest.open(newline="", encoding="utf-8") as file:
        return {Path(row["clip"]).name: row["licence"] for row in csv.DictReader(file)}


def _again(model_id: str, cost: Mapping[str, float]) -> str:
    return (
        f"The recipe `{model_id}.toml` holds every number and seed; `models/README.md` has the commands "
        f"from the SoundFonts on. Once the features are made, the training takes {cost['minutes']:g} minutes "
        f"on two cores and {cost['memory_mib']:g} MiB."
    )
