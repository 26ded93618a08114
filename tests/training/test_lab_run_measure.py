# SPDX-License-Identifier: MIT
"""Figures of a part, the mean over windows, and the line that shows the time left."""

import io
import time

import numpy as np
import pytest
from corpus_maker import stop_workers
from published_corpora import irmas

from desktop_app.training.corpora import open_corpus
from desktop_app.training.lab.fit_progress import ProgressLine, duration_text
from desktop_app.training.lab.recipe import read_lab_recipe
from desktop_app.training.lab.run_measure import cross_entropy, figures, heard_classes, share_right
from desktop_app.training.lab.run_windows import FeatureMaker, mean_over_windows


def test_figures_of_a_single_label():
    told = np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.6, 0.4, 0.0], [0.3, 0.7, 0.0]], np.float32)
    truth = np.eye(3, dtype=np.float32)[[0, 1, 1, 1]]
    of = figures(told, truth, ("a", "b", "c"))
    assert of["n"] == 4
    assert of["right"] == 0.75
    assert of["balanced"] == pytest.approx((1 + 2 / 3) / 2)
    assert of["confusion"] == [[1, 0, 0], [1, 2, 0], [0, 0, 0]]
    assert of["per_class"]["a"] == {"n": 1, "precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3)}
    assert of["f1_micro"] == pytest.approx(0.75)
    assert of["f1_macro"] == pytest.approx((2 / 3 + 0.8) / 2)
    assert of["loss"] == pytest.approx(-np.log([0.9, 0.8, 0.4, 0.7]).mean(), rel=1e-4)


def test_figures_of_several_labels():
    told = np.array([[0.8, 0.5, 0.1], [0.1, 0.2, 0.9]], np.float32)
    truth = np.array([[1, 1, 0], [1, 0, 1]], np.float32)
    of = figures(told, truth, ("a", "b", "c"), multi_label=True, threshold=0.5)
    assert of["right"] == 1.0
    assert of["f1_micro"] == pytest.approx(2 * 3 / (4 + 3))
    assert of["per_class"]["a"]["recall"] == 0.5
    assert "confusion" not in of


def test_classes_are_heard_beside_the_strongest_and_never_none():
    told = np.array([[0.4, 0.2, 0.1], [0.0, 0.0, 0.0]], np.float32)
    assert heard_classes(told, 0.5).tolist() == [[True, True, False], [True, True, True]]
    assert heard_classes(told, None).tolist() == [[True, False, False], [True, False, False]]


def test_a_certain_mistake_costs_much_but_not_without_end():
    told, truth = np.array([[1.0, 0.0]], np.float32), np.array([[0.0, 1.0]], np.float32)
    assert 10 < cross_entropy(told, truth) < 20
    assert 10 < cross_entropy(told, truth, multi_label=True) < 40
    assert share_right(told, truth) == 0.0


def test_long_sounds_are_measured_on_all_their_windows(tmp_path):
    folder = irmas(tmp_path / "irmas", per_class=1, classes=("cel", "flu"), tests=2)
    parts = {"official test": list(open_corpus(folder).iter_entries("test"))}
    parts["learnt"] = list(open_corpus(folder).iter_entries("train"))
    recipe = read_lab_recipe("irmas_predominant")
    first = {name: np.zeros((len(part), 2), np.float32) for name, part in parts.items()}
    seen = []

    def predict(examples):
        seen.append(examples.rows.shape[0])
        return np.ones((examples.rows.shape[0], 2), np.float32)

    told = mean_over_windows(recipe, parts, first, predict, FeatureMaker(tmp_path / "cache"))
    stop_workers()
    assert seen == [2]  # the test sounds last six seconds, the others three
    np.testing.assert_allclose(told["official test"], 0.5)
    np.testing.assert_allclose(told["learnt"], 0.0)


def test_the_line_shows_how_far_it_is_and_how_long_it_takes(monkeypatch):
    now_s = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now_s[0])
    stream = io.StringIO()
    line = ProgressLine("fit", 10, done=2, stream=stream)
    now_s[0] = 110.0
    line.step(2)
    assert line.left_s() == pytest.approx(30.0)
    assert " 40%  0:30 left" in line.text()
    assert stream.getvalue() == ""  # no terminal: not a line for every step
    now_s[0] = 140.0
    line.step()
    line.line("epoch 1")
    assert stream.getvalue().count("\n") == 2
    assert duration_text(3675) == "1:01:15"
