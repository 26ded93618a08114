# SPDX-License-Identifier: MIT
"""How often the instrument family is right on labelled recordings: every bundled model beside the forest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.bench.report import Figure, Report, rounded
from desktop_app.ml.manifest import list_models, load_classifier
from desktop_app.training.classifier.corpus import load_items
from desktop_app.training.classifier.evaluate import figures
from desktop_app.training.classifier.evaluate_answers import answer_recordings

MARGIN_POINTS = 10.0
SURE_PRECISION = 95.0


def run(corpus: Path) -> Report:
    """Ask both kinds of model about every sound.

    Parameters
    ----------
    corpus
        A folder that training could read: NSynth's layout, or with a ``manifest.csv``.

    Raises
    ------
    CorpusError
        When there is no corpus.
    """
    items = load_items(corpus)
    told: dict[str, dict[str, Any]] = {}
    kinds: dict[str, str] = {}
    for info in list_models():
        if info.is_bundled and info.problem is None:
            classifier = load_classifier(info.model_id)
            told[info.model_id] = figures(answer_recordings(classifier, items), classifier.thresholds)
            kinds[info.model_id] = info.kind
    network = next(model for model, kind in kinds.items() if kind != "forest")
    forest = next(model for model, kind in kinds.items() if kind == "forest")
    return Report("family", _figures(told[network], told[forest]), {"models": told})


def _figures(network: dict[str, Any], forest: dict[str, Any]) -> list[Figure]:
    ahead = 100.0 * (network["balanced"] - forest["balanced"])
    own = [
        Figure(
            "network above forest, balanced", rounded(ahead), "points", target=MARGIN_POINTS, better="more"
        )
    ]
    for key in ("balanced", "plain"):
        own.append(_beside(f"family right, {key}", network[key], forest[key]))
    for family, of_network in network["families"].items():
        if of_network["n"]:
            what = f"{family} ({of_network['n']})"
            own.append(_beside(what, of_network["right"], forest["families"][family]["right"]))
    for state, of_network in network["states"].items():
        of_forest = forest["states"][state]
        own.append(_beside(f"{state}: share of the sounds", of_network["coverage"], of_forest["coverage"]))
        if state != "cannot_tell" and None not in (of_network["precision"], of_forest["precision"]):
            own.append(_beside(f"{state}: right", of_network["precision"], of_forest["precision"]))
    return own


def _beside(what: str, network: float, forest: float) -> Figure:
    """A share as percentage of the network beside that of the forest."""
    target = SURE_PRECISION if what == "sure: right" else None
    return Figure(
        what, rounded(100.0 * network), "%", "forest", rounded(100.0 * forest), target=target, better="more"
    )
