# SPDX-License-Identifier: MIT
"""From a corpus to a model in a folder, by the commands that a user has."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from store_maker import corpus

from desktop_app.ml import load_from_folder
from desktop_app.training.classifier.fit_recipe import read_recipe
from desktop_app.training.cli import main

CHECKOUT = Path(__file__).resolve().parents[2]
NETWORK = """
id = "tiny"
title = "Tiny network"
kind = "tflite"
[corpus]
recorded_variants = 1
instrument_share = 0.2
random_share = 0.05
[network]
widths = [8, 8, 12, 16]
hidden = 16
members = 1
units = [16]
[members]
epochs = 1
steps_per_epoch = 60
batch_size = 32
learning_rate = 5e-3
warmup_steps = 10
average = 0.9
[fit]
epochs = 2
steps_per_epoch = 60
batch_size = 16
learning_rate = 5e-3
warmup_steps = 10
average = 0.9
"""
FOREST = """
id = "small_forest"
title = "Small forest"
kind = "forest"
[corpus]
recorded_variants = 1
instrument_share = 0.2
random_share = 0.05
[forest]
n_trees = 20
n_draws = 500
max_leaves = 50
"""


@pytest.mark.train
@pytest.mark.parametrize("recipe", [NETWORK, FOREST], ids=["network", "forest"])
def test_a_model_is_made_measured_and_described(tmp_path, recipe):
    clips = corpus(tmp_path / "clips")
    (tmp_path / "recipe.toml").write_text(recipe)
    door = [sys.executable, str(CHECKOUT / "models" / "train.py"), str(tmp_path / "recipe.toml")]
    folders = ["--corpus", str(clips), "--check", str(clips), "--out", str(tmp_path / "out")]
    done = subprocess.run([*door, *folders], capture_output=True, text=True, check=False, timeout=170)
    assert done.returncode == 0, done.stderr
    assert "| right, balanced |" in done.stdout

    classifier = load_from_folder(tmp_path / "out")
    home = tmp_path / "out" / classifier.model_id
    card, metrics = (home / "card.md").read_text(), json.loads((home / "metrics.json").read_text())
    assert metrics["sets"]["real recordings"]["balanced"] > 0.8
    assert metrics["sets"]["real recordings"]["n"] == 80
    assert "CC0-1.0" in card
    assert str(tmp_path) not in card + json.dumps(metrics) + (tmp_path / "out" / "manifest.json").read_text()

    report = tmp_path / "report"
    assert main(["evaluate", str(home), "--corpus", str(clips), "--report", str(report)]) == 0
    again = json.loads((report / "metrics.json").read_text())
    assert again["sets"]["clips"]["balanced"] == pytest.approx(metrics["sets"]["real recordings"]["balanced"])


def test_bundled_recipes_are_understood():
    assert read_recipe("multitask_v3").kind == "tflite"
    assert read_recipe("rf_mean_mfcc").forest.n_trees == 100


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id = 1 2", "not understood"),
        ('id = "x"\ntitle = "x"\nkind = "forest"\n[forest]\nn_bushes = 3', "not understood: 'n_bushes'"),
        ('id = "x"\ntitle = "x"\nkind = "oracle"', "kind oracle"),
        ('id = "x"\ntitle = "x"\nkind = "forest"\ncolour = "red"', "colour"),
    ],
)
def test_a_recipe_that_is_not_understood_is_refused(tmp_path, capsys, text, sentence):
    (tmp_path / "bad.toml").write_text(text)
    arguments = ["train", str(tmp_path / "bad.toml"), "--corpus", str(tmp_path), "--out", str(tmp_path)]
    assert main(arguments) == 1
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "nonsense", "--corpus", ".", "--out", "."], "There is no recipe nonsense."),
        (["evaluate", "nonsense", "--corpus", "."], "There is no model nonsense"),
        (["evaluate", "rf_mean_mfcc", "--corpus", ".", "--split", "moon"], "has no part named moon."),
        (["evaluate", "rf_mean_mfcc", "--corpus", "/"], "neither examples.json nor manifest.csv"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(capsys, arguments, sentence):
    assert main(arguments) == 1
    assert sentence in capsys.readouterr().err


def test_a_split_is_a_folder_of_the_corpus(tmp_path, capsys):
    corpus(tmp_path / "nsynth-test", n_instruments=1, n_notes=1)
    assert main(["evaluate", "rf_mean_mfcc", "--corpus", str(tmp_path), "--split", "test"]) == 0
    assert "| instrument sounds | 2 |" in capsys.readouterr().out


@pytest.mark.train
@pytest.mark.parametrize("name", ["someone/clips", "someone/"])
def test_what_is_left_out_is_not_learnt_from(tmp_path, name):
    """A bank, or the beginning of the names of instruments."""
    clips = corpus(tmp_path / "clips")
    (tmp_path / "recipe.toml").write_text(FOREST.replace("[forest]", f'leave_out = ["{name}"]\n[forest]'))
    arguments = ["train", str(tmp_path / "recipe.toml"), "--corpus", str(clips), "--out", str(tmp_path)]
    assert main(arguments) == 1
