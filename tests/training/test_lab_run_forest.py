# SPDX-License-Identifier: MIT
"""The forest of the lab: what it says, which columns matter, and that its file says the same."""

import json

import numpy as np
import pytest
from corpus_maker import stop_workers
from published_corpora import nsynth

from desktop_app.domain.errors import ModelError
from desktop_app.training.cli import main
from desktop_app.training.lab.classical import ForestSize, forest_report, grow_forest
from desktop_app.training.lab.run_load import load_result

FAMILIES = ("bass", "flute", "guitar", "organ", "reed")


def rows(n=300, seed=1):
    """Columns 3 and 5 tell three classes apart; the others are noise."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    features = rng.normal(0, 1, (n, 8)).astype(np.float32)
    features[:, 3] += 4 * (truth == 1)
    features[:, 5] += 4 * (truth == 2)
    return features, truth


def grown(**changes):
    features, truth = rows()
    return grow_forest(features, truth, 3, ForestSize(n_trees=30), seed=1, jobs=1, **changes)


def test_the_columns_that_tell_the_classes_apart_come_first():
    forest = grown()
    parts = {"random": {"per_class": {"a": {"n": 4, "recall": 0.75}, "b": {"n": 0, "recall": 0.0}}}}
    report = forest_report(forest, [f"column {i}" for i in range(8)], parts)
    assert {name for name, _ in report["importances"][:2]} == {"column 3", "column 5"}
    assert len(report["importances"]) == 8
    assert sum(share for _, share in report["importances"]) == pytest.approx(1.0)
    assert report["misclassified"] == {"random": {"a": 0.25}}


@pytest.mark.parametrize("changes", [{}, {"with_smote": True}, {"with_class_weights": True}])
def test_it_is_right_about_rows_that_it_has_not_seen(changes):
    features, truth = rows(seed=2)
    told = grown(**changes).forest.predict(features)
    assert (told.argmax(axis=1) == truth).mean() > 0.85
    np.testing.assert_allclose(told.sum(axis=1), 1.0, atol=0.01)


def test_smote_adds_rows_only_to_what_is_learnt():
    features, truth = rows()
    rare = np.flatnonzero((truth != 2) | (np.cumsum(truth == 2) <= 10))
    size = ForestSize(n_trees=5)
    plain = grow_forest(features[rare], truth[rare], 3, size, seed=1, jobs=1)
    filled = grow_forest(features[rare], truth[rare], 3, size, seed=1, jobs=1, with_smote=True)
    counts = np.bincount(truth[rare])
    assert plain.n_learnt == counts.sum()
    assert filled.n_learnt == 3 * counts.max()


def test_a_forest_wants_vectors():
    with pytest.raises(ModelError, match="learns from vectors"):
        grow_forest(np.zeros((4, 2, 2), np.float32), np.arange(4) % 2, 2, ForestSize(), seed=1, jobs=1)


@pytest.mark.train
def test_the_published_forest_from_a_corpus_to_its_card(tmp_path):
    corpus = nsynth(tmp_path / "c", {"train": 160, "test": 40}, FAMILIES, 4, 1.0)
    nsynth(tmp_path / "bank", {"train": 30}, FAMILIES, 3, 1.0)
    places = ["--corpus", str(corpus), "--unseen", str(tmp_path / "bank"), "--out", str(tmp_path / "out")]
    assert main(["train", "lab/rf_mean_mfcc", *places, "--small"]) == 0
    stop_workers()
    home = tmp_path / "out" / "rf_mean_mfcc"
    metrics = json.loads((home / "metrics.json").read_text())
    assert metrics["parts"]["official test"]["balanced"] > 0.2 + 0.3
    assert metrics["parts"]["unseen bank"]["n"] == 30
    assert len(metrics["forest"]["importances"]) == 40
    card = (home / "card.md").read_text()
    assert "94 % of NSynth's notes" in card
    assert "| 40 | mean_mfcc" in card

    loaded = load_result(home)
    assert loaded.recipe.balance.smote
    with np.load(home / "golden.npz", allow_pickle=False) as golden:
        np.testing.assert_allclose(loaded.predict([golden["input_mean_mfcc"]]), golden["probabilities"])
    with np.load(home / "predictions.npz", allow_pickle=False) as told:
        assert set(told["official_test__family"]) == set(FAMILIES)
        assert told["official_test__midi"].min() >= 48


def test_a_folder_without_a_result_is_told(tmp_path):
    with pytest.raises(ModelError, match="holds no result of the training lab"):
        load_result(tmp_path)
