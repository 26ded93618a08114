# SPDX-License-Identifier: MIT
"""What is wrong with a recipe or a corpus is told in one sentence."""

import json
import os

import pytest
from corpus_maker import stop_workers
from published_corpora import folders, nsynth

from desktop_app.training.cli import main
from desktop_app.training.lab.recipe import is_lab_recipe, lab_recipe_names, read_lab_recipe

FOREST = """
id = "bush"
title = "Bush"
kind = "lab"
[[features]]
kind = "mean_mfcc"
sr = 16000
seconds = 1.0
[model]
name = "forest"
n_trees = 5
"""


def train(tmp_path, corpus, text=FOREST, *more):
    (tmp_path / "recipe.toml").write_text(text)
    places = ["--corpus", str(corpus), "--out", str(tmp_path / "out")]
    status = main(["train", str(tmp_path / "recipe.toml"), *places, *more])
    stop_workers()
    return status


def one_sentence(text):
    last = text.strip().splitlines()[-1]
    return last.endswith(".") and "Traceback" not in text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('kind = "mean_mfcc"', 'kind = "smell"'), "smell"),
        (("seconds = 1.0", "seconds = 1.0\ncolour = 3"), "colour"),
        (("n_trees = 5", "n_bushes = 5"), "n_bushes"),
        (("n_trees = 5", "n_trees = 0"), "these are no settings of a forest"),
        (('"forest"\nn_trees = 5', '"oracle"'), "there is no network oracle"),
        (('[model]\nname = "forest"', "[model]"), "not understood: name"),
        (("[model]", '[split]\nkind = "moon"\n[model]'), "split moon is none of random"),
        (("[model]", "[fit]\nepochs = -1\n[model]"), "fit.epochs cannot be -1"),
        (("[model]", '[fit]\nepochs = "many"\n[model]'), "fit.epochs cannot be 'many'"),
        (("[model]", "[fit]\nhats = 3\n[model]"), "fit has no place for hats"),
        (("[model]", "hats = 3\n[model]"), "hats"),
        (
            ("[model]", '[data]\nclasses = ["kazoo"]\n[model]'),
            "too few classes with two sounds to learn from: none",
        ),
        (("[model]", '[data]\ncorpora = ["irmas"]\n[model]'), "learns from corpora of the form irmas"),
        (("[model]", '[split]\nkind = "bank"\n[model]'), "the bank split of this corpus is empty"),
    ],
)
def test_a_recipe_that_does_not_fit_is_told(tmp_path, capsys, change, sentence):
    corpus = folders(tmp_path / "c", per_class=6)
    assert FOREST.replace(*change) != FOREST
    assert train(tmp_path, corpus, FOREST.replace(*change)) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert one_sentence(told)


def test_a_class_with_one_example_is_left_out_and_the_rest_is_learnt(tmp_path, capsys):
    corpus = folders(tmp_path / "c", per_class=8)
    (corpus / "kazoo").mkdir()
    (corpus / "flute" / "000.wav").rename(corpus / "kazoo" / "000.wav")
    assert train(tmp_path, corpus) == 0
    assert "The class kazoo has a single sound and is left out" in capsys.readouterr().err
    metrics = json.loads((tmp_path / "out" / "bush" / "metrics.json").read_text())
    assert metrics["classes"] == ["flute", "organ"]
    assert "kazoo" in (tmp_path / "out" / "bush" / "card.md").read_text()


def test_labels_outside_the_classes_are_counted(tmp_path, capsys):
    corpus = folders(tmp_path / "c", ("flute", "organ", "kazoo"), per_class=6)
    text = FOREST.replace("[model]", '[data]\nclasses = ["flute", "organ"]\n[model]')
    assert train(tmp_path, corpus, text) == 0
    assert "outside the recipe's classes are left out: kazoo (6)." in capsys.readouterr().err


def test_sounds_that_are_missing_or_damaged_are_left_out(tmp_path, capsys):
    corpus = nsynth(tmp_path / "c", {"train": 24}, ("bass", "flute"), 4, 1.0) / "nsynth-train"
    sounds = sorted((corpus / "audio").iterdir())
    sounds[0].unlink()
    sounds[1].write_bytes(b"no sound")
    assert train(tmp_path, corpus) == 0
    told = capsys.readouterr().err
    assert "mean_mfcc: 22 of 24 sounds" in told
    metrics = json.loads((tmp_path / "out" / "bush" / "metrics.json").read_text())
    assert sum(part["n"] for part in metrics["parts"].values()) == 22


def test_a_corpus_without_a_readable_sound_stops_it(tmp_path, capsys):
    corpus = folders(tmp_path / "c", per_class=6)
    for sound in corpus.glob("*/*.wav"):
        sound.write_bytes(b"no sound")
    assert train(tmp_path, corpus) == 1
    assert one_sentence(capsys.readouterr().err)


def test_a_full_disk_is_told(tmp_path, capsys, monkeypatch):
    def full(_from, to):
        raise OSError(28, "No space left on device", str(to))

    corpus = folders(tmp_path / "c", per_class=6)
    assert train(tmp_path, corpus) == 0  # the features are there
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert train(tmp_path, corpus) == 1
    told = capsys.readouterr().err
    assert "No space left on device" in told
    assert one_sentence(told)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [("imagenet", "mlp has no ImageNet weights"), ("nowhere.h5", "There are no weights at nowhere.h5")],
)
def test_weights_that_are_not_there_are_told(tmp_path, capsys, weights, sentence):
    corpus = folders(tmp_path / "c", per_class=6)
    text = FOREST.replace('name = "forest"\nn_trees = 5', 'name = "mlp"')
    assert train(tmp_path, corpus, text, "--weights", weights) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert one_sentence(told)


def test_a_missing_corpus_is_told(tmp_path, capsys):
    assert train(tmp_path, tmp_path / "nowhere") == 1
    assert "nowhere" in capsys.readouterr().err


def test_two_corpora_of_one_name_are_told(tmp_path, capsys):
    corpus = folders(tmp_path / "a" / "notes", per_class=4)
    folders(tmp_path / "b" / "notes", per_class=4)
    assert train(tmp_path, corpus, FOREST, "--check", str(tmp_path / "b" / "notes")) == 1
    told = capsys.readouterr().err
    assert told == "Several corpora are called notes: please give each folder a name of its own.\n"


def test_the_bundled_recipes_are_read_small_and_whole():
    names = lab_recipe_names()
    assert len(names) >= 13
    for name in names:
        whole, small = read_lab_recipe(name), read_lab_recipe(f"lab/{name}", small=True)
        assert whole.model_id == small.model_id == name
        assert whole.model == small.model
        assert whole.published.text
    assert read_lab_recipe("xception_mfcc_image").fit.unfreeze == (0, 1, 2, 3, 4, 5)


def test_the_forest_of_the_program_and_the_published_one_are_told_apart():
    assert not is_lab_recipe("rf_mean_mfcc")
    assert is_lab_recipe("lab/rf_mean_mfcc")
    assert is_lab_recipe("cnn_mel")
    assert not is_lab_recipe("multitask_v3")
