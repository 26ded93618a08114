# SPDX-License-Identifier: MIT
"""``train --set``: numbers of a recipe from the command line, told where they are not understood."""

import json

import pytest
from corpus_maker import stop_workers
from published_corpora import folders

from desktop_app.domain.errors import ModelError
from desktop_app.training.cli import main
from desktop_app.training.lab.recipe import changed_recipe, read_lab_recipe, recipe_of, recipe_values
from desktop_app.training.lab.recipe_changes import parse_changes


def test_values_are_written_as_in_toml_or_as_plain_text():
    texts = ["fit.epochs=3", "fit.learning_rate = 1e-4", "balance.smote=false", "split.kind=instrument"]
    texts += ["fit.unfreeze=[0, 1]", "fit.epochs=4"]
    assert parse_changes(texts) == {
        "fit.epochs": 4,
        "fit.learning_rate": 1e-4,
        "balance.smote": False,
        "split.kind": "instrument",
        "fit.unfreeze": [0, 1],
    }


@pytest.mark.parametrize("text", ["epochs=3", "fit.epochs", "fit.=3", ".epochs=3", "fit.epochs=", "=3", ""])
def test_what_is_not_a_key_and_a_value_is_told(text):
    with pytest.raises(ModelError, match=r"reads TABLE\.KEY=VALUE"):
        parse_changes([text])


def test_a_recipe_is_changed_and_says_so():
    plain = read_lab_recipe("vgg19_spectrogram_image")
    changes = {
        "balance.per_class": 400,
        "features.image_size": 96,
        "fit.unfreeze": [0, 2],
        "model.width": 0.5,
    }
    recipe = changed_recipe(plain, changes)
    assert (recipe.balance.per_class, recipe.fit.unfreeze) == (400, (0, 2))
    assert recipe.features[0].settings == {**plain.features[0].settings, "image_size": 96}
    assert recipe.model_settings == {**plain.model_settings, "width": 0.5}
    assert recipe.fit.epochs == plain.fit.epochs
    assert recipe.changed == changes
    again = recipe_of(json.loads(json.dumps(recipe_values(recipe))))
    assert again == recipe
    assert again.changed == changes


def test_it_replaces_what_small_says_and_is_set_in_every_input():
    changes = {"fit.epochs": 2, "features.seconds": 1.0}
    recipe = read_lab_recipe("two_branch", small=True, changes=changes)
    assert recipe.is_small
    assert recipe.fit.epochs == 2
    assert recipe.fit.batch_size == read_lab_recipe("two_branch", small=True).fit.batch_size
    assert [each.settings["seconds"] for each in recipe.features] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("fit.hats=3", "There is no fit.hats to set; fit has seed, epochs"),
        ("hats.epochs=3", "There is no hats.epochs to set; the tables of a recipe are data"),
        ("published.text=better", "There is no published.text to set"),
        ("model.name=mlp", "There is no model.name to set; model has n_trees"),
        ("features.kind=mel", "There is no features.kind to set; features has sr"),
        ("fit.epochs=many", "fit.epochs cannot be 'many'"),
        ("fit.epochs=-1", "fit.epochs cannot be -1"),
        ("fit.learning_rate=nan", "fit.learning_rate cannot be nan"),
        ("balance.smote=1", "balance.smote cannot be 1"),
        ("split.kind=moon", "split moon is none of random"),
        ("features.n_mfcc=0", "these settings of a feature make no sense"),
        ("features.sr=fast", "the setting sr of a feature cannot be 'fast'"),
        ("model.n_trees=0", "these are no settings of a forest"),
        ("epochs", "reads TABLE.KEY=VALUE"),
    ],
)
def test_what_cannot_be_set_is_told_before_anything_is_read(tmp_path, capsys, text, sentence):
    places = ["--corpus", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]
    assert main(["train", "lab/rf_mean_mfcc", *places, "--set", text]) == 1
    told = capsys.readouterr().err.strip()
    assert sentence in told
    assert told.endswith(".")
    assert "\n" not in told


def test_recipes_of_the_program_take_none(tmp_path, capsys):
    places = ["--corpus", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(["train", "rf_mean_mfcc", *places, "--set", "fit.epochs=3"]) == 1
    assert capsys.readouterr().err == (
        "--set and --small are for recipes of the training lab; rf_mean_mfcc is none.\n"
    )


def test_card_and_figures_say_what_was_set(tmp_path):
    corpus = folders(tmp_path / "c", per_class=8)
    places = ["--corpus", str(corpus), "--out", str(tmp_path / "out")]
    changes = [
        "--set",
        "features.seconds=1.0",
        "--set",
        "model.n_trees=7",
        "--set",
        'data.classes=["flute", "organ"]',
    ]
    assert main(["train", "lab/rf_mean_mfcc", *places, "--small", *changes]) == 0
    stop_workers()
    home = tmp_path / "out" / "rf_mean_mfcc"
    metrics = json.loads((home / "metrics.json").read_text())
    assert metrics["small"] is True
    assert metrics["set"] == {"features.seconds": 1.0, "model.n_trees": 7, "data.classes": ["flute", "organ"]}
    card = (home / "card.md").read_text()
    values = (
        """--set features.seconds=1.0 --set model.n_trees=7 --set data.classes='["flute", "organ"]' --small"""
    )
    assert values in card
    assert "holds every other number and seed" in card
    assert "It is a trial with a smaller model." in card
    assert "Corpora: c (" in card
