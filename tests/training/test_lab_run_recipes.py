# SPDX-License-Identifier: MIT
"""Every recipe of the lab, small, from a corpus to its files; it must have learnt something."""

import json

import numpy as np
import pytest
from corpus_maker import stop_workers
from published_corpora import fma, irmas, nsynth

from desktop_app.training.cli import main
from desktop_app.training.lab.recipe import lab_recipe_names
from desktop_app.training.lab.run_load import load_result

FAMILIES = ("bass", "flute", "guitar", "organ")
LEAST = 0.15  # above what guessing would reach
pytestmark = [
    pytest.mark.train,
    pytest.mark.timeout(400),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning:keras"),
]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    """Two hundred notes in NSynth's format, and small IRMAS and FMA."""
    folder = tmp_path_factory.mktemp("corpora")
    nsynth(folder / "nsynth", {"train": 160, "valid": 20, "test": 20}, FAMILIES, instruments=4)
    irmas(folder / "irmas", per_class=30, classes=("cel", "flu", "gac", "org"), tests=8)
    fma(folder / "fma", per_genre=25)
    yield folder
    stop_workers()


def corpus_of(recipe: str) -> str:
    return {"irmas": "irmas", "genre": "fma"}.get(recipe.partition("_")[0], "nsynth")


def train(recipe, corpora, out, *more):
    folder = str(corpora / corpus_of(recipe))
    work = str(corpora / "work")
    arguments = ["train", f"lab/{recipe}", "--corpus", folder, "--out", str(out), "--work", work, "--small"]
    assert main([*arguments, *more]) == 0
    return json.loads((out / recipe / "metrics.json").read_text())


@pytest.mark.parametrize("recipe", lab_recipe_names())
def test_a_small_run_learns_and_leaves_everything(corpora, tmp_path, recipe):
    metrics = train(recipe, corpora, tmp_path)
    parts, home = metrics["parts"], tmp_path / recipe
    judged = parts["official test" if "official test" in parts else "random"]
    chance = 1.0 / len(metrics["classes"])
    assert parts["learnt"]["balanced" if not metrics["multi_label"] else "right"] > chance + LEAST
    assert judged["n"] > 0
    assert {"valid", "random"} & set(parts)
    model = "forest.npz" if recipe == "rf_mean_mfcc" else "model.keras"
    for name in (model, "card.md", "golden.npz", "history.json", "predictions.npz", "splits.json"):
        assert (home / name).is_file(), name
    assert not list(home.glob("part-*"))
    with np.load(home / "predictions.npz", allow_pickle=False) as arrays:
        told, truth = arrays["learnt__probabilities"], arrays["learnt__truth"]
        assert told.shape == (parts["learnt"]["n"], len(metrics["classes"]))
        right = truth[np.arange(len(told)), told.argmax(1)] if truth.ndim == 2 else told.argmax(1) == truth
        assert right.mean() == pytest.approx(parts["learnt"]["right"])
    with np.load(home / "golden.npz", allow_pickle=False) as golden:
        inputs = [golden[name] for name in golden.files if name.startswith("input_")]
        np.testing.assert_allclose(load_result(home).predict(inputs), golden["probabilities"], atol=1e-4)
    card = (home / "card.md").read_text()
    assert metrics["published"]["text"] in card
    assert str(tmp_path) not in card + json.dumps(metrics)
